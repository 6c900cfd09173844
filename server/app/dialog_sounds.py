"""What scripts say on the telephone: the files of parts of speech, and what must be spoken before they are there."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from server.ivr.conversation import AnyPart, Music, Pause, Recording, Tick, Words
from server.speech.prompt_files import PromptFiles
from server.speech.samples import RATE_HZ, write_wav

RECORDINGS: Final = "recordings"
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_STEP_MS: Final = 100
"""Pauses are made in steps of that length."""


class DialogSounds:
    """`prompts`: what was spoken. `scripts`: the folder of published scripts; recordings that replace prompts lie in
    `ID/recordings/LANGUAGE/NAME.wav` there. `music`: what is heard while something takes its time."""

    def __init__(self, prompts: Path, scripts: Path, music: Sequence[str], tick: str) -> None:
        self._files = PromptFiles(prompts)
        self._pauses = prompts / "pauses"
        self._scripts = scripts
        self._music = list(music)
        self._tick = tick

    def says(self, parts: Iterable[AnyPart]) -> list[str]:
        """The files of `parts`, one after the other. A text that was never spoken is left out."""
        return [file for part in parts for file in self._of(part)]

    def wanted(self, parts: Iterable[AnyPart]) -> Iterator[Words]:
        """Texts that must be spoken, those that have recordings left out."""
        for part in parts:
            if isinstance(part, Words):
                yield part
            elif isinstance(part, Recording) and self._recording(part) is None:
                yield from self.wanted(part.otherwise)

    def _of(self, part: AnyPart) -> list[str]:
        match part:
            case Words(text, language):
                found = self._files.find(text, language)
                return [] if found is None else [str(found)]
            case Pause(milliseconds):
                return [self._pause(milliseconds)] if milliseconds >= _STEP_MS else []
            case Recording():
                recorded = self._recording(part)
                return self.says(part.otherwise) if recorded is None else [str(recorded)]
            case Music():
                return self._music
            case Tick():
                return [self._tick]

    def _recording(self, part: Recording) -> Path | None:
        """A person's voice, in the language or its main form."""
        name = part.name.removesuffix(".wav")
        if not (_NAME.fullmatch(name) and _NAME.fullmatch(part.script)):
            return None
        folder = self._scripts / part.script / RECORDINGS
        for language in (part.language, part.language.partition("-")[0]):
            file = folder / language / f"{name}.wav"
            if _NAME.fullmatch(language) and file.is_file():
                return file
        return None

    def _pause(self, milliseconds: int) -> str:
        steps = milliseconds // _STEP_MS
        file = self._pauses / f"{steps * _STEP_MS}.wav"
        if not file.is_file():
            write_wav(file, np.zeros(steps * _STEP_MS * RATE_HZ // 1000))
        return str(file)
