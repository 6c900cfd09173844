"""What must be true of skills, tiers and the priorities of callers: expressions are read once, here, to be sure."""

from collections.abc import Callable
from itertools import pairwise

from scriptengine.expressions import ExpressionError
from server.config.conditions import of_caller, of_skills, skill_names
from server.config.findings import Notebook, Path, did_you_mean, shown_value
from server.config.ranges import Range
from server.config.site import SiteFile

_DAY = Range(0, 86_400, " seconds")
_PRIORITY = Range(-100, 100)
_PENALTY = Range(0, 100)


def check_distribution(site: SiteFile, notes: Notebook) -> None:
    """Note tiers, priorities and penalties that cannot be."""
    skills = skill_names(site)
    for index, queue in enumerate(site.queue):
        for place, tier in enumerate(queue.tier):
            path: Path = ("queue", index, "tier", place)
            _within((*path, "after_seconds"), tier.after_seconds, _DAY, notes)
            _condition((*path, "require"), tier.require, lambda text: of_skills(text, skills), notes)
        _tiers_in_order(index, [tier.after_seconds for tier in queue.tier], notes)
        for place, entry in enumerate(queue.caller_priority):
            path = ("queue", index, "caller_priority", place)
            _condition((*path, "when"), entry.when, of_caller, notes)
            _within((*path, "add"), entry.add, _PRIORITY, notes)
    _penalties(site, notes)


def _tiers_in_order(index: int, moments: list[float], notes: Notebook) -> None:
    if moments and moments[0] > 0:
        notes.error(
            ("queue", index, "tier", 0),
            f"nobody may have a caller in the first {moments[0]:g} s",
            "Let the first [[queue.tier]] have after_seconds = 0",
        )
    for place, (earlier, later) in enumerate(pairwise(moments), 1):
        if later <= earlier:
            notes.error(
                ("queue", index, "tier", place, "after_seconds"),
                f"{later:g} does not come after {earlier:g} of the tier before",
                "Write the tiers in the order of their after_seconds",
            )


def _condition(path: Path, text: str, read: Callable[[str], object], notes: Notebook) -> None:
    if not text:
        if not notes.has_error_at(path):
            notes.error(path, "the expression is empty", "Write a condition such as english >= 5")
        return
    try:
        read(text)
    except ExpressionError as error:
        notes.error(path, f"{shown_value(text)} cannot be used: column {error.column}: {error.message}", error.hint)


def _penalties(site: SiteFile, notes: Notebook) -> None:
    for index, agent in enumerate(site.agent):
        for queue, penalty in agent.penalties.items():
            path: Path = ("agent", index, "penalties", queue)
            if queue not in agent.queues:
                cure = did_you_mean(queue, agent.queues, f'Add "{queue}" to the agent\'s queues, or take this out')
                notes.error(path, f'the agent is not in a queue "{queue}"', cure)
            _within(path, penalty, _PENALTY, notes)


def _within(path: Path, value: float, limits: Range, notes: Notebook) -> None:
    if not limits.lowest <= value <= limits.highest:
        notes.error(
            path, f"{shown_value(value)} is out of range", f"Write {limits.lowest} to {limits.highest}{limits.unit}"
        )
