"""Measuring what was heard, on signals whose truth is known."""

from pathlib import Path

import numpy as np
import pytest

from server.phone import hearing
from server.phone.sound import SoundRefused, write_tone

RATE = 8000
SHIPPED = Path(__file__).parents[2] / "server" / "speech" / "sounds"


def sine(hertz: float, seconds: float, dbfs: float = -20) -> np.ndarray:
    moments = np.arange(int(seconds * RATE)) / RATE
    return np.sqrt(2) * 10 ** (dbfs / 20) * np.sin(2 * np.pi * hertz * moments + 0.3)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE))


def test_a_whole_tone():
    heard = hearing.tone(np.concatenate([silence(0.5), sine(440, 2), silence(0.3)]), RATE, 440)
    assert heard is not None
    assert heard.hertz == pytest.approx(440, abs=0.5)
    assert heard.level_dbfs == pytest.approx(-20, abs=0.1)
    assert (heard.begin, heard.end) == pytest.approx((0.5, 2.5))
    assert heard.seconds == pytest.approx(2)
    assert heard.gaps == []
    assert heard.longest_gap_ms == 0


def test_gaps_are_found_where_they_are():
    samples = sine(440, 3)
    samples[8000 : 8000 + 400] = 0
    samples[16000 : 16000 + 1040] = 0
    heard = hearing.tone(samples, RATE, 440)
    assert heard is not None
    assert heard.gaps == [hearing.Gap(1.0, 50), hearing.Gap(2.0, 130)]
    assert heard.longest_gap_ms == 130
    assert heard.level_dbfs == pytest.approx(-20, abs=0.2), "gaps do not count into the level"


def test_another_tone_is_a_gap_and_not_the_tone():
    heard = hearing.tone(np.concatenate([sine(440, 1), sine(660, 0.2), sine(440, 1)]), RATE, 440)
    assert heard is not None
    assert heard.longest_gap_ms == pytest.approx(200, abs=10)
    assert hearing.tone(sine(660, 2), RATE, 440) is None


def test_noise_and_codec_do_not_matter():
    noisy = sine(440, 2) + np.random.default_rng(1).normal(0, 0.004, 2 * RATE)
    heard = hearing.tone(np.round(noisy * 128) / 128, RATE, 440)
    assert heard is not None
    assert heard.hertz == pytest.approx(440, abs=0.5)
    assert heard.longest_gap_ms == 0


@pytest.mark.parametrize("hertz", [440, 660])
@pytest.mark.parametrize("name", ["music.wav", "en/greeting.wav", "pt/greeting.wav", "ringback.wav"])
def test_music_and_speech_are_not_taken_for_the_tone(name: str, hertz: int):
    samples, rate = hearing.read(SHIPPED / name)
    assert hearing.tone(samples, rate, hertz) is None


def test_a_tone_after_music_begins_where_the_music_ends():
    samples, rate = hearing.read(SHIPPED / "music.wav")
    heard = hearing.tone(np.concatenate([samples[: 5 * rate], sine(660, 2), silence(1)]), rate, 660)
    assert heard is not None
    assert heard.begin == pytest.approx(5, abs=0.011)
    assert heard.end == pytest.approx(7, abs=0.011)


def test_too_quiet_or_too_short_is_not_heard():
    assert hearing.tone(sine(440, 2, dbfs=-55), RATE, 440) is None
    assert hearing.tone(sine(440, 0.1), RATE, 440) is None
    assert hearing.tone(np.zeros(0), RATE, 440) is None


def test_silences_and_first_sound():
    samples = np.concatenate([silence(0.4), sine(300, 1), silence(0.25)])
    assert [(gap.at, gap.milliseconds) for gap in hearing.silences(samples, RATE)] == [
        (0, 400),
        (pytest.approx(1.4), 250),
    ]
    assert hearing.first_sound(samples, RATE) == pytest.approx(0.4)
    assert hearing.first_sound(silence(1), RATE) is None


def test_level_and_pitch_of_nothing():
    assert hearing.level_dbfs(silence(1)) == -120
    assert hearing.level_dbfs(np.zeros(0)) == -120
    assert hearing.pitch(silence(1), RATE) == 0


@pytest.mark.parametrize("hertz", [50, 441, 660, 3333])
def test_the_phones_tones_loop_without_a_seam(tmp_path: Path, hertz: int):
    write_tone(tmp_path / "tone.wav", hertz)
    samples, rate = hearing.read(tmp_path / "tone.wav")
    looped = np.concatenate([samples, samples])
    heard = hearing.tone(looped, rate, hertz)
    assert heard is not None
    assert heard.hertz == pytest.approx(hertz, abs=0.2)
    assert heard.level_dbfs == pytest.approx(-20, abs=0.1)
    assert heard.seconds == pytest.approx(looped.size / rate)
    assert np.abs(np.diff(looped)).max() <= 2 * np.pi * hertz / rate * np.abs(looped).max() * 1.01


@pytest.mark.parametrize("hertz", [0, 49, 3501])
def test_tones_that_no_telephone_carries(tmp_path: Path, hertz: int):
    with pytest.raises(SoundRefused, match="50 to 3500"):
        write_tone(tmp_path / "tone.wav", hertz)
