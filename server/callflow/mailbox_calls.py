"""Calls with a mailbox, from their numbers and queues in, and out again: to a destination, or hung up."""

from server.call import events, facts
from server.call.states import CallState, Outcome
from server.callflow import in_mailbox, message_tasks, overflow, talking
from server.callflow.state import Call
from server.callflow.turn import Turn
from server.voicemail import words
from server.voicemail.mailbox import expired
from server.wire import linecard

TIDY = "tidy-mailboxes"
TIDY_SECONDS = 3600.0
CARD_LOST = "card-lost"
"""Cause of a release when the card that held the call is gone."""


def has(call: Call) -> bool:
    """Whether the call is with a mailbox, or the caller has left and the message is on its way to the disk."""
    return call.state is CallState.IN_MAILBOX or (call.state is CallState.ENDING and bool(call.mailbox))


def asked(turn: Turn, event: events.VoicemailAsked) -> None:
    """Somebody at a desk saves or deletes a message. Raises `RequestRefused`."""
    if event.change not in set(words.Change):
        raise events.RequestRefused("no-such-change", "A message is saved or deleted.")
    if not in_mailbox.change(turn, event.mailbox, event.message, words.Change(event.change), event.by):
        raise events.RequestRefused("no-message", f"There is no message {event.message!r} in {event.mailbox!r}.")


def forward_asked(turn: Turn, event: events.VoicemailForwardAsked) -> None:
    """Somebody at a desk gives a copy to another mailbox. Raises `RequestRefused`."""
    if not in_mailbox.forward(turn, event.mailbox, event.message, event.to):
        why = "The message or the mailbox is not there, it has no room, or it has the message already."
        raise events.RequestRefused("not-forwarded", why)


def mailed(turn: Turn, event: events.VoicemailMailed) -> None:
    """A message needs no mail any more."""
    there = turn.state.mailboxes.get(event.mailbox)
    if there is not None and event.message in there.to_mail:
        turn.note(facts.VoicemailMailed(mailbox=event.mailbox, message=event.message, result=event.result))


def unlock(turn: Turn, event: events.PinUnlockAsked) -> None:
    """Somebody who may lifts a mailbox's lock. Raises `RequestRefused`."""
    if event.mailbox not in turn.plan.mailboxes:
        raise events.RequestRefused("no-mailbox", f"There is no mailbox {event.mailbox!r}.")
    there = turn.state.mailboxes.get(event.mailbox)
    if there is None or not there.lock.wrong:
        raise events.RequestRefused("not-locked", f"Nobody has typed a wrong PIN for {event.mailbox!r}.")
    turn.note(facts.PinUnlocked(mailbox=event.mailbox, by=event.by))


def tidy(turn: Turn) -> None:
    """Throw away what is older than its mailbox keeps it; again in an hour."""
    kept = [mailbox for mailbox in turn.plan.site.mailbox if mailbox.keep_days]
    for mailbox in kept:
        there = turn.state.mailboxes.get(mailbox.id)
        messages = list(there.messages.values()) if there is not None else []
        for message in expired(messages, turn.now.wall, mailbox.keep_days):
            in_mailbox.change(turn, mailbox.id, message.id, words.Change.DELETE, "rule")
    if kept:
        turn.due(turn.now.mono + TIDY_SECONDS, TIDY, "")


def digit(turn: Turn, call: Call, key: str) -> None:
    """The caller pressed a key."""
    _go_on(turn, call, in_mailbox.tell(turn, call, words.Digit(key)))


def played(turn: Turn, call: Call) -> None:
    """What was said is over."""
    _go_on(turn, call, in_mailbox.tell(turn, call, words.Played()))


def recorded(turn: Turn, call: Call, event: linecard.Recorded) -> None:
    """A recording is whole, or lost."""
    if not has(call):
        return
    _go_on(turn, call, in_mailbox.recorded(turn, call, event))
    if call.state is CallState.ENDING and turn.line(call.call).mailbox_talk is None:
        _keep_and_close(turn, call, "normal")  # the core that knew the conversation died meanwhile


def woken(turn: Turn, call: Call) -> None:
    """A deadline of the conversation."""
    _go_on(turn, call, in_mailbox.woken(turn, call))


def not_kept(turn: Turn, event: events.VoicemailNotKept) -> None:
    """A message could not be committed."""
    call = turn.state.calls.get(event.call)
    if call is not None and not has(call):
        call = None
    left = in_mailbox.not_kept(turn, call, event.mailbox, event.message)
    if call is not None:
        _go_on(turn, call, left)


def left(turn: Turn, call: Call, cause: str, by: str) -> None:
    """The caller's leg is over; what was said is kept first."""
    line = turn.line(call.call)
    line.up = False
    if not call.released:
        turn.note(facts.CallReleased(call=call.call, by=by, cause=cause))
    if cause == CARD_LOST:
        line.mailbox_talk = None  # nothing will come of a recording
    if line.mailbox_talk is not None:
        _go_on(turn, call, in_mailbox.tell(turn, call, words.HungUp()))
    elif cause == CARD_LOST or not line.recording:
        _keep_and_close(turn, call, cause)


def again(turn: Turn, call: Call) -> None:
    """After a restart of the core: the caller is on the line, and may be speaking."""
    in_mailbox.again(turn, call)


def said_so_far(playing: str) -> int:
    """How often a mailbox had spoken when the core died, by the token of what plays: no token is used twice."""
    kind, _, number = playing.partition("-")
    return int(number) if kind == "mailbox" and number.isdecimal() else 0


def _keep_and_close(turn: Turn, call: Call, cause: str) -> None:
    """The caller is gone, and nobody knows the conversation; what was said is a message all the same."""
    in_mailbox.keep_what_was_said(turn, call)
    _close(turn, call, cause)


def _go_on(turn: Turn, call: Call, to: str) -> None:
    if not to:
        return
    line = turn.line(call.call)
    line.mailbox_talk, line.mailbox_wake = None, 0
    if to == in_mailbox.HANG_UP:
        if not call.released:
            turn.note(facts.CallReleased(call=call.call, by="server", cause="normal"))
        _close(turn, call, "normal")
    else:
        line.playing = ""
        overflow.divert(turn, call, turn.plan.queue(call.queue), "key", to, "0")


def _close(turn: Turn, call: Call, cause: str) -> None:
    in_mailbox.drop(turn, call)  # an owner hung up while speaking a greeting; a caller's words were too few
    turn.send(call, linecard.Close(call=call.call))
    talking.close(turn, call, _outcome(call, cause), cause)
    if call.messages_left and not call.hears_messages:
        message_tasks.begin_if_wanted(turn, call.mailbox, call.message)


def _outcome(call: Call, cause: str) -> Outcome:
    if call.hears_messages:
        return Outcome.SELF_SERVED
    if call.messages_left:
        return Outcome.VOICEMAIL
    if cause == CARD_LOST:
        return Outcome.FAILED
    if call.joined is None and not call.diverted and call.not_taken:
        return Outcome.FULL if call.not_taken == "quota" else Outcome.FAILED
    if call.joined is None and not call.diverted:
        return Outcome.SELF_SERVED  # the mailbox itself was dialled: nobody waited for an agent
    return overflow.outcome_of(call) if call.diverted else Outcome.ABANDONED
