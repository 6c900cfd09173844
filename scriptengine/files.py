"""A file's octets, with a limit, and without waiting for a pipe."""

from __future__ import annotations

import errno
import stat
from pathlib import Path


def limited_octets(path: Path, most: int) -> bytes:
    """A file's octets, and one more than `most` of a file that is longer, or has no end.

    Raises OSError: also for a pipe, into which nobody may ever write.
    """
    if stat.S_ISFIFO(path.stat().st_mode):
        raise OSError(errno.EINVAL, "it is a pipe, not a file", str(path))
    with path.open("rb") as file:
        return file.read(most + 1)
