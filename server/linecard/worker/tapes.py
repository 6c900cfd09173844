"""The recordings of a conversation."""

import math
from collections.abc import Callable, Collection
from typing import Any

from server.linecard.worker.legs import Phone, PhoneRefused, Recording, Refusal
from server.linecard.worker.reports import Written
from server.wire import linecard

CHECK_SECONDS = 0.2
"""So often a recording with limits is looked at; speech has no pauses that every look would hit."""
SILENT_BELOW = 16
"""Loudness under which nobody speaks: about -48 dBFS, above the noise of a telephone line."""


class Tapes:
    """Starts, ends and reports recordings. `say` takes an event's type and fields.

    `check_at` is when `check` wants to be called, in `mono` seconds; None: no recording has a limit.
    """

    def __init__(self, phone: Phone, say: Callable[..., Any]) -> None:
        self._phone = phone
        self._say = say
        self._recordings: dict[str, Recording] = {}
        self.check_at: float | None = None

    def start(self, command: linecard.Record, now: float) -> None:
        """Begin a recording; its legs exist. One that cannot be made is `lost` at once. Raises `Refusal`."""
        if command.token in self._recordings or not command.token or ":" in command.token:
            raise Refusal("the recording's token is empty, in use, or holds a colon")
        if len(command.legs) not in (1, 2):
            raise Refusal("one leg or two can be recorded into a file")
        try:
            self._phone.record(command.token, command.path, len(command.legs))
        except PhoneRefused as refusal:
            self._say(linecard.Refused, id=command.id, why=str(refusal))
            self._say(linecard.Recorded, token=command.token, path="", seconds=0, ended="lost")
            return
        self._recordings[command.token] = Recording(
            command.token,
            command.legs,
            until=now + command.max_seconds if command.max_seconds else math.inf,
            silence_seconds=command.silence_seconds or math.inf,
            spoke_at=now,
        )
        if command.max_seconds or command.silence_seconds:
            self.check_at = now + CHECK_SECONDS

    def finish(self, token: str, ended: str = "asked") -> None:
        """End a recording; `recorded` follows when it is on disk. Raises `Refusal` if it does not run."""
        recording = self._recordings.get(token)
        if recording is None or recording.finishing:
            raise Refusal("there is no such recording under way")
        recording.ended = ended
        self._phone.finish_recording(token)

    def check(self, now: float) -> None:
        """End the recordings that are long enough, or in which nobody speaks any more."""
        limited = False
        for recording in self._recordings.values():
            if recording.finishing:
                continue
            if max(self._phone.loudness(leg) for leg in recording.legs) >= SILENT_BELOW:
                recording.spoke_at = now
            if now >= recording.until:
                self.finish(recording.token, "length")
            elif now - recording.spoke_at >= recording.silence_seconds:
                self.finish(recording.token, "silence")
            limited |= math.isfinite(min(recording.until, recording.silence_seconds)) and not recording.finishing
        self.check_at = now + CHECK_SECONDS if limited else None

    def legs_left(self, living: Collection[str]) -> None:
        """A leg is over: so is what recorded only legs that are no longer `living`."""
        for recording in self._recordings.values():
            if not recording.finishing and not set(recording.legs) & set(living):
                self.finish(recording.token, "hang-up")

    def finish_all(self) -> None:
        """End those that still run."""
        for recording in list(self._recordings.values()):
            if not recording.finishing:
                self.finish(recording.token)

    def written(self, report: Written) -> None:
        """A recording is on disk, or is lost."""
        recording = self._recordings.pop(report.token, None)
        if recording is None:
            return
        if report.why:
            self._say(linecard.Refused, id=0, why=report.why)
            self._say(linecard.Recorded, token=report.token, path="", seconds=0, ended="lost")
        else:
            ended = recording.ended
            self._say(linecard.Recorded, token=report.token, path=report.path, seconds=report.seconds, ended=ended)

    def running(self) -> Collection[Recording]:
        """Recordings that are not on disk yet."""
        return self._recordings.values()
