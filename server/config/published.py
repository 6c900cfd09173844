"""What a site needs from the scripts that are published in its data directory. Reads records, never the scripts."""

from collections.abc import Iterator
from pathlib import Path as FilePath

import msgspec

from scriptengine.publishing.record import NAME, Publication, read_record
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
    for index, number in enumerate(site.number):
        kind, _, script = number.to.partition(":")
        if kind == "dialog":
            yield _Use(("number", index, "to"), script, "ivr")
    for index, queue in enumerate(site.queue):
        if queue.dialog:
            yield _Use(("queue", index, "dialog"), queue.dialog, "desk")
        if queue.survey:
            yield _Use(("queue", index, "survey"), queue.survey, "ivr")
    for index, script in enumerate(site.web.dialogs):
        yield _Use(("web", "dialogs", index), script, "web")
