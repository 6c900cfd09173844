"""The data directory: who may use it, its keys, and files that are written whole or not at all."""

import fcntl
import os
import secrets
from pathlib import Path
from typing import BinaryIO

from server.wire import processes

LOCK_FILE = "supervisor.lock"


class FolderInUse(Exception):
    """Another supervisor works with this data directory."""


class FolderUnusable(Exception):
    """The data directory cannot be made, or is not ours."""


def prepare(data: Path) -> None:
    """Make the data directory (mode 0700), its folder of cards and its keys. Raises `FolderUnusable`."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        data.chmod(0o700)
        (data / processes.CARDS_FOLDER).mkdir(mode=0o700, exist_ok=True)
        for name in (processes.CARDS_KEY_FILE, processes.EDGE_KEY_FILE):
            _make_key(data / name)
    except OSError as error:
        reason = "it is not a folder" if isinstance(error, FileExistsError) else f"{error.strerror} ({error.filename})"
        cure = "name another with --data, or give it to the user who runs the server"
        raise FolderUnusable(f"{data} cannot be used as data directory: {reason}; {cure}") from error


def lock(data: Path) -> BinaryIO:
    """Keep other supervisors out for as long as the returned file is open. Raises `FolderInUse`.

    The lock belongs to the open file: it ends with this process, however it dies, and no child inherits it.
    """
    file = (data / LOCK_FILE).open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise FolderInUse(
            f"{data} is in use by another supervisor (pid {_noted_pid(data)}); end that one first"
        ) from None
    return file


def write_whole(file: Path, text: str, *, mode: int = 0o600) -> None:
    """Write a file so that a reader sees the old text or the new one, never a part."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        temporary.replace(file)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _make_key(file: Path) -> None:
    """256 bits of chance, synced: what was signed with it must be verified after a loss of power too."""
    if file.exists() and file.stat().st_size:
        return
    write_whole(file, secrets.token_hex(32) + "\n")
    for path in (file, file.parent):
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def _noted_pid(data: Path) -> str:
    try:
        return (data / "supervisor.pid").read_text(encoding="ascii").strip()
    except OSError:
        return "unknown"
