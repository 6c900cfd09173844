"""How much of the space for files one stranger may fill, and all strangers together.

Files are kept for months, so a limit by the hour would only make somebody patient. What counts is what lies there: each
session's folder is noted with the network from which it was filled, under a hash with a key of this installation.
Sessions of personal links are not counted: a part of the space is theirs alone.
"""

import hashlib
import os
import secrets
from pathlib import Path
from threading import Lock

import msgspec

from server.networks import network_of
from server.web.dialogs.uploads import UploadRefused

PARTS = 10
"""One address (IPv4, or an IPv6 network of 64 bits) may fill one of so many parts of the space."""
PARTS_OF_STRANGERS = 8
"""And all strangers together so many of them."""
KEY_OCTETS = 32
TAG_CHARACTERS = 20


class _Notes(msgspec.Struct):
    """The file. `folders`: session to the tag of its network."""

    key: str
    folders: dict[str, str] = {}


class UploadShares:
    """`folder`: of what was sent; `notes`: the file that tells whose is whose; `most_in_all`: octets of all files;
    `most_octets`: of one, which fits into any share. Its calls may come from any thread.
    """

    def __init__(self, folder: Path, notes: Path, most_in_all: int, most_octets: int) -> None:
        self._folder = folder
        self._file = notes
        self._most_of_one = max(most_in_all // PARTS, most_octets)
        self._most_of_strangers = max(most_in_all * PARTS_OF_STRANGERS // PARTS, most_octets)
        self._lock = Lock()
        self._notes: _Notes | None = None

    def take(self, session: str, address: str, octets: int) -> None:
        """A stranger's session is about to keep so many octets. Raises `UploadRefused` where that is too much;
        `OSError` if the disk takes nothing."""
        with self._lock:
            notes = self._read()
            digest = hashlib.blake2b(network_of(address).encode(), key=bytes.fromhex(notes.key))
            tag = digest.hexdigest()[:TAG_CHARACTERS]
            sizes = {one: self._size(one) for one in notes.folders}
            own = sum(size for one, size in sizes.items() if notes.folders[one] == tag)
            if own + octets > self._most_of_one or sum(sizes.values()) + octets > self._most_of_strangers:
                raise UploadRefused("file-many")
            if notes.folders.get(session) != tag:
                notes.folders = {one: notes.folders[one] for one, size in sizes.items() if size} | {session: tag}
                self._write(notes)

    def _size(self, session: str) -> int:
        folder = self._folder / session
        return sum(file.stat().st_size for file in folder.iterdir()) if folder.is_dir() else 0

    def _read(self) -> _Notes:
        if self._notes is None:
            try:
                self._notes = msgspec.json.decode(self._file.read_bytes(), type=_Notes)
            except (FileNotFoundError, msgspec.MsgspecError):  # a broken one only makes the shares begin anew
                self._notes = _Notes(secrets.token_hex(KEY_OCTETS))
        return self._notes

    def _write(self, notes: _Notes) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        new = self._file.with_suffix(".new")
        with open(new, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(msgspec.json.encode(notes))
        os.replace(new, self._file)
