"""What statistics of a script are made of: how each session went through it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from scriptengine.interpreter import Back, Effect, Event, Passed, Resumed, State, Trodden


class SessionTrace(msgspec.Struct, frozen=True, kw_only=True):
    """How one session went. Moments are wall seconds since 1970.

    `channel`: on which it began. `steps`: for each step that moved the session its moment and its trail (`trail_of`),
    in order; old sessions did not tell of going back and of rests. `ended_at` None: it has not ended, and then `end`,
    `outcome` and `disposition` are empty, as they are when it was closed without reaching an end. `end`: the node it
    ended at.
    """

    session: str
    script: str
    version: str
    channel: str
    began: float
    steps: tuple[tuple[float, tuple[Trodden, ...]], ...] = ()
    ended_at: float | None = None
    end: str = ""
    outcome: str = ""
    disposition: str = ""


def stands_at(state: State) -> str:
    """The node of the session's own script at which it stands, that of a sub-dialog being the `subdialog`; empty: it
    has not begun, or is over."""
    frames = state.core.frames
    return frames[0].node if frames and state.core.status in ("running", "resting") else ""


def trail_of(before: State, after: State, event: Event, effects: Iterable[Effect]) -> tuple[Trodden, ...]:
    """What a step adds to a session's trail: that it went back, or goes on after a rest, and the nodes it entered."""
    entered = next((effect.nodes for effect in effects if isinstance(effect, Passed)), ())
    script, was, now = after.script[0], stands_at(before), stands_at(after)
    if isinstance(event, Back) and now and now != was:
        return (Trodden(script, now, how="back"), *entered)
    if isinstance(event, Resumed) and before.core.status == "resting" and after is not before and was:
        return (Trodden(script, was, how="shown"), *entered)
    return entered
