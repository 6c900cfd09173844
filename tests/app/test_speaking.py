"""The child process that speaks: files appear, level and ends are right, and its death harms one request only."""

import os
import signal
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.defer import Deferred, gatherResults

from server.app.dialog_sounds import DialogSounds
from server.app.speaking import Speaking
from server.ivr.conversation import Music, Pause, Recording, Tick, Words
from server.speech.samples import active_level, read_wav

TEXTS = {
    "en": "Please key the eight digits of your meter number.",
    "pt": "Digite os oito números do seu medidor.",
    "de": "Bitte geben Sie Ihre Zählernummer ein.",
    "es": "Marque los ocho números de su contador.",
}


@pytest.fixture
def speaking(tmp_path: Path) -> Any:
    made = Speaking(reactor, tmp_path / "prompts")
    yield made
    made.stop()


def _files(speaking: Speaking, text: str, language: str) -> list[Path]:
    found = [speaking.files.find(text, language, rate) for rate in (8000, 16000)]
    assert all(found)
    return [file for file in found if file is not None]


@pytest_twisted.ensureDeferred
async def test_four_languages_at_two_rates_levelled_without_clicks(speaking: Speaking) -> None:
    for language, text in TEXTS.items():
        assert await speaking.make([text], language) == []
        for file, rate in zip(_files(speaking, text, language), (8000, 16000), strict=True):
            samples, found = read_wav(file)
            assert found == rate
            assert active_level(samples) == pytest.approx(-20, abs=2)
            assert np.abs(samples).max() < 0.95
            assert max(abs(samples[0]), abs(samples[-1])) < 0.002
    made = speaking.counters["made"]
    assert await speaking.make(TEXTS.values(), "en") == []
    assert await speaking.make([TEXTS["en"]], "en") == []
    assert speaking.counters["made"] == made + 3  # the other languages' texts, read by an English voice


@pytest_twisted.ensureDeferred
async def test_what_cannot_be_spoken_is_told_and_keeps_nobody(speaking: Speaking) -> None:
    assert await speaking.make(["Bonjour."], "fr") == ["Bonjour."]
    assert await speaking.make(["x" * 5_000, "Hello."], "en") == ["x" * 5_000]
    assert speaking.files.find("Hello.", "en") is not None


@pytest_twisted.ensureDeferred
async def test_a_child_that_dies_is_replaced(speaking: Speaking) -> None:
    await speaking.make(["One."], "en")
    assert speaking._child is not None
    assert speaking._child.transport is not None
    pid = speaking._child.transport.pid
    os.kill(pid, signal.SIGSTOP)  # it has not read the request yet when it dies
    waiting = [speaking.make([text], "en") for text in ("Two.", "Three.")]
    both = gatherResults([Deferred.fromCoroutine(one) for one in waiting])
    os.kill(pid, signal.SIGKILL)
    assert await both == [["Two."], []]
    assert await speaking.make(["Two."], "en") == []


def _recording(file: Path) -> None:
    file.parent.mkdir(parents=True)
    with wave.open(str(file), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"\x00\x01" * 800)


def test_recordings_replace_prompts_one_by_one(tmp_path: Path) -> None:
    sounds = DialogSounds(tmp_path / "prompts", tmp_path / "dialogs", ["music.wav"], "tick.wav")
    welcome = Recording("meter", "welcome", "pt-BR", (Words("Bem-vindo.", "pt-BR"),))
    assert [one.text for one in sounds.wanted([welcome])] == ["Bem-vindo."]
    file = tmp_path / "dialogs" / "meter" / "recordings" / "pt" / "welcome.wav"
    _recording(file)
    assert list(sounds.wanted([welcome])) == []
    assert sounds.says([welcome]) == [str(file)]
    assert sounds.says([Music(), Tick()]) == ["music.wav", "tick.wav"]
    for name in ("../welcome", "/etc/passwd", "..", "a/b"):
        hostile = Recording("meter", name, "pt", (Words("Olá.", "pt"),))
        assert [one.text for one in sounds.wanted([hostile])] == ["Olá."]


def test_pauses_are_files_of_silence(tmp_path: Path) -> None:
    sounds = DialogSounds(tmp_path / "prompts", tmp_path / "dialogs", [], "")
    (pause,) = sounds.says([Pause(330), Pause(40)])
    samples, rate = read_wav(Path(pause))
    assert (samples.size / rate, np.abs(samples).max()) == (0.3, 0)
