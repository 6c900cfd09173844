"""A call is with a mailbox: what the conversation decides becomes facts and commands.

A message is in its mailbox once `voicemail-left` is committed; its sound was whole on the disk before (the card says
`recorded` only then). So what is told as saved is there, and what is listed can be heard.
"""

import hmac
from collections.abc import Callable
from typing import Any

from server.call import facts
from server.call.commands import RemoveSounds
from server.call.states import CallState
from server.callflow import message_tasks
from server.callflow.plan import Spoken
from server.callflow.state import Call, Mailbox
from server.callflow.turn import Turn
from server.voicemail import hearing, leaving, words
from server.voicemail.mailbox import Quota
from server.wire import linecard

HANG_UP = "hang-up"
BY = "telephone"
"""`VoicemailChanged.by` of what an owner does by keys."""


def enter(turn: Turn, call: Call, mailbox: str, *, hears: bool = False) -> None:
    """The call comes to a mailbox, to leave a message or (`hears`) to hear some."""
    turn.world.floor.leave(call.call)
    turn.note(facts.MailboxEntered(call=call.call, mailbox=mailbox, hears=hears))
    line = turn.line(call.call)
    line.menu, line.mailbox_talk, line.mailbox_wake, line.recording = "", None, 0, ""


def begin(turn: Turn, call: Call) -> None:
    """The caller's leg has media: the conversation begins, once."""
    line = turn.line(call.call)
    if call.state is not CallState.IN_MAILBOX or line.mailbox_talk is not None:
        return
    if call.hears_messages:
        known = turn.plan.mailboxes.get(call.mailbox)
        line.mailbox_talk, actions = hearing.begin(known.number if known is not None else "")
    else:
        line.mailbox_talk, actions = leaving.begin(_rules(turn, call))
    _obey(turn, call, actions)


def again(turn: Turn, call: Call) -> None:
    """After a restart of the core: go on where the facts and the card say that it was (`Line.recording`: its `recorded`
    is still to come)."""
    line = turn.line(call.call)
    if call.hears_messages:
        begin(turn, call)
        return
    line.mailbox_talk, actions = leaving.again(
        _rules(turn, call),
        recording=bool(line.recording),
        seconds=call.sound_seconds,
        is_left=bool(call.messages_left and not call.sound),
    )
    _obey(turn, call, actions)


def keep_what_was_said(turn: Turn, call: Call) -> None:
    """The caller is gone, and the core that knew the conversation too: a whole recording becomes a message."""
    line, rules = turn.line(call.call), _rules(turn, call)
    if call.sound and not call.hears_messages and call.sound_seconds >= rules.min_seconds:
        line.mailbox_talk = leaving.Leaving(rules, phase="review", seconds=call.sound_seconds)
        tell(turn, call, words.HungUp())
    line.mailbox_talk = None


def tell(turn: Turn, call: Call, event: words.AnyEvent) -> str:
    """Hand an event to the conversation. `HANG_UP` or a destination (as in the site file) if the call leaves; else
    empty."""
    line = turn.line(call.call)
    if isinstance(line.mailbox_talk, hearing.Hearing):
        there = hearing.now_there(line.mailbox_talk, _messages(turn, call))
        line.mailbox_talk, actions = hearing.step(there, event, turn.now.mono)
    elif line.mailbox_talk is not None:
        line.mailbox_talk, actions = leaving.step(line.mailbox_talk, event, turn.now.mono)
    else:
        return ""
    return _obey(turn, call, actions)


def recorded(turn: Turn, call: Call, event: linecard.Recorded) -> str:
    """The card ended a recording; what is whole is noted, whether the conversation still runs or not."""
    line = turn.line(call.call)
    line.recording = ""
    if event.ended == "lost":
        if not call.hears_messages:
            turn.note(facts.VoicemailNotTaken(call=call.call, mailbox=call.mailbox, why="disk"))
        return tell(turn, call, words.NotKept("full"))
    turn.note(facts.VoicemailRecorded(call=call.call, mailbox=call.mailbox, message=event.token, seconds=event.seconds))
    return tell(turn, call, words.Recorded(event.seconds, "key" if event.ended == "asked" else event.ended))


def not_kept(turn: Turn, call: Call | None, mailbox: str, message: str) -> str:
    """It could not be committed that the message was left: it is none, and the caller is told."""
    sound = _mailbox(turn, mailbox).sounds.get(message, "")
    lost_in = "" if call is None else call.call
    turn.note(facts.VoicemailChanged(mailbox=mailbox, message=message, change="lost", by="rule", call=lost_in))
    if call is not None:
        turn.note(facts.VoicemailNotTaken(call=call.call, mailbox=mailbox, why="disk"))
    if sound:
        _remove_unused(turn, sound)
    return "" if call is None else tell(turn, call, words.NotKept("full"))


def woken(turn: Turn, call: Call) -> str:
    """A deadline of the conversation has come; maybe an earlier one than it wants now."""
    line = turn.line(call.call)
    if call.state is not CallState.IN_MAILBOX or not 0 < line.mailbox_wake <= turn.now.mono:
        return ""
    line.mailbox_wake = 0
    return tell(turn, call, words.Woken())


def _rules(turn: Turn, call: Call) -> leaving.Rules:
    mailbox = turn.plan.mailboxes.get(call.mailbox)
    if mailbox is None:  # taken out of the site during the call
        return leaving.Rules()
    return leaving.Rules(mailbox.max_seconds, mailbox.min_seconds, mailbox.silence_seconds, mailbox.exit_to)


def _tells(turn: Turn, mailbox: str) -> bool:
    """Whether mails tell of the mailbox's messages."""
    known = turn.plan.mailboxes.get(mailbox)
    return known is not None and bool(known.mail)


def _mailbox(turn: Turn, mailbox: str) -> Mailbox:
    return turn.state.mailboxes.get(mailbox) or Mailbox()


def _obey(turn: Turn, call: Call, actions: list[words.AnyAction]) -> str:
    for action in actions:
        if isinstance(action, words.HangUp):
            return HANG_UP
        if isinstance(action, words.LeaveTo):
            return action.to
        if left := _OBEY[type(action)](turn, call, action) or "":
            return left
    return ""


# -- speaking and recording -----------------------------------------------------------------------------------------


def _say(turn: Turn, call: Call, action: words.Say) -> None:
    mailbox, line = _mailbox(turn, call.mailbox), turn.line(call.call)
    spoken = Spoken(call.sound, mailbox.greeting, mailbox.sounds)
    line.said += 1
    turn.play(call, f"mailbox-{line.said}", turn.plan.sounds.mailbox_says(action.parts, call.mailbox, spoken))


def _hush(turn: Turn, call: Call, _action: words.Hush) -> None:
    turn.line(call.call).playing = ""
    turn.send(call, linecard.Stop(call=call.call, leg=linecard.CUSTOMER))


def _record(turn: Turn, call: Call, action: words.Record) -> None:
    line = turn.line(call.call)
    line.recording = f"{call.mailbox}/{call.call}-{call.sounds + 1}"
    turn.send(
        call,
        linecard.Record(
            call=call.call,
            token=line.recording,
            legs=[linecard.CUSTOMER],
            path=turn.plan.sounds.sound(line.recording),
            max_seconds=action.max_seconds,
            silence_seconds=action.silence_seconds,
        ),
    )


def _stop(turn: Turn, call: Call, _action: words.Stop) -> None:
    line = turn.line(call.call)
    if line.recording and line.up:  # the card ends it by itself when the caller is gone
        turn.send(call, linecard.Unrecord(call=call.call, token=line.recording))


def _drop(turn: Turn, call: Call, _action: words.Drop) -> None:
    drop(turn, call)


def drop(turn: Turn, call: Call) -> None:
    """What was recorded, and is neither message nor greeting, is thrown away."""
    if call.sound:
        sound = call.sound
        turn.note(facts.VoicemailDropped(call=call.call, message=sound))
        _remove_unused(turn, sound)


def _wake(turn: Turn, call: Call, action: words.Wake) -> None:
    turn.line(call.call).mailbox_wake = action.at
    turn.due(action.at, "mailbox", call.call)


# -- messages -------------------------------------------------------------------------------------------------------


def _keep(turn: Turn, call: Call, action: words.Keep) -> str:
    plan, there = turn.plan.mailboxes.get(call.mailbox), _mailbox(turn, call.mailbox)
    quota = Quota(plan.max_messages if plan is not None else 0)
    if not quota.has_room(list(there.messages.values()), action.seconds):
        turn.note(facts.VoicemailNotTaken(call=call.call, mailbox=call.mailbox, why="quota"))
        return tell(turn, call, words.NotKept("quota"))
    sound = call.sound
    turn.note(
        facts.VoicemailLeft(
            call=call.call,
            mailbox=call.mailbox,
            message=sound.replace("/", "-"),
            sound=sound,
            caller=call.number(),
            seconds=round(action.seconds, 3),
            spoken_at=turn.now.wall,
            urgent=action.urgent,
            mail=_tells(turn, call.mailbox),
        )
    )
    return tell(turn, call, words.Kept())


def _check_pin(turn: Turn, call: Call, action: words.CheckPin) -> str:
    mailbox = turn.plan.mailbox_of_number.get(action.box, "")
    pin = turn.plan.pins.get(mailbox, "")
    if not pin:
        return tell(turn, call, words.Checked("unknown"))
    if _mailbox(turn, mailbox).lock.is_locked(turn.now.wall):
        return tell(turn, call, words.Checked("locked"))
    right = hmac.compare_digest(pin.encode(), action.pin.encode())
    turn.note(facts.PinTried(mailbox=mailbox, right=right))
    if right:
        turn.note(facts.MailboxEntered(call=call.call, mailbox=mailbox, hears=True))
    return tell(turn, call, words.Checked("right" if right else "wrong"))


def _look(turn: Turn, call: Call, _action: words.Look) -> str:
    return tell(turn, call, words.Found(_messages(turn, call)))


def _messages(turn: Turn, call: Call) -> tuple[words.Message, ...]:
    """Of the call's mailbox, oldest first."""
    return tuple(sorted(_mailbox(turn, call.mailbox).messages.values(), key=lambda message: message.at))


def change(turn: Turn, mailbox: str, message: str, what: words.Change, by: str) -> bool:
    """Save or delete a message; False: it is not there."""
    there = _mailbox(turn, mailbox)
    sound = there.sounds.get(message)
    if sound is None:
        return False
    turn.note(facts.VoicemailChanged(mailbox=mailbox, message=message, change=what, by=by))
    if what is words.Change.DELETE:
        _remove_unused(turn, sound)
    return True


def _mark(turn: Turn, call: Call, action: words.Mark) -> str:
    return tell(turn, call, words.Done(change(turn, call.mailbox, action.message, action.change, BY)))


def forward(turn: Turn, mailbox: str, message_id: str, to: str, *, call: str = "") -> bool:
    """Give a copy to the mailbox `to`; False: there is no such message or mailbox, no room, or a copy already."""
    from_, there = _mailbox(turn, mailbox), _mailbox(turn, to)
    message, plan = from_.messages.get(message_id), turn.plan.mailboxes.get(to)
    copy = f"{message_id}-{to}"
    if plan is None or message is None or to == mailbox or copy in there.messages:
        return False
    if not Quota(plan.max_messages).has_room(list(there.messages.values()), message.seconds):
        return False
    turn.note(
        facts.VoicemailLeft(
            call=call,
            mailbox=to,
            message=copy,
            sound=from_.sounds[message_id],
            caller=message.caller,
            seconds=message.seconds,
            spoken_at=message.at,
            urgent=message.urgent,
            forwarded_by=mailbox,
            mail=bool(plan.mail),
        )
    )
    message_tasks.begin_if_wanted(turn, to, copy)
    return True


def _forward(turn: Turn, call: Call, action: words.Forward) -> str:
    to = turn.plan.mailbox_of_number.get(action.box, "")
    done = forward(turn, call.mailbox, action.message, to, call=call.call)
    return tell(turn, call, words.Done(ok=done))


def _use_greeting(turn: Turn, call: Call, action: words.UseGreeting) -> str:
    former, sound = _mailbox(turn, call.mailbox).greeting, call.sound if action.own else ""
    turn.note(facts.GreetingChanged(mailbox=call.mailbox, sound=sound, by=BY))
    if sound:
        turn.note(facts.VoicemailDropped(call=call.call, message=sound))  # it is a greeting, not to become a message
    if former:
        _remove_unused(turn, former)
    return tell(turn, call, words.Done(ok=True))


def _remove_unused(turn: Turn, sound: str) -> None:
    """Delete a sound that neither a message nor a greeting needs."""
    for mailbox in turn.state.mailboxes.values():
        if sound == mailbox.greeting or sound in mailbox.sounds.values():
            return
    turn.commands.append(RemoveSounds([turn.plan.sounds.sound(sound)]))


_OBEY: dict[type[words.AnyAction], Callable[[Turn, Call, Any], str | None]] = {
    words.Say: _say,
    words.Hush: _hush,
    words.Record: _record,
    words.Stop: _stop,
    words.Drop: _drop,
    words.Wake: _wake,
    words.Keep: _keep,
    words.CheckPin: _check_pin,
    words.Look: _look,
    words.Mark: _mark,
    words.Forward: _forward,
    words.UseGreeting: _use_greeting,
}
