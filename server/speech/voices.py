"""Text to speech by programs and libraries of others, behind one small face."""

import functools
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from server.speech.samples import Samples, read_wav
from server.speech.voice import SYNTHESIS_SECONDS, WORDS_PER_MINUTE, VoiceMissing

NANOTTS_RATE_HZ: Final = 16_000
ESPEAK_VOICES: Final = {"en": "en-gb", "pt": "pt-br", "de": "de", "es": "es"}
NANOTTS_VOICES: Final = {"en": "en-GB", "de": "de-DE", "es": "es-ES"}


class Voice(Protocol):
    """One way to speak. `name` tells it from others: sound made by another voice is another sound."""

    name: str

    def speaks(self, language: str) -> bool:
        """Whether it is installed and has a voice for the language (`en`, `pt`, ...)."""
        ...

    def speak(self, text: str, language: str) -> tuple[Samples, int]:
        """Samples and their rate in Hz. Raises `VoiceMissing` if it cannot. Takes a while: never during a call."""
        ...


class EspeakNg:
    """The program `espeak-ng`: all four languages, plain and clear."""

    name = "espeak-ng"

    def speaks(self, language: str) -> bool:
        """True for en, pt, de and es, if the program is there."""
        return language in ESPEAK_VOICES and shutil.which(self.name) is not None

    def speak(self, text: str, language: str) -> tuple[Samples, int]:
        """Speak at 22,050 Hz."""
        program = shutil.which(self.name)
        if program is None:
            raise VoiceMissing("espeak-ng is not installed; install it (apt-get install espeak-ng)")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "spoken.wav"
            words = [program, "-v", ESPEAK_VOICES[language], "-s", str(WORDS_PER_MINUTE), "-g", "2", "-w", str(path)]
            done = _run([*words, "--stdin"], text)
            if not path.exists():
                raise VoiceMissing(f"espeak-ng made no sound: {done.decode(errors='replace').strip()}")
            return read_wav(path)


class NanoTts:
    """The library `py-nanotts` (SVOX Pico): warmer than espeak-ng, without Portuguese.

    It holds the interpreter while it speaks and is C code over text from outside: it runs in a process of its own.
    """

    name = "nanotts"

    def speaks(self, language: str) -> bool:
        """True for en, de and es, if the library is there (`pip install caruso[voices]`)."""
        return language in NANOTTS_VOICES and importlib.util.find_spec("py_nanotts") is not None

    def speak(self, text: str, language: str) -> tuple[Samples, int]:
        """Speak at 16 kHz."""
        octets = _run([sys.executable, "-P", "-m", "server.speech.nanotts", NANOTTS_VOICES[language]], text)
        if not octets:
            raise VoiceMissing("nanotts made no sound")
        return np.frombuffer(octets[: len(octets) & ~1], "<i2").astype(np.float64) / 32768, NANOTTS_RATE_HZ


class NanoTtsHere(NanoTts):
    """The same in this process, ten times as quick: for a process that does nothing but speak."""

    def __init__(self) -> None:
        self._library: Any = None

    def speak(self, text: str, language: str) -> tuple[Samples, int]:
        """Speak at 16 kHz."""
        if self._library is None:
            import py_nanotts  # heavy

            self._library = py_nanotts.NanoTTS()
        octets: bytes = self._library.speak(text, voice=NANOTTS_VOICES[language])
        if not octets:
            raise VoiceMissing("nanotts made no sound")
        return np.frombuffer(octets[: len(octets) & ~1], "<i2").astype(np.float64) / 32768, NANOTTS_RATE_HZ


@functools.cache
def installed() -> Sequence[Voice]:
    """All voices, the best first; the first that speaks a language is taken for it."""
    return (NanoTts(), EspeakNg())


def voice_for(language: str, voices: Sequence[Voice]) -> Voice:
    """The first voice that speaks `language`. Raises `VoiceMissing`."""
    for voice in voices:
        if voice.speaks(language):
            return voice
    raise VoiceMissing(f"no voice here speaks {language!r}; install espeak-ng (apt-get install espeak-ng)")


def _run(command: list[str], text: str) -> bytes:
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=SYNTHESIS_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise VoiceMissing(f"{Path(command[0]).name} took longer than {SYNTHESIS_SECONDS} s for one text") from None
    if done.returncode != 0:
        trouble = done.stderr.decode(errors="replace").strip()
        raise VoiceMissing(f"{Path(command[0]).name} failed: {trouble or f'exit status {done.returncode}'}")
    return done.stdout
