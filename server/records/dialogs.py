"""Dialog sessions of a call, as its record shows them."""

from collections.abc import Sequence
from typing import get_args

import msgspec
from msgspec.structs import replace

from server.call import dialog_facts as d

MOST = 50
"""Sessions that a record shows."""


class DialogRun(msgspec.Struct, frozen=True, kw_only=True):
    """A session that ran during the call, or was given to it. `outcome` and `disposition` are empty until it ends, and
    stay so where it was closed without reaching an end. `state`: `running`, `resting` or `ended`. `agent`: at whose
    desk it was last, None: at nobody's.
    """

    session: str
    script: str
    version: str
    channel: str
    state: str
    outcome: str | None = None
    disposition: str | None = None
    agent: str | None = None
    answers: int = 0
    number: int = 0
    """Of the last fact: what is told again changes nothing."""


KINDS = get_args(d.DialogFact)


def taken(runs: Sequence[DialogRun], fact: d.DialogFact) -> list[DialogRun]:
    """The sessions after one more fact."""
    known = next((run for run in runs if run.session == fact.session), None)
    if known is not None and fact.number <= known.number:
        return list(runs)
    if known is None:
        begun = _begun(fact)
        return [*runs, begun][:MOST] if begun is not None else list(runs)
    changed = replace(_after(known, fact), number=fact.number)
    return [changed if run is known else run for run in runs]


def disposition_of(runs: Sequence[DialogRun]) -> str:
    """What the call's last session came to; empty: none has ended with a disposition."""
    return next((run.disposition for run in reversed(runs) if run.disposition), "")


def _begun(fact: d.DialogFact) -> DialogRun | None:
    if not isinstance(fact, d.DialogBegan | d.DialogAttached):
        return None
    outcome = fact.outcome if isinstance(fact, d.DialogAttached) else ""
    return DialogRun(
        session=fact.session,
        script=fact.script,
        version=fact.version,
        channel=fact.channel,
        state="ended" if outcome else "running",
        outcome=outcome or None,
        disposition=(fact.disposition or None) if isinstance(fact, d.DialogAttached) else None,
        agent=(fact.by or None) if isinstance(fact, d.DialogBegan) else None,
        number=fact.number,
    )


def _after(run: DialogRun, fact: d.DialogFact) -> DialogRun:
    match fact:
        case d.DialogAnswered():
            given = sum(value is not None for value in fact.answers.values())
            return replace(run, answers=run.answers + given, state="running")
        case d.DialogMoved():
            return replace(run, channel=fact.channel, agent=fact.by or None, state="running")
        case d.DialogLeft():
            return replace(run, state="resting")
        case d.DialogEnded():
            outcome, disposition = fact.outcome or None, fact.disposition or None
            return replace(run, state="ended", outcome=outcome, disposition=disposition, channel=fact.channel)
    return run
