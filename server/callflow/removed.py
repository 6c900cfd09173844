"""A queue was taken out of the site (or has another id now) while callers waited in it.

Nobody is thrown out for that: a caller goes where the number that was dialled leads now, with the wait so far. So who
gives a queue another id loses no caller. Only where the number leads nowhere any more the caller is told so, and the
call ends.
"""

from server.call.states import CallState, Outcome
from server.callflow import overflow, waiting
from server.callflow.state import Call
from server.callflow.turn import Turn

CAUSE = "queue-removed"


def queue_removed(turn: Turn, call: Call) -> None:
    """The call's queue is not in the site any more: it cannot wait there, nor be asked whether to be called back from
    there. A call that waits elsewhere by now stays."""
    if not (call.state is CallState.QUEUED or is_asked(call)) or call.queue in turn.plan.queues:
        return
    to = _leads_to(turn, call)
    kind, _, ident = to.partition(":")
    if call.is_away() and kind == "queue":  # nobody is on the line: the promise to call back moves with its wait
        waiting.join(turn, call, ident)
    elif to and not call.is_away():
        overflow.divert(turn, call, turn.plan.queue(call.queue), CAUSE, to)
    else:
        waiting.goodbye(turn, call, Outcome.FAILED, CAUSE)


def is_asked(call: Call) -> bool:
    """Whether the caller is asked that, for a queue that could not be joined."""
    return call.state is CallState.DIVERTED and not call.leg


def _leads_to(turn: Turn, call: Call) -> str:
    """Where the dialled number leads now, as in `CallDiverted.to`; empty: nowhere."""
    kind, ident = turn.plan.target(call.dialled) or ("", "")
    known = {
        "queue": ident in turn.plan.queues,
        "voicemail": ident in turn.plan.mailboxes,
        "dialog": bool(ident),
    }
    return f"{kind}:{ident}" if known.get(kind) else ""
