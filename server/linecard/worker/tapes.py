"""The recordings of a conversation."""

from collections.abc import Callable, Collection
from typing import Any

from server.linecard.worker.legs import Phone, Recording, Refusal
from server.linecard.worker.reports import Written
from server.wire import linecard


class Tapes:
    """Starts, ends and reports recordings. `say` takes an event's type and fields."""

    def __init__(self, phone: Phone, say: Callable[..., Any]) -> None:
        self._phone = phone
        self._say = say
        self._recordings: dict[str, Recording] = {}

    def start(self, command: linecard.Record) -> None:
        """Begin a recording; its legs exist. Raises `Refusal` or `PhoneRefused`."""
        if command.token in self._recordings or not command.token or ":" in command.token:
            raise Refusal("the recording's token is empty, in use, or holds a colon")
        if len(command.legs) not in (1, 2):
            raise Refusal("one leg or two can be recorded into a file")
        self._phone.record(command.token, command.path, len(command.legs))
        self._recordings[command.token] = Recording(command.token, command.legs)

    def finish(self, token: str) -> None:
        """End a recording; `recorded` follows when it is on disk. Raises `Refusal` if it does not run."""
        recording = self._recordings.get(token)
        if recording is None or recording.finishing:
            raise Refusal("there is no such recording under way")
        recording.finishing = True
        self._phone.finish_recording(token)

    def finish_all(self) -> None:
        """End those that still run."""
        for recording in list(self._recordings.values()):
            if not recording.finishing:
                self.finish(recording.token)

    def written(self, report: Written) -> None:
        """A recording is on disk, or is lost."""
        if self._recordings.pop(report.token, None) is None:
            return
        if report.why:
            self._say(linecard.Refused, id=0, why=report.why)
        else:
            self._say(linecard.Recorded, token=report.token, path=report.path, seconds=report.seconds)

    def running(self) -> Collection[Recording]:
        """Recordings that are not on disk yet."""
        return self._recordings.values()
