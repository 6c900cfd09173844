"""The strategies: by which value the free agents of a queue are compared.

A strategy gives each free agent a number that does not change while the agent stays free; the smallest wins, ties go
to the order of the site file. So the free agents of a queue can be kept sorted, and a choice costs O(log n).
"""

from collections.abc import Callable

import msgspec

from server.acd.agent import Agent


class Strategy(msgspec.Struct, frozen=True):
    """`rule` says it in words; `value` compares (smaller wins); `tell` says an agent's value to a supervisor."""

    name: str
    rule: str
    value: Callable[[Agent, int], float]
    """Called with the agent and the agent's place in the queue's list, from 0."""
    tell: Callable[[float, float], str]
    """Called with the value and `Now.mono`."""


def _idle_since(agent: Agent, _place: int) -> float:
    return agent.idle_since


def _place(_agent: Agent, place: int) -> float:
    return float(place)


STRATEGIES: dict[str, Strategy] = {
    strategy.name: strategy
    for strategy in (
        Strategy(
            "longest-idle",
            "the agent who has been free longest",
            _idle_since,
            lambda value, mono: f"free for {max(0.0, mono - value):.0f} s",
        ),
        Strategy(
            "top-down",
            "the first free agent in the queue's fixed order",
            _place,
            lambda value, _mono: f"number {value + 1:.0f} in the order",
        ),
    )
}
