"""Notes that the server has not confirmed, in one small file for each call (mode 0600), written whole and renamed."""

import hashlib
import os
from pathlib import Path

import msgspec
import structlog

from agentdesk.desk.effects import StoreDraft
from agentdesk.desk.happenings import DraftFound

log = structlog.get_logger()


class Drafts:
    """The drafts of one agent at one server."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made, for its owner only, with the first draft."""
        self._folder = folder

    def _path(self, call: str) -> Path:
        return self._folder / f"{hashlib.sha256(call.encode()).hexdigest()[:32]}.json"

    def store(self, draft: StoreDraft) -> None:
        """Keep it. Raises `OSError`."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(draft.call)
        temporary = path.with_suffix(".new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(DraftFound(draft.call, draft.text, draft.result)))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)

    def drop(self, call: str) -> None:
        """The server has it."""
        self._path(call).unlink(missing_ok=True)

    def all(self) -> list[DraftFound]:
        """What an earlier window left behind; a file that cannot be read is logged and left where it is."""
        found = []
        for path in sorted(self._folder.glob("*.json")):
            try:
                found.append(msgspec.json.decode(path.read_bytes(), type=DraftFound))
            except (OSError, msgspec.DecodeError) as error:
                log.warning("draft-unreadable", file=str(path), why=str(error))
        return found
