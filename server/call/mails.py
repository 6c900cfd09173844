"""Words of the outgoing mail: what is asked for, what becomes of it, and why it may be refused."""

from typing import Literal

import msgspec

MailState = Literal["queued", "sending", "sent", "failed", "discarded"]
"""`queued`: waits for its turn or its next attempt. `sending`: all of it may be at the mail server. `sent`: the mail
server took it for every address. `failed`: given up, for a person to look at. `discarded`: a person gave it up."""

Cause = Literal["", "refused", "gave-up", "in-doubt"]
"""Why a mail failed: the mail server refused it for good; attempts ended after the configured time; nobody knows
whether the mail server took it."""


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file that goes with a letter. `name`: without folders, at most 120 characters; `content_type`: `text/csv`."""

    name: str
    content_type: str
    body: bytes


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants sent. The sender is the site's; `reply_to`, if not empty, is where answers go.

    `to`: 1 to 50 bare addresses (`ana@example.com`). `subject`: one line. `text`: plain text, always there. `html`: the
    same for programs that show it; empty: none.
    """

    to: list[str]
    subject: str
    text: str
    html: str = ""
    attachments: list[Attachment] = []
    reply_to: str = ""


class Recipient(msgspec.Struct, frozen=True):
    """One address of a mail. `answer`: what the mail server said last about it."""

    address: str
    state: Literal["waiting", "accepted", "refused"] = "waiting"
    answer: str = ""


class Mailing(msgspec.Struct, frozen=True, kw_only=True):
    """A mail on its way, without its text. Moments are wall seconds; `ended_at` None: not over.

    `key` is the asker's: one key, one mail. `id` is short, made from the key, and may be logged. `message_id` stays
    the same in every attempt. `since`: the attempts' time counts from here; `due_at`: not before. `error`: what went
    wrong last. `version` counts the changes: who knows an older one may change nothing.
    """

    id: str
    key: str
    message_id: str
    subject: str
    recipients: list[Recipient]
    octets: int
    asked_at: float
    since: float
    due_at: float
    state: MailState = "queued"
    attempts: int = 0
    cause: Cause = ""
    error: str = ""
    version: int = 0
    ended_at: float | None = None

    def waiting(self) -> list[str]:
        """Addresses that have it not yet, and were not refused."""
        return [one.address for one in self.recipients if one.state == "waiting"]


RefusedFor = Literal["not-configured", "address", "subject", "text", "attachment", "too-large", "full", "key", "state"]


class MailRefused(ValueError):
    """A mail is not taken, or cannot be retried or discarded: `why` for programs, the text one sentence for people.

    `not-configured`: the site has no `[mail]`. `address`, `subject`, `text`, `attachment`: that part of the letter is
    wrong. `too-large`; `full`: too many wait. `key`: it is none, or no mail has it. `state`: not in this state.
    """

    def __init__(self, why: RefusedFor, message: str) -> None:
        super().__init__(message)
        self.why = why
