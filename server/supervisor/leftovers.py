"""Cards that are still there when the house has closed: found, asked to end, and ended."""

import os
import select
import signal
import time
from collections.abc import Iterable
from pathlib import Path

import structlog

from server.clock import boot_id
from server.supervisor.child import name_of, open_process
from server.wire.processes import CARDS_FOLDER, ProcessName

_log = structlog.get_logger()

POLITE_SECONDS = 2.0


def living_cards(data: Path, bank: int | None) -> list[ProcessName]:
    """Cards that run: those noted in `cards/`, and the children of the bank with that pid."""
    noted = {name for file in (data / CARDS_FOLDER).glob("*.pid") if (name := _noted(file)) is not None}
    return sorted(noted | set(_children(bank)), key=lambda name: name.pid)


def end_all(cards: Iterable[ProcessName]) -> int:
    """End those of these processes that still live: SIGTERM, and SIGKILL 2 s later. Returns how many there were."""
    open_fds = [descriptor for name in cards if (descriptor := open_process(name)) is not None]
    try:
        _signal(open_fds, signal.SIGTERM)
        if still := _wait(open_fds, POLITE_SECONDS):
            _signal(still, signal.SIGKILL)
            _wait(still, POLITE_SECONDS)
    finally:
        for descriptor in open_fds:
            os.close(descriptor)
    if open_fds:
        _log.info("left-over-cards-ended", count=len(open_fds))
    return len(open_fds)


def clear_notes(data: Path) -> None:
    """Take the notes of cards that have ended away."""
    for file in (data / CARDS_FOLDER).glob("*.pid"):
        name = _noted(file)
        descriptor = None if name is None else open_process(name)
        if descriptor is None:
            file.unlink(missing_ok=True)
        else:
            os.close(descriptor)


def _noted(file: Path) -> ProcessName | None:
    """The process of a card's note: pid and start time, of this boot."""
    try:
        pid, started = file.read_text(encoding="ascii").split()[:2]
        return ProcessName(int(pid), int(started), boot_id())
    except (OSError, ValueError):
        return None


def _children(pid: int | None) -> Iterable[ProcessName]:
    if pid is None:
        return
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return
    for child in text.split():
        try:
            yield name_of(int(child))
        except ProcessLookupError:
            continue


def _signal(descriptors: Iterable[int], number: signal.Signals) -> None:
    for descriptor in descriptors:
        try:
            signal.pidfd_send_signal(descriptor, number)
        except ProcessLookupError:
            continue


def _wait(descriptors: Iterable[int], seconds: float) -> list[int]:
    """Wait until these processes have ended; returns those that have not."""
    poll = select.poll()
    left = set(descriptors)
    for descriptor in left:
        poll.register(descriptor, select.POLLIN)
    until_mono = time.monotonic() + seconds
    while left and (rest := until_mono - time.monotonic()) > 0:
        for descriptor, _ in poll.poll(rest * 1000):
            poll.unregister(descriptor)
            left.discard(descriptor)
    return sorted(left)
