"""Files that visitors and agents send: few, small, of known kinds, kept under names of our own.

`DATA/uploads/FOLDER/RANDOM.KIND`, readable by the server's user only; each session has a folder (`folder_of`). What a
file is, its content says, never its name or what the sender claims. Handed out to agents only, as a download, never to
be shown inside a page of ours.
"""

import base64
import binascii
import hashlib
import os
import re
import secrets
from pathlib import Path
from threading import Lock

from server.web.dialogs.replies import ToKeep
from server.wire.uploads import SIGNATURE_OCTETS, is_name, kind_of

MOST_FILES = 10
"""Of one session."""
_FOLDER = re.compile(r"[A-Z0-9-]{8,40}")
_DRAWING = "data:image/png;base64,"


class UploadRefused(Exception):
    """A file is not kept. `code`: `file-large`, `file-kind` or `file-many`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Uploads:
    """The folder of what was sent. `most_octets`: of one file; `most_in_all`: of all together."""

    def __init__(self, folder: Path, most_octets: int, most_in_all: int) -> None:
        self._folder = folder
        self.most_octets = most_octets
        self._most_in_all = most_in_all
        self._one_at_a_time = Lock()

    def keep(self, session: str, sent: ToKeep) -> str:
        """Keep what came with a form, synced; the name that answers the question. Raises `UploadRefused`; `OSError` if
        the disk takes nothing."""
        return self._written(session, *self._judged(sent))

    def keep_file(self, session: str, octets: bytes, is_signature: bool) -> str:
        """Keep a file, or the picture of a signature, in the same way."""
        if len(octets) > self.most_octets_of(is_signature):
            raise UploadRefused("file-large")
        kind = kind_of(octets)
        if kind is None or (is_signature and kind != "png"):
            raise UploadRefused("file-kind")
        return self._written(session, octets, kind)

    def most_octets_of(self, is_signature: bool) -> int:
        """Of one file, or of a signature."""
        return min(self.most_octets, SIGNATURE_OCTETS) if is_signature else self.most_octets

    def check_room(self, session: str, octets: int) -> None:
        """Raises `UploadRefused` if so many octets more cannot be kept for the session."""
        with self._one_at_a_time:
            self._check_room(session, octets)

    def _check_room(self, session: str, octets: int) -> None:
        folder = self._folder / folder_of(session)
        has_many = folder.is_dir() and sum(1 for _ in folder.iterdir()) >= MOST_FILES
        if has_many or self._in_all() + octets > self._most_in_all:
            raise UploadRefused("file-many")

    def _written(self, session: str, octets: bytes, kind: str) -> str:
        with self._one_at_a_time:  # or two would find the last place free
            self._check_room(session, len(octets))
            name = f"{folder_of(session)}/{secrets.token_urlsafe(16)}.{kind}"
            path = self._folder / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(path, "xb", opener=_private) as file:
                file.write(octets)
                file.flush()
                os.fsync(file.fileno())
        return name

    def read(self, name: str) -> bytes | None:
        """A file by the name that answered the question; None: there is none."""
        path = self._folder / name
        if not is_name(name) or not path.is_file():
            return None
        return path.read_bytes()

    def forget(self, before: float) -> int:
        """Delete what was sent before that moment (seconds since 1970); how many files."""
        with self._one_at_a_time:
            return self._forget(before)

    def _forget(self, before: float) -> int:
        gone = 0
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            for file in folder.iterdir():
                if file.stat().st_mtime < before:
                    file.unlink()
                    gone += 1
            if not any(folder.iterdir()):
                folder.rmdir()
        return gone

    def _in_all(self) -> int:
        return sum(file.stat().st_size for file in self._folder.glob("*/*"))

    def _judged(self, sent: ToKeep) -> tuple[bytes, str]:
        if sent.upload.is_too_large:
            raise UploadRefused("file-large")
        if sent.kind == "name":
            return sent.upload.octets, "txt"
        octets = sent.upload.octets if sent.kind == "file" else _drawing(sent.upload.octets.decode())
        if len(octets) > self.most_octets:
            raise UploadRefused("file-large")
        kind = kind_of(octets)
        if kind is None or (sent.kind == "drawing" and kind != "png"):
            raise UploadRefused("file-kind")
        return octets, kind


def folder_of(session: str) -> str:
    """The folder of a session: its id, or a digest where the id cannot be a folder's name."""
    return session if _FOLDER.fullmatch(session) else hashlib.sha256(session.encode()).hexdigest()[:40].upper()


def _drawing(text: str) -> bytes:
    try:
        if not text.startswith(_DRAWING):
            raise UploadRefused("file-kind")
        return base64.b64decode(text.removeprefix(_DRAWING), validate=True)
    except binascii.Error as error:
        raise UploadRefused("file-kind") from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
