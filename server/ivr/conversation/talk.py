"""The steps of a session on the telephone.

| phase     | what the caller hears or does                        | goes on with                                     |
|-----------|------------------------------------------------------|--------------------------------------------------|
| opening   | (the session is begun, or looked at after a restart) | language, or the first question                  |
| language  | "for English, press 1"                               | working; in the one that it has, after silence   |
| anew      | "key that once more": keys are thrown away           | the question                                     |
| protected | what no key may interrupt; keys are kept             | speaking                                         |
| speaking  | the question; a key stops it                         | listening                                        |
| listening | keys; a soft tick, so that nobody hears silence      | working: an answer, nothing in time, `*`, 0      |
| working   | (an event is taken); "one moment", music             | a question, over, left                           |
| over      | a last sentence; keys do nothing                     | hung up                                          |
| left      | (the call is elsewhere, or gone)                     |                                                  |

Keys that come before their question are kept for it, in the order in which they were pressed; each is used once.
"""

from collections.abc import Callable
from typing import Any

from server.ivr.conversation import words
from server.ivr.conversation.asking import anew_said, digit, protected_said, said
from server.ivr.conversation.choosing import language_digit, language_said
from server.ivr.conversation.finishing import failed, hung_up, over_said
from server.ivr.conversation.opening import shown
from server.ivr.conversation.standing import LONGEST_WAIT_SECONDS, Step, Talk, wake
from server.ivr.conversation.waiting import filled, woken
from server.ivr.conversation.words import AnyEvent


def begin(
    now: float, *, asks_language: bool = False, has_person: bool = True, currency: str = "", shown_before: int = 0
) -> Step:
    """The caller's leg has media, and somebody asks for the session; `shown` or `failed` follows.

    `asks_language`: in which of the script's languages, if it has several. `has_person`: the call can go to one even if
    the script does not say where. `currency`: of amounts that name none (ISO 4217); empty: nobody knows.
    `shown_before`: the session's revision that a former core had shown. Keys that are told before the session is shown
    were pressed for that question, if they are an answer to it; 0: they come ahead of the first question.
    """
    talk = Talk(
        asks_language=asks_language,
        has_person=has_person,
        quiet_since=now,
        until=now + LONGEST_WAIT_SECONDS,
        currency=currency,
        shown_before=shown_before,
    )
    return talk, [wake(talk)]


def step(talk: Talk, event: AnyEvent, now: float) -> Step:
    """What follows from an event. One that means nothing in this phase changes nothing."""
    if talk.phase == "left":
        return talk, []
    rule = _RULES.get((talk.phase, type(event))) or _ALWAYS.get(type(event))
    return (talk, []) if rule is None else rule(talk, event, now)


_ALWAYS: dict[type[AnyEvent], Callable[[Talk, Any, float], Step]] = {
    words.Woken: woken,
    words.HungUp: hung_up,
}
_RULES: dict[tuple[str, type[AnyEvent]], Callable[[Talk, Any, float], Step]] = {
    ("opening", words.Shown): shown,
    ("working", words.Shown): shown,
    ("opening", words.Failed): failed,
    ("working", words.Failed): failed,
    ("opening", words.Played): filled,
    ("working", words.Played): filled,
    ("opening", words.Digit): digit,
    ("working", words.Digit): digit,
    ("protected", words.Digit): digit,
    ("speaking", words.Digit): digit,
    ("listening", words.Digit): digit,
    ("anew", words.Played): anew_said,
    ("protected", words.Played): protected_said,
    ("speaking", words.Played): said,
    ("listening", words.Played): filled,
    ("language", words.Digit): language_digit,
    ("language", words.Played): language_said,
    ("over", words.Played): over_said,
}
