"""Calls with a dialog script, from their number (or an agent who hung up) in, and out again: to a queue, or hung up."""

from scriptengine.interpreter import Happened
from server.call import events, facts
from server.call.commands import StepDialog
from server.call.states import CallState, Outcome
from server.callflow import in_dialog, overflow, talking, waiting
from server.callflow.state import Call
from server.callflow.turn import Turn
from server.ivr import conversation as ivr
from server.wire import linecard

CARD_LOST = "card-lost"
"""Cause of a release when the card that held the call is gone."""
MOST_EARLY_KEYS = 64


def settle(turn: Turn) -> None:
    """Begin the conversations of those who came to a script in this turn and can hear it."""
    for _, fact in turn.facts[:]:
        if isinstance(fact, facts.ScriptEntered) and (call := turn.state.calls.get(fact.call)) is not None:
            in_dialog.begin(turn, call)


def shown(turn: Turn, event: events.DialogShown) -> None:
    """The session was begun or has taken an event. It may belong to a caller who is gone."""
    call = _of(turn, event.call, event.view.session)
    if call is not None:
        _go_on(turn, call, in_dialog.shown(turn, call, event.view))


def failed(turn: Turn, event: events.DialogFailed) -> None:
    """The session cannot go on."""
    call = _of(turn, event.call, event.session)
    if call is not None:
        _go_on(turn, call, in_dialog.tell(turn, call, ivr.Failed(event.why)))


def _of(turn: Turn, ident: str, session: str) -> Call | None:
    call = turn.state.calls.get(ident)
    return call if call is not None and call.state is CallState.IN_DIALOG and call.session == session else None


def digit(turn: Turn, call: Call, key: str, seq: int) -> None:
    """The caller pressed a key, maybe while the core was away. `seq`: of the card's event; what led to a step before a
    restart of the core may be told again."""
    line = turn.line(call.call)
    if 0 < seq <= call.keys_used:
        return
    if in_dialog.thrown_away(turn, call, seq):
        return
    line.keys = [*line.keys, seq][-MOST_EARLY_KEYS:] if seq else line.keys
    if line.dialog is None:
        line.early_keys = (line.early_keys + key)[-MOST_EARLY_KEYS:]
        return
    _go_on(turn, call, in_dialog.tell(turn, call, ivr.Digit(key)))


def played(turn: Turn, call: Call) -> None:
    """What was said is over."""
    _go_on(turn, call, in_dialog.tell(turn, call, ivr.Played()))


def woken(turn: Turn, call: Call) -> None:
    """A deadline of the conversation."""
    _go_on(turn, call, in_dialog.woken(turn, call))


def left(turn: Turn, call: Call, cause: str, by: str) -> None:
    """The caller's leg is over; the session is told, and rests."""
    line = turn.line(call.call)
    line.up = False
    is_over = line.dialog is not None and line.dialog.phase == "over"
    if line.dialog is None:  # after a restart of the core nobody has asked for the session yet
        turn.commands.append(StepDialog(call.call, call.session, Happened("hangup")))
    in_dialog.tell(turn, call, ivr.HungUp())
    line.dialog = None
    why = "fault" if cause == CARD_LOST else "end" if is_over else "hung-up"
    turn.note(facts.ScriptLeft(call=call.call, session=call.session, why=why))
    _close(turn, call, why, cause, by)


def again(turn: Turn, call: Call) -> None:
    """After a restart of the core: the caller is on the line, and hears the question again."""
    in_dialog.begin(turn, call)


def said_so_far(playing: str) -> int:
    """How often a dialog had spoken (or was offered as a survey) when the core died, by the token of what plays: no
    token is used twice."""
    kind, _, number = playing.partition("-")
    return int(number) if kind in ("dialog", in_dialog.SURVEY) and number.isdecimal() else 0


def _go_on(turn: Turn, call: Call, over: ivr.Leave | ivr.HangUp | None) -> None:
    if over is None:
        return
    line = turn.line(call.call)
    line.dialog, line.dialog_wake, line.keys = None, 0, []
    if isinstance(over, ivr.Leave):
        _leave(turn, call, over)
    else:
        turn.note(facts.ScriptLeft(call=call.call, session=call.session, why=over.why), turn.now)
        _close(turn, call, over.why, "normal", "server")


def _leave(turn: Turn, call: Call, leave: ivr.Leave) -> None:
    """To the script's queue, or where the number says. Who answers a survey had an agent already: that is the end."""
    to = f"queue:{leave.queue}" if leave.queue in turn.plan.queues else in_dialog.otherwise(turn, call)
    if call.is_survey:
        to = ""
    turn.note(facts.ScriptLeft(call=call.call, session=call.session, why=leave.why, to=to), turn.now)
    sounds = turn.plan.sounds
    is_served = leave.why != "fault" and (to or call.is_survey)
    said = sounds.dialog_says(leave.said) if is_served else sounds.dialog_trouble(bool(to))
    kind, _, ident = to.partition(":")
    if kind == "queue":
        overflow.enter(turn, call, ident, said)
    elif to:
        overflow.divert(turn, call, turn.plan.queue(""), "dialog", to, said=said)
    else:
        waiting.goodbye(turn, call, _outcome(call, "fault", ""), "fault", files=said)


def _close(turn: Turn, call: Call, why: str, cause: str, by: str) -> None:
    if not call.released:
        turn.note(facts.CallReleased(call=call.call, by=by, cause=cause))
    turn.send(call, linecard.Close(call=call.call))
    talking.close(turn, call, _outcome(call, why, cause), cause)


def _outcome(call: Call, why: str, cause: str) -> Outcome:
    if call.is_survey:
        return Outcome.ANSWERED
    if why == "end":
        return Outcome.SELF_SERVED
    if call.diverted and cause != CARD_LOST:
        return overflow.outcome_of(call)  # the queue could not serve the caller, and the script did not
    if why == "silent":
        return Outcome.ABANDONED
    return Outcome.FAILED if why == "fault" or cause == CARD_LOST else Outcome.ABANDONED
