"""A question is said, and the keys that are pressed for it are read."""

from typing import Final

import msgspec

from scriptengine.interpreter import Ask, Continued, Keyed, NoMatch
from server.call.dialogs import DialogView
from server.ivr.conversation import keys, patience, wording, words
from server.ivr.conversation.standing import NEXT_DIGIT_SECONDS, Step, Talk, hushed, say, take, to, wake
from server.ivr.conversation.words import AnyEvent

_BUFFERING: Final = ("opening", "working", "protected")


def ask_question(talk: Talk, view: DialogView, ask: Ask, now: float, sorry: str = "") -> Step:
    """Ask the question, unless it is answered already by keys that came before it. `sorry`: our own words before it."""
    wanted = keys.expecting(ask)
    is_again = talk.sent_from == ask.stop and ask.attempt > 1 and not ask.before
    if is_again and _fitted_nothing(talk, ask):
        sorry = "not-understood"
    protected, open_parts = wording.question(view, ask, sorry, talk.currency)
    after = msgspec.structs.replace(talk, open_parts=open_parts, asks_language=False)
    if wanted is None:
        return take(after, keys.PERSON, now)  # no key answers it
    if protected:
        return say(after, "protected", now, protected)
    return open_question(after, now)


def _fitted_nothing(talk: Talk, ask: Ask) -> bool:
    """Whether what was keyed last was not taken: what is read back was, and so was the word that it is wrong."""
    if isinstance(talk.sent, Keyed):
        return ask.kind != "confirm"
    return isinstance(talk.sent, NoMatch | Continued)


def open_question(talk: Talk, now: float) -> Step:
    """The part of the question that a key may interrupt, or has."""
    if not talk.typed:
        return say(talk, "speaking", now, talk.open_parts)
    after, quiet = hushed(talk, now)
    after, actions = keyed(to(after, "listening", now + NEXT_DIGIT_SECONDS), now)
    says = any(isinstance(action, words.Say) for action in actions)
    return after, actions if says else [*quiet, *actions]


def said(talk: Talk, _event: AnyEvent, now: float) -> Step:
    """The question was heard."""
    assert talk.view is not None
    seconds = patience.answer_seconds(talk.view, talk.silent, talk.silent_seconds)
    after = to(talk, "listening", now + seconds, sounds=False, quiet_since=now)
    return after, [wake(after)]


def protected_said(talk: Talk, _event: AnyEvent, now: float) -> Step:
    if not talk.typed and not talk.open_parts:
        return said(talk, _event, now)
    return open_question(msgspec.structs.replace(talk, sounds=False, quiet_since=now), now)


def anew_said(talk: Talk, _event: AnyEvent, now: float) -> Step:
    """Part of an answer was keyed before the core's death. Whoever went on keying meanwhile has heard now not to: the
    rest of it is not taken for a whole answer."""
    assert talk.view is not None
    assert talk.view.ask is not None
    return ask_question(talk, talk.view, talk.view.ask, now)


def digit(talk: Talk, event: words.Digit, now: float) -> Step:
    """A key was pressed."""
    if event.key not in keys.ALL_KEYS:
        return talk, []
    if event.key == talk.spare_key and now < talk.spare_until and not talk.typed:
        return msgspec.structs.replace(talk, spare_key=""), []
    after = msgspec.structs.replace(talk, typed=talk.typed + event.key, spare_key="", silent=0, silent_seconds=0)
    if talk.phase in _BUFFERING:
        return after, []
    after, quiet = hushed(after, now) if talk.phase == "speaking" else (after, [])
    after, actions = keyed(to(after, "listening", now + NEXT_DIGIT_SECONDS), now)
    return after, [*quiet, *actions]


def keyed(talk: Talk, now: float, *, is_over: bool = False) -> Step:
    """Use the keys that are there."""
    assert talk.view is not None
    assert talk.view.ask is not None
    wanted = keys.expecting(talk.view.ask)
    assert wanted is not None
    read = keys.read(wanted, talk.typed, is_over=is_over)
    if read is None:
        return talk, [wake(talk)]
    rest = talk.typed[read.used :]
    if isinstance(read.event, str):
        again = msgspec.structs.replace(talk, typed=rest)
        protected, open_parts = wording.question(talk.view, talk.view.ask, currency=talk.currency)
        return open_question(msgspec.structs.replace(again, open_parts=(*protected, *open_parts)), now)
    spare = "" if read.is_ended else wanted.terminator
    if spare and rest.startswith(spare):
        rest, spare = rest[1:], ""
    after = msgspec.structs.replace(talk, typed=rest, spare_key=spare, spare_until=now + NEXT_DIGIT_SECONDS)
    return take(after, read.event, now)
