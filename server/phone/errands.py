"""What `caruso phone call` and `caruso phone answer` do, in terms of the station's commands and events."""

import functools
from collections.abc import Callable

from server.phone import words
from server.phone.station import Station


class CallErrand:
    """Calls once. `result` is the exit code as soon as it is known: 0 the call was answered and ended, 1 it failed."""

    def __init__(
        self, call: words.Call, *, digits: str = "", talk_seconds: float = 0, give_up_seconds: float = 60
    ) -> None:
        """`talk_seconds`: hang up then, 0: the far end does. `give_up_seconds` without an answer: the end; 0: none."""
        self.result: int | None = None
        self._call = call
        self._digits = digits
        self._talk_seconds = talk_seconds
        self._give_up_seconds = give_up_seconds
        self._answered = False

    def begin(self, station: Station) -> None:
        """Place the call."""
        if self._give_up_seconds:
            station.after(self._give_up_seconds, lambda: self._give_up(station))
        station.obey(self._call)

    def follow(self, event: words.Event, station: Station) -> None:
        """React to what happened."""
        if isinstance(event, words.Answered):
            self._answered = True
            if self._talk_seconds:
                station.after(self._talk_seconds, lambda: _hang_up(station))
        elif isinstance(event, words.Media) and event.state == "active" and self._digits:
            self._press(station, event.call)
        elif isinstance(event, words.Released):
            self.result = 0 if self._answered and event.code == 200 else 1
        elif isinstance(event, words.Refused) and event.do == "call":
            self.result = 1

    def _press(self, station: Station, call: str) -> None:
        """Send the digits; each comma is a second's pause."""
        groups, self._digits = self._digits.split(","), ""
        for seconds, digits in enumerate(groups):
            if digits:
                command = words.Dtmf(digits=digits, call=call)
                station.after(0.1 + seconds, functools.partial(_obey_while_there, station, command))

    def _give_up(self, station: Station) -> None:
        if not self._answered:
            _hang_up(station)


class AnswerErrand:
    """Takes calls that come in, as `by_itself` says.

    `result` becomes 0 after `calls` calls (0: never by itself), and 1 when the phone cannot register.
    """

    def __init__(
        self,
        by_itself: words.ByItself,
        *,
        register: words.Register | None = None,
        calls: int = 0,
        hang_up_seconds: float = 0,
    ) -> None:
        """`register` None: calls come directly. `hang_up_seconds`: hang up after so long, 0: the far end does."""
        self.result: int | None = None
        self._by_itself = by_itself
        self._register = register
        self._calls = calls
        self._hang_up_seconds = hang_up_seconds
        self._had = 0

    def begin(self, station: Station) -> None:
        """Be ready for calls."""
        station.obey(self._by_itself)
        if self._register is not None:
            station.obey(self._register)

    def follow(self, event: words.Event, station: Station) -> None:
        """React to what happened."""
        if isinstance(event, words.Answered) and self._hang_up_seconds:
            station.after(self._hang_up_seconds, lambda: _hang_up(station, event.call))
        elif isinstance(event, words.Released):
            self._had += 1
            if self._had == self._calls:
                self.result = 0
        elif isinstance(event, words.RegistrationFailed) or (
            isinstance(event, words.Refused) and event.do == "register"
        ):
            self.result = 1


Errand = CallErrand | AnswerErrand


def do_errand(errand: Errand, station: Station, stopped: Callable[[], bool]) -> int:
    """Work until the errand is done, or `stopped`; then close the phone. Gives the exit code."""
    errand.begin(station)
    while errand.result is None and not stopped():
        station.turn()
    was_stopped = errand.result is None
    station.close()
    if was_stopped and isinstance(errand, AnswerErrand):
        return 0
    return 1 if errand.result is None else errand.result


def _obey_while_there(station: Station, command: words.Dtmf) -> None:
    if command.call in station.calls:
        station.obey(command)


def _hang_up(station: Station, call: str = "") -> None:
    if call in station.calls or (not call and station.calls):
        station.obey(words.HangUp(call=call))
