"""The one place that reads the machine's clocks. Pure code is handed a `Now` instead."""

import time
from pathlib import Path

from server.call.now import Now


def now() -> Now:
    """Read both clocks."""
    return Now(time.time(), time.monotonic())


def boot_id() -> str:
    """Name of the machine's present boot. `Now.mono` of two processes compares only when it is the same."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:  # not Linux, or /proc is hidden: deadlines of a former run are then never trusted
        return f"unknown-{time.time_ns()}"
