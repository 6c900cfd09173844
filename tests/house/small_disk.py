"""A house on a disk that is full for real: a small tmpfs in a mount namespace of its own. Nobody must be root for it.

Where the kernel gives ordinary users no such namespace (some containers), a limit on the size of files (RLIMIT_FSIZE)
stands for the disk: the writes of the same processes fail then as well, with EFBIG in place of ENOSPC.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from tests.house.house import House

TIGHT_KIB = 64
_MOUNT = 'mount -t tmpfs -o mode=700,size="$1"k tmpfs "$2" && shift 2 && exec "$@"'


def has_namespaces(folder: Path) -> bool:
    """Whether a file system can be mounted here without being root."""
    folder.mkdir(exist_ok=True)
    tried = subprocess.run(["unshare", "-rm", "sh", "-c", _MOUNT, "sh", "64", str(folder), "true"], capture_output=True)
    return tried.returncode == 0


class SmallDisk(House):
    """A house with `kib` KiB for `part` of its data directory (empty: all of it); `tighten` leaves `TIGHT_KIB`."""

    def __init__(self, folder: Path, site: str, *, kib: int, part: str = "") -> None:
        super().__init__(folder, site)
        self._inside = self.data
        self._part = part
        self._kib = kib
        self.is_real = has_namespaces(folder / "tried")

    def start(self) -> None:
        """Start the supervisor, in a namespace with the small disk if there is one. The log goes through a pipe, which
        no limit on files touches."""
        small = self._inside / self._part
        small.mkdir(mode=0o700, parents=True, exist_ok=True)
        mount = ["unshare", "-rm", "sh", "-c", _MOUNT, "sh", str(self._kib), str(small)] if self.is_real else []
        serve = [str(Path(sys.executable).parent / "caruso"), "serve", "--site", str(self.site)]
        with self.log.open("ab") as log:
            pipe = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=log)
        assert pipe.stdin is not None
        with pipe.stdin as log_end:
            command = [*mount, *serve, "--data", str(self._inside)]
            self.process = subprocess.Popen(command, stderr=log_end, stdout=log_end, env=self._environment)
        if self.is_real:
            self.data = Path(f"/proc/{self.process.pid}/root{self._inside}")
        self.wait_ready()

    def tighten(self, on: bool) -> None:
        """There is hardly any room, or more again. Where there is no small disk: the cards cannot write, or can."""
        filler = self.data / self._part / ".filler"
        if self.is_real and on:
            filler.write_bytes(bytes(1024 * (self._kib - TIGHT_KIB)))
        elif self.is_real:
            filler.unlink()
        limit = (1 if on else resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        for name, pid in self.pids().items():
            if not self.is_real and name not in ("supervisor", "core", "bank"):
                with suppress(ProcessLookupError):  # it has just ended
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)

    def fill(self) -> None:
        """Nothing more can be written, by the core at least."""
        if not self.is_real:
            resource.prlimit(self.pid("core"), resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
            return
        with (self.data / self._part / "filler").open("wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(b"\0" * 4096)
            except OSError:
                return
