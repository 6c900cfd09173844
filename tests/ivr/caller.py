"""A caller and a clock for conversations of scripts: what is said takes its time, keys come when they come."""

from typing import Any

from scriptengine.interpreter import Happened, Left
from server.call.dialogs import Beginning, DialogView
from server.ivr.conversation import (
    Digit,
    HangUp,
    HungUp,
    Hush,
    Leave,
    Music,
    Pause,
    Played,
    Recording,
    Say,
    Shown,
    Take,
    Tick,
    Wake,
    Woken,
    Words,
    begin,
    step,
)
from server.ivr.conversation.words import AnyAction, AnyEvent, AnyPart
from tests.fakes.dialogs import FakeDialogs
from tests.fakes.waiting import at_once

SECONDS_A_SIGN = 0.06


def seconds(part: AnyPart) -> float:
    """How long a part is heard."""
    match part:
        case Words():
            return 0.3 + SECONDS_A_SIGN * len(part.text)
        case Pause():
            return part.milliseconds / 1000
        case Recording():
            return sum(seconds(one) for one in part.otherwise)
        case Music():
            return 30.0
        case Tick():
            return 0.1
    raise AssertionError(part)


def text(parts: tuple[AnyPart, ...]) -> str:
    """What is heard, in words."""
    said = []
    for part in parts:
        match part:
            case Words():
                said.append(part.text)
            case Recording():
                said.append(f"[{part.name}]")
            case Music():
                said.append("~")
            case Tick():
                said.append(".")
    return " ".join(said)


class Caller:
    """One call with a script. `delay`: how long the session's keeper takes for each event."""

    def __init__(self, dialogs: FakeDialogs, script: str, *, delay: float = 0.1, language: str = "", **kinds: Any):
        self.dialogs = dialogs
        self.now = 100.0
        self.delay = delay
        self.heard: list[str] = []
        """Each thing that was said, ticks left out."""
        self.taken: list[Any] = []
        self.left: Leave | HangUp | None = None
        self.longest_silence = 0.0
        self._sounding = 0.0
        """Until when something sounds; infinite: music."""
        self._quiet_since = self.now
        self._wake: float | None = None
        self._shown: list[tuple[float, DialogView]] = []
        beginning = Beginning(script=script, channel="ivr", session="s", language=language, call="c1")
        self._shown.append((self.now + delay, at_once(dialogs.begin(beginning))))
        self.talk, actions = begin(self.now, **kinds)
        self._obey(actions)

    # -- the world

    def run(self, until: float = 600.0) -> None:
        """Let time pass until nothing happens any more, or for so many seconds."""
        end = self.now + until
        while self.left is None and (due := self._next()) is not None and due <= end:
            self._happens(due)
        if self.left is None:
            self.now = max(self.now, end)

    def until_heard(self, what: str, limit: float = 120) -> None:
        """Let time pass until something is being said that has these words."""
        end = self.now + limit
        while not (self.heard and what in self.heard[-1]):
            due = self._next()
            assert due is not None, f"never heard: {what}; but {self.heard}"
            assert due <= end, f"not heard in time: {what}; but {self.heard}"
            self._happens(due)

    def key(self, digits: str, apart: float = 0.25) -> None:
        """Press keys, one after the other."""
        for digit in digits:
            self.run(apart)
            self.tell(Digit(digit))

    def pause(self) -> None:
        """Wait until the session was given the next event."""
        taken = len(self.taken)
        while len(self.taken) == taken and self.left is None and (due := self._next()) is not None:
            self._happens(due)

    def hang_up(self) -> None:
        self.tell(HungUp())

    def tell(self, event: AnyEvent) -> None:
        before = self.talk.typed + (event.key if isinstance(event, Digit) else "")
        self.talk, actions = step(self.talk, event, self.now)
        self._account(before, actions)
        self._obey(actions)

    # -- what follows

    def _next(self) -> float | None:
        moments = [moment for moment, _ in self._shown]
        if self._sounding > self.now and self._sounding != float("inf"):
            moments.append(self._sounding)
        if self._wake is not None:
            moments.append(max(self._wake, self.now))
        return min(moments, default=None)

    def _happens(self, due: float) -> None:
        self.now = due
        for shown in [one for one in self._shown if one[0] <= due]:
            self._shown.remove(shown)
            self.tell(Shown(shown[1]))
            return
        if self._sounding == due:
            self._hush(due)
            self.tell(Played())
            return
        if self._wake is not None and self._wake <= due:
            self._wake = None
            self.tell(Woken())

    def _hush(self, at: float) -> None:
        self._sounding, self._quiet_since = 0.0, at

    def _account(self, before: str, actions: list[AnyAction]) -> None:
        """Every key is kept or used once, until a goodbye is said."""
        if self.talk.phase in ("over", "left"):
            return
        rest = self.talk.typed
        assert before.endswith(rest), (before, rest)
        used = before[: len(before) - len(rest)]
        for action in actions:
            if isinstance(action, Take) and hasattr(action.event, "digits"):
                assert action.event.digits in used, (action.event, before, rest)

    def _obey(self, actions: list[AnyAction]) -> None:
        for action in actions:
            match action:
                case Say():
                    self._say(action)
                case Hush():
                    self._hush(self.now)
                case Take():
                    self._take(action)
                case Wake():
                    self._wake = action.at
                case Leave() | HangUp():
                    self.left, self._wake, self._shown = action, None, []
                    self._silent()
                    if isinstance(action, Leave):
                        self.heard.append(text(action.said))

    def _say(self, action: Say) -> None:
        assert action.parts
        self._silent()
        whole = text(action.parts)
        if whole != ".":
            self.heard.append(whole)
        length = sum(seconds(part) for part in action.parts)
        self._sounding = float("inf") if action.loop else self.now + length

    def _silent(self) -> None:
        if self._sounding == 0.0:
            self.longest_silence = max(self.longest_silence, self.now - self._quiet_since)

    def _take(self, action: Take) -> None:
        self.taken.append(action.event)
        view = at_once(self.dialogs.take("s", action.event, action.revision))
        if not isinstance(action.event, Left) and action.event != Happened("hangup"):
            self._shown.append((self.now + self.delay, view))
