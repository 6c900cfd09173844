"""Lamps of telephones: who owns a mailbox is told by NOTIFY what waits in it (RFC 3842).

Told when a message comes or goes, and when a telephone registers that was off, or starts anew: it knows nothing then.
"""

from collections.abc import Awaitable, Sequence
from typing import Protocol

import structlog
from twisted.internet.defer import Deferred

from server.call.facts import Entry, VoicemailChanged, VoicemailLeft
from server.callflow import CallFlow
from server.config.site import Mailbox, SiteFile
from server.voicemail.notification import CONTENT_TYPE, EVENT, summary

log = structlog.get_logger()


class Notifier(Protocol):
    """The edge, as far as lamps need it."""

    def notify(self, user: str, event: str, content_type: str, body: bytes) -> Awaitable[bool]: ...

    def registered(self, user: str) -> bool: ...

    def subscribed(self, user: str) -> bool: ...


class Lamps:
    """A subscriber of the exchange."""

    def __init__(self, site: SiteFile, flow: CallFlow, notifier: Notifier) -> None:
        self._flow = flow
        self._notifier = notifier
        self._domain = site.sip.domain
        self._boxes: dict[str, list[str]] = {}
        """By owner: the mailboxes that the lamp counts together."""
        self._owners: dict[str, list[str]] = {}
        for mailbox in site.mailbox:
            self._owners[mailbox.id] = _owners(site, mailbox)
            for owner in self._owners[mailbox.id]:
                self._boxes.setdefault(owner, []).append(mailbox.id)

    def __call__(self, entries: Sequence[Entry]) -> None:
        """What was committed; each owner's lamp is set once."""
        changed: dict[str, None] = {}
        for entry in entries:
            fact = entry.fact
            if isinstance(fact, VoicemailLeft | VoicemailChanged):
                changed.update(dict.fromkeys(self._owners.get(fact.mailbox, ())))
        for owner in changed:
            self._tell_if_there(owner)

    def phone_came(self, user: str) -> None:
        """A telephone has just registered that was not there, or was started anew."""
        if user in self._boxes:
            self._tell_if_there(user)

    def _tell_if_there(self, owner: str) -> None:
        if self._notifier.registered(owner) or self._notifier.subscribed(owner):
            self.tell(owner)

    def tell(self, user: str) -> None:
        """What waits for the user now; also for one without a mailbox, who has subscribed."""
        messages = [message for box in self._boxes.get(user, ()) for message in self._flow.voicemails(box)]
        body = summary(f"sip:{user}@{self._domain}", messages).encode()
        Deferred.fromCoroutine(self._told(user, body)).addErrback(_failed, user)

    async def _told(self, owner: str, body: bytes) -> None:
        if not await self._notifier.notify(owner, EVENT, CONTENT_TYPE, body):
            log.info("lamp-not-taken", agent=owner)


def _owners(site: SiteFile, mailbox: Mailbox) -> list[str]:
    """Agents with a registered telephone who own it."""
    kind, _, ident = mailbox.owner.partition(":")
    return [
        agent.id
        for agent in site.agent
        if agent.phone == "registered"
        and ((kind == "agent" and agent.id == ident) or (kind == "queue" and ident in agent.queues))
    ]


def _failed(failure: object, owner: str) -> None:
    log.warning("lamp-failed", agent=owner, error=str(failure))
