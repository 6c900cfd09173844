"""The strategies: how one of a queue's free agents is chosen.

A strategy gives each free agent a number that does not change while the agent stays free. So the free agents of a
queue can be kept sorted by (penalty, number, place in the site file), and a choice costs O(log n):

- `smallest`: the first of that order.
- `next`: the first in the fixed order after the one who had the queue's last offer (round robin).
- `chance`: the number is a weight; a ticket is drawn, and every agent holds as many tickets as the weight says.

A strategy that is `shared` goes on while the call rings: the next of those who are free is offered it as well, until so
many phones ring as may (`server.callflow.forking`). Each of these choices is one like the others, with a reason.
"""

from collections.abc import Callable
from typing import Literal

import msgspec

from server.acd.agent import Agent


class Membership(msgspec.Struct, frozen=True):
    """An agent in a queue. `place`: in the queue's fixed order, from 0. `tier`: the first tier whose skills the agent
    has. Of the free agents those with a smaller `penalty` are asked first. `weight`: tickets in a draw, from 1."""

    agent: str
    place: int
    tier: int = 0
    penalty: int = 0
    weight: int = 1


class Strategy(msgspec.Struct, frozen=True):
    """`rule` says it in words; `value` gives the number that is compared; `tell` says it to a supervisor."""

    name: str
    rule: str
    value: Callable[[Agent, Membership], float]
    tell: Callable[[float, float], str]
    """Called with the value and `Now.mono`."""
    by: Literal["smallest", "next", "chance"] = "smallest"
    shared: bool = False
    """Whether several agents may be offered one call at the same time."""


def _idle(value: float, mono: float) -> str:
    return f"free for {max(0.0, mono - value):.0f} s"


def _calls(value: float, _mono: float) -> str:
    return "1 call since log-in" if value == 1 else f"{value:.0f} calls since log-in"


def _talked(value: float, _mono: float) -> str:
    return f"{value:.0f} s of talk since log-in"


def _numbered(value: float, _mono: float) -> str:
    return f"number {value + 1:.0f} in the order"


def _steps(value: float, _mono: float) -> str:
    return "the very next" if value == 0 else f"{value:.0f} before were not free"


def _tickets(value: float, _mono: float) -> str:
    return "one ticket" if value == 1 else f"{value:.0f} tickets"


STRATEGIES: dict[str, Strategy] = {
    strategy.name: strategy
    for strategy in (
        Strategy("longest-idle", "the agent who has been free longest", lambda agent, _: agent.idle_since, _idle),
        Strategy("fewest-calls", "the agent with the fewest calls", lambda agent, _: float(agent.calls_taken), _calls),
        Strategy("least-talk-time", "the agent who has talked least", lambda agent, _: agent.talk_seconds, _talked),
        Strategy("round-robin", "the next agent in turn", lambda _, member: float(member.place), _steps, "next"),
        Strategy("top-down", "the first free agent in the queue's fixed order", lambda _, m: float(m.place), _numbered),
        Strategy("random", "drawn by chance", lambda _agent, _member: 1.0, _tickets, "chance"),
        Strategy("weighted-random", "drawn by chance, by weight", lambda _, m: float(m.weight), _tickets, "chance"),
        Strategy(
            "ring-all",
            "everybody who is free, the longest free first",
            lambda agent, _: agent.idle_since,
            _idle,
            shared=True,
        ),
        Strategy(
            "ring-progressively",
            "one more every few seconds, the longest free first",
            lambda agent, _: agent.idle_since,
            _idle,
            shared=True,
        ),
    )
}
