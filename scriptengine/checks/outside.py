"""Words that mean something outside of the script, and only if they are right: events and channels (D06)."""

from __future__ import annotations

from collections.abc import Iterator

from scriptengine.findings import Finding
from scriptengine.program.scope import walk
from scriptengine.script import Case, Element, On, Script
from scriptengine.suggesting import did_you_mean

EVENTS = ("hangup", "language", "timeout", "agent-jump", "error", "person")
"""What can happen to a session."""
OTHER_SPELLINGS = ("hang-up", "time-out", "jump")
"""The engine takes them for `hangup`, `timeout` and `agent-jump`."""
CHANNELS = ("desk", "web", "ivr")
"""Where sessions are."""


def outside_findings(script: Script) -> Iterator[Finding]:
    """D06 of events that never happen and channels that nobody has."""
    for element in walk(script):
        if isinstance(element, On) and element.event not in (*EVENTS, *OTHER_SPELLINGS):
            yield _unknown(element, "event", f"There is no event {element.event}.", element.event, EVENTS)
        attribute = "channels" if isinstance(element, Script) else "channel"
        written = (element.channel,) if isinstance(element, Case) else getattr(element, "channels", ())
        for channel in written:
            if channel not in CHANNELS:
                yield _unknown(element, attribute, f"There is no channel {channel}.", channel, CHANNELS)


def _unknown(element: Element, attribute: str, message: str, word: str, known: tuple[str, ...]) -> Finding:
    return element.place.finding("D06", message, did_you_mean(word, known), attribute=attribute)
