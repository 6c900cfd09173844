"""What each event does to a session. An event that does not fit is refused, and changes nothing."""

from __future__ import annotations

from scriptengine.interpreter.effects import Speech
from scriptengine.interpreter.events import (
    Answered,
    Begin,
    Chosen,
    Closed,
    Confirmed,
    Continued,
    Event,
    Happened,
    Jumped,
    Keyed,
    LanguageChosen,
    Left,
    NoInput,
    NoMatch,
    Resumed,
)
from scriptengine.interpreter.giving import answered, chosen, confirmed, continued, keyed, missed
from scriptengine.interpreter.happening import happened, jump, speak
from scriptengine.interpreter.resting import begin, rest, resume
from scriptengine.interpreter.walking import close
from scriptengine.interpreter.work import Refused, Work

MAX_JOURNAL = 10_000
"""Events of one session."""


class Reply:
    """Applies one event."""

    def __init__(self, work: Work) -> None:
        self.work = work

    @property
    def speech(self) -> tuple[Speech, ...]:
        """What is said first because nothing, or nothing fitting, was keyed."""
        return self.work.speech

    def apply(self, event: Event) -> None:
        """Raises Refused, or Waiting when a port has to be asked first."""
        work = self.work
        if isinstance(event, Begin):
            begin(self.work, event)
            return
        if work.status == "new":
            raise Refused("the session has not begun")
        if work.status == "ended":
            raise Refused("the session has ended")
        if isinstance(event, Closed):
            close(work, event.reason)
        elif isinstance(event, Resumed):
            resume(self.work, event)
        elif isinstance(event, Left):
            rest(self.work)
        elif isinstance(event, Happened):
            happened(self.work, event.name)
        elif work.status == "resting":
            raise Refused("the session rests; it has to be resumed first")
        else:
            self._answer(event)

    def _answer(self, event: Event) -> None:
        """Events that need a stop."""
        stop = self.work.stop
        if stop is None:
            raise Refused("the session waits for an action, not for an answer")
        match event:
            case Answered():
                answered(self.work, stop, event)
            case Keyed():
                keyed(self.work, stop, event.digits)
            case Confirmed():
                confirmed(self.work, stop, event.is_right)
            case Chosen():
                chosen(self.work, stop, event.button)
            case Continued():
                continued(self.work, stop)
            case Jumped():
                jump(self.work, event.node)
            case LanguageChosen():
                speak(self.work, event.language)
            case NoInput():
                missed(self.work, stop, 0)
            case NoMatch():
                missed(self.work, stop, 1)
            case _:
                raise Refused("this event does not belong here")
