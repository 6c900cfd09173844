"""The mail service on a real storage, sending to a real mail server."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import trustme
from twisted.internet import reactor, task

from server import clock
from server.call.mails import Letter, Mailing
from server.config.mail import MailServer, Sender
from server.mail.delivery import Delivery
from server.mail.queue import MailQueue
from server.mail.relay import Claim, Envelope, Relay
from server.mail.service import MailService
from server.mail.words import Terms
from server.storage.storage import Storage
from tests.storage.storage_rig import running, until

SENDER = Sender("Caruso", "calls@example.com")


class Authority:
    """Certificates for 127.0.0.1, and who vouches for them."""

    def __init__(self) -> None:
        import ssl

        self._ca = trustme.CA()
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._ca.issue_cert("127.0.0.1").configure_cert(self.context)
        self.pem = self._ca.cert_pem.bytes().decode()


def relay(port: int, *, tls: bool = False, **words: Any) -> Relay:
    return Relay(server=MailServer("127.0.0.1", port, tls), **{"starttls": "never", **words})


def letter(subject: str = "Hello", to: tuple[str, ...] = ("ana@example.com",), **words: Any) -> Letter:
    return Letter(to=list(to), subject=subject, text="Text\n", **words)


@asynccontextmanager
async def service(storage: Storage, to: Relay, terms: Terms | None = None, **words: Any) -> AsyncIterator[MailService]:

    async def deliver(envelope: Envelope, claim: Claim) -> Delivery:
        return Delivery(reactor, to, envelope, claim)

    made = MailService(reactor, storage.mail, MailQueue(terms or Terms()), deliver, SENDER, clock.now, **words)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


@asynccontextmanager
async def mailing(data: Path, to: Relay, terms: Terms | None = None, **words: Any) -> AsyncIterator[MailService]:
    """Storage and service."""
    async with running(data, clock.now) as storage, service(storage, to, terms, **words) as made:
        yield made


async def settled(made: MailService, key: str, state: str) -> Mailing:
    """The mail of that key, as soon as it has come to that state."""
    return await _when(made, key, lambda mail: mail.state == state)


async def tried(made: MailService, key: str) -> Mailing:
    """The mail of that key, after its first attempt."""
    return await _when(made, key, lambda mail: mail.attempts > 0)


async def _when(made: MailService, key: str, condition: Callable[[Mailing], bool]) -> Mailing:
    end = clock.now().mono + 60
    while True:
        mail = await made.find(key)
        if mail is not None and condition(mail):
            return mail
        assert clock.now().mono < end, f"{key} is {mail}"
        await task.deferLater(reactor, 0.02)


__all__ = ["Authority", "letter", "mailing", "relay", "running", "service", "settled", "tried", "until"]
