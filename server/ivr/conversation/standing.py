"""Where a conversation is, and the small steps of which all others are made."""

from typing import Any, Final

import msgspec

from scriptengine.interpreter import Event as ScriptEvent
from server.call.dialogs import DialogView
from server.ivr.conversation import words
from server.ivr.conversation.words import AnyAction, AnyPart

NEXT_DIGIT_SECONDS: Final = 4.0
"""A pause of that length ends an answer."""
QUIET_SECONDS: Final = 2.2
"""So long nothing may sound: with what lies between the rules and the ear, nobody hears silence for 3 s."""
LONGEST_WAIT_SECONDS: Final = 60.0
"""The session's keeper, which has time-outs of its own, must have answered by then: a net, never the rule."""
LONGEST_SPEECH_SECONDS: Final = 300.0
"""What is said is over by then: a net, as well."""


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


def to(talk: Talk, phase: str, until: float, **changes: Any) -> Talk:
    """Another phase."""
    return msgspec.structs.replace(talk, phase=phase, until=until, **changes)


def wake(talk: Talk) -> words.Wake:
    """At the end of the phase, or before it would be silent for too long."""
    return words.Wake(talk.until if talk.sounds else min(talk.until, talk.quiet_since + QUIET_SECONDS))


def say(talk: Talk, phase: str, now: float, parts: tuple[AnyPart, ...], **changes: Any) -> Step:
    """Say something in a phase of its own."""
    after = to(talk, phase, now + LONGEST_SPEECH_SECONDS, sounds=True, **changes)
    return after, [words.Say(parts), wake(after)]


def hushed(talk: Talk, now: float) -> tuple[Talk, list[AnyAction]]:
    """Whatever sounds is stopped."""
    if not talk.sounds:
        return talk, []
    return msgspec.structs.replace(talk, sounds=False, quiet_since=now), [words.Hush()]


def take(talk: Talk, event: ScriptEvent, now: float) -> Step:
    """Give the session an event."""
    assert talk.view is not None
    stop = talk.view.ask.stop if talk.view.ask is not None else ""
    after = to(talk, "working", now + LONGEST_WAIT_SECONDS, sent=event, sent_from=stop)
    return after, [words.Take(event, talk.view.revision), wake(after)]
