"""The owner hears messages by telephone.

| phase     | what is heard, and the keys                                                  | goes on with           |
|-----------|------------------------------------------------------------------------------|------------------------|
| box       | "your mailbox number, then #"                                                 | pin                    |
| pin       | "your PIN, then #"                                                            | checking               |
| checking  | (the PIN is checked)                                                          | looking, pin, over     |
| looking   | (the messages are fetched)                                                    | main                   |
| main      | how many messages; 1 new, 2 saved, 3 greeting, * again                        | message, greeting      |
| message   | when, from whom, the sound; 1 again, 2 save, 3 delete, 4 forward, # next, *     | message, forward, main |
| forward   | "the mailbox number, then #"                                                  | waiting                |
| greeting  | 1 hear, 2 record, 3 ours again, * main                                        | greeting, recording    |
| recording | speaks, then #                                                                | waiting                |
| waiting   | (a change is committed)                                                       | where it was           |
| over      | a last sentence                                                               | hung up                |

Three wrong PINs in one call end it; the mailbox's own lockout counts over all calls (`mailbox`).

Somebody at a desk may change the mailbox meanwhile (`now_there`). A message that was deleted is not announced; if it is
the present one the listener is told so at the next key, or after a while without one, and hears the next.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from server.voicemail import words
from server.voicemail.numbers_typed import Typed
from server.voicemail.words import AnyAction, AnyEvent, Change, Message, clips

ANSWER_SECONDS: Final = 2.5
TIMES_ASKED: Final = 3
TIMES_WRONG: Final = 3
GREETING_SECONDS: Final = 60.0
GREETING_SILENCE_SECONDS: Final = 4.0


class Hearing(msgspec.Struct, frozen=True):
    """Where the conversation is. `messages`: what is in the mailbox. `place`: in the list that is heard, from 0."""

    box: str = ""
    phase: str = "box"
    typed: Typed = Typed()
    wrong: int = 0
    asked: int = 0
    answer_until: float = 0
    messages: tuple[Message, ...] = ()
    listed: tuple[Message, ...] = ()
    """Those of the list that was chosen: new or saved."""
    place: int = 0
    back: str = ""
    """The phase to which a change in hand returns."""


Step = tuple[Hearing, list[AnyAction]]


def begin(box: str = "") -> Step:
    """The owner's leg has media. `box`: known by the telephone that calls; empty: it is asked for."""
    session = Hearing(box=box, phase="pin" if box else "box")
    return _ask(session)


def step(session: Hearing, event: AnyEvent, now: float) -> Step:
    """What follows from an event. One that means nothing in this phase changes nothing."""
    if isinstance(event, words.HungUp):
        return _to(session, "over"), [words.HangUp()]
    rule = _RULES.get((session.phase, type(event))) or _ALWAYS.get(type(event))
    return (session, []) if rule is None else rule(session, event, now)


def now_there(session: Hearing, messages: tuple[Message, ...]) -> Hearing:
    """The session, knowing what is in the mailbox now."""
    return msgspec.structs.replace(session, messages=messages)


def _to(session: Hearing, phase: str, **changes: Any) -> Hearing:
    clear: dict[str, Any] = {"typed": Typed(), "answer_until": 0, **changes}
    return msgspec.structs.replace(session, phase=phase, **clear)


_QUESTIONS: Final = {
    "box": ("voicemail-enter-box",),
    "pin": ("voicemail-enter-pin",),
    "main": ("voicemail-main",),
    "message": ("voicemail-message",),
    "forward": ("voicemail-forward-to",),
    "greeting": ("voicemail-greeting",),
}


def _ask(session: Hearing, *before: words.AnyPart) -> Step:
    """Ask the phase's question, after what else is to be said."""
    asked = session.asked + 1
    if asked > TIMES_ASKED:
        return _to(session, "over"), [words.Say(clips("voicemail-bye"))]
    said = words.Say((*before, *clips(*_QUESTIONS[session.phase])))
    return _to(session, session.phase, asked=asked), [said]


def _asked(session: Hearing, _event: words.Played, now: float) -> Step:
    if session.phase not in _QUESTIONS or session.typed.digits:
        return session, []
    until = now + ANSWER_SECONDS
    return msgspec.structs.replace(session, answer_until=until), [words.Wake(until)]


def _woken(session: Hearing, _event: words.Woken, now: float) -> Step:
    if session.typed.is_over(now):
        return _typed(session)
    if 0 < session.answer_until <= now and session.phase in _QUESTIONS:
        return _next(session) if session.phase == "message" and not _is_there(session) else _ask(session)
    return session, []


def _type(session: Hearing, event: words.Digit, now: float) -> Step:
    """A digit of a mailbox number or PIN."""
    if event.key == "#":
        return _typed(session)
    if event.key == "*":
        if session.phase == "forward":
            return _tell(session) if _is_there(session) else _next(session)
        return _ask(msgspec.structs.replace(session, asked=0))
    typed = session.typed.key(event.key, now)
    quiet: list[AnyAction] = [] if session.typed.digits else [words.Hush()]
    return msgspec.structs.replace(session, typed=typed, answer_until=0), [*quiet, words.Wake(typed.until)]


def _typed(session: Hearing) -> Step:
    digits = session.typed.digits
    if not digits:
        return _ask(session)
    if session.phase == "box":
        return _ask(_to(session, "pin", box=digits, asked=0))
    if session.phase == "pin":
        return _to(session, "checking"), [words.CheckPin(session.box, digits)]
    if not _is_there(session):
        return _next(session)
    message = session.listed[session.place]
    return _to(session, "waiting", back="forward"), [words.Forward(message.id, digits)]


def _checked(session: Hearing, event: words.Checked, _now: float) -> Step:
    if event.result == "right":
        return _to(session, "looking", wrong=0, asked=0), [words.Look(session.box)]
    if event.result == "locked" or session.wrong + 1 >= TIMES_WRONG:
        name = "voicemail-locked" if event.result == "locked" else "voicemail-wrong"
        return _to(session, "over"), [words.Say(clips(name, "voicemail-bye"))]
    # a mailbox that does not exist is told like a wrong PIN: numbers of mailboxes are not to be found out
    return _ask(_to(session, "box", box="", wrong=session.wrong + 1, asked=0), *clips("voicemail-wrong"))


def _found(session: Hearing, event: words.Found, _now: float) -> Step:
    return _main(msgspec.structs.replace(session, messages=event.messages))


def _main(session: Hearing, *before: words.AnyPart) -> Step:
    new = sum(not message.saved for message in session.messages)
    saved = len(session.messages) - new
    parts: list[words.AnyPart] = [*before]
    if not session.messages:
        parts += clips("voicemail-none")
    if new:
        parts += [*clips("voicemail-you-have"), words.Count(new), *clips("voicemail-new")]
    if saved:
        parts += [*clips("voicemail-you-have"), words.Count(saved), *clips("voicemail-saved-ones")]
    return _ask(_to(session, "main", asked=0, listed=(), place=0), *parts)


def _main_key(session: Hearing, event: words.Digit, _now: float) -> Step:
    match event.key:
        case "1" | "2":
            saved = event.key == "2"
            chosen = [message for message in session.messages if message.saved == saved]
            chosen.sort(key=lambda message: (not message.urgent, message.at))
            if not chosen:
                return _main(session)
            return _tell(_to(session, "message", listed=tuple(chosen), place=0))
        case "3":
            return _ask(_to(session, "greeting", asked=0))
        case _:
            return _main(session)


def _tell(session: Hearing, *before: words.AnyPart) -> Step:
    """Play the message at its place, or the next one that is still there; after the last one back to the main menu."""
    while session.place < len(session.listed) and not _is_there(session):
        session = msgspec.structs.replace(session, place=session.place + 1)
    if session.place >= len(session.listed):
        return _main(session, *before, *clips("voicemail-no-more"))
    message = session.listed[session.place]
    parts: list[words.AnyPart] = [*before, *clips("voicemail-urgent-one") * message.urgent, words.Moment(message.at)]
    parts += [words.Digits(message.caller)] if message.caller else clips("unknown-number")
    return _ask(_to(session, "message", asked=0), *parts, words.Sound(message.id))


def _is_there(session: Hearing) -> bool:
    """Whether the present message has not been deleted."""
    return any(message.id == session.listed[session.place].id for message in session.messages)


def _next(session: Hearing) -> Step:
    """The present message was deleted by somebody else."""
    after = msgspec.structs.replace(session, place=session.place + 1, back="")
    return _tell(after, *clips("voicemail-message-deleted"))


def _message_key(session: Hearing, event: words.Digit, _now: float) -> Step:
    message = session.listed[session.place]
    if event.key not in "#*" and not _is_there(session):
        return _next(session)
    match event.key:
        case "1":
            return _tell(session)
        case "2" | "3":
            change = Change.SAVE if event.key == "2" else Change.DELETE
            return _to(session, "waiting", back=change), [words.Mark(message.id, change)]
        case "4":
            return _ask(_to(session, "forward", asked=0))
        case "#":
            return _tell(msgspec.structs.replace(session, place=session.place + 1))
        case "*":
            return _main(session)
        case _:
            return _ask(session)


def _done(session: Hearing, event: words.Done, _now: float) -> Step:
    if session.back == "greeting":
        name = "voicemail-greeting-changed" if event.ok else "voicemail-not-saved"
        return _ask(_to(session, "greeting", asked=0, back=""), *clips(name))
    if not event.ok and not _is_there(session):
        return _next(session)
    if session.back == "forward":
        name = "voicemail-forwarded" if event.ok else "voicemail-not-forwarded"
        return _ask(_to(session, "message", asked=0, back=""), *clips(name))
    if not event.ok:
        return _ask(_to(session, "message", asked=0, back=""), *clips("voicemail-not-saved"))
    return _changed(session)


def _changed(session: Hearing) -> Step:
    """A message was saved or deleted: the list says so, and the next one is heard."""
    message = session.listed[session.place]
    kept = [other for other in session.messages if other.id != message.id]
    if session.back == Change.SAVE:
        kept.append(msgspec.structs.replace(message, saved=True))
    name = "voicemail-message-saved" if session.back == Change.SAVE else "voicemail-message-deleted"
    after = msgspec.structs.replace(session, messages=tuple(kept), place=session.place + 1, back="")
    return _tell(after, *clips(name))


def _greeting_key(session: Hearing, event: words.Digit, _now: float) -> Step:
    match event.key:
        case "1":
            return _ask(_to(session, "greeting", asked=0), words.Greeting())
        case "2":
            return _to(session, "tone"), [words.Say(clips("beep"))]
        case "3":
            return _to(session, "waiting", back="greeting"), [words.UseGreeting(own=False)]
        case "*":
            return _main(session)
        case _:
            return _ask(session)


def _record(session: Hearing, _event: words.Played, _now: float) -> Step:
    return _to(session, "recording"), [words.Record(GREETING_SECONDS, GREETING_SILENCE_SECONDS)]


def _recording_key(session: Hearing, event: words.Digit, _now: float) -> Step:
    return (session, [words.Stop()]) if event.key == "#" else (session, [])


def _recorded(session: Hearing, event: words.Recorded, _now: float) -> Step:
    if event.seconds < 1:
        return _ask(_to(session, "greeting", asked=0), *clips("voicemail-nothing-recorded"))
    return _to(session, "waiting", back="greeting"), [words.UseGreeting(own=True)]


def _not_recorded(session: Hearing, _event: words.NotKept, _now: float) -> Step:
    return _ask(_to(session, "greeting", asked=0), *clips("voicemail-not-saved"))


def _over(session: Hearing, _event: words.Played, _now: float) -> Step:
    return session, [words.HangUp()]


_ALWAYS: dict[type[AnyEvent], Callable[[Hearing, Any, float], Step]] = {words.Played: _asked, words.Woken: _woken}
_RULES: dict[tuple[str, type[AnyEvent]], Callable[[Hearing, Any, float], Step]] = {
    ("box", words.Digit): _type,
    ("pin", words.Digit): _type,
    ("forward", words.Digit): _type,
    ("checking", words.Checked): _checked,
    ("looking", words.Found): _found,
    ("main", words.Digit): _main_key,
    ("message", words.Digit): _message_key,
    ("greeting", words.Digit): _greeting_key,
    ("tone", words.Played): _record,
    ("recording", words.Digit): _recording_key,
    ("recording", words.Recorded): _recorded,
    ("recording", words.NotKept): _not_recorded,
    ("waiting", words.Done): _done,
    ("over", words.Played): _over,
}
