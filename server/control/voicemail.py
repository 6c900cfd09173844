"""`caruso ctl voicemail`: what is in the mailboxes, and a lock lifted."""

from collections.abc import Sequence

from server.call.ports import Voicemail
from server.wire import control
from server.wire.voicemail import MailboxView, VoiceMessage

BY = "control"


class NoMailbox(Exception):
    """What is asked for is not there; the text is one sentence."""


async def voicemail_views(service: Voicemail | None, ask: control.Voicemail) -> Sequence[MailboxView | VoiceMessage]:
    """The mailboxes, the messages of one, or the mailboxes after the action. Raises `NoMailbox`, `RequestRefused`."""
    if service is None:
        raise NoMailbox("This core has no mailboxes.")
    if ask.action and ask.action != "unlock":
        raise NoMailbox(f"There is no action {ask.action}: it is unlock.")
    if ask.action:
        await service.unlock(ask.mailbox, BY)
    boxes = service.owned_by("")
    if ask.action or not ask.mailbox:
        return boxes
    if all(box.id != ask.mailbox for box in boxes):
        raise NoMailbox(f"There is no mailbox {ask.mailbox}.")
    return service.messages(ask.mailbox)
