"""Which version of a script is current, and which ones were: one small file, written whole."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import msgspec

NAME = "published.json"


class Publication(msgspec.Struct, frozen=True, omit_defaults=True):
    """A version became current. `at`: ISO 8601. `hash`: SHA-256 of the script. `what`: `published` or `rolled-back`.

    `channels`: those that the script is for. `queues`: where its ends hand customers over to. Both None: it was
    published before this was noted; publishing the same again notes it.
    """

    version: str
    hash: str
    at: str
    what: str = "published"
    channels: tuple[str, ...] | None = None
    queues: tuple[str, ...] | None = None


class Record(msgspec.Struct, frozen=True):
    """What happened to a script, oldest first; the last one is current."""

    history: tuple[Publication, ...] = ()

    @property
    def current(self) -> Publication | None:
        """What new sessions begin with; None: it was never published."""
        return self.history[-1] if self.history else None

    def before(self) -> Publication | None:
        """The last publication of another version than the current one; None: there is none."""
        current = self.current
        if current is None:
            return None
        return next((one for one in reversed(self.history) if one.version != current.version), None)

    def of(self, version: str) -> Publication | None:
        """The last publication of a version."""
        return next((one for one in reversed(self.history) if one.version == version), None)

    def now(self, publication: Publication) -> Record:
        """The record with one more publication."""
        return Record((*self.history, publication))

    def noted(self, publication: Publication) -> Record:
        """The record with this in the place of the last publication."""
        return Record((*self.history[:-1], publication))


def read_record(folder: Path) -> Record:
    """The record of a script's folder; empty if there is none. Raises OSError, or ValueError for a broken file."""
    try:
        return msgspec.json.decode((folder / NAME).read_bytes(), type=Record)
    except FileNotFoundError:
        return Record()
    except msgspec.DecodeError as error:
        raise ValueError(f"{folder / NAME} is no record of publications: {error}") from None


def write_record(folder: Path, record: Record) -> None:
    """Put the record in the place of the former one: whoever reads finds one or the other, whole. Raises OSError."""
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{NAME}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(record)))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, folder / NAME)
    except BaseException:
        os.unlink(temporary)
        raise
