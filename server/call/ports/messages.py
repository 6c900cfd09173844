"""Voicemail, and outgoing mail."""

from collections.abc import Awaitable
from pathlib import Path
from typing import Protocol

from server.call.mails import Letter, Mailing
from server.wire.voicemail import MailboxName, MailboxView, VoiceMessage


class Voicemail(Protocol):
    """Mailboxes and their messages (service `voicemail`, version 1)."""

    def owned_by(self, agent: str) -> list[MailboxView]:
        """The mailboxes that an agent may open, in the site file's order; with an empty id every one."""
        ...

    def messages(self, mailbox: str) -> list[VoiceMessage]:
        """What is in a mailbox, newest first."""
        ...

    def sound(self, mailbox: str, message: str) -> Path | None:
        """The WAV file of a message; None: there is no such message."""
        ...

    def change(self, mailbox: str, message: str, change: str, by: str) -> Awaitable[None]:
        """`save` or `delete` a message; fires when it is committed. Raises `RequestRefused`."""
        ...

    def names(self) -> list[MailboxName]:
        """Every mailbox of the site, in the site file's order."""
        ...

    def forward(self, mailbox: str, message: str, to: str, by: str) -> Awaitable[None]:
        """Give a copy to another mailbox; fires when it is committed. Raises `RequestRefused`."""
        ...

    def unlock(self, mailbox: str, by: str) -> Awaitable[None]:
        """Lift the lock that wrong PINs have set; fires when it is committed. Raises `RequestRefused`."""
        ...


class Mail(Protocol):
    """Outgoing mail (service `mail`, version 1). Without `[mail]` in the site file it is there too, and refuses."""

    def queue(self, letter: Letter, key: str) -> Awaitable[Mailing]:
        """Take a letter; fires when it is kept, so that it will be sent whatever dies.

        `key` (1 to 200 characters) names the asker's reason, such as a call and a step of its dialog. The same key
        again is the same mail: what became of it is told, and nothing is sent a second time. Raises `MailRefused`; on
        `ConnectionError` ask again with the same key.
        """
        ...

    def find(self, key: str) -> Awaitable[Mailing | None]:
        """What became of the mail of a key; None: there is none (or it was forgotten)."""
        ...

    def mails(self, ended: bool = False) -> Awaitable[list[Mailing]]:
        """Mails that are not over and those that failed, oldest first; `ended`: the others too, at most 1,000."""
        ...

    def retry(self, ident: str) -> Awaitable[Mailing]:
        """Send a failed mail again, by its `id`, to the addresses that have it not. Raises `MailRefused`."""
        ...

    def discard(self, ident: str) -> Awaitable[Mailing]:
        """Give up a queued or failed mail. Raises `MailRefused`."""
        ...


class MailStore(Protocol):
    """Keeps mails over a restart (service `mail-store`, version 1). Whatever is kept is synced to disk."""

    def add(self, mailing: Mailing, octets: bytes) -> Awaitable[Mailing]:
        """Keep a new mail and its message (RFC 5322); if its key is there already, nothing is done. The one kept."""
        ...

    def open(self) -> Awaitable[list[Mailing]]:
        """Mails in the states `queued` and `sending`, oldest first."""
        ...

    def listed(self, ended: bool, limit: int) -> Awaitable[list[Mailing]]:
        """The newest ones, oldest of them first; not `ended`: without those that were sent or discarded."""
        ...

    def by_key(self, key: str) -> Awaitable[Mailing | None]: ...

    def by_id(self, ident: str) -> Awaitable[Mailing | None]: ...

    def message(self, ident: str) -> Awaitable[bytes]:
        """The message; empty: it is kept no more."""
        ...

    def claim(self, mailing: Mailing) -> Awaitable[bool]:
        """From `queued` to `sending`, as the next version. False: it has changed since, so another core has it."""
        ...

    def save(self, mailing: Mailing) -> Awaitable[bool]:
        """Keep this as the next version. False: what is kept is another version than `mailing`; nothing was done.

        The text of what was sent or discarded is dropped.
        """
        ...

    def forget(self, before: float) -> Awaitable[int]:
        """Take out what ended before that moment (wall seconds); their number."""
        ...
