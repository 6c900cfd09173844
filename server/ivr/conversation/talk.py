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
from typing import Any, Final

import msgspec

from scriptengine.interpreter import Ask, Event as ScriptEvent, Happened, LanguageChosen, Left, NoInput, Resumed
from server.call.dialogs import DialogView
from server.ivr.conversation import keys, patience, wording, words
from server.ivr.conversation.phrases import MOST_LANGUAGES
from server.ivr.conversation.words import AnyAction, AnyEvent, AnyPart

NEXT_DIGIT_SECONDS: Final = 4.0
"""A pause of that length ends an answer."""
QUIET_SECONDS: Final = 2.2
"""So long nothing may sound: with what lies between the rules and the ear, nobody hears silence for 3 s."""
LONGEST_WAIT_SECONDS: Final = 60.0
"""The session's keeper, which has time-outs of its own, must have answered by then: a net, never the rule."""
LONGEST_SPEECH_SECONDS: Final = 300.0
"""What is said is over by then: a net, as well."""

_BUFFERING: Final = ("opening", "working", "protected")


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """Where the conversation is.

    `typed`: keys that were not used yet. `until`: when the phase is over if nothing happens. `sounds`: something can be
    heard; otherwise it is quiet since `quiet_since`. `spare_key`: the terminator of an answer that was complete without
    it, which means nothing if it follows before `spare_until`.
    """

    phase: str = "opening"
    view: DialogView | None = None
    typed: str = ""
    until: float = 0
    sounds: bool = False
    quiet_since: float = 0
    open_parts: tuple[AnyPart, ...] = ()
    has_person: bool = True
    asks_language: bool = False
    asked_language: int = 0
    silent: int = 0
    """How often in a row nothing was keyed."""
    silent_seconds: float = 0
    """How long, together: what was said meanwhile left out."""
    sent: ScriptEvent | None = None
    """What the session was last given."""
    sent_from: str = ""
    """The stop at which it was."""
    spare_key: str = ""
    spare_until: float = 0
    currency: str = ""
    """Of amounts that name none."""
    shown_before: int = 0
    """The session's revision that a former core had shown; 0: none has."""

    @property
    def is_deaf(self) -> bool:
        """Keys are thrown away."""
        return self.phase == "anew"


Step = tuple[Talk, list[AnyAction]]


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
    return talk, [_wake(talk)]


def keys_left(talk: Talk, view: DialogView) -> str:
    """Of the keys that were not used, those that can mean something in this view: all, but after a restart. Then those
    are left that are a whole answer, or more, to the question that they were pressed for; that of the language gets
    none."""
    if talk.phase != "opening" or not talk.shown_before or not talk.typed:
        return talk.typed
    if view.revision != talk.shown_before or view.ask is None or _chooses_language(talk, view):
        return ""
    wanted = keys.expecting(view.ask)
    return talk.typed if wanted is not None and keys.read(wanted, talk.typed, is_over=False) is not None else ""


def step(talk: Talk, event: AnyEvent, now: float) -> Step:
    """What follows from an event. One that means nothing in this phase changes nothing."""
    if talk.phase == "left":
        return talk, []
    rule = _RULES.get((talk.phase, type(event))) or _ALWAYS.get(type(event))
    return (talk, []) if rule is None else rule(talk, event, now)


def _to(talk: Talk, phase: str, until: float, **changes: Any) -> Talk:
    return msgspec.structs.replace(talk, phase=phase, until=until, **changes)


def _wake(talk: Talk) -> words.Wake:
    """At the end of the phase, or before it would be silent for too long."""
    return words.Wake(talk.until if talk.sounds else min(talk.until, talk.quiet_since + QUIET_SECONDS))


def _say(talk: Talk, phase: str, now: float, parts: tuple[AnyPart, ...], **changes: Any) -> Step:
    after = _to(talk, phase, now + LONGEST_SPEECH_SECONDS, sounds=True, **changes)
    return after, [words.Say(parts), _wake(after)]


def _hushed(talk: Talk, now: float) -> tuple[Talk, list[AnyAction]]:
    if not talk.sounds:
        return talk, []
    return msgspec.structs.replace(talk, sounds=False, quiet_since=now), [words.Hush()]


# -- the session is shown -------------------------------------------------------------------------------------------


def _shown(talk: Talk, event: words.Shown, now: float) -> Step:
    view = event.view
    if talk.view is not None and view.revision < talk.view.revision:
        return talk, []
    after = msgspec.structs.replace(talk, view=view, typed=keys_left(talk, view))
    if view.ended is not None:
        return _ended(after, now)
    if view.status == "resting" and talk.phase == "opening":
        return _take(after, Resumed(channel="ivr"), now)
    if view.ask is None or view.status == "resting":
        is_silent = view.status == "resting"
        return _over(after, now, (wording.ours("silent", view.language),)) if is_silent else _leave(after, "fault")
    if _chooses_language(talk, view):
        return _ask_language(after, now)
    if talk.typed and not after.typed and view.revision == talk.shown_before:
        return _say(after, "anew", now, (wording.ours("anew", view.ask.language),))
    if isinstance(talk.sent, Happened) and talk.sent_from == view.ask.stop:
        return _unheeded(after, talk.sent, view, now)
    return _ask(after, view, view.ask, now)


def _chooses_language(talk: Talk, view: DialogView) -> bool:
    return talk.asks_language and len(view.languages) > 1


def _anew_said(talk: Talk, _event: AnyEvent, now: float) -> Step:
    """Part of an answer was keyed before the core's death. Whoever went on keying meanwhile has heard now not to: the
    rest of it is not taken for a whole answer."""
    assert talk.view is not None
    assert talk.view.ask is not None
    return _ask(talk, talk.view, talk.view.ask, now)


def _unheeded(talk: Talk, happened: Happened, view: DialogView, now: float) -> Step:
    """The script says nothing about what happened, and still asks the same."""
    if happened == keys.PERSON and talk.has_person:
        return _leave(talk, "person")
    if happened == keys.PERSON:
        assert view.ask is not None
        forgotten = msgspec.structs.replace(talk, sent=None)
        return _ask(forgotten, view, view.ask, now, "nobody") if keys.expecting(view.ask) else _leave(talk, "fault")
    return _over(talk, now, (wording.ours("silent", view.language),))


def _ask(talk: Talk, view: DialogView, ask: Ask, now: float, sorry: str = "") -> Step:
    """Ask the question, unless it is answered already by keys that came before it. `sorry`: our own words before it."""
    wanted = keys.expecting(ask)
    is_again = talk.sent_from == ask.stop and ask.attempt > 1 and not ask.before
    if is_again and not isinstance(talk.sent, NoInput):
        sorry = "not-understood"
    protected, open_parts = wording.question(view, ask, sorry, talk.currency)
    after = msgspec.structs.replace(talk, open_parts=open_parts, asks_language=False)
    if wanted is None:
        return _take(after, keys.PERSON, now)  # no key answers it
    if protected:
        return _say(after, "protected", now, protected)
    return _open(after, now)


def _open(talk: Talk, now: float) -> Step:
    """The part of the question that a key may interrupt, or has."""
    if not talk.typed:
        return _say(talk, "speaking", now, talk.open_parts)
    after, quiet = _hushed(talk, now)
    after, actions = _keyed(_to(after, "listening", now + NEXT_DIGIT_SECONDS), now)
    says = any(isinstance(action, words.Say) for action in actions)
    return after, actions if says else [*quiet, *actions]


def _said(talk: Talk, _event: AnyEvent, now: float) -> Step:
    """The question was heard."""
    assert talk.view is not None
    seconds = patience.answer_seconds(talk.view, talk.silent, talk.silent_seconds)
    after = _to(talk, "listening", now + seconds, sounds=False, quiet_since=now)
    return after, [_wake(after)]


def _protected_said(talk: Talk, _event: AnyEvent, now: float) -> Step:
    if not talk.typed and not talk.open_parts:
        return _said(talk, _event, now)
    return _open(msgspec.structs.replace(talk, sounds=False, quiet_since=now), now)


# -- keys -----------------------------------------------------------------------------------------------------------


def _digit(talk: Talk, event: words.Digit, now: float) -> Step:
    if event.key not in keys.ALL_KEYS:
        return talk, []
    if event.key == talk.spare_key and now < talk.spare_until and not talk.typed:
        return msgspec.structs.replace(talk, spare_key=""), []
    after = msgspec.structs.replace(talk, typed=talk.typed + event.key, spare_key="", silent=0, silent_seconds=0)
    if talk.phase in _BUFFERING:
        return after, []
    after, quiet = _hushed(after, now) if talk.phase == "speaking" else (after, [])
    after, actions = _keyed(_to(after, "listening", now + NEXT_DIGIT_SECONDS), now)
    return after, [*quiet, *actions]


def _keyed(talk: Talk, now: float, *, is_over: bool = False) -> Step:
    """Use the keys that are there."""
    assert talk.view is not None
    assert talk.view.ask is not None
    wanted = keys.expecting(talk.view.ask)
    assert wanted is not None
    read = keys.read(wanted, talk.typed, is_over=is_over)
    if read is None:
        return talk, [_wake(talk)]
    rest = talk.typed[read.used :]
    if isinstance(read.event, str):
        again = msgspec.structs.replace(talk, typed=rest)
        protected, open_parts = wording.question(talk.view, talk.view.ask, currency=talk.currency)
        return _open(msgspec.structs.replace(again, open_parts=(*protected, *open_parts)), now)
    spare = "" if read.is_ended else wanted.terminator
    if spare and rest.startswith(spare):
        rest, spare = rest[1:], ""
    after = msgspec.structs.replace(talk, typed=rest, spare_key=spare, spare_until=now + NEXT_DIGIT_SECONDS)
    return _take(after, read.event, now)


def _take(talk: Talk, event: ScriptEvent, now: float) -> Step:
    assert talk.view is not None
    stop = talk.view.ask.stop if talk.view.ask is not None else ""
    after = _to(talk, "working", now + LONGEST_WAIT_SECONDS, sent=event, sent_from=stop)
    return after, [words.Take(event, talk.view.revision), _wake(after)]


# -- time -----------------------------------------------------------------------------------------------------------


def _woken(talk: Talk, _event: words.Woken, now: float) -> Step:
    if now < talk.until:
        return _fill(talk, now)
    match talk.phase:
        case "opening" | "working":
            return _leave(talk, "fault")
        case "anew":
            return _anew_said(talk, _event, now)
        case "protected":
            return _protected_said(talk, _event, now)
        case "speaking":
            return _said(talk, _event, now)
        case "language":
            return _language_said(talk, _event, now) if talk.sounds else _no_language(talk, now)
        case "over":
            return _to(talk, "left", 0), [words.HangUp("end")]
    return _no_more_keys(talk, now)


def _fill(talk: Talk, now: float) -> Step:
    """It was silent for long enough."""
    if talk.sounds or now < talk.quiet_since + QUIET_SECONDS:
        return talk, [_wake(talk)]
    after = msgspec.structs.replace(talk, sounds=True)
    if talk.phase not in ("opening", "working"):
        return after, [words.Say((words.Tick(),)), _wake(after)]
    language = talk.view.language if talk.view is not None else ""
    moment: tuple[AnyPart, ...] = (wording.ours("one-moment", language),) if language else ()
    return after, [words.Say((*moment, words.Music()), loop=True), _wake(after)]


def _filled(talk: Talk, _event: words.Played, now: float) -> Step:
    """A tick was heard, or music that cannot be played has ended."""
    after = msgspec.structs.replace(talk, sounds=False, quiet_since=now)
    return after, [_wake(after)]


def _no_more_keys(talk: Talk, now: float) -> Step:
    """The caller does not key any more."""
    if talk.typed:
        return _keyed(talk, now, is_over=True)
    assert talk.view is not None
    silent = talk.silent + 1
    seconds = talk.silent_seconds + patience.answer_seconds(talk.view, talk.silent, talk.silent_seconds)
    event = Happened("timeout") if patience.is_over(talk.view, silent, seconds) else NoInput()
    return _take(msgspec.structs.replace(talk, silent=silent, silent_seconds=seconds), event, now)


# -- the language ---------------------------------------------------------------------------------------------------


def _ask_language(talk: Talk, now: float) -> Step:
    assert talk.view is not None
    if talk.typed:
        return _language_keyed(_to(talk, "language", 0), now)
    after, actions = _say(talk, "language", now, wording.languages(talk.view), asked_language=talk.asked_language + 1)
    return after, actions


def _language_digit(talk: Talk, event: words.Digit, now: float) -> Step:
    if event.key not in keys.ALL_KEYS:
        return talk, []
    after, quiet = _hushed(msgspec.structs.replace(talk, typed=talk.typed + event.key), now)
    after, actions = _language_keyed(after, now)
    return after, [*quiet, *actions]


def _language_keyed(talk: Talk, now: float) -> Step:
    assert talk.view is not None
    key, rest = talk.typed[0], talk.typed[1:]
    after = msgspec.structs.replace(talk, typed=rest)
    place = int(key) if key.isdigit() else 0
    if 1 <= place <= min(len(talk.view.languages), MOST_LANGUAGES):
        chosen = LanguageChosen(talk.view.languages[place - 1])
        return _take(msgspec.structs.replace(after, asks_language=False), chosen, now)
    if key == keys.PERSON_KEY:
        return _take(msgspec.structs.replace(after, asks_language=False), keys.PERSON, now)
    return _ask_language(after, now)


def _language_said(talk: Talk, _event: AnyEvent, now: float) -> Step:
    if not talk.sounds:
        return talk, []
    until = min(talk.until, now + patience.ANSWER_SECONDS)  # the end of a tick leaves it as it is
    after = _to(talk, "language", until, sounds=False, quiet_since=now)
    return after, [_wake(after)]


def _no_language(talk: Talk, now: float) -> Step:
    """Asked twice, then it goes on in the language that it has."""
    if talk.asked_language < 2:
        return _ask_language(talk, now)
    assert talk.view is not None
    assert talk.view.ask is not None
    return _ask(talk, talk.view, talk.view.ask, now)


# -- the end --------------------------------------------------------------------------------------------------------


def _ended(talk: Talk, now: float) -> Step:
    assert talk.view is not None
    ended = talk.view.ended
    assert ended is not None
    said = wording.ending(talk.view, ended, talk.currency)
    if ended.queue or ended.outcome == "transfer":
        return _to(talk, "left", 0), [words.Leave("end", ended.queue or "", said)]
    return _over(talk, now, said)


def _over(talk: Talk, now: float, said: tuple[AnyPart, ...]) -> Step:
    return _say(talk, "over", now, said)


def _over_said(talk: Talk, _event: words.Played, _now: float) -> Step:
    assert talk.view is not None
    return _to(talk, "left", 0), [words.HangUp("end" if talk.view.ended is not None else "silent")]


def _leave(talk: Talk, why: str) -> Step:
    """To a person, or because it cannot go on: the session rests, so that somebody else can go on with it."""
    rests: list[AnyAction] = [words.Take(Left())] if talk.view is not None else []
    return _to(talk, "left", 0), [*rests, words.Leave(why)]


def _failed(talk: Talk, _event: words.Failed, _now: float) -> Step:
    return _to(talk, "left", 0), [words.Leave("fault")]


def _hung_up(talk: Talk, _event: words.HungUp, _now: float) -> Step:
    goes_on = talk.view is None or talk.view.ended is None
    told: list[AnyAction] = [words.Take(Happened("hangup"))] if goes_on else []
    return _to(talk, "left", 0), [*told, words.HangUp("hung-up")]


_ALWAYS: dict[type[AnyEvent], Callable[[Talk, Any, float], Step]] = {
    words.Woken: _woken,
    words.HungUp: _hung_up,
}
_RULES: dict[tuple[str, type[AnyEvent]], Callable[[Talk, Any, float], Step]] = {
    ("opening", words.Shown): _shown,
    ("working", words.Shown): _shown,
    ("opening", words.Failed): _failed,
    ("working", words.Failed): _failed,
    ("opening", words.Played): _filled,
    ("working", words.Played): _filled,
    ("opening", words.Digit): _digit,
    ("working", words.Digit): _digit,
    ("protected", words.Digit): _digit,
    ("speaking", words.Digit): _digit,
    ("listening", words.Digit): _digit,
    ("anew", words.Played): _anew_said,
    ("protected", words.Played): _protected_said,
    ("speaking", words.Played): _said,
    ("listening", words.Played): _filled,
    ("language", words.Digit): _language_digit,
    ("language", words.Played): _language_said,
    ("over", words.Played): _over_said,
}
