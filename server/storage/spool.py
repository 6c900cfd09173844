"""The spool: batches of facts on disk while the database is away.

One file, `DIR/spool/facts.spool` (mode 0600), appended to and synced with each batch. A record is the length of what
follows and its CRC-32 (4 octets each, big-endian), then the batch as msgpack. A record that a crash cut off at the end
was never acknowledged: reading stops before it, and the next append writes over it.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import structlog

from server.storage.database import make_private_directory

log = structlog.get_logger()

_HEAD = struct.Struct(">II")

Row = tuple[int | float | str, ...]


class Batch(msgspec.Struct, frozen=True, array_like=True):
    """What one commit writes: rows of `ledger`, `call_record`, `contact` and `call_agent` (`agents`), in the order of
    their columns.

    `amendments`: facts about finished calls (call, fact as JSON). `synced`: sync the commit whatever is configured.
    `page`: the book as msgpack, as it is after the last row; empty: not written with this batch.
    """

    rows: list[Row]
    records: list[Row] = []
    contacts: list[Row] = []
    amendments: list[tuple[str, str]] = []
    synced: bool = False
    page: bytes = b""
    agents: list[Row] = []


class Spool:
    """Used from one thread at a time, but for `batches`."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "spool"
        self._path = self._folder / "facts.spool"
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(Batch)
        self._file: int | None = None
        self._end = 0

    def is_empty(self) -> bool:
        """Whether nothing waits for the database."""
        return self._end == 0

    def open(self) -> None:
        """Looks for what a core before us left."""
        make_private_directory(self._folder)
        if self._path.exists():
            self._end = sum(length for _, length in self._records())
            if (left := self._path.stat().st_size - self._end) > 0:
                log.warning("spool-ends-in-the-midst", octets_left=left, whole_octets=self._end)
            if self._end == 0:
                self._path.unlink()

    def append(self, batch: Batch) -> None:
        """The batch is on disk when this returns. `OSError` if the disk takes nothing; nothing is kept then."""
        body = self._encoder.encode(batch)
        record = _HEAD.pack(len(body), zlib.crc32(body)) + body
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            _sync_directory(self._folder)
        written = 0
        while written < len(record):
            written += os.pwrite(self._file, record[written:], self._end + written)
        os.fsync(self._file)
        self._end += len(record)

    @property
    def end(self) -> int:
        """Where what waits ends in the file; 0: nothing waits."""
        return self._end

    def batches(self, after: int = 0) -> Iterator[tuple[Batch, int]]:
        """What waits from that place in the file on, oldest first, each with the place where it ends. Another thread
        may append meanwhile."""
        for body, length in self._records(after):
            after += length
            yield self._decoder.decode(body), after

    def clear(self) -> None:
        """All of it is in the database."""
        self.close()
        self._path.unlink(missing_ok=True)
        _sync_directory(self._folder)
        self._end = 0

    def close(self) -> None:
        """Closes the file; what is in it stays."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _records(self, after: int = 0) -> Iterator[tuple[bytes, int]]:
        """Each whole record's body, and its length on disk."""
        with self._path.open("rb") as file:
            file.seek(after)
            while len(head := file.read(_HEAD.size)) == _HEAD.size:
                length, checksum = _HEAD.unpack(head)
                body = file.read(length)
                if len(body) < length or zlib.crc32(body) != checksum:
                    return
                yield body, _HEAD.size + length


def _sync_directory(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
