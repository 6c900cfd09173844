"""Logs of every process: JSON lines on standard error, or coloured lines for people. One event name and fields.

Standard error may lead to a full disk, or to nobody any longer: what is not taken is lost, and nothing else happens.
"""

import logging
import os
import sys
from io import TextIOBase
from typing import Any, TextIO, cast

import structlog

from server.wire.processes import LOG_FORMAT_VARIABLE


class LastingOutput(TextIOBase):
    """A descriptor to which as much is written as is taken."""

    def __init__(self, target: int) -> None:
        self._target = target

    def write(self, text: str, /) -> int:
        """Write at once; the number of characters, 0: it was not taken."""
        try:
            os.write(self._target, text.encode(errors="replace"))
        except OSError:
            return 0  # nobody reads any longer, and there is nobody to tell
        return len(text)


def configure(process: str, form: str = "") -> None:
    """Set structlog up for this process.

    `process` is written into every line (`core`, `bank`, `supervisor`, a card's name). `form` is `json` or `console`;
    empty: what the environment says, else `json`. Names that are not known mean `json`.
    """
    chosen = form or os.environ.get(LOG_FORMAT_VARIABLE, "json")
    last: list[Any] = (
        [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr is not None and sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
        if chosen == "console"
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )  # no traceback shows values of variables: secrets are among them
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=_lasting(sys.stderr)),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)


def _lasting(stream: TextIO | None) -> TextIO:
    """Not through the stream's buffer: what lies there untaken at the end would change the exit status."""
    if stream is None:  # whoever started us has closed it
        return open(os.devnull, "w")
    try:
        return cast(TextIO, LastingOutput(stream.fileno()))
    except OSError:  # a stream within the process, such as a test's
        return stream
