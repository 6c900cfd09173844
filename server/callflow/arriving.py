"""A call arrives: its number leads to a queue, it is answered, and hears that it is in good hands; or it leaves."""

from server.call import facts
from server.call.events import CardSaid
from server.call.states import CallState, Outcome
from server.callflow import (
    call_back,
    dialog_calls,
    in_dialog,
    in_mailbox,
    mailbox_calls,
    offering,
    overflow,
    survey_calls,
    talking,
)
from server.callflow.state import Call
from server.callflow.turn import Turn
from server.wire import linecard

FIRST_SOUND_SECONDS = 1.5
"""How long after the answer a caller who is already offered to an agent is left without a sound: most agents answer
sooner than a greeting could say its first word, and nobody waits in silence for 3 s."""


def arrived(turn: Turn, said: CardSaid) -> None:
    """An INVITE created a conversation on a card."""
    event = said.event
    assert isinstance(event, linecard.Arrived)
    if event.call in turn.state.calls:
        return  # told twice, after a restart
    turn.note(
        facts.CallArrived(
            call=event.call,
            card=said.card,
            caller=event.caller,
            dialled=event.dialled,
            caller_name=event.caller_name,
            caller_e164=said.caller_e164,
            trunk=event.trunk,
            agent=event.agent,
        )
    )
    call = turn.state.calls[event.call]
    target = turn.plan.target(event.dialled)
    if turn.world.stopping:
        refuse(turn, call, 503, Outcome.CLOSED, "stopping")
    elif target is not None and target[0] == "voicemail" and (not target[1] or target[1] in turn.plan.mailboxes):
        turn.send(call, linecard.Answer(call=call.call, leg=event.leg))
        in_mailbox.enter(turn, call, target[1], hears=not target[1])
    elif target is not None and target[0] == "dialog":
        turn.send(call, linecard.Answer(call=call.call, leg=event.leg))
        in_dialog.enter(turn, call, target[1])
    elif target is None or target[1] not in turn.plan.queues:
        refuse(turn, call, 404, Outcome.BLOCKED, "unknown-number")
    else:
        turn.send(call, linecard.Answer(call=call.call, leg=event.leg))
        overflow.enter(turn, call, target[1])


def refuse(turn: Turn, call: Call, code: int, outcome: Outcome, cause: str) -> None:
    """Give the arriving call a final answer other than 200."""
    turn.note(facts.CallReleased(call=call.call, by="server", cause=cause))
    turn.send(call, linecard.Release(call=call.call, leg=linecard.CUSTOMER, code=code, cause=cause))
    turn.send(call, linecard.Close(call=call.call))
    talking.close(turn, call, outcome, cause)


def customer_up(turn: Turn, call: Call) -> None:
    """The customer's leg has media: music, at once or (if an agent's phone rings already) in a moment."""
    line = turn.line(call.call)
    line.up = True
    if line.when_up:
        turn.play(call, "goodbye", line.when_up)
        line.when_up = []
    elif call.state is CallState.IN_MAILBOX:
        in_mailbox.begin(turn, call)
    elif call.state is CallState.IN_DIALOG:
        in_dialog.begin(turn, call)
    elif line.menu:
        call_back.asked(turn, call)
    elif call.state is CallState.OFFERED:
        turn.due(turn.now.mono + FIRST_SOUND_SECONDS, "first-sound", call.call)
    elif call.state in (CallState.QUEUED, CallState.DIVERTED) and call.connected is None:
        turn.music(call)


def customer_left(turn: Turn, call: Call, cause: str, *, by: str = "customer") -> None:
    """The customer's leg is over, whatever the call was doing."""
    if call.state in (CallState.TALKING, CallState.HOLDING):
        talking.end(turn, call, by=by, cause=cause)
        return
    if call.state is CallState.CLOSED:
        return
    if mailbox_calls.has(call):
        mailbox_calls.left(turn, call, cause, by)
        return
    if call.state is CallState.IN_DIALOG:
        dialog_calls.left(turn, call, cause, by)
        return
    if survey_calls.asks(call):
        survey_calls.left(turn, call, cause)
        return
    if turn.line(call.call).kept and by == "customer":
        offering.withdraw(turn, call)
        call_back.confirm(turn, call)
    if call.is_away():
        _call_back_left(turn, call, cause)
        return
    outcome = turn.line(call.call).goodbye_outcome
    if not outcome:
        if call.state is CallState.OFFERED:
            result = "caller-left" if by == "customer" else "fault"
            offering.end_offer(turn, call, result, leg_is_over=True)  # `close` ends it with all others
        turn.world.floor.leave(call.call)
        outcome = _outcome_of(turn, call, by)
        turn.note(facts.CallReleased(call=call.call, by=by, cause=cause))
    turn.send(call, linecard.Close(call=call.call))
    talking.close(turn, call, Outcome(outcome), cause)


def _outcome_of(turn: Turn, call: Call, by: str) -> Outcome:
    """What becomes of a call whose customer's leg ends before an agent had it."""
    if call.state is CallState.DIVERTED or (call.state is CallState.ENDING and call.diverted):
        return overflow.outcome_of(call)
    return abandoned(call, turn.moment.mono) if by == "customer" else Outcome.FAILED


def _call_back_left(turn: Turn, call: Call, cause: str) -> None:
    """The customer's leg of a call-back: the one that asked for it, or the one that is called."""
    if call.state is CallState.OFFERED:
        call_back.not_reached(turn, call, cause)
    else:
        call_back.part(turn, call)


SHORT_ABANDON_SECONDS = 5


def abandoned(call: Call, mono: float) -> Outcome:
    """How a caller who left while waiting counts: short abandons (under 5 s) are counted apart. Whom an agent had, and
    passed on or lost, is never a short one."""
    if call.joined is None or call.transfers or call.wrapped_up_by:
        return Outcome.ABANDONED
    waited = mono - call.joined.mono
    return Outcome.SHORT_ABANDONED if waited < SHORT_ABANDON_SECONDS else Outcome.ABANDONED
