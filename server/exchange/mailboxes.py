"""Mailboxes as desks, pages and the command line see them (service `voicemail`)."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from server.call.events import AnyEvent, PinUnlockAsked, VoicemailAsked, VoicemailForwardAsked
from server.callflow import CallFlow
from server.config.site import Agent, Mailbox, SiteFile
from server.records.instants import iso
from server.wire.voicemail import MailboxName, MailboxView, VoiceMessage


class Mailboxes:
    """Implements `server.call.ports.Voicemail` on the rules."""

    def __init__(self, site: SiteFile, flow: CallFlow, tell: Callable[[AnyEvent], Awaitable[None]]) -> None:
        self._boxes = {mailbox.id: mailbox for mailbox in site.mailbox}
        self._agents = {agent.id: agent for agent in site.agent}
        self._flow = flow
        self._tell = tell

    def owned_by(self, agent: str) -> list[MailboxView]:
        """The mailboxes that an agent may open, in the site file's order; with an empty id every one."""
        known = self._agents.get(agent)
        return [self._view(box) for box in self._boxes.values() if not agent or (known and _owns(known, box))]

    def messages(self, mailbox: str) -> list[VoiceMessage]:
        """What is in a mailbox, newest first."""
        return [
            VoiceMessage(
                id=message.id,
                mailbox=mailbox,
                at=iso(message.at),
                caller=message.caller,
                seconds=message.seconds,
                urgent=message.urgent,
                saved=message.saved,
            )
            for message in reversed(self._flow.voicemails(mailbox))
        ]

    def sound(self, mailbox: str, message: str) -> Path | None:
        """The WAV file of a message; None: there is no such message."""
        file = self._flow.voicemail_sound(mailbox, message)
        return Path(file) if file else None

    def change(self, mailbox: str, message: str, change: str, by: str) -> Awaitable[None]:
        """`save` or `delete` a message; fires when it is committed. Raises `RequestRefused`."""
        return self._tell(VoicemailAsked(mailbox, message, change, by))

    def names(self) -> list[MailboxName]:
        """Every mailbox of the site, in the site file's order."""
        return [MailboxName(box.id, box.name or box.id) for box in self._boxes.values()]

    def forward(self, mailbox: str, message: str, to: str, by: str) -> Awaitable[None]:
        """Give a copy to another mailbox; fires when it is committed. Raises `RequestRefused`."""
        return self._tell(VoicemailForwardAsked(mailbox, message, to, by))

    def unlock(self, mailbox: str, by: str) -> Awaitable[None]:
        """Lift the lock that wrong PINs have set; fires when it is committed. Raises `RequestRefused`."""
        return self._tell(PinUnlockAsked(mailbox, by))

    def _view(self, box: Mailbox) -> MailboxView:
        messages = self._flow.voicemails(box.id)
        new = [message for message in messages if not message.saved]
        return MailboxView(
            id=box.id,
            name=box.name or box.id,
            owner=box.owner,
            new=len(new),
            saved=len(messages) - len(new),
            urgent=sum(message.urgent for message in new),
            locked_until=iso(until) if (until := self._flow.mailbox_lock(box.id).until) else None,
        )


def _owns(agent: Agent, box: Mailbox) -> bool:
    if box.task_queue in agent.queues:
        return True  # who is given its messages hears them
    kind, _, owner = box.owner.partition(":")
    if kind == "agent":
        return owner == agent.id
    if kind == "queue":
        return owner in agent.queues or agent.role != "agent"
    return agent.role == "administrator"
