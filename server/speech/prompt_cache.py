"""Spoken texts on disk, found by what they say. Filled when scripts are published, only read during calls."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import soxr

from server.speech.prompt_files import RATES_HZ, PromptFiles, key
from server.speech.samples import Samples, levelled, trimmed, write_wav
from server.speech.voice import VoiceMissing
from server.speech.voices import Voice, voice_for

MAX_TEXT: Final = 2_000
"""Characters of one prompt: two minutes of speech, far more than anybody listens to."""
_FADE_SECONDS: Final = 0.005


@dataclass(frozen=True)
class Made:
    """One text is there: `path` at 8 kHz; `new` if it was spoken now."""

    text: str
    path: Path
    new: bool


class PromptCache(PromptFiles):
    """Makes the files that are not there yet."""

    def __init__(self, folder: Path, voices: Sequence[Voice]) -> None:
        super().__init__(folder)
        self._voices = voices

    def publish(self, texts: Iterable[str], language: str) -> Iterator[Made]:
        """Speak what is not there yet, one text after the other, so that the asker can show progress.

        Raises `VoiceMissing` when no voice speaks the language or a text cannot be spoken; what was made stays.
        """
        primary = language.partition("-")[0].lower()
        for text in texts:
            there = self.find(text, primary)
            if there is None or self.find(text, primary, RATES_HZ[1]) is None:
                self._make(text, primary)
            path = self.find(text, primary)
            assert path is not None
            yield Made(text, path, new=there is None)

    def _make(self, text: str, language: str) -> None:
        if len(text) > MAX_TEXT:
            raise VoiceMissing(f"a prompt of {len(text)} characters is too long to be spoken; at most {MAX_TEXT}")
        samples, rate_hz = voice_for(language, self._voices).speak(text, language)
        for wanted_hz in RATES_HZ:
            sound = _finished(soxr.resample(samples, rate_hz, wanted_hz, quality="VHQ"), wanted_hz)
            if not sound.size:
                raise VoiceMissing(f"there is nothing to be heard in {text[:40]!r}")
            self._keep(self._folder / language / f"{key(text)}-{wanted_hz}.wav", sound, wanted_hz)

    def _keep(self, path: Path, sound: Samples, rate_hz: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
        os.close(handle)
        try:
            write_wav(Path(temporary), sound, rate_hz)
            os.replace(temporary, path)  # a call that plays meanwhile finds the whole file or none
        except BaseException:
            os.unlink(temporary)
            raise


def _finished(samples: Samples, rate_hz: int) -> Samples:
    """At our level, without silence at the ends, and fading in and out so that nothing clicks."""
    sound = trimmed(levelled(samples), rate_hz=rate_hz) if samples.size else samples
    fade = min(int(_FADE_SECONDS * rate_hz), sound.size // 2)
    if fade:
        ramp = np.linspace(0, 1, fade, endpoint=False)
        sound = sound.copy()
        sound[:fade] *= ramp
        sound[-fade:] *= ramp[::-1]
    return sound
