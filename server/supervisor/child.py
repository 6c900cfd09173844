"""A process that the supervisor started, or adopted from a supervisor that died: found, watched, ended.

A pid alone may be another's by now, so a process is known by pid, time of start and boot (`ProcessName`), and every
signal goes through a pidfd.
"""

import contextlib
import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from server.clock import boot_id
from server.supervisor.folder import write_whole
from server.wire.processes import ProcessName


class Child:
    """One process. `pidfd` becomes readable when it ends; close it with `forget`.

    `started_mono`: when we started or adopted it. `adopted`: it is not our child, so its exit status is unknown.
    """

    def __init__(self, name: ProcessName, pidfd: int, process: subprocess.Popen[bytes] | None) -> None:
        self.name = name
        self.pidfd = pidfd
        self.started_mono = time.monotonic()
        self._process = process

    @property
    def pid(self) -> int:
        return self.name.pid

    @property
    def adopted(self) -> bool:
        return self._process is None

    def lived_seconds(self) -> float:
        """How long we have known it."""
        return time.monotonic() - self.started_mono

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; nothing happens if the process has ended."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, number)

    def wait(self, seconds: float) -> bool:
        """Wait until the process has ended, so long at most; whether it has."""
        return is_over(self.pidfd, seconds)

    def status(self) -> int | None:
        """Exit status of a process that has ended (negative: a signal); None: adopted, nobody told us."""
        return None if self._process is None else self._process.wait()

    def forget(self) -> None:
        """Reap the process, which has ended, and close the pidfd."""
        self.status()
        os.close(self.pidfd)


def start(command: Sequence[str], environment: Mapping[str, str], descriptors: Sequence[int]) -> Child:
    """Start a process that inherits `descriptors`.

    It leads a session of its own: a Ctrl-C in the terminal is for the supervisor, and a hang-up is for nobody. Raises
    `OSError` when the machine has no process, memory or descriptor to give, or the program cannot be run.
    """
    process = subprocess.Popen(
        list(command),
        env=dict(environment),
        pass_fds=tuple(descriptors),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return Child(name_of(process.pid), os.pidfd_open(process.pid), process)
    except OSError:  # no descriptor to watch it with
        process.kill()
        process.wait()
        raise


def adopt(name: ProcessName) -> Child | None:
    """The process of that name if it lives; else None."""
    descriptor = open_process(name)
    return None if descriptor is None else Child(name, descriptor, None)


def open_process(name: ProcessName) -> int | None:
    """A pidfd of the process of that name; None if it has ended, even if its pid is another's now."""
    try:
        descriptor = os.pidfd_open(name.pid)
    except (ProcessLookupError, OverflowError, ValueError):
        return None
    try:
        if name_of(name.pid) == name and not is_over(descriptor):
            return descriptor
    except ProcessLookupError:
        pass
    os.close(descriptor)
    return None


def is_over(pidfd: int, seconds: float = 0) -> bool:
    """Whether the process behind a pidfd has ended, or does so within these seconds."""
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def name_of(pid: int) -> ProcessName:
    """The full name of a living process. Raises `ProcessLookupError`."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        raise ProcessLookupError(pid) from None
    after_command = stat.rpartition(")")[2].split()  # the command's name may hold anything, even ")"
    return ProcessName(pid, int(after_command[19]), boot_id())


def note(data: Path, who: str, name: ProcessName) -> None:
    """Write `WHO.process` and `WHO.pid`, the latter for people and scripts."""
    write_whole(data / f"{who}.process", msgspec.json.encode(name).decode())
    write_whole(data / f"{who}.pid", f"{name.pid}\n")


def noted(data: Path, who: str) -> ProcessName | None:
    """The process noted as `WHO`; None: none, or the note cannot be read."""
    try:
        return msgspec.json.decode((data / f"{who}.process").read_bytes(), type=ProcessName)
    except (OSError, msgspec.DecodeError):
        return None


def strike_out(data: Path, who: str) -> None:
    """Take the notes of a process that has ended away."""
    for ending in ("pid", "process"):
        (data / f"{who}.{ending}").unlink(missing_ok=True)
