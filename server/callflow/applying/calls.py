"""Facts of a call's way applied to the state: it arrives, waits, is sent elsewhere, is called back, is known."""

from server.call import facts
from server.call.now import Now
from server.call.states import CallState
from server.callflow import spoken
from server.callflow.applying.changes import Changes, of_call
from server.callflow.state import Call, State

FROM_MESSAGE = "voicemail"
"""`CallArrived.origin` of a call-back for a message: nobody asked for it on a page."""
ORDER_SECONDS = 3600.0
"""For so long it is remembered that a call-back was asked for outside of a call."""


def _arrived(state: State, at: Now, fact: facts.CallArrived) -> None:
    state.calls[fact.call] = Call(
        call=fact.call,
        card=fact.card,
        caller=fact.caller,
        caller_e164=fact.caller_e164,
        caller_name=fact.caller_name,
        dialled=fact.dialled,
        trunk=fact.trunk,
        arrived=at,
        since=at,
    )
    if fact.origin and fact.origin != FROM_MESSAGE:
        order = (at.mono, fact.caller_e164 or fact.caller)
        if fact.customer:
            state.ordered_by_known = [*_of_last_hour(state.ordered_by_known, at), order]
        else:
            state.ordered = [*_of_last_hour(state.ordered, at), order]


def _of_last_hour(orders: list[tuple[float, str]], at: Now) -> list[tuple[float, str]]:
    return [order for order in orders if order[0] > at.mono - ORDER_SECONDS]


@of_call
def _queued(call: Call, at: Now, fact: facts.CallQueued) -> None:
    call.state, call.since = CallState.QUEUED, at
    call.queue, call.priority = fact.queue, fact.priority
    call.joined, call.entered = Now(fact.joined_at, fact.joined_mono), at


@of_call
def _diverted(call: Call, at: Now, fact: facts.CallDiverted) -> None:
    call.diverted, call.diverted_to, call.diversions = fact.why, fact.to, call.diversions + 1
    call.queue = fact.queue
    if fact.leg or (fact.to == "call-back" and call.state is CallState.ARRIVING):
        call.state, call.since, call.leg = CallState.DIVERTED, at, fact.leg


@of_call
def _diversion_answered(call: Call, at: Now, _fact: facts.DiversionAnswered) -> None:
    call.connected = at


@of_call
def _call_back_asked(call: Call, _at: Now, fact: facts.CallBackAsked) -> None:
    call.call_back = fact.number


@of_call
def _card_changed(call: Call, _at: Now, fact: facts.CardChanged) -> None:
    call.card = fact.card


@of_call
def _call_back_tried(call: Call, _at: Now, fact: facts.CallBackTried) -> None:
    call.attempts = fact.attempt


@of_call
def _call_back_failed(call: Call, at: Now, fact: facts.CallBackFailed) -> None:
    call.state, call.since = CallState.CALL_BACK_LATER, at
    call.again = Now(fact.again_at, fact.again_mono)


@of_call
def _call_back_due(call: Call, at: Now, _fact: facts.CallBackDue) -> None:
    call.state, call.since, call.again = CallState.QUEUED, at, None


@of_call
def _priority(call: Call, _at: Now, fact: facts.CallPriority) -> None:
    call.priority = fact.priority


@of_call
def _notes(call: Call, _at: Now, fact: facts.NotesSaved) -> None:
    call.notes = fact.text


@of_call
def _result(call: Call, _at: Now, fact: facts.ResultChosen) -> None:
    call.result = fact.result


def _customer(state: State, _at: Now, fact: facts.CustomerKnown) -> None:
    call = state.calls.get(fact.call)
    if call is not None:
        call.customer, call.segment, call.customer_numbers = fact.customer, fact.segment, fact.numbers
    if call is None or call.released:
        spoken.set_right(state, fact)


APPLY: Changes = {
    facts.CallArrived: _arrived,
    facts.CallQueued: _queued,
    facts.CallPriority: _priority,
    facts.CallDiverted: _diverted,
    facts.DiversionAnswered: _diversion_answered,
    facts.CallBackAsked: _call_back_asked,
    facts.CardChanged: _card_changed,
    facts.CallBackTried: _call_back_tried,
    facts.CallBackFailed: _call_back_failed,
    facts.CallBackDue: _call_back_due,
    facts.NotesSaved: _notes,
    facts.ResultChosen: _result,
    facts.CustomerKnown: _customer,
}
