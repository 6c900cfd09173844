"""Microphone, loudspeaker and ring device, through QtMultimedia, on Qt's main thread."""

import numpy as np
import structlog
from PySide6.QtCore import QIODevice, QObject, Qt, QTimer, Signal
from PySide6.QtMultimedia import QAudioDevice, QAudioFormat, QAudioSink, QAudioSource, QMediaDevices

from agentdesk.softphone.bridge import RATE
from agentdesk.softphone.drift import DriftBuffer
from agentdesk.softphone.tones import loudness, ring
from server.wire.softphone import NO_LOUDSPEAKER, NO_MICROPHONE, NO_SOUND_DEVICE, Device, Sound, UseSound

log = structlog.get_logger()
FEED_MILLISECONDS = 10
PLAYED_AHEAD_SECONDS = 0.06
REOPEN_MILLISECONDS = 1000
OCTETS = 2


def _format() -> QAudioFormat:
    form = QAudioFormat()
    form.setSampleRate(RATE)
    form.setChannelCount(1)
    form.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    return form


def _name(device: QAudioDevice) -> str:
    return bytes(device.id().data()).decode("utf-8", "replace")


def _chosen(devices: list[QAudioDevice], wish: str, usual: QAudioDevice) -> QAudioDevice:
    """The wished device while it is plugged in, else the system's default (which may be null)."""
    return next((device for device in devices if wish and _name(device) == wish), usual)


class Player(QObject):
    """Writes samples to one loudspeaker, just ahead of what it plays."""

    def __init__(self, device: QAudioDevice, parent: QObject) -> None:
        super().__init__(parent)
        self._sink = QAudioSink(device, _format(), self)
        self._sink.setBufferSize(int(RATE * PLAYED_AHEAD_SECONDS) * OCTETS)
        self._pipe: QIODevice | None = self._sink.start()

    @property
    def room(self) -> int:
        """Samples that it can take now."""
        return self._sink.bytesFree() // OCTETS if self._pipe is not None else 0

    def write(self, samples: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> None:
        """Play these, at most `room` of them."""
        if self._pipe is not None:
            self._pipe.write(samples.tobytes())

    def stop(self) -> None:
        """Play no more."""
        self._pipe = None
        self._sink.stop()
        self.deleteLater()


class Microphone(QObject):
    """Reads samples from one microphone into a buffer."""

    def __init__(self, device: QAudioDevice, into: DriftBuffer, parent: QObject) -> None:
        super().__init__(parent)
        self.level = 0
        self._into = into
        self._source = QAudioSource(device, _format(), self)
        self._pipe: QIODevice | None = self._source.start()
        if self._pipe is not None:
            self._pipe.readyRead.connect(self._read)

    def _read(self) -> None:
        if self._pipe is None:
            return
        octets = bytes(self._pipe.readAll().data())
        samples = np.frombuffer(octets[: len(octets) // OCTETS * OCTETS], np.int16)
        if len(samples):
            self.level = loudness(samples)
            self._into.push(samples)

    def stop(self) -> None:
        """Listen no more."""
        self._pipe = None
        self._source.stop()
        self.deleteLater()


class SoundDevices(QObject):
    """What is plugged in, what is used, and the ringing. Emits `changed` with the whole when any of it changes."""

    changed = Signal(object)

    def __init__(self, spoken: DriftBuffer, heard: DriftBuffer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spoken, self._heard = spoken, heard
        self._wish = UseSound()
        self._microphone: Microphone | None = None
        self._loudspeaker: Player | None = None
        self._bell: Player | None = None
        self._rung = 0
        self._ring_until: int | None = None
        self._listening = self._playing = False
        self._media = QMediaDevices(self)
        self._media.audioInputsChanged.connect(self._plugged)
        self._media.audioOutputsChanged.connect(self._plugged)
        self._feed = QTimer(self)
        self._feed.setTimerType(Qt.TimerType.PreciseTimer)
        self._feed.setInterval(FEED_MILLISECONDS)
        self._feed.timeout.connect(self._fill)

    @property
    def state(self) -> Sound:
        """What there is and what is wrong."""
        inputs, outputs = QMediaDevices.audioInputs(), QMediaDevices.audioOutputs()
        trouble = NO_MICROPHONE if not inputs else NO_LOUDSPEAKER if not outputs else ""
        if not inputs and not outputs:
            trouble = NO_SOUND_DEVICE
        return Sound(
            microphones=[Device(_name(device), device.description()) for device in inputs],
            loudspeakers=[Device(_name(device), device.description()) for device in outputs],
            chosen=self._wish,
            trouble=trouble,
        )

    @property
    def microphone_level(self) -> int:
        """0 to 100."""
        return self._microphone.level if self._microphone else 0

    def use(self, wish: UseSound) -> None:
        """Other devices, at once, also in a call."""
        self._wish = wish
        self._plugged()

    def listen(self, on: bool) -> None:
        """Open or close the microphone."""
        if self._microphone is not None and not on:
            self._microphone.stop()
            self._microphone = None
        device = _chosen(QMediaDevices.audioInputs(), self._wish.microphone, QMediaDevices.defaultAudioInput())
        if on and self._microphone is None and not device.isNull():
            self._spoken.clear()
            self._microphone = Microphone(device, self._spoken, self)
        self._listening = on

    def play(self, on: bool) -> None:
        """Open or close the loudspeaker."""
        if self._loudspeaker is not None and not on:
            self._loudspeaker.stop()
            self._loudspeaker = None
        if on and self._loudspeaker is None:
            self._heard.clear()
            self._loudspeaker = self._player(self._wish.loudspeaker)
        self._playing = on
        self._feed_if_needed()

    def ring(self, on: bool, seconds: float | None = None) -> None:
        """Ring, for so many seconds (None: until told otherwise), or be quiet."""
        if self._bell is not None:
            self._bell.stop()
            self._bell = None
        self._rung = 0
        self._ring_until = int(seconds * RATE) if seconds is not None else None
        if on:
            self._bell = self._player(self._wish.ring)
        self._feed_if_needed()

    @property
    def ringing(self) -> bool:
        """Whether the bell is on."""
        return self._bell is not None

    def _player(self, wish: str) -> Player | None:
        device = _chosen(QMediaDevices.audioOutputs(), wish, QMediaDevices.defaultAudioOutput())
        return None if device.isNull() else Player(device, self)

    def _feed_if_needed(self) -> None:
        if self._bell is not None or self._loudspeaker is not None:
            self._feed.start()
        else:
            self._feed.stop()

    def _fill(self) -> None:
        if self._loudspeaker is not None and (room := self._loudspeaker.room):
            self._loudspeaker.write(self._heard.pull(room))
        if self._bell is None:
            return
        if self._ring_until is not None and self._rung >= self._ring_until:
            self.ring(False)
        elif room := self._bell.room:
            self._bell.write(ring(RATE, self._rung, room, self._wish.ring_volume))
            self._rung += room

    def _plugged(self) -> None:
        """Something was plugged in or pulled out, or another was chosen: open what is in use anew."""
        listening, playing, ringing = self._listening, self._playing, self.ringing
        if listening:
            self.listen(False)
            self.listen(True)
        if playing:
            self.play(False)
            self.play(True)
        if ringing:
            self.ring(False)
            self.ring(True)
        state = self.state
        log.info("sound-devices", microphones=len(state.microphones), loudspeakers=len(state.loudspeakers))
        self.changed.emit(state)
