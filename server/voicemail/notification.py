"""Message waiting: the lamp on a telephone (RFC 3842)."""

from collections.abc import Iterable
from typing import Final

from server.voicemail.words import Message

CONTENT_TYPE: Final = "application/simple-message-summary"
EVENT: Final = "message-summary"


def summary(account: str, messages: Iterable[Message]) -> str:
    """Body of a NOTIFY for `account` (a SIP URI): new and saved messages, urgent ones in brackets (RFC 3842, 5.2)."""
    messages = list(messages)
    new = [message for message in messages if not message.saved]
    saved = [message for message in messages if message.saved]
    urgent_new, urgent_saved = (sum(message.urgent for message in some) for some in (new, saved))
    return (
        f"Messages-Waiting: {'yes' if new else 'no'}\r\n"
        f"Message-Account: {account}\r\n"
        f"Voice-Message: {len(new)}/{len(saved)} ({urgent_new}/{urgent_saved})\r\n"
    )
