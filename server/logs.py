"""Logs of every process: JSON lines on standard error, or coloured lines for people. One event name and fields."""

import logging
import os
import sys
from typing import Any

import structlog

from server.wire.processes import LOG_FORMAT_VARIABLE


def configure(process: str, form: str = "") -> None:
    """Set structlog up for this process.

    `process` is written into every line (`core`, `bank`, `supervisor`, a card's name). `form` is `json` or `console`;
    empty: what the environment says, else `json`. Names that are not known mean `json`.
    """
    chosen = form or os.environ.get(LOG_FORMAT_VARIABLE, "json")
    last: list[Any] = (
        [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)]
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
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
