"""Where a caller goes who cannot be served (`when_closed`, `[[queue.exit]]` ...): how it is written and checked."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from server.config.findings import Notebook, Path, did_you_mean, shown_value
from server.config.opening_hours import HOLIDAY_CURE, HOURS_CURE, Region, public_holidays, read_holiday, read_hours
from server.config.ranges import ID
from server.config.site import Queue, SiteFile

WAYS = ("closed", "full", "empty", "too-long")
"""Why a caller cannot be served; the key of each is `when_...`."""
AT_ONCE = ("closed", "full", "empty")
"""Those of them for which a caller cannot even join the queue."""
EXIT_KEYS = frozenset("0123456789*#")
_NUMBER = re.compile(r"\+[1-9]\d{5,14}")
_BEGINNING = re.compile(r"[0-9]{1,15}")
_CURE = 'Write "goodbye", "message:FILE.wav", "queue:ID", "number:+49...", "voicemail:ID", "dialog:ID" or "call-back"'


class Destination(msgspec.Struct, frozen=True):
    """`kind`: `goodbye`, `message`, `queue`, `number`, `voicemail`, `dialog`, `call-back`, `wait`; `ident`: of the
    file, queue, number, mailbox or script."""

    kind: str
    ident: str = ""


def read_destination(text: str) -> Destination:
    """A destination as the site file writes it. Raises `ValueError` with what is wrong."""
    kind, _, ident = text.partition(":")
    if kind not in ("goodbye", "message", "queue", "number", "voicemail", "dialog", "call-back"):
        raise ValueError(f"{shown_value(text)} is not a place for callers")
    if (kind in ("goodbye", "call-back")) == bool(ident):
        raise ValueError(f"{shown_value(text)} names {'too much' if ident else 'nothing'} after {kind}")
    if kind == "number" and not _NUMBER.fullmatch(ident):
        raise ValueError(f"{shown_value(ident)} is not a number in E.164")
    if kind == "dialog" and not ID.fullmatch(ident):
        raise ValueError(f"{shown_value(ident)} is no id of a script")
    return Destination(kind, ident)


def destinations(queue: Queue) -> Iterator[tuple[Path, str]]:
    """Key (below the queue) and text of each destination of a queue, `wait` left out."""
    for way in WAYS:
        key = f"when_{way.replace('-', '_')}"
        if (text := getattr(queue, key)) != "wait" or way != "empty":
            yield (key,), text
    for index, leave in enumerate(queue.exit):
        yield ("exit", index, "to"), leave.to


def spoken_scripts(site: SiteFile) -> Iterator[tuple[Path, str]]:
    """Where the site leads callers to a script, and its id; surveys left out."""
    for index, number in enumerate(site.number):
        yield from _script_in(("number", index, "to"), number.to)
    for index, queue in enumerate(site.queue):
        for below, text in destinations(queue):
            yield from _script_in(("queue", index, *below), text)
    for index, mailbox in enumerate(site.mailbox):
        yield from _script_in(("mailbox", index, "exit_to"), mailbox.exit_to)


def _script_in(path: Path, text: str) -> Iterator[tuple[Path, str]]:
    kind, _, script = text.partition(":")
    if kind == "dialog":
        yield path, script


def has_call_back(queue: Queue) -> bool:
    """Whether callers of the queue can ask to be called back."""
    return any(text == "call-back" for _, text in destinations(queue))


def check_waiting(site: SiteFile, notes: Notebook) -> None:
    """Opening hours, holidays, destinations, exit keys: values, references, and overflow that goes round."""
    for index, queue in enumerate(site.queue):
        path: Path = ("queue", index)
        for place, text in enumerate(queue.hours):
            _read((*path, "hours", place), text, read_hours, HOURS_CURE, notes)
        for place, text in enumerate(queue.holidays):
            _read((*path, "holidays", place), text, _holiday, HOLIDAY_CURE, notes)
        for place, text in enumerate(queue.call_back_typed):
            _beginning((*path, "call_back_typed", place), text, notes)
        for below, text in destinations(queue):
            _destination((*path, *below), text, site, notes)
        _exits(path, queue, notes)
    for index, number in enumerate(site.number):
        if number.otherwise:
            path = ("number", index, "otherwise")
            _destination(path, number.otherwise, site, notes)
            if number.otherwise in ("call-back", "goodbye") or number.otherwise.startswith("dialog:"):
                cure = 'Write "queue:ID", "number:+49...", "voicemail:ID" or "message:FILE.wav", or take it out'
                notes.error(path, f'"{number.otherwise}" is no place for a caller of a script', cure)
    for index, mailbox in enumerate(site.mailbox):
        if mailbox.exit_to:
            path = ("mailbox", index, "exit_to")
            _destination(path, mailbox.exit_to, site, notes)
            if mailbox.exit_to == "call-back":
                cure = 'Write "queue:ID"; a queue can offer a call-back by a key'
                notes.error(path, "a mailbox has no place in a queue to keep", cure)
    _circles(site, notes)


def _holiday(text: str) -> None:
    meant = read_holiday(text)
    if isinstance(meant, Region):
        public_holidays(meant)


def _read(path: Path, text: str, read: Callable[[str], Any], cure: str, notes: Notebook) -> Any:
    try:
        return read(text)
    except ValueError as error:
        notes.error(path, str(error), cure)
        return None


def _destination(path: Path, text: str, site: SiteFile, notes: Notebook) -> None:
    to = _read(path, text, read_destination, _CURE, notes)
    if to is None:
        return
    queues, mailboxes = [queue.id for queue in site.queue], [mailbox.id for mailbox in site.mailbox]
    if to.kind == "voicemail" and to.ident not in mailboxes:
        cure = did_you_mean(to.ident, mailboxes, f'Add a [[mailbox]] with id = "{to.ident}"')
        notes.error(path, f'there is no mailbox "{to.ident}"', cure)
    elif to.kind == "queue" and to.ident not in queues:
        cure = did_you_mean(to.ident, queues, f'Add a [[queue]] with id = "{to.ident}"')
        notes.error(path, f'there is no queue "{to.ident}"', cure)
    elif to.kind in ("number", "call-back") and not any(trunk.target for trunk in site.trunk):
        notes.error(path, f'"{text}" needs a trunk that takes our calls, and there is none', "Add a target to a trunk")


def _beginning(path: Path, text: str, notes: Notebook) -> None:
    """Callers type digits: what is none of them allows nothing, and an empty beginning would allow everything."""
    cure = 'Write the first digits of numbers as callers type them, such as "0" or "0043"'
    if not text:
        notes.empty(path, cure)
    elif not _BEGINNING.fullmatch(text):
        notes.error(path, f"no number that is typed begins with {shown_value(text)}", cure)


def _exits(path: Path, queue: Queue, notes: Notebook) -> None:
    seen: set[str] = set()
    for index, leave in enumerate(queue.exit):
        if leave.key not in EXIT_KEYS:
            notes.error((*path, "exit", index, "key"), f"{shown_value(leave.key)} is not a key", "Write 0-9, * or #")
        elif leave.key in seen:
            notes.error((*path, "exit", index, "key"), f'the key "{leave.key}" is there twice', "Take one of them out")
        seen.add(leave.key)
    if queue.survey and queue.survey_key not in EXIT_KEYS:
        notes.error((*path, "survey_key"), f"{shown_value(queue.survey_key)} is not a key", "Write 0-9, * or #")
    elif queue.survey and queue.survey_key in seen:
        cure = "Take another key for the survey"
        notes.error((*path, "survey_key"), f'the key "{queue.survey_key}" leads out of the queue already', cure)


def _circles(site: SiteFile, notes: Notebook) -> None:
    """Overflow that leads back: an error where it happens at once, a warning where waiting lies between."""
    at_once = _edges(site, AT_ONCE)
    slowly = _edges(site, WAYS)
    for index, queue in enumerate(site.queue):
        if circle := _circle(queue.id, at_once):
            shown = " -> ".join(circle)
            cure = 'Let one of them end in "goodbye" or "call-back"'
            notes.error(("queue", index), f"callers who cannot be served go round for ever: {shown}", cure)
        elif circle := _circle(queue.id, slowly):
            shown = " -> ".join(circle)
            cure = 'Let one of them end in "goodbye", if nobody shall wait for ever'
            notes.warn(("queue", index), f"callers who wait too long go round for ever: {shown}", cure)


def _edges(site: SiteFile, ways: tuple[str, ...]) -> dict[str, list[str]]:
    """Queue to the queues that its callers may be sent on to, for these reasons."""
    edges: dict[str, list[str]] = {}
    for queue in site.queue:
        texts = [getattr(queue, f"when_{way.replace('-', '_')}") for way in ways if way != "too-long"]
        if "too-long" in ways and queue.max_wait_seconds:
            texts.append(queue.when_too_long)
        edges[queue.id] = [text.removeprefix("queue:") for text in texts if text.startswith("queue:")]
    return edges


def _circle(start: str, edges: dict[str, list[str]]) -> list[str]:
    """The way from a queue back to itself; empty: there is none."""
    ways, seen = [[start]], set()
    while ways:
        way = ways.pop()
        for following in edges.get(way[-1], ()):
            if following == start:
                return [*way, start]
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []
