"""The end of a conversation: a last sentence, a person, a fault, a caller who hangs up."""

from scriptengine.interpreter import Happened, Left
from server.ivr.conversation import wording, words
from server.ivr.conversation.standing import Step, Talk, say, to
from server.ivr.conversation.words import AnyAction, AnyEvent, AnyPart


def ended(talk: Talk, now: float) -> Step:
    """The script came to its end."""
    assert talk.view is not None
    ended = talk.view.ended
    assert ended is not None
    said = wording.ending(talk.view, ended, talk.currency)
    if ended.queue or ended.outcome == "transfer":
        return to(talk, "left", 0), [words.Leave("end", ended.queue or "", said)]
    return over(talk, now, said)


def over(talk: Talk, now: float, said: tuple[AnyPart, ...]) -> Step:
    """Say a last sentence, and hang up."""
    return say(talk, "over", now, said)


def over_said(talk: Talk, _event: AnyEvent, _now: float) -> Step:
    """It was heard (or took too long)."""
    assert talk.view is not None
    return to(talk, "left", 0), [words.HangUp("end" if talk.view.ended is not None else "silent")]


def leave(talk: Talk, why: str) -> Step:
    """To a person, or because it cannot go on: the session rests, so that somebody else can go on with it."""
    rests: list[AnyAction] = [words.Take(Left())] if talk.view is not None else []
    return to(talk, "left", 0), [*rests, words.Leave(why)]


def failed(talk: Talk, _event: words.Failed, _now: float) -> Step:
    """There is no session to be shown."""
    return to(talk, "left", 0), [words.Leave("fault")]


def hung_up(talk: Talk, _event: words.HungUp, _now: float) -> Step:
    """The caller is gone."""
    goes_on = talk.view is None or talk.view.ended is None
    told: list[AnyAction] = [words.Take(Happened("hangup"))] if goes_on else []
    return to(talk, "left", 0), [*told, words.HangUp("hung-up")]
