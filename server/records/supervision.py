"""Who listened to a call's talks: from the facts, for the call's record."""

import msgspec
from msgspec.structs import replace

from server.call import facts as f
from server.records.instants import iso

SupervisionFact = f.SupervisorJoined | f.SupervisorChanged | f.SupervisorLeft


class ModeSince(msgspec.Struct, frozen=True):
    """How it was heard, and since when (ISO 8601 in UTC)."""

    mode: str
    at: str


class Supervision(msgspec.Struct, frozen=True, kw_only=True):
    """`supervisor` heard the talk of `agent`. `modes`: `listen` (heard by nobody), `whisper` (by the agent), `barge`
    (by both), in the order in which they were chosen. `left_at` None: still there."""

    supervisor: str
    agent: str
    joined_at: str
    left_at: str | None
    modes: list[ModeSince]


class SupervisionSoFar(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The same as the fold keeps it; moments are wall seconds."""

    supervisor: str
    agent: str
    modes: list[tuple[str, float]]
    left: float | None = None


def fold(so_far: list[SupervisionSoFar], fact: SupervisionFact, wall: float) -> list[SupervisionSoFar]:
    """One more fact. A phone that was called and did not join leaves no trace here, only in the ledger."""
    if isinstance(fact, f.SupervisorJoined):
        new = SupervisionSoFar(supervisor=fact.supervisor, agent=fact.agent, modes=[(fact.mode, wall)])
        return [*end(so_far, wall), new]
    if isinstance(fact, f.SupervisorLeft):
        return end(so_far, wall)
    if not so_far or so_far[-1].left is not None:
        return so_far
    last = so_far[-1]
    return [*so_far[:-1], replace(last, modes=[*last.modes, (fact.mode, wall)])]


def end(so_far: list[SupervisionSoFar], wall: float) -> list[SupervisionSoFar]:
    """Nobody listens any more."""
    if not so_far or so_far[-1].left is not None:
        return so_far
    return [*so_far[:-1], replace(so_far[-1], left=wall)]


def shown(so_far: SupervisionSoFar) -> Supervision:
    """As the record has it."""
    return Supervision(
        supervisor=so_far.supervisor,
        agent=so_far.agent,
        joined_at=iso(so_far.modes[0][1]),
        left_at=None if so_far.left is None else iso(so_far.left),
        modes=[ModeSince(mode, iso(at)) for mode, at in so_far.modes],
    )
