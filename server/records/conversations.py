"""The conversations of one call: who talked with the customer, each with the seconds that are that agent's own.

A call has more than one where an agent passed it on, or where an agent's end was lost and another one took over. Each
agent's talk, hold and wrap-up are told apart; the call's own durations are their sums, so that nothing is counted twice
and nothing is lost between two agents.
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from server.records.instants import seconds


class Spoken(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A conversation as the fold keeps it. `at`: wall time of its begin; `began`, `ended`: on the call's monotonic
    clock; `ended` None: it goes on, or ended with the call. `passed_on`: it ended by a transfer."""

    agent: str
    queue: str
    at: float
    began: float
    ended: float | None = None
    held: float = 0.0
    wrap_up: float = 0.0
    passed_on: bool = False


class Lengths(msgspec.Struct, frozen=True, kw_only=True):
    """What a conversation comes to, in seconds, rounded as the record shows them; of one that goes on only the holds
    that are over. `seconds` is talk and hold together."""

    agent: str
    queue: str
    at: float
    ended_at: float | None
    seconds: float
    talk: float
    hold: float
    wrap_up: float
    passed_on: bool


def hold_over(spoken: Sequence[Spoken], held: float) -> list[Spoken]:
    """The present conversation was on hold for `held` seconds more."""
    return [*spoken[:-1], replace(spoken[-1], held=spoken[-1].held + max(0.0, held))] if spoken else []


def part(spoken: Sequence[Spoken], mono: float, *, passed_on: bool = False) -> list[Spoken]:
    """The present conversation is over, and the call is not."""
    return [*spoken[:-1], replace(spoken[-1], ended=mono, passed_on=passed_on)] if spoken else []


def wrapped_up(spoken: Sequence[Spoken], agent: str, spent: float) -> list[Spoken]:
    """The agent's wrap-up belongs to the last conversation that the agent had."""
    for place in range(len(spoken) - 1, -1, -1):
        if spoken[place].agent == agent:
            one = replace(spoken[place], wrap_up=spoken[place].wrap_up + spent)
            return [*spoken[:place], one, *spoken[place + 1 :]]
    return list(spoken)


def lengths_of(spoken: Sequence[Spoken], call_ended: float | None, held_since: float | None) -> list[Lengths]:
    """Each conversation. `call_ended`: when the call was released; `held_since`: since when it is on hold."""
    return [_lengths(one, call_ended, held_since) for one in spoken]


def _lengths(one: Spoken, call_ended: float | None, held_since: float | None) -> Lengths:
    ended, held = one.ended, one.held
    if ended is None and call_ended is not None:
        ended = call_ended
        held += max(0.0, ended - held_since) if held_since is not None else 0.0
    whole = 0.0 if ended is None else seconds(max(0.0, ended - one.began))
    return Lengths(
        agent=one.agent,
        queue=one.queue,
        at=one.at,
        ended_at=None if ended is None else one.at + (ended - one.began),
        seconds=whole,
        talk=0.0 if ended is None else seconds(max(0.0, whole - held)),
        hold=seconds(held),
        wrap_up=seconds(one.wrap_up),
        passed_on=one.passed_on,
    )
