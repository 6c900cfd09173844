"""What must be true of a site beyond its shape: ranges, ids, and what each subject's module says. Pure."""

from collections.abc import Sequence

import msgspec

from server.config.destinations import check_waiting
from server.config.distribution import check_distribution
from server.config.findings import Notebook, Path, did_you_mean, shown_value
from server.config.mail import check_mail
from server.config.mailboxes import check_mailboxes
from server.config.network import check_media, check_sip, check_storage, check_web
from server.config.people import check_agents
from server.config.ranges import ID, RANGES, check_range
from server.config.services import check_services
from server.config.site import SiteFile
from server.config.ways_in import check_numbers, check_queues, check_trunks

LANGUAGES = ("en", "pt")
_ID_CURE = "Use 1 to 64 letters, digits, dots, dashes and underscores, without spaces"


def check_rules(site: SiteFile, notes: Notebook) -> None:
    """Note every value that cannot be and every reference that leads nowhere."""
    for check in (
        _ranges,
        _names,
        _site,
        check_sip,
        check_media,
        check_web,
        check_storage,
        check_trunks,
        check_numbers,
        check_queues,
        check_distribution,
        check_waiting,
        check_mail,
        check_mailboxes,
        check_services,
        check_agents,
        _whole,
    ):
        check(site, notes)


def _ranges(site: SiteFile, notes: Notebook) -> None:
    for (table, key), limits in RANGES.items():
        held = getattr(site, table)
        if isinstance(held, msgspec.Struct):
            check_range((table, key), getattr(held, key), limits, notes)
        else:
            for index, one in enumerate(held):
                check_range((table, index, key), getattr(one, key), limits, notes)


def _names(site: SiteFile, notes: Notebook) -> None:
    """Ids are well formed, and none is there twice."""
    for table, key in (
        ("trunk", "name"),
        ("queue", "id"),
        ("agent", "id"),
        ("reason", "id"),
        ("result", "id"),
        ("mailbox", "id"),
        ("service", "name"),
    ):
        seen: dict[str, int] = {}
        for index, one in enumerate(getattr(site, table)):
            name = getattr(one, key)
            path: Path = (table, index, key)
            if not name:
                notes.empty(path, _ID_CURE)
            elif not ID.fullmatch(name):
                notes.error(path, f"{shown_value(name)} cannot be used as a name", _ID_CURE)
            elif name in seen:
                first = f"{table}[{seen[name]}]"
                notes.error(path, f'"{name}" is already the {key} of {first}', f"Give this {table} another {key}")
            seen.setdefault(name, index)


def _site(site: SiteFile, notes: Notebook) -> None:
    language = site.site.language
    if language.partition("-")[0] not in LANGUAGES:  # pt-BR is pt
        cure = did_you_mean(language, LANGUAGES, "")
        notes.error(("site", "language"), f"there are no prompts in {shown_value(language)}", cure)


def _whole(site: SiteFile, notes: Notebook) -> None:
    _missing(site.queue, "queue", "no caller can be served", notes)
    _missing(site.number, "number", "no call reaches a queue", notes)
    _missing(site.agent, "agent", "nobody can take a call", notes)


def _missing(entries: Sequence[object], table: str, effect: str, notes: Notebook) -> None:
    if not entries:
        notes.warn((), f"there is no [[{table}]]: {effect}", f"Add a [[{table}]]")
