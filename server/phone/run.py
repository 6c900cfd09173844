"""`caruso phone run`: JSON lines in, JSON lines out, until `quit` or the end of the input."""

import queue
import threading
from collections.abc import Callable
from typing import BinaryIO

import msgspec

from server.phone import words
from server.phone.station import Station

TURN_MILLISECONDS = 20
"""A command waits at most so long for the phone's thread."""


class Typed:
    """Commands read from a stream by a thread of its own, so that the phone's thread never waits for them."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._read: queue.SimpleQueue[words.AnyCommand | words.Refused] = queue.SimpleQueue()
        threading.Thread(target=self._read_all, daemon=True, name="commands").start()

    def take(self) -> words.AnyCommand | words.Refused | None:
        """The next command, or the refusal of a line that is none; None: nothing was said."""
        try:
            return self._read.get_nowait()
        except queue.Empty:
            return None

    def _read_all(self) -> None:
        decoder = msgspec.json.Decoder(words.AnyCommand)
        while line := self._stream.readline(words.MAX_LINE_OCTETS + 1):
            if len(line) > words.MAX_LINE_OCTETS:
                self._read.put(words.Refused(do="", why=f"a line may have {words.MAX_LINE_OCTETS} octets"))
                break
            if not line.strip():
                continue
            try:
                self._read.put(decoder.decode(line))
            except msgspec.DecodeError as error:
                self._read.put(words.Refused(do="", why=f"not a command: {error}"))
        self._read.put(words.Quit())


def run(station: Station, typed: Typed, tell: Callable[[words.Event], None], stopped: Callable[[], bool]) -> int:
    """Obey until `quit` (or `stopped`); then hang up and close the phone. Gives the exit code."""
    while True:
        command = typed.take()
        if stopped():
            command = words.Quit()
        if command is None:
            station.turn(TURN_MILLISECONDS)
        elif isinstance(command, words.Quit):
            station.close()
            return 0
        elif isinstance(command, words.Refused):
            tell(command)
        else:
            station.obey(command)
