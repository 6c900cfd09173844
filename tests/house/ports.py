"""Ports for tests: below those that the kernel gives to whoever asks for any, so that nobody gets them meanwhile.

Above the ports of the houses' sound (`tests/house/sites.py`) and of the demo's. Tests that run at the same time have
parts of the range for themselves, and no port is given again before all others of the part were.
"""

import itertools
import os
import secrets
import socket

FIRST, PARTS, PART_SIZE = 29_000, 8, 470


def _numbers() -> "itertools.cycle[int]":
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        return itertools.cycle(range(PART_SIZE * (int(worker[2:]) % PARTS), PART_SIZE * (int(worker[2:]) % PARTS + 1)))
    start = secrets.randbelow(PARTS * PART_SIZE)
    return itertools.cycle([*range(start, PARTS * PART_SIZE), *range(start)])


_NEXT = _numbers()


def free_ports(count: int, host: str = "127.0.0.1") -> list[int]:
    """Ports that nobody has, for UDP and TCP alike."""
    found: list[int] = []
    while len(found) < count:
        port = FIRST + next(_NEXT)
        if _is_free(port, host, socket.SOCK_DGRAM) and _is_free(port, host, socket.SOCK_STREAM):
            found.append(port)
    return found


def free_block(count: int, host: str = "127.0.0.1") -> int:
    """The first of `count` UDP ports in a row that nobody has, beginning with an even one."""
    while True:
        first = FIRST + next(_NEXT)
        if first % 2 == 0 and all(_is_free(first + offset, host, socket.SOCK_DGRAM) for offset in range(count)):
            for _ in range(count - 1):
                next(_NEXT)
            return first


def _is_free(port: int, host: str, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as tried:
        try:
            tried.bind((host, port))
        except OSError:
            return False
    return True
