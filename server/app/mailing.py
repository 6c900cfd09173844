"""The component `mail`: the mail service with the site's mail server, and its figures."""

from importlib import import_module
from pathlib import Path
from typing import Any

import structlog
from twisted.internet.threads import deferToThreadPool

from server.app.core import Frame, Stop
from server.config.mail import read_sender, read_smtp
from server.config.secret import resolve_secret
from server.config.site import Mail, SiteFile
from server.mail.absent import NoMail
from server.mail.queue import MailQueue
from server.mail.relay import Attempting, Claim, Deliver, Envelope, Relay
from server.mail.service import MailService
from server.mail.words import Terms
from server.storage.errors import StorageAway
from server.web.metrics import Figure

log = structlog.get_logger()

DELIVERY = "server.mail.delivery"
"""Imported on a thread: `twisted.mail` asks the resolver for this machine's name, which may take seconds."""
AGAIN_SECONDS = 1.0


async def mail(frame: Frame) -> Stop | None:
    """Registers the service `mail`; without `[mail]` one that says that there is none."""
    site = frame.site
    if not site.mail.smtp:
        frame.directory.provide("mail", "1.0", NoMail())
        return None
    store: Any = await frame.find("mail-store")
    made = MailService(
        frame.reactor,
        store,
        MailQueue(terms(site.mail)),
        _deliver(frame),
        read_sender(site.mail.sender),
        frame.now,
        most_waiting=site.mail.max_waiting,
        largest_octets=int(site.mail.max_megabytes * 1_000_000),
        keep_seconds=site.mail.keep_days * 86_400.0,
    )
    while True:
        try:
            await made.start()
            break
        except StorageAway as error:
            log.error("mail-store-away", error=str(error))
            await frame.pause(AGAIN_SECONDS)
    frame.directory.provide("mail", "1.0", made)
    return made.stop


def _deliver(frame: Frame) -> Deliver:
    settings = frame.site.mail
    relay = Relay(
        server=read_smtp(settings.smtp),
        user=settings.user,
        password=resolve_secret(settings.password, frame.site.folder),
        starttls=settings.starttls,
        authorities=_authorities(frame.site),
    )
    loaded: list[Any] = []

    async def deliver(envelope: Envelope, claim: Claim) -> Attempting:
        if not loaded:
            pool = frame.reactor.getThreadPool()
            loaded.append(await deferToThreadPool(frame.reactor, pool, import_module, DELIVERY))
        attempt: Attempting = loaded[0].Delivery(frame.reactor, relay, envelope, claim)
        return attempt

    return deliver


def terms(settings: Mail) -> Terms:
    """What `[mail]` says about attempts."""
    return Terms(
        give_up_seconds=settings.give_up_hours * 3600.0,
        per_minute=settings.per_minute,
        resend_in_doubt=settings.in_doubt == "send-again",
    )


def mail_figures(frame: Frame) -> list[Figure]:
    """For `/metrics`."""

    def counters() -> dict[tuple[str, ...], float]:
        service = frame.present("mail")
        return {} if service is None else {(what,): float(count) for what, count in service.counters.items()}

    def waiting() -> float:
        service = frame.present("mail")
        return 0.0 if service is None else float(service.waiting)

    return [
        Figure(
            name="mail", kind="counter", help="Mails since this core began, by what happened to them.",
            labels=("what",), read=counters,
        ),
        Figure(name="mail_waiting", help="Mails that are not over.", read=waiting),
    ]  # fmt: skip


def _authorities(site: SiteFile) -> str:
    if not site.mail.certificates:
        return ""
    return (Path(site.folder) / site.mail.certificates).read_text(encoding="ascii", errors="replace")
