"""Which threshold is crossed: at once when it gets worse, after 10 s back inside when it gets better. Pure."""

import operator
from collections.abc import Callable, Iterable

import msgspec

from server.config.site import Queue
from server.wire.monitor import LOWER_IS_WORSE, Level, Limits, Thresholds

CLEAR_SECONDS = 10.0
"""So long a number must be back inside before its colour follows: one that hovers at the limit does not flicker."""

ORDER: tuple[Level, ...] = ("good", "watch", "act")

_BEYOND: dict[str, Callable[[float, float], bool]] = {
    "waiting": operator.ge,
    "longest_seconds": operator.ge,
    "ready": operator.le,
    "service_level_percent": operator.lt,
    "abandoned_percent": operator.gt,
    "answer_seconds": operator.gt,
    "talk_seconds": operator.ge,
    "wrap_up_share": operator.ge,
}
RED_BELOW_GOAL_PERCENT = 20
RED_SPEED = 3
"""Red by default: 20 points below the goal of the service level, 3 times its seconds as average speed of answer."""


def level_of(name: str, value: float | None, limits: Limits) -> Level:
    """The level of a value now; None is good: there is nothing to judge. `name` as in `Thresholds`."""
    if value is None:
        return "good"
    beyond = _BEYOND[name]
    if limits.red is not None and beyond(value, limits.red):
        return "act"
    return "watch" if limits.amber is not None and beyond(value, limits.amber) else "good"


def worst(levels: Iterable[Level]) -> Level:
    """The worst of them; good if there is none."""
    return max(levels, key=ORDER.index, default="good")


def defaults_of(queue: Queue) -> Thresholds:
    """Thresholds of a queue for which none were chosen: its own goal of the service level, else the house's."""
    goal, seconds = queue.service_level_percent, queue.service_level_seconds
    return Thresholds(
        service_level_percent=Limits(goal, max(0, goal - RED_BELOW_GOAL_PERCENT)),
        answer_seconds=Limits(seconds, RED_SPEED * seconds),
    )


def contradiction(chosen: Thresholds) -> str:
    """The first threshold whose red begins before its amber; empty: there is none."""
    for name in Thresholds.__struct_fields__:
        limits: Limits = getattr(chosen, name)
        if limits.amber is None or limits.red is None or limits.amber == limits.red:
            continue
        if (limits.red < limits.amber) != (name in LOWER_IS_WORSE):
            return name
    return ""


class _Shown(msgspec.Struct):
    """`better_since`: monotonic seconds since when it was never as bad as is shown; `least`: the worst since then."""

    level: Level
    better_since: float | None = None
    least: Level = "good"


class Levels:
    """The levels that are shown, by what they belong to."""

    def __init__(self) -> None:
        self._shown: dict[tuple[str, str], _Shown] = {}

    def judge(self, owner: str, name: str, value: float | None, limits: Limits, mono: float) -> Level:
        """The level to show for the number `name` of `owner`. `mono`: monotonic seconds."""
        now = level_of(name, value, limits)
        shown = self._shown.setdefault((owner, name), _Shown(now))
        if ORDER.index(now) >= ORDER.index(shown.level):
            shown.level, shown.better_since = now, None
        elif shown.better_since is None:
            shown.better_since, shown.least = mono, now
        else:
            shown.least = worst((shown.least, now))
            if mono - shown.better_since >= CLEAR_SECONDS:
                shown.level, shown.better_since = shown.least, None
        return shown.level

    def forget(self) -> None:
        """Judge everything anew: the thresholds changed, or nobody looked for a while."""
        self._shown.clear()
