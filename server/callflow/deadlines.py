"""Deadlines that have come: from their kind to the rule that set them. What is not wanted any more changes nothing."""

from collections.abc import Callable

from server.call.states import CallState
from server.callflow import (
    agents,
    announcing,
    call_back,
    dialog_calls,
    forking,
    mailbox_calls,
    message_tasks,
    offering,
    overflow,
    removed,
    state,
    supervising,
    survey_calls,
    talking,
    waiting,
)
from server.callflow.turn import Turn

_OF_AN_OFFER = ("offer-", "accept-", "reach-", "rings-", "more-", "picked-", "hear-")
"""Deadlines that carry the offer's number."""


def due(turn: Turn, kind: str, ident: str) -> None:
    """What was to be looked at now, if it still is: `kind` as the deadline was set, of the call or agent `ident`."""
    if kind == mailbox_calls.TIDY:
        mailbox_calls.tidy(turn)
        return
    kind, _, number = kind.partition("-") if kind.startswith(_OF_AN_OFFER) else (kind, "", "")
    if ident in turn.state.agents and kind in _AGENT_DEADLINES:
        _AGENT_DEADLINES[kind](turn, ident)
    call = turn.state.calls.get(ident)
    if call is None or call.state is CallState.CLOSED:
        return
    if kind == "first-sound":
        if call.state in (CallState.OFFERED, CallState.QUEUED):
            turn.music(call)
    elif kind in _CALL_DEADLINES:
        _CALL_DEADLINES[kind](turn, call)
    elif kind == "tier":
        turn.widen(call.call)
    elif kind == "rings" and call.state is CallState.OFFERED:
        forking.overdue(turn, call, int(number))
    elif call.state is CallState.OFFERED and number == str(call.offer):
        _due_of_offer(turn, call, kind)


def _due_of_offer(turn: Turn, call: state.Call, kind: str) -> None:
    """The present offer of the call was to have come further by now."""
    line = turn.line(call.call)
    if kind == "accept" and line.confirming:
        offering.missed(turn, call, "not-accepted")
    elif kind == "reach" and line.reaching:
        call_back.not_reached(turn, call, "no-answer")
    elif kind == "more":
        forking.one_more(turn, call)
    elif kind == "hear" and line.hearing:
        message_tasks.put_back(turn, call)
    elif line.hearing:
        return  # picked up in time: it has a deadline of its own
    elif kind == "picked" and not line.reaching:
        offering.missed(turn, call, "fault")
    elif kind == "offer" and not (line.confirming or line.reaching):
        offering.missed(turn, call, "no-answer" if call.rang else "fault")


_CALL_DEADLINES: dict[str, Callable[[Turn, state.Call], None]] = {
    "max-wait": overflow.waited_too_long,
    "goodbye": waiting.goodbye_over,
    "queue-removed": removed.queue_removed,
    "announce": announcing.due,
    "menu": call_back.silent,
    "dialog": dialog_calls.woken,
    "survey": survey_calls.woken,
    "thanks": call_back.thanked,
    "call-back": call_back.due,
    "supervisor-accept": supervising.not_accepted,
    "mailbox": mailbox_calls.woken,
}

_AGENT_DEADLINES: dict[str, Callable[[Turn, str], None]] = {
    "wrap-up": talking.wrap_up_due,
    "lost": agents.lost_long,
    "desk-away": agents.desk_away,
}
