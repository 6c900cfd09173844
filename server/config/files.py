"""Whether a file that a site names can be read, without waiting for what is no file."""

import errno
import os
import stat
from pathlib import Path


def look_at(file: Path) -> None:
    """Raises `OSError`, whose `strerror` says why, unless this is an ordinary file that we may read.

    A pipe is never waited for, and a device never read: both may lie where somebody was asked for a file.
    """
    try:
        mode = os.stat(file).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is not an ordinary file")
        os.close(os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC))
    except ValueError as error:  # what no name can hold, as a zero octet
        raise OSError(errno.EINVAL, f"that is no name of a file: {error}") from None
