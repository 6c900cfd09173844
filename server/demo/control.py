"""The demo's side of the control socket: the ledger followed from a thread, and requests."""

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from server import clock
from server.call.facts import AnyFact, Entry
from server.call.now import Now
from server.control.client import ControlClient, CoreNotRunning, CoreRefused
from server.demo.stage import StageFailed
from server.wire import control


class Control:
    """Asks the core of the data directory `data`; each request has a connection of its own."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def ask(self, request: control.AnyAsk) -> Any:
        """The core's answer. Raises StageFailed when it refuses or is gone."""
        try:
            with ControlClient(self._data) as client:
                return client.ask(request)
        except (CoreNotRunning, CoreRefused) as error:
            raise StageFailed(f"the core did not answer {type(request).__name__}: {error}") from error

    def agent(self, agent: str, action: str, reason: str = "") -> None:
        """Set an agent's presence, or end the wrap-up."""
        self.ask(control.Agent(id=agent, action=action, reason=reason))

    def follow(self, after: int, heard: Callable[[Entry], None], ended: Callable[[str], None]) -> None:
        """Hand every entry of the ledger after the position `after` to `heard`, from a thread of its own.

        `ended` is called there with the reason when the core ends.
        """
        threading.Thread(target=self._follow, args=(after, heard, ended), daemon=True, name="events").start()

    def _follow(self, after: int, heard: Callable[[Entry], None], ended: Callable[[str], None]) -> None:
        moment = clock.now()
        why = "the core ended"
        try:
            with ControlClient(self._data) as client:
                for event in client.events(after, follow=True):
                    heard(entry_of(event, moment.wall - moment.mono))
        except (CoreNotRunning, CoreRefused) as error:
            why = str(error)
        except msgspec.ValidationError as error:
            why = f"the core told an event that we do not know: {error}"
        ended(why)


def entry_of(event: dict[str, Any], wall_minus_mono: float) -> Entry:
    """An entry from a line of `events`. It has the wall clock only; the facts in it compare with the monotonic one,
    which is the wall clock less `wall_minus_mono`, as long as nobody sets the clock."""
    fact = {key: value for key, value in event.items() if key not in ("position", "at")}
    wall = datetime.fromisoformat(event["at"]).timestamp()
    at = Now(wall, wall - wall_minus_mono)
    return Entry(position=event["position"], at=at, fact=msgspec.convert(fact, AnyFact))
