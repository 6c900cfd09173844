"""Mailboxes in memory, with the signatures of the real ones."""

from collections.abc import Awaitable
from pathlib import Path

import msgspec
from twisted.internet.defer import fail, succeed

from server.call.events import RequestRefused
from server.wire.voicemail import MailboxName, MailboxView, VoiceMessage


class FakeVoicemail:
    """`boxes` by owner's id; `kept`: messages by mailbox; `files`: their sounds."""

    def __init__(self) -> None:
        self.boxes: dict[str, list[MailboxView]] = {}
        self.kept: dict[str, list[VoiceMessage]] = {}
        self.files: dict[str, Path] = {}
        self.changes: list[tuple[str, str, str, str]] = []

    def owned_by(self, agent: str) -> list[MailboxView]:
        if not agent:
            return [box for boxes in self.boxes.values() for box in boxes]
        return self.boxes.get(agent, [])

    def messages(self, mailbox: str) -> list[VoiceMessage]:
        return self.kept.get(mailbox, [])

    def sound(self, mailbox: str, message: str) -> Path | None:
        return self.files.get(message)

    def names(self) -> list[MailboxName]:
        return [MailboxName(box.id, box.name) for box in self.owned_by("")]

    def forward(self, mailbox: str, message: str, to: str, by: str) -> Awaitable[None]:
        if all(box.id != to for box in self.owned_by("")):
            return fail(RequestRefused("not-forwarded", "There is no such mailbox."))
        self.changes.append((mailbox, message, f"forward {to}", by))
        return succeed(None)

    def unlock(self, mailbox: str, by: str) -> Awaitable[None]:
        self.changes.append((mailbox, "", "unlock", by))
        return succeed(None)

    def change(self, mailbox: str, message: str, change: str, by: str) -> Awaitable[None]:
        there = self.kept.get(mailbox, [])
        if all(one.id != message for one in there):
            return fail(RequestRefused("no-message", "There is no such message."))
        self.changes.append((mailbox, message, change, by))
        self.kept[mailbox] = [
            msgspec.structs.replace(one, saved=True) if one.id == message else one
            for one in there
            if change == "save" or one.id != message
        ]
        return succeed(None)
