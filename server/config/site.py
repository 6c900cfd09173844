"""A site file as a whole. Its tables, and every key of them, are in `tables`; they are had from here."""

import msgspec

from server.config.tables.calls import Mailbox, Number, Trunk
from server.config.tables.house import LineCards, Media, Sip, Site, Stopping, Storage, Web
from server.config.tables.people import Agent, Reason, Result
from server.config.tables.queues import CallerPriority, Exit, Queue, Tier
from server.config.tables.sending import Mail, Report, Service

__all__ = [
    "Agent",
    "CallerPriority",
    "Exit",
    "LineCards",
    "Mail",
    "Mailbox",
    "Media",
    "Number",
    "Queue",
    "Reason",
    "Report",
    "Result",
    "Service",
    "Sip",
    "Site",
    "SiteFile",
    "Stopping",
    "Storage",
    "Tier",
    "Trunk",
    "Web",
]


class SiteFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole site file."""

    site: Site = Site()
    sip: Sip = Sip()
    media: Media = Media()
    linecards: LineCards = LineCards()
    web: Web = Web()
    storage: Storage = Storage()
    mail: Mail = Mail()
    stopping: Stopping = Stopping()
    trunk: list[Trunk] = []
    number: list[Number] = []
    queue: list[Queue] = []
    mailbox: list[Mailbox] = []
    agent: list[Agent] = []
    reason: list[Reason] = []
    result: list[Result] = []
    report: list[Report] = []
    service: list[Service] = []
    folder: str = ""
    """Where the site file lies; set by the loader, not a key of the file."""
