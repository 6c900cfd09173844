"""What line cards tell of a call: whom it concerns in the call's present state."""

from collections.abc import Callable
from typing import Any

from server.call.states import CallState
from server.callflow import (
    arriving,
    call_back,
    dialog_calls,
    mailbox_calls,
    offering,
    overflow,
    state,
    supervising,
    survey_calls,
    talking,
    waiting,
)
from server.callflow.turn import SURVEY_OFFER, Turn
from server.wire import linecard

ENDLESS = ("waiting", "hold")
"""Tokens of what plays until it is stopped."""


def heard(turn: Turn, call: state.Call, event: linecard.AnyEvent) -> None:
    """The card that holds the call says something of it."""
    if not supervising.heard(turn, call, event):
        _CARD_EVENTS.get(type(event), _ignored)(turn, call, event)


def _answered(turn: Turn, call: state.Call, event: linecard.Answered) -> None:
    if event.leg == linecard.CUSTOMER and call.is_away():
        turn.line(call.call).up = True
        if turn.line(call.call).reaching:
            offering.connect(turn, call)
    elif event.leg == linecard.CUSTOMER:
        arriving.customer_up(turn, call)
    elif call.state is CallState.DIVERTED:
        overflow.number_answered(turn, call)
    elif event.leg == call.leg and call.state in supervising.TALK:
        pass  # told twice, after a restart
    else:
        offering.answered(turn, call, event.leg)


def _progressed(turn: Turn, call: state.Call, event: linecard.Progressed) -> None:
    offering.rings(turn, call, event.leg)


def _released(turn: Turn, call: state.Call, event: linecard.Released) -> None:
    if event.leg == linecard.CUSTOMER:
        by = "fault" if event.cause in talking.LOST else "customer"
        arriving.customer_left(turn, call, event.cause, by=by)
    elif event.leg == call.leg and call.state is CallState.DIVERTED:
        overflow.number_left(turn, call, event.cause)
    elif event.leg == call.leg and call.state is CallState.OFFERED:
        offering.leg_over(turn, call, event.leg, event.cause)
    elif event.leg == call.leg:
        talking.agent_left(turn, call, event.cause)


def _held(turn: Turn, call: state.Call, event: linecard.Held) -> None:
    if event.leg == call.leg:
        talking.hold(turn, call, event.on)


def _digit(turn: Turn, call: state.Call, event: linecard.Digit) -> None:
    if event.leg == linecard.CUSTOMER and call.state is CallState.IN_MAILBOX:
        mailbox_calls.digit(turn, call, event.digit)
    elif event.leg == linecard.CUSTOMER and call.state is CallState.IN_DIALOG:
        dialog_calls.digit(turn, call, event.digit, event.seq)
    elif event.leg == linecard.CUSTOMER and survey_calls.asks(call):
        survey_calls.key(turn, call, event.digit)
    elif event.leg == linecard.CUSTOMER:
        overflow.key(turn, call, event.digit)
    elif call.state is CallState.OFFERED and event.leg == call.leg:
        offering.digit(turn, call, event.digit)


def _played(turn: Turn, call: state.Call, event: linecard.Played) -> None:
    if event.leg == linecard.CUSTOMER and turn.line(call.call).playing == event.token:
        turn.line(call.call).playing = ""
        if event.token in ENDLESS and not event.stopped:
            turn.music_failed(call, event.token)
        if call.state is CallState.IN_MAILBOX and not event.stopped:
            mailbox_calls.played(turn, call)
        elif call.state is CallState.IN_DIALOG and not event.stopped:
            dialog_calls.played(turn, call)
        elif survey_calls.asks(call) and not event.stopped:
            survey_calls.played(turn, call)
    if event.token == SURVEY_OFFER and not event.stopped:
        survey_calls.heard_while_waiting(turn, call)
    if event.token == "goodbye" and not event.stopped:
        waiting.goodbye_over(turn, call)
    elif event.token == "menu" and not event.stopped:
        call_back.asked(turn, call)
    elif event.token == "thanks" and not event.stopped:
        call_back.thanked(turn, call)
    elif event.token == "accept" and not event.stopped and turn.line(call.call).confirming:
        offering.digit(turn, call, "")


def _ignored(_turn: Turn, _call: state.Call, _event: linecard.AnyEvent) -> None:
    """`quality`, `refused`, `idle` change nothing in the rules; the exchange logs them."""


_CARD_EVENTS: dict[type[Any], Callable[[Turn, state.Call, Any], None]] = {
    linecard.Answered: _answered,
    linecard.Progressed: _progressed,
    linecard.Released: _released,
    linecard.Held: _held,
    linecard.Digit: _digit,
    linecard.Played: _played,
    linecard.Recorded: mailbox_calls.recorded,
}
