"""The ears of the tests themselves: what they take for a sentence, and what not."""

import wave
from pathlib import Path

import numpy as np
import pytest

from tests.house.ears import RATE, Ears, Samples

SECONDS = 1.2


def _written(path: Path, sound: Samples) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((sound * 32767).astype("<i2").tobytes())
    return path


def _voice(seed: int) -> Samples:
    rng = np.random.default_rng(seed)
    smooth = np.convolve(rng.normal(size=int(SECONDS * RATE)), np.ones(6) / 6, "same")
    return np.asarray(0.4 * smooth / np.max(np.abs(smooth)))


@pytest.mark.parametrize("slip_ms", [0, 10])
def test_a_sentence_is_heard_although_a_packet_was_late(tmp_path: Path, slip_ms: int) -> None:
    said = _voice(1)
    middle, slip = int(0.45 * RATE), int(slip_ms / 1000 * RATE)
    heard = np.concatenate([np.zeros(RATE), said[:middle], said[middle - slip :], np.zeros(RATE)])
    ears = Ears(_written(tmp_path / "heard.wav", heard), tmp_path)
    assert ears.hear_file(_written(tmp_path / "said.wav", said), "it", 0) == pytest.approx(1.0, abs=0.02)


def test_another_sentence_or_its_half_is_not_taken_for_it(tmp_path: Path) -> None:
    said, other = _voice(1), _voice(2)
    half = np.concatenate([said[: int(0.45 * RATE)], other[int(0.45 * RATE) :]])
    for number, heard in enumerate((other, half)):
        ears = Ears(_written(tmp_path / f"heard{number}.wav", heard), tmp_path)
        with pytest.raises(AssertionError):
            ears.hear_file(_written(tmp_path / "said.wav", said), "it", 0)
