"""Measures every sound that is shipped, and that the program which made them still makes the same."""

import wave
from pathlib import Path

import numpy as np
import pytest

from server.speech import music, voice
from server.speech.make_sounds import SHIPPED, main
from server.speech.samples import active_level, at_8_khz, frame_levels, levelled, read_wav, trimmed, write_wav

FILES = sorted(SHIPPED.rglob("*.wav"))
NAMES = [str(path.relative_to(SHIPPED)) for path in FILES]


def test_everything_is_there():
    wanted = {"music.wav", "ringback.wav", "tone.wav", "beep.wav", "tick.wav"}
    wanted |= {f"{language}/{name}.wav" for language in ("en", "pt") for name in voice.prompts(language)}
    assert set(NAMES) == wanted


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_format_level_and_ends(path: Path):
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (8000, 2, 1)
    samples, _ = read_wav(path)
    assert active_level(samples) == pytest.approx(-20, abs=2)
    assert np.max(np.abs(samples)) < 0.95, "clips"
    assert abs(np.mean(samples)) < 0.003, "has a direct current"
    sounding = np.flatnonzero(frame_levels(samples) > -50)
    assert sounding[0] * 10 < 200, "begins with silence"
    assert (len(samples) // 80 - 1 - sounding[-1]) * 10 < 200, "ends with silence"


@pytest.mark.parametrize("path", [p for p in FILES if p.parent.name in ("en", "pt")])
def test_no_prompt_pauses_for_long(path: Path):
    samples, _ = read_wav(path)
    assert longest_silence_ms(samples) < 600


def test_music_never_pauses_and_loops_without_a_click():
    samples, _ = read_wav(SHIPPED / "music.wav")
    assert 30 <= samples.size / 8000 <= 45
    assert 20 * np.log10(np.sqrt(np.mean(samples**2))) == pytest.approx(-20, abs=2)
    assert longest_silence_ms(np.concatenate([samples, samples]), below=-35) < 500
    steps = np.abs(np.diff(np.concatenate([samples, samples])))
    assert steps[samples.size - 40 : samples.size + 40].max() < np.percentile(steps, 99.9), "a click at the seam"
    assert steps.max() < 0.35, "a click"


@pytest.mark.parametrize(("name", "hertz"), [("ringback.wav", 425), ("tone.wav", 1004)])
def test_tones_have_their_pitch_and_no_seam(name: str, hertz: int):
    samples, _ = read_wav(SHIPPED / name)
    looped = np.concatenate([samples, samples])
    seam = looped[samples.size - 1000 : samples.size + 1000]
    spectrum = np.abs(np.fft.rfft(seam * np.hanning(seam.size), 80_000))
    assert spectrum.argmax() / 10 == pytest.approx(hertz, abs=1)
    step = 2 * np.pi * hertz / 8000 * np.max(np.abs(samples))
    assert np.abs(np.diff(seam)).max() < 1.05 * step
    assert longest_silence_ms(looped) < 3000


def test_the_program_makes_the_same_music_and_tones():
    for name, made in [("music", music.hold_music()), ("ringback", music.ringback()), ("tone", music.test_tone())]:
        shipped, _ = read_wav(SHIPPED / f"{name}.wav")
        assert np.allclose(levelled(made), shipped, atol=2 / 32768)


def test_making_all_sounds_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main([str(tmp_path)]) == 0
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.wav")} == set(NAMES)
    assert "en/greeting.wav" in capsys.readouterr().out


def test_without_espeak_the_cure_is_named(tmp_path: Path, monkeypatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main([str(tmp_path)]) == 1
    assert "apt-get install espeak-ng" in capsys.readouterr().err


def test_a_clipping_sound_is_not_written(tmp_path: Path):
    with pytest.raises(ValueError, match="clip"):
        write_wav(tmp_path / "loud.wav", np.array([0.0, 1.2]))
    assert not (tmp_path / "loud.wav").exists()


def test_resampling_keeps_pitch_and_level_and_drops_what_does_not_fit():
    moments = np.arange(22050) / 22050
    low, high = np.sin(2 * np.pi * 1000 * moments), np.sin(2 * np.pi * 6000 * moments)
    made = at_8_khz(0.1 * low + 0.1 * high, 22050)
    assert made.size == 8000
    assert np.allclose(made, 0.1 * np.sin(2 * np.pi * 1000 * np.arange(8000) / 8000), atol=1e-3)


def test_trimming_leaves_a_margin():
    tone = 0.1 * np.sin(np.arange(8000))
    quiet = np.zeros(8000)
    assert trimmed(np.concatenate([quiet, tone, quiet])).size == 8000 + 2 * 400
    assert trimmed(quiet).size == 0


def longest_silence_ms(samples: np.ndarray, below: float = -50) -> int:
    longest = run = 0
    for level in frame_levels(samples):
        run = run + 1 if level < below else 0
        longest = max(longest, run)
    return longest * 10
