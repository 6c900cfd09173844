"""Where the softphone's socket lies: a folder that only its owner may enter."""

import os
import re
import stat
import tempfile
from pathlib import Path

FOLDER = "caruso-desk"


class UnsafeFolder(Exception):
    """The runtime folder belongs to somebody else, or others may enter it."""


def runtime_folder() -> Path:
    """The folder, made if it is not there. `$XDG_RUNTIME_DIR`, else the temporary folder with the user's number.

    Raises `UnsafeFolder` and `OSError`.
    """
    base = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(base) / FOLDER if base else Path(tempfile.gettempdir()) / f"{FOLDER}-{os.getuid()}"
    folder.mkdir(mode=0o700, parents=bool(base), exist_ok=True)
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid() or stat.S_IMODE(about.st_mode) & 0o077:
        raise UnsafeFolder(f"{folder} must be a folder of your own that nobody else may enter (mode 0700)")
    return folder


def socket_path(agent: str, server: str) -> Path:
    """The socket of the softphone of that agent at that server (its URL); short, for a socket's name has 107 octets."""
    plain = re.sub(r"[^A-Za-z0-9.-]+", "_", f"{agent}@{re.sub(r'^[a-z]+://', '', server)}")
    return runtime_folder() / f"{plain[:48]}.sock"
