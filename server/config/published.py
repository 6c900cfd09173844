"""What a site needs from the scripts that are published in its data directory. Reads records, never the scripts."""

from collections.abc import Iterator
from pathlib import Path as FilePath

import msgspec

from scriptengine.publishing.record import NAME, Publication, read_record
from server.config.destinations import AT_ONCE, spoken_scripts
from server.config.findings import Notebook, Path, did_you_mean, shown_value
from server.config.ranges import ID
from server.config.site import SiteFile

FOLDER = "dialogs"
"""Of the data directory, where `caruso script publish` keeps scripts."""
_CHANNELS = {"desk": "at the desk", "web": "on the web", "ivr": "on the telephone"}


class _Use(msgspec.Struct, frozen=True):
    """Where the site names a script, and the channel on which it runs there."""

    path: Path
    script: str
    channel: str


def check_published(site: SiteFile, data: FilePath, notes: Notebook) -> None:
    """Note each script that the site names and nobody published in `data`, or that is not for the channel on which it
    is to run; and each published one that hands over to a queue which the site does not have."""
    folder = data.absolute() / FOLDER
    current = _current(folder, notes)
    named: dict[str, Path] = {}
    for use in _uses(site):
        if not ID.fullmatch(use.script) or notes.has_error_at(use.path):
            continue
        named.setdefault(use.script, use.path)
        if use.script not in current:
            cure = did_you_mean(use.script, current, "")
            if not cure.endswith("?"):
                cure = f"Run caruso script publish {use.script}.xml --data {data}"
            notes.warn(use.path, f'the script "{use.script}" is not published in {folder}', cure)
        elif (publication := current[use.script]) is not None:
            _channel(use, publication, notes)
    for script, found in current.items():
        if found is not None:
            _hand_overs(named.get(script, ()), script, found, site, notes)
    _circles(site, current, notes)


def _channel(use: _Use, publication: Publication, notes: Notebook) -> None:
    if publication.channels is not None and use.channel not in publication.channels:
        where = f'the script "{use.script}" (version {publication.version}) is not for use {_CHANNELS[use.channel]}'
        cure = f'Add "{use.channel}" to its channels and publish that as a new version, or name another script'
        notes.warn(use.path, where, cure)


def _hand_overs(path: Path, script: str, publication: Publication, site: SiteFile, notes: Notebook) -> None:
    """`path`: where the site names the script; empty: nowhere."""
    known = {queue.id for queue in site.queue}
    for queue in publication.queues or ():
        if queue not in known:
            whose = f'the script "{script}" (version {publication.version})'
            cure = f"Add a [[queue]] with id = {shown_value(queue)}, or publish a version that names another queue"
            notes.warn(path, f"{whose} hands over to the queue {shown_value(queue)}, which is not there", cure)


def _circles(site: SiteFile, current: dict[str, Publication | None], notes: Notebook) -> None:
    """A queue that cannot serve a caller leads to a script, and this one's hand-over to that queue again."""
    handed = {script: found.queues or () for script, found in current.items() if found is not None}
    for index, queue in enumerate(site.queue):
        for way in AT_ONCE:
            key = f"when_{way}"
            if circle := _back_to(queue.id, getattr(queue, key), handed, site):
                shown = " -> ".join(circle)
                cure = 'Let the script hand over to another queue, or write "goodbye" or "call-back"'
                notes.warn(
                    ("queue", index, key), f"who wants a person there comes back, and hears goodbye: {shown}", cure
                )


def _back_to(start: str, to: str, handed: dict[str, tuple[str, ...]], site: SiteFile) -> list[str]:
    """The way from the queue `start` by its destination `to` back to it, over a script; empty: there is none."""
    leads = {queue.id: [getattr(queue, f"when_{way}") for way in AT_ONCE] for queue in site.queue}
    ways, seen = [[start, to]], {to}
    while ways:
        way = ways.pop(0)
        kind, _, ident = way[-1].partition(":")
        if kind == "queue" and ident == start:
            return way if any(step.startswith("dialog:") for step in way) else []
        following = leads.get(ident, []) if kind == "queue" else []
        if kind == "dialog":
            following = [f"queue:{queue}" for queue in handed.get(ident, ())]
        for step in following:
            if step not in seen or step == f"queue:{start}":
                seen.add(step)
                ways.append([*way, step])
    return []


def _current(folder: FilePath, notes: Notebook) -> dict[str, Publication | None]:
    """The current publication of each script; None: its record cannot be read, which is noted."""
    found: dict[str, Publication | None] = {}
    for file in sorted(folder.glob(f"*/{NAME}")):
        script = file.parent.name
        try:
            current = read_record(file.parent).current
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no record of publications"
            cure = "Restore it from a backup; or take it away, and publish the script again"
            notes.warn((), f'what is published of the script "{script}" cannot be read from {file} ({reason})', cure)
            found[script] = None
        else:
            if current is not None:
                found[script] = current
    return found


def _uses(site: SiteFile) -> Iterator[_Use]:
    for path, script in spoken_scripts(site):
        yield _Use(path, script, "ivr")
    for index, queue in enumerate(site.queue):
        if queue.dialog:
            yield _Use(("queue", index, "dialog"), queue.dialog, "desk")
        if queue.survey:
            yield _Use(("queue", index, "survey"), queue.survey, "ivr")
    for index, script in enumerate(site.web.dialogs):
        yield _Use(("web", "dialogs", index), script, "web")
