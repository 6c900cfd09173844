"""Where spoken texts lie on the disk, found by what they say. Reads no sound."""

import hashlib
import json
from pathlib import Path
from typing import Final

RATES_HZ: Final = (8_000, 16_000)
_FORMAT: Final = 1
"""Part of every name: another way of making sound gives other files."""


class PromptFiles:
    """Sound files under `folder`: `LANGUAGE/KEY-8000.wav` and `-16000.wav`.

    A file of the same name in `folder/recorded/LANGUAGE` (a person's voice) goes before the spoken one; it is played
    as it is, so it must have the rate that its name says, 16 bit, mono.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, text: str, language: str, rate_hz: int = 8_000) -> Path | None:
        """The file that says `text`; None if it was never spoken. `language` may have a region (`pt-BR`)."""
        primary = language.partition("-")[0].lower()
        name = f"{key(text)}-{rate_hz}.wav"
        recorded = self._folder / "recorded" / primary / name
        spoken = self._folder / primary / name
        return next((path for path in (recorded, spoken) if path.is_file()), None)


def key(text: str) -> str:
    """What names the files of a text."""
    content = json.dumps([_FORMAT, text], ensure_ascii=False).encode()
    return hashlib.sha256(content).hexdigest()[:24]
