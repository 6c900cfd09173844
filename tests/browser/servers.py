"""Servers to look at, and where the pictures of what was looked at are kept."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PICTURES = Path(__file__).parents[2] / "build" / "pictures"


def floor(*words: str) -> Iterator[str]:
    """Address of a server over a floor (see `crowd`)."""
    yield from served("crowd", *words)


def served(name: str, *words: str) -> Iterator[str]:
    """Address of the server that a module beside this one is, in a process of its own that gets `words`."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"tests.browser.{name}", *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait(60)
