"""How the demo speaks: sentences for people, or JSON lines."""

import json
import sys
from datetime import UTC, tzinfo
from typing import Any, TextIO

from server.demo.story import Line, clock_time


class Teller:
    """Prints to `out` (None: standard output), at once; for one thread only. `zone`: whose time of day is shown."""

    def __init__(self, as_json: bool, out: TextIO | None = None) -> None:
        self._as_json = as_json
        self._out = out or sys.stdout
        self.zone: tzinfo = UTC

    def line(self, line: Line) -> None:
        """A line of the story."""
        self.say("story", f"{clock_time(line.at, self.zone)}  {line.text}", at=line.at, call=line.call, text=line.text)

    def say(self, event: str, shown: str, **fields: Any) -> None:
        """`shown` for people; `event` and `fields` for programs."""
        print(json.dumps({"event": event, **fields}) if self._as_json else shown, file=self._out, flush=True)
