"""Mailboxes and messages over HTTP and `caruso ctl voicemail`.

| request                                             | body   | answer               | who may          |
|-----------------------------------------------------|--------|----------------------|------------------|
| GET /api/v1/mailboxes                               |        | list of MailboxView  | all: their own   |
| GET /api/v1/mailboxes/{mailbox}/messages            |        | list of VoiceMessage | owners           |
| GET /api/v1/mailboxes/{mailbox}/messages/{id}/sound |        | WAV                  | owners           |
| PUT /api/v1/mailboxes/{mailbox}/messages/{id}       | SaveIt | list of VoiceMessage | owners           |
| DELETE /api/v1/mailboxes/{mailbox}/messages/{id}    |        |                      | owners           |
| POST /api/v1/mailboxes/{mailbox}/messages/{id}/copies | ForwardTo |           | owners           |
| GET /api/v1/mailbox-names                           |        | list of MailboxName  | all              |

Owners of a queue's mailbox are the queue's agents, supervisors and administrators; an agent's mailbox is the agent's
alone. Who may not is told that there is no such mailbox.
"""

import msgspec


class MailboxView(msgspec.Struct, frozen=True, kw_only=True):
    """A mailbox and what is in it."""

    id: str
    name: str
    owner: str
    new: int
    saved: int
    urgent: int
    """New ones that are urgent."""
    locked_until: str | None = None
    """Wrong PINs had locked it for telephones until then (ISO 8601 in UTC; maybe over by now); null: they had not."""


class VoiceMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message. `at`: ISO 8601 in UTC; `caller` is empty if unknown; `saved` false: nobody has saved it yet."""

    id: str
    mailbox: str
    at: str
    caller: str
    seconds: float
    urgent: bool
    saved: bool


class MailboxName(msgspec.Struct, frozen=True):
    """A mailbox to which a message can be given."""

    id: str
    name: str


class ForwardTo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Give a copy to the mailbox `to`."""

    to: str


class SaveIt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The message was heard and is kept."""

    saved: bool = True
