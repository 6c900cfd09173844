"""Awaitables of fakes, which never really wait."""

from collections.abc import Awaitable
from typing import Any, TypeVar

T = TypeVar("T")


def at_once(awaitable: Awaitable[T]) -> T:
    """The result of what does not really wait."""
    running: Any = awaitable.__await__()
    try:
        next(running)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    raise AssertionError("it waits")
