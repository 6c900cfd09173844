"""Files that visitors send: few, small, of known kinds, kept under names of our own.

`DATA/uploads/SESSION/RANDOM.KIND`, readable by the server's user only. What a file is, its content says, never its
name or what the browser claims. Handed out to agents only, as a download, never to be shown inside a page of ours.
"""

import base64
import binascii
import contextlib
import os
import re
import secrets
from pathlib import Path

from server.web.dialogs.replies import ToKeep

MOST_FILES = 10
"""Of one session."""
_NAME = re.compile(r"[A-Z0-9-]{8,40}/[A-Za-z0-9_-]{8,40}\.[a-z]{3,4}")
_DRAWING = "data:image/png;base64,"
_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
)
_HEIC = (b"heic", b"heix", b"mif1", b"msf1")


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

    def keep(self, session: str, sent: ToKeep) -> str:
        """Keep a file, synced; the name that answers the question. Raises `UploadRefused`; `OSError` if the disk takes
        nothing."""
        octets, kind = self._judged(sent)
        folder = self._folder / session
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if sum(1 for _ in folder.iterdir()) >= MOST_FILES or self._in_all() + len(octets) > self._most_in_all:
            raise UploadRefused("file-many")
        name = f"{session}/{secrets.token_urlsafe(16)}.{kind}"
        with open(self._folder / name, "xb", opener=_private) as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        return name

    def read(self, name: str) -> bytes | None:
        """A file by the name that answered the question; None: there is none."""
        path = self._folder / name
        if _NAME.fullmatch(name) is None or not path.is_file():
            return None
        return path.read_bytes()

    def forget(self, before: float) -> int:
        """Delete what was sent before that moment (seconds since 1970); how many files."""
        gone = 0
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            for file in folder.iterdir():
                if file.stat().st_mtime < before:
                    file.unlink()
                    gone += 1
            if not any(folder.iterdir()):
                with contextlib.suppress(OSError):  # a visitor sends one just now
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


def kind_of(octets: bytes) -> str | None:
    """What a file is by how it begins; None: nothing that is taken."""
    for magic, kind in _MAGIC:
        if octets.startswith(magic):
            return kind
    if octets[:4] == b"RIFF" and octets[8:12] == b"WEBP":
        return "webp"
    return "heic" if octets[4:8] == b"ftyp" and octets[8:12] in _HEIC else None


def _drawing(text: str) -> bytes:
    try:
        if not text.startswith(_DRAWING):
            raise UploadRefused("file-kind")
        return base64.b64decode(text.removeprefix(_DRAWING), validate=True)
    except binascii.Error as error:
        raise UploadRefused("file-kind") from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
