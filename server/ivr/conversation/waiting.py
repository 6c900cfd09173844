"""What time brings: an answer that is complete, nothing keyed, a sound against silence."""

import msgspec

from scriptengine.interpreter import Happened, NoInput
from server.ivr.conversation import patience, wording, words
from server.ivr.conversation.asking import anew_said, keyed, protected_said, said
from server.ivr.conversation.choosing import language_said, no_language
from server.ivr.conversation.finishing import leave, over_said
from server.ivr.conversation.standing import QUIET_SECONDS, Step, Talk, take, wake
from server.ivr.conversation.words import AnyPart


def woken(talk: Talk, _event: words.Woken, now: float) -> Step:
    """The time has come that was asked for, or has not quite."""
    if now < talk.until:
        return _fill(talk, now)
    match talk.phase:
        case "opening" | "working":
            return leave(talk, "fault")
        case "anew":
            return anew_said(talk, _event, now)
        case "protected":
            return protected_said(talk, _event, now)
        case "speaking":
            return said(talk, _event, now)
        case "language":
            return language_said(talk, _event, now) if talk.sounds else no_language(talk, now)
        case "over":
            return over_said(talk, _event, now)
    return _no_more_keys(talk, now)


def _fill(talk: Talk, now: float) -> Step:
    """It was silent for long enough."""
    if talk.sounds or now < talk.quiet_since + QUIET_SECONDS:
        return talk, [wake(talk)]
    after = msgspec.structs.replace(talk, sounds=True)
    if talk.phase not in ("opening", "working"):
        return after, [words.Say((words.Tick(),)), wake(after)]
    language = talk.view.language if talk.view is not None else ""
    moment: tuple[AnyPart, ...] = (wording.ours("one-moment", language),) if language else ()
    return after, [words.Say((*moment, words.Music()), loop=True), wake(after)]


def filled(talk: Talk, _event: words.Played, now: float) -> Step:
    """A tick was heard, or music that cannot be played has ended."""
    after = msgspec.structs.replace(talk, sounds=False, quiet_since=now)
    return after, [wake(after)]


def _no_more_keys(talk: Talk, now: float) -> Step:
    """The caller does not key any more."""
    if talk.typed:
        return keyed(talk, now, is_over=True)
    assert talk.view is not None
    silent = talk.silent + 1
    seconds = talk.silent_seconds + patience.answer_seconds(talk.view, talk.silent, talk.silent_seconds)
    event = Happened("timeout") if patience.is_over(talk.view, silent, seconds) else NoInput()
    return take(msgspec.structs.replace(talk, silent=silent, silent_seconds=seconds), event, now)
