"""What is noted in the data directory of the house that runs: on a disk that takes nothing it is noted later.

The notes are for a supervisor that follows on one that died, and for people. The house goes on without.
"""

from collections.abc import Callable
from pathlib import Path

import structlog

from server.supervisor import child
from server.supervisor.folder import write_whole
from server.supervisor.loop import Loop
from server.wire.processes import ProcessName

_log = structlog.get_logger()

AGAIN_SECONDS = 2.0


class Notes:
    """The notes of one house."""

    def __init__(self, data: Path, loop: Loop) -> None:
        self._data, self._loop = data, loop

    def process(self, who: str, name: ProcessName) -> None:
        """Note the process that is `who` from now on."""
        self._write(who, lambda: child.note(self._data, who, name), pid=name.pid)

    def strike_out(self, who: str) -> None:
        """There is no such process any longer."""
        self._loop.cancel(_again(who))
        try:
            child.strike_out(self._data, who)
        except OSError as error:  # a disk that has become read-only; the name of a dead process does no harm
            _log.error("note-not-removed", who=who, error=str(error))

    def text(self, file: str, text: Callable[[], str]) -> None:
        """Have that text in the file; one that holds it is left alone. `text` is asked anew at each attempt."""
        self._write(file, lambda: self._write_text(self._data / file, text()))

    def _write_text(self, file: Path, text: str) -> None:
        if not _holds(file, text):
            write_whole(file, text)

    def _write(self, what: str, write: Callable[[], None], *, is_again: bool = False, **fields: object) -> None:
        self._loop.cancel(_again(what))
        try:
            write()
        except OSError as error:
            if not is_again:
                _log.error("not-noted", who=what, error=str(error), **fields)
            self._loop.later(_again(what), AGAIN_SECONDS, lambda: self._write(what, write, is_again=True, **fields))
            return
        if is_again:
            _log.info("noted", who=what, **fields)


def _again(what: str) -> str:
    return f"note-{what}"


def _holds(file: Path, text: str) -> bool:
    try:
        return file.read_text(encoding="utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False
