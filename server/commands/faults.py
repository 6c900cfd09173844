"""What the system refused, as one sentence with the cure: the last edge of every command."""

import errno
import os

_CURES = {
    errno.EACCES: "run this as the user who runs the server, or give this user the right to it",
    errno.EPERM: "run this as the user who runs the server, or give this user the right to it",
    errno.EROFS: "choose a folder that can be written to",
    errno.ENOENT: "correct the name",
    errno.ENOTDIR: "correct the name: a part of it is a file, not a folder",
    errno.EISDIR: "name a file, not a folder",
    errno.EEXIST: "choose another name",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.ELOOP: "correct the links in it",
}
_WITHOUT_NAME = {
    errno.ENOSPC: "make room on the disk, then try again",
    errno.EDQUOT: "make room within the quota, then try again",
    errno.EFBIG: "the limit of a file's size (ulimit -f) is reached; raise it, then try again",
    errno.EIO: "look at the disk (dmesg)",
    errno.EMFILE: "allow more open files (ulimit -n), then try again",
    errno.ENFILE: "the machine has too many open files; end what is not needed, then try again",
    errno.ENOMEM: "the machine has no memory left; end what is not needed, then try again",
}
"""Faults of the machine: they need not say what they are about."""


def sentence(error: OSError) -> str | None:
    """What is wrong, where, and the cure; None: it is none of the system's refusals, but a fault of ours."""
    cure = _WITHOUT_NAME.get(error.errno or 0)
    if cure is None and error.filename is None:
        return None
    reason = error.strerror or str(error)
    place = "" if error.filename is None else f"{_shown(error.filename)}: "
    cure = cure or _CURES.get(error.errno or 0, "correct that, then try again")
    return f"{place}{reason}; {cure}."


def _shown(name: str | bytes | int) -> str:
    """A file's name as it can be printed anywhere."""
    text = os.fsdecode(name) if isinstance(name, str | bytes) else f"file descriptor {name}"
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
