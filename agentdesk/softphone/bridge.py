"""The port between pjsua2's conference and our two buffers; called by pjsua2's clock thread 50 times a second."""

import numpy as np
import pjsua2 as pj

from agentdesk.softphone.drift import DriftBuffer
from agentdesk.softphone.tones import loudness

RATE = 16000
FRAME_SECONDS = 0.02
FRAME_SAMPLES = int(RATE * FRAME_SECONDS)


class SoundBridge(pj.AudioMediaPort):  # type: ignore[misc]  # pjsua2 ships no types
    """What the far end says goes to `heard`; what the microphone said is taken from `spoken`."""

    def __init__(self, spoken: DriftBuffer, heard: DriftBuffer) -> None:
        super().__init__()
        self.muted = False
        self.heard_level = 0
        self._spoken, self._heard = spoken, heard
        self._silence = pj.ByteVector(bytes(FRAME_SAMPLES * 2))

    def open(self) -> None:
        """Join the conference. Raises `pjsua2.Error`."""
        form = pj.MediaFormatAudio()
        form.type = pj.PJMEDIA_TYPE_AUDIO
        form.init(pj.PJMEDIA_FORMAT_PCM, RATE, 1, int(FRAME_SECONDS * 1_000_000), 16)
        self.createPort("desk", form)

    def onFrameRequested(self, frame: pj.MediaFrame) -> None:
        """The conference wants what the microphone said."""
        frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO
        samples = self._spoken.pull(FRAME_SAMPLES)
        frame.buf = self._silence if self.muted else pj.ByteVector(samples.tobytes())

    def onFrameReceived(self, frame: pj.MediaFrame) -> None:
        """The conference has what the far end said."""
        if frame.type != pj.PJMEDIA_FRAME_TYPE_AUDIO:
            return
        samples = np.frombuffer(bytes(frame.buf), np.int16)
        self.heard_level = loudness(samples)
        self._heard.push(samples)
