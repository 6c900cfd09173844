"""The session is shown: its question is asked, or it is over."""

import msgspec

from scriptengine.interpreter import Happened, Resumed
from server.call.dialogs import DialogView
from server.ivr.conversation import keys, wording, words
from server.ivr.conversation.asking import ask_question
from server.ivr.conversation.choosing import ask_language, chooses_language
from server.ivr.conversation.finishing import ended, leave, over
from server.ivr.conversation.standing import Step, Talk, say, take


def keys_left(talk: Talk, view: DialogView) -> str:
    """Of the keys that were not used, those that can mean something in this view: all, but after a restart. Then those
    are left that are a whole answer, or more, to the question that they were pressed for; that of the language gets
    none."""
    if talk.phase != "opening" or not talk.shown_before or not talk.typed:
        return talk.typed
    if view.revision != talk.shown_before or view.ask is None or chooses_language(talk, view):
        return ""
    wanted = keys.expecting(view.ask)
    return talk.typed if wanted is not None and keys.read(wanted, talk.typed, is_over=False) is not None else ""


def shown(talk: Talk, event: words.Shown, now: float) -> Step:
    """The session stands somewhere, for the first time or after a step."""
    view = event.view
    if talk.view is not None and view.revision < talk.view.revision:
        return talk, []
    after = msgspec.structs.replace(talk, view=view, typed=keys_left(talk, view))
    if view.ended is not None:
        return ended(after, now)
    if view.status == "resting" and talk.phase == "opening":
        return take(after, Resumed(channel="ivr"), now)
    if view.ask is None or view.status == "resting":
        is_silent = view.status == "resting"
        return over(after, now, (wording.ours("silent", view.language),)) if is_silent else leave(after, "fault")
    if chooses_language(talk, view):
        return ask_language(after, now)
    if talk.typed and not after.typed and view.revision == talk.shown_before:
        return say(after, "anew", now, (wording.ours("anew", view.ask.language),))
    if isinstance(talk.sent, Happened) and talk.sent_from == view.ask.stop:
        return _unheeded(after, talk.sent, view, now)
    return ask_question(after, view, view.ask, now)


def _unheeded(talk: Talk, happened: Happened, view: DialogView, now: float) -> Step:
    """The script says nothing about what happened, and still asks the same."""
    if happened == keys.PERSON and talk.has_person:
        return leave(talk, "person")
    if happened == keys.PERSON:
        assert view.ask is not None
        forgotten = msgspec.structs.replace(talk, sent=None)
        return (
            ask_question(forgotten, view, view.ask, now, "nobody") if keys.expecting(view.ask) else leave(talk, "fault")
        )
    return over(talk, now, (wording.ours("silent", view.language),))
