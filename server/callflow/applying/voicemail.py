"""Facts of mailboxes applied to the state."""

import msgspec

from server.call import facts
from server.call.now import Now
from server.call.states import CallState
from server.callflow.applying.changes import Changes, of_call
from server.callflow.state import Call, Mailbox, State
from server.voicemail.mailbox import Lock
from server.voicemail.words import Message


def _mailbox(state: State, mailbox: str) -> Mailbox:
    return state.mailboxes.setdefault(mailbox, Mailbox())


@of_call
def _entered(call: Call, at: Now, fact: facts.MailboxEntered) -> None:
    call.state, call.since = CallState.IN_MAILBOX, at
    call.mailbox, call.hears_messages, call.leg = fact.mailbox, fact.hears, ""


@of_call
def _recorded(call: Call, _at: Now, fact: facts.VoicemailRecorded) -> None:
    call.sound, call.sound_seconds, call.sounds = fact.message, fact.seconds, call.sounds + 1


@of_call
def _dropped(call: Call, _at: Now, _fact: facts.VoicemailDropped) -> None:
    call.sound, call.sound_seconds = "", 0


def _left(state: State, _at: Now, fact: facts.VoicemailLeft) -> None:
    mailbox = _mailbox(state, fact.mailbox)
    mailbox.messages[fact.message] = Message(
        fact.message, fact.spoken_at, fact.caller, fact.seconds, urgent=fact.urgent
    )
    mailbox.sounds[fact.message] = fact.sound
    if fact.mail:
        mailbox.to_mail.append(fact.message)
    call = state.calls.get(fact.call)
    if call is not None and not fact.forwarded_by:
        call.sound, call.sound_seconds, call.messages_left = "", 0, call.messages_left + 1
        call.message = fact.message


def _changed(state: State, _at: Now, fact: facts.VoicemailChanged) -> None:
    mailbox = _mailbox(state, fact.mailbox)
    message = mailbox.messages.get(fact.message)
    if message is None:
        return
    call = state.calls.get(fact.call)
    if call is not None:
        call.messages_left -= 1
    if fact.change == "save":
        mailbox.messages[fact.message] = msgspec.structs.replace(message, saved=True)
    else:
        del mailbox.messages[fact.message], mailbox.sounds[fact.message]
        mailbox.to_mail = [one for one in mailbox.to_mail if one != fact.message]


@of_call
def _task(call: Call, _at: Now, fact: facts.VoicemailTask) -> None:
    call.task_box, call.task = fact.mailbox, fact.message
    call.reserved = call.passed_to = fact.reserved


def _nothing(_state: State, _at: Now, _fact: facts.MessagePlayed) -> None:
    """The card knows it, and says so after a restart."""


def _mailed(state: State, _at: Now, fact: facts.VoicemailMailed) -> None:
    mailbox = _mailbox(state, fact.mailbox)
    mailbox.to_mail = [one for one in mailbox.to_mail if one != fact.message]


@of_call
def _not_taken(call: Call, _at: Now, fact: facts.VoicemailNotTaken) -> None:
    call.not_taken = fact.why


def _greeting(state: State, _at: Now, fact: facts.GreetingChanged) -> None:
    _mailbox(state, fact.mailbox).greeting = fact.sound


def _pin(state: State, at: Now, fact: facts.PinTried) -> None:
    mailbox = _mailbox(state, fact.mailbox)
    mailbox.lock = Lock() if fact.right else mailbox.lock.after_wrong(at.wall)


def _unlocked(state: State, _at: Now, fact: facts.PinUnlocked) -> None:
    _mailbox(state, fact.mailbox).lock = Lock()


APPLY: Changes = {
    facts.MailboxEntered: _entered,
    facts.VoicemailRecorded: _recorded,
    facts.VoicemailDropped: _dropped,
    facts.VoicemailLeft: _left,
    facts.VoicemailChanged: _changed,
    facts.VoicemailTask: _task,
    facts.MessagePlayed: _nothing,
    facts.VoicemailMailed: _mailed,
    facts.VoicemailNotTaken: _not_taken,
    facts.GreetingChanged: _greeting,
    facts.PinTried: _pin,
    facts.PinUnlocked: _unlocked,
}
