"""Messages that callers left."""

from server.web.access import Role
from server.web.endpoints.words import Endpoint
from server.wire import voicemail

MAILBOXES: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/mailboxes",
        does="mailboxes",
        role=Role.AGENT,
        summary="Your mailboxes, and how many messages are in them.",
        answer=list[voicemail.MailboxView],
    ),
    Endpoint(
        method="GET",
        path="/api/v1/mailboxes/<mailbox>/messages",
        does="voice_messages",
        role=Role.AGENT,
        summary="The messages of a mailbox of yours, newest first.",
        answer=list[voicemail.VoiceMessage],
        problems=("not-found",),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/mailboxes/<mailbox>/messages/<message>/sound",
        does="voice_message_sound",
        role=Role.AGENT,
        summary="What was said.",
        content_type="audio/wav",
        problems=("not-found",),
    ),
    Endpoint(
        method="PUT",
        path="/api/v1/mailboxes/<mailbox>/messages/<message>",
        does="save_voice_message",
        role=Role.AGENT,
        summary="Save a message: it is new no longer.",
        body=voicemail.SaveIt,
        answer=list[voicemail.VoiceMessage],
        problems=("not-found",),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/mailboxes/<mailbox>/messages/<message>/copies",
        does="forward_voice_message",
        role=Role.AGENT,
        summary="Give a copy of a message to another mailbox.",
        body=voicemail.ForwardTo,
        status=204,
        problems=("not-found", "refused"),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/mailbox-names",
        does="mailbox_names",
        role=Role.AGENT,
        summary="Every mailbox, to give a message to.",
        answer=list[voicemail.MailboxName],
    ),
    Endpoint(
        method="DELETE",
        path="/api/v1/mailboxes/<mailbox>/messages/<message>",
        does="delete_voice_message",
        role=Role.AGENT,
        summary="Delete a message.",
        status=204,
        problems=("not-found",),
    ),
)
"""For owners of mailboxes, and supervisors."""
