"""How records write moments and durations."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso(wall: float) -> str:
    """`wall` (seconds since 1970) in ISO 8601, UTC, rounded to milliseconds: `2026-11-21T21:26:03.123Z`."""
    second, millisecond = divmod(round(wall * 1000), 1000)
    return f"{_to_the_second(second)}.{millisecond:03d}Z"


@lru_cache(maxsize=256)  # a record tells many moments of few seconds, and is written twice
def _to_the_second(second: int) -> str:
    return (_EPOCH + timedelta(seconds=second)).isoformat()[:-6]


def seconds(duration: float) -> float:
    """A duration in seconds, rounded to milliseconds, never below 0."""
    return round(duration, 3) if duration > 0 else 0.0
