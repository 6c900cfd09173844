"""How records write moments and durations."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso(wall: float) -> str:
    """`wall` (seconds since 1970) in ISO 8601, UTC, rounded to milliseconds: `2026-11-21T21:26:03.123Z`."""
    moment = _EPOCH + timedelta(milliseconds=round(wall * 1000))
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"


def seconds(duration: float) -> float:
    """A duration in seconds, rounded to milliseconds, never below 0."""
    return round(duration, 3) if duration > 0 else 0.0
