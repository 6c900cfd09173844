"""The language of a session, where callers choose it."""

import msgspec

from scriptengine.interpreter import LanguageChosen
from server.call.dialogs import DialogView
from server.ivr.conversation import keys, patience, wording, words
from server.ivr.conversation.asking import ask_question
from server.ivr.conversation.phrases import MOST_LANGUAGES
from server.ivr.conversation.standing import Step, Talk, hushed, say, take, to, wake
from server.ivr.conversation.words import AnyEvent


def chooses_language(talk: Talk, view: DialogView) -> bool:
    """Whether callers are asked for the language, and there are several."""
    return talk.asks_language and len(view.languages) > 1


def ask_language(talk: Talk, now: float) -> Step:
    """Say the languages and their keys, unless one was pressed already."""
    assert talk.view is not None
    if talk.typed:
        return _language_keyed(to(talk, "language", 0), now)
    after, actions = say(talk, "language", now, wording.languages(talk.view), asked_language=talk.asked_language + 1)
    return after, actions


def language_digit(talk: Talk, event: words.Digit, now: float) -> Step:
    """A key was pressed."""
    if event.key not in keys.ALL_KEYS:
        return talk, []
    after, quiet = hushed(msgspec.structs.replace(talk, typed=talk.typed + event.key), now)
    after, actions = _language_keyed(after, now)
    return after, [*quiet, *actions]


def _language_keyed(talk: Talk, now: float) -> Step:
    assert talk.view is not None
    key, rest = talk.typed[0], talk.typed[1:]
    after = msgspec.structs.replace(talk, typed=rest)
    place = int(key) if key.isdigit() else 0
    if 1 <= place <= min(len(talk.view.languages), MOST_LANGUAGES):
        chosen = LanguageChosen(talk.view.languages[place - 1])
        return take(msgspec.structs.replace(after, asks_language=False), chosen, now)
    if key == keys.PERSON_KEY:
        return take(msgspec.structs.replace(after, asks_language=False), keys.PERSON, now)
    return ask_language(after, now)


def language_said(talk: Talk, _event: AnyEvent, now: float) -> Step:
    """The languages were heard."""
    if not talk.sounds:
        return talk, []
    until = min(talk.until, now + patience.ANSWER_SECONDS)  # the end of a tick leaves it as it is
    after = to(talk, "language", until, sounds=False, quiet_since=now)
    return after, [wake(after)]


def no_language(talk: Talk, now: float) -> Step:
    """Asked twice, then it goes on in the language that it has."""
    if talk.asked_language < 2:
        return ask_language(talk, now)
    assert talk.view is not None
    assert talk.view.ask is not None
    return ask_question(talk, talk.view, talk.view.ask, now)
