"""Texts are spoken once, at our level, without clicks; the cache is measured, and asked as a call would ask it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from server.ivr.spoken import vocabulary
from server.speech.prompt_cache import RATES_HZ, PromptCache
from server.speech.samples import Samples, active_level, frame_levels, read_wav, write_wav
from server.speech.voice import VoiceMissing
from server.speech.voices import EspeakNg, NanoTts, Voice, voice_for

TEXTS = {
    "en": "Is the power out in the whole street, or in your home only?",
    "pt": "A luz acabou na rua inteira, ou só na sua casa?",
    "de": "Ist der Strom in der ganzen Straße ausgefallen, oder nur bei Ihnen?",
    "es": "¿Se fue la luz en toda la calle, o solo en su casa?",
}


class Counting:
    """A voice that counts what it says: a tone as long as the text."""

    name = "counting"

    def __init__(self) -> None:
        self.said: list[str] = []

    def speaks(self, language: str) -> bool:
        return language == "en"

    def speak(self, text: str, language: str) -> tuple[Samples, int]:
        self.said.append(text)
        t = np.arange(22050 * len(text) // 10) / 22050
        return np.sin(2 * np.pi * 440 * t) * 0.01, 22050


def _publish(folder: Path, voices: Sequence[Voice], text: str, language: str) -> list[Path]:
    cache = PromptCache(folder, voices)
    [_] = cache.publish([text], language)
    found = [cache.find(text, language, rate) for rate in RATES_HZ]
    assert all(found)
    return [path for path in found if path]


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("voice", [EspeakNg(), NanoTts()], ids=["espeak", "nanotts"])
def test_a_published_text_is_levelled_and_clean(tmp_path: Path, voice: Voice, language: str) -> None:
    if not voice.speaks(language):
        assert (voice.name, language) == ("nanotts", "pt")
        return
    for path, rate in zip(_publish(tmp_path, [voice], TEXTS[language], language), RATES_HZ, strict=True):
        samples, found_rate = read_wav(path)
        assert found_rate == rate
        assert 1.5 < samples.size / rate < 8
        assert active_level(samples) == pytest.approx(-20, abs=2)
        assert np.max(np.abs(samples)) < 0.9
        assert abs(samples[0]) < 0.001
        assert abs(samples[-1]) < 0.001
        loud = np.flatnonzero(frame_levels(samples, rate // 100) > -50)
        assert loud[0] <= 8, "silence at the beginning"
        assert samples.size // (rate // 100) - loud[-1] <= 8, "silence at the end"


def test_a_text_is_spoken_once(tmp_path: Path) -> None:
    voice = Counting()
    cache = PromptCache(tmp_path, [voice])
    assert [made.new for made in cache.publish(["good morning", "good evening"], "en")] == [True, True]
    assert [made.new for made in PromptCache(tmp_path, [voice]).publish(["good morning"], "en-GB")] == [False]
    assert voice.said == ["good morning", "good evening"]
    assert not list(tmp_path.rglob("*.part"))


def test_a_recorded_file_goes_first(tmp_path: Path) -> None:
    cache = PromptCache(tmp_path, [Counting()])
    [made] = cache.publish(["good morning"], "en")
    recorded = tmp_path / "recorded" / "en" / made.path.name
    write_wav(recorded, np.zeros(800))
    assert cache.find("good morning", "en") == recorded
    assert cache.find("good morning", "en", 16_000) == made.path.with_name(made.path.name.replace("8000", "16000"))


def test_what_was_not_published_is_not_there(tmp_path: Path) -> None:
    assert PromptCache(tmp_path, [Counting()]).find("good night", "en") is None


@pytest.mark.parametrize(
    ("text", "language", "why"),
    [("bom dia", "pt", "'pt'"), ("", "en", "nothing to be heard"), ("a" * 2001, "en", "2001 characters")],
)
def test_a_text_that_cannot_be_spoken_is_named(tmp_path: Path, text: str, language: str, why: str) -> None:
    with pytest.raises(VoiceMissing, match=why):
        list(PromptCache(tmp_path, [Counting()]).publish([text], language))
    assert not list(tmp_path.rglob("*.wav"))


def test_a_text_is_never_taken_for_an_option(tmp_path: Path) -> None:
    [made] = PromptCache(tmp_path / "cache", [EspeakNg()]).publish(["-w /etc/nothing"], "en")
    samples, _ = read_wav(made.path)
    assert samples.size > 8000


@pytest.mark.parametrize("language", TEXTS)
def test_every_piece_of_a_value_can_be_spoken(tmp_path: Path, language: str) -> None:
    pieces = sorted(vocabulary(language))[::40]
    made = list(PromptCache(tmp_path, [voice_for(language, [EspeakNg()])]).publish(pieces, language))
    assert [one.text for one in made] == pieces
