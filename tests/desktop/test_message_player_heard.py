"""A voice message on a real loudspeaker: what PulseAudio hears of it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from softphone_bench import RATE, pulse

from tests.house.house import PATIENCE_SECONDS, until

pytestmark = [pytest.mark.real, pytest.mark.alone]

SECONDS = 2.0
FRAME = RATE // 50
DESK = """
import sys
from PySide6.QtCore import QCoreApplication
from test_message_player import tone, wav
from agentdesk.message_player import MessagePlayer

app = QCoreApplication([])
player = MessagePlayer()
player.load(wav(tone(float(sys.argv[1]))))
player.moved.connect(lambda: None if player.is_playing else app.quit())
player.failed.connect(sys.exit)
player.play()
app.exec()
"""


def test_the_loudspeaker_plays_the_whole_message(tmp_path: Path) -> None:
    recorded = tmp_path / "ear.raw"
    with pulse(tmp_path / "pulse", "module-null-sink sink_name=ear rate=48000 channels=2") as environment:
        command = ["parec", "-d", "ear.monitor", "--format=s16le", f"--rate={RATE}", "--channels=1", str(recorded)]
        ear = subprocess.Popen(command, env=environment)
        try:
            until("a first sample", lambda: recorded.exists() and recorded.stat().st_size > 0)
            desk = [sys.executable, "-c", DESK, str(SECONDS)]
            subprocess.run(desk, env=environment, cwd=Path(__file__).parent, check=True, timeout=PATIENCE_SECONDS)
            until("silence at the end", lambda: _is_over(recorded))
        finally:
            ear.terminate()
            ear.wait(PATIENCE_SECONDS)
    heard = _frames(recorded)
    loud = np.flatnonzero(np.sqrt(np.mean(heard**2, axis=1)) > 1000)
    assert abs(len(loud) / 50 - SECONDS) < 0.1
    tone = heard[loud].ravel()
    pitch = np.abs(np.fft.rfft(tone * np.hanning(tone.size))).argmax() * RATE / tone.size
    assert abs(pitch - 440) < 2


def _frames(file: Path) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    samples = np.frombuffer(file.read_bytes()[: file.stat().st_size & ~1], "<i2").astype(np.float64)
    return samples[: samples.size // FRAME * FRAME].reshape(-1, FRAME)


def _is_over(file: Path) -> bool:
    """Whether the last half second is silent, after something that was not."""
    heard = np.abs(_frames(file)).max(axis=1)
    return bool(heard.size > 25 and heard.max() > 1000 and heard[-25:].max() < 10)
