"""What the server does not have yet, in small files (mode 0600), written whole and renamed.

For each call there is one with notes that are not confirmed, and one with what is typed in its script and is not handed
in.
"""

import hashlib
import os
from pathlib import Path
from typing import TypeVar

import msgspec
import structlog

from agentdesk.desk.effects import StoreDraft, StoreTyped
from agentdesk.desk.happenings import DraftFound, TypedFound

log = structlog.get_logger()
Found = TypeVar("Found", DraftFound, TypedFound)
_NOTES, _TYPED = ".json", ".typed"


class Drafts:
    """The drafts of one agent at one server."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made, for its owner only, with the first draft."""
        self._folder = folder

    def _path(self, call: str, ending: str) -> Path:
        return self._folder / f"{hashlib.sha256(call.encode()).hexdigest()[:32]}{ending}"

    def store(self, draft: StoreDraft) -> None:
        """Keep notes. Raises `OSError`."""
        self._store(self._path(draft.call, _NOTES), DraftFound(draft.call, draft.text, draft.result))

    def drop(self, call: str) -> None:
        """The server has them."""
        self._path(call, _NOTES).unlink(missing_ok=True)

    def all(self) -> list[DraftFound]:
        """Notes that an earlier window left behind; a file that cannot be read is logged and left where it is."""
        return self._all(_NOTES, DraftFound)

    def store_typed(self, typed: StoreTyped) -> None:
        """Keep what is typed in a script. Raises `OSError`."""
        self._store(self._path(typed.call, _TYPED), TypedFound(typed.call, typed.sheets))

    def drop_typed(self, call: str) -> None:
        """It is handed in, or over."""
        self._path(call, _TYPED).unlink(missing_ok=True)

    def all_typed(self) -> list[TypedFound]:
        """What an earlier window left behind; a file that cannot be read is logged and left where it is."""
        return self._all(_TYPED, TypedFound)

    def _store(self, path: Path, draft: DraftFound | TypedFound) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = path.with_suffix(f"{path.suffix}-new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(draft))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)

    def _all(self, ending: str, kind: type[Found]) -> list[Found]:
        found = []
        for path in sorted(self._folder.glob(f"*{ending}")):
            try:
                found.append(msgspec.json.decode(path.read_bytes(), type=kind))
            except (OSError, msgspec.DecodeError) as error:
                log.warning("draft-unreadable", file=str(path), why=str(error))
        return found
