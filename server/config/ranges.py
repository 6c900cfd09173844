"""The range of each number in a site file, and what ids look like.

0 stands in a range where it means "no limit" or "never".
"""

import re

import msgspec

from server.config.findings import Notebook, Path, shown_value

ID = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,63})")
"""Ids of queues, agents, trunks, reasons and results: they stand in SIP URIs, addresses of the web and file names."""


class Range(msgspec.Struct, frozen=True):
    """Both ends belong to it. `unit` follows the numbers in messages."""

    lowest: float
    highest: float
    unit: str = ""


_DAY = Range(0, 86_400, " seconds")
_HOUR = Range(0, 3_600, " seconds")

RANGES: dict[tuple[str, str], Range] = {
    ("sip", "registration_seconds"): Range(30, 86_400, " seconds"),
    ("sip", "minimum_registration_seconds"): Range(1, 3_600, " seconds"),
    ("media", "lost_seconds"): _HOUR,
    ("linecards", "spare"): Range(0, 1_000),
    ("linecards", "maximum"): Range(0, 10_000),
    ("linecards", "legs_per_card"): Range(2, 64),
    ("linecards", "retire_after"): Range(0, 1_000_000),
    ("linecards", "answer_within_seconds"): _HOUR,
    ("linecards", "arrival_wait_seconds"): _HOUR,
    ("web", "log_in_attempts"): Range(0, 1_000),
    ("web", "call_backs_per_hour"): Range(0, 10_000),
    ("web", "dialog_idle_minutes"): Range(1, 1_440, " minutes"),
    ("web", "dialog_later_days"): Range(1, 365, " days"),
    ("web", "dialog_sessions_per_hour"): Range(0, 100_000),
    ("web", "dialog_steps_per_minute"): Range(0, 100_000),
    ("web", "upload_megabytes"): Range(0.1, 50, " megabytes"),
    ("web", "uploads_megabytes"): Range(1, 1_000_000, " megabytes"),
    ("web", "upload_days"): Range(1, 3_650, " days"),
    ("storage", "group_milliseconds"): Range(0, 1_000, " milliseconds"),
    ("mail", "give_up_hours"): Range(0, 720, " hours"),
    ("mail", "per_minute"): Range(0, 10_000),
    ("mail", "max_waiting"): Range(0, 100_000),
    ("mail", "max_megabytes"): Range(0.1, 50, " megabytes"),
    ("mail", "keep_days"): Range(0, 3_660, " days"),
    ("report", "catch_up_hours"): Range(0, 744, " hours"),
    ("queue", "priority"): Range(-100, 100),
    ("queue", "ring_seconds"): _HOUR,
    ("queue", "ring_step_seconds"): Range(1, 3_600, " seconds"),
    ("queue", "ring_most_agents"): Range(0, 1_000),
    ("queue", "wrap_up_seconds"): _DAY,
    ("queue", "service_level_seconds"): _DAY,
    ("queue", "service_level_percent"): Range(0, 100, " percent"),
    ("queue", "max_wait_seconds"): _DAY,
    ("queue", "max_waiting"): Range(0, 100_000),
    ("queue", "announce_first_seconds"): Range(5, 86_400, " seconds"),
    ("queue", "announce_every_seconds"): _DAY,
    ("queue", "call_back_attempts"): Range(1, 20),
    ("queue", "call_back_retry_seconds"): Range(10, 86_400, " seconds"),
    ("queue", "call_back_ring_seconds"): Range(5, 120, " seconds"),
    ("queue", "sticky_seconds"): _DAY,
    ("mailbox", "max_seconds"): _HOUR,
    ("mailbox", "min_seconds"): Range(0, 60, " seconds"),
    ("mailbox", "silence_seconds"): Range(0, 60, " seconds"),
    ("mailbox", "max_messages"): Range(0, 10_000),
    ("mailbox", "keep_days"): Range(0, 36_500, " days"),
    ("service", "timeout_seconds"): Range(0.5, 120, " seconds"),
    ("agent", "weight"): Range(1, 100),
    ("stopping", "grace_seconds"): _DAY,
}
"""By table and key. A test sees to it that every number of `site` is here, but for the frequencies."""


def check_range(path: Path, value: float, limits: Range, notes: Notebook) -> None:
    """Note a number that lies outside its limits."""
    if not limits.lowest <= value <= limits.highest:  # is true of nan too
        cure = f"Write {limits.lowest} to {limits.highest}{limits.unit}"
        notes.error(path, f"{shown_value(value)} is out of range", cure)
