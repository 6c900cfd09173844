"""When a process started: with its pid, the name under which it cannot be mistaken for a later one."""

from pathlib import Path


def start_ticks(pid: int) -> int:
    """Clock ticks between the machine's boot and the start of `pid` (field 22 of `/proc/PID/stat`).

    Raises `OSError` if there is no such process.
    """
    text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    return int(text.rpartition(")")[2].split()[19])
