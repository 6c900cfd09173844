"""Mailboxes over the API: who owns one sees its messages, hears them, saves and deletes them."""

from twisted.internet.threads import deferToThread

from server.call.events import RequestRefused
from server.call.ports import Voicemail
from server.web.answers import Answer, ProblemFound
from server.web.api import Asked
from server.wire.voicemail import ForwardTo, SaveIt


class Mailboxes:
    """The endpoints."""

    def __init__(self, voicemail: Voicemail) -> None:
        self._voicemail = voicemail

    async def mailboxes(self, asked: Asked) -> Answer:
        """Those of the asker."""
        return Answer(value=self._voicemail.owned_by(asked.someone.user))

    async def voice_messages(self, asked: Asked) -> Answer:
        """What is in one."""
        return Answer(value=self._voicemail.messages(self._mailbox(asked)))

    async def voice_message_sound(self, asked: Asked) -> Answer:
        """A message's sound."""
        file = self._voicemail.sound(self._mailbox(asked), asked.path["message"])
        if file is None:
            raise ProblemFound("not-found", "There is no such message.")
        try:
            octets = await deferToThread(file.read_bytes)
        except OSError as error:
            raise ProblemFound("not-found", "The sound of this message is not there any more.") from error
        return Answer(value=octets, content_type="audio/wav", headers={"Content-Disposition": "inline"})

    async def save_voice_message(self, asked: Asked) -> Answer:
        """It was heard, and is kept."""
        body: SaveIt = asked.body
        if not body.saved:
            raise ProblemFound("body-invalid", "A message that was heard is not new again: saved is true.")
        mailbox = self._mailbox(asked)
        await self._change(asked, mailbox, "save")
        return Answer(value=self._voicemail.messages(mailbox))

    async def delete_voice_message(self, asked: Asked) -> Answer:
        """It is thrown away."""
        await self._change(asked, self._mailbox(asked), "delete")
        return Answer(status=204)

    async def mailbox_names(self, _asked: Asked) -> Answer:
        """Where a message can be given to."""
        return Answer(value=self._voicemail.names())

    async def forward_voice_message(self, asked: Asked) -> Answer:
        """A copy for another mailbox."""
        body: ForwardTo = asked.body
        mailbox = self._mailbox(asked)
        try:
            await self._voicemail.forward(mailbox, asked.path["message"], body.to, asked.someone.user)
        except RequestRefused as refused:
            raise ProblemFound("refused", refused.detail) from refused
        return Answer(status=204)

    async def _change(self, asked: Asked, mailbox: str, change: str) -> None:
        try:
            await self._voicemail.change(mailbox, asked.path["message"], change, asked.someone.user)
        except RequestRefused as refused:
            raise ProblemFound("not-found", refused.detail) from refused

    def _mailbox(self, asked: Asked) -> str:
        mailbox = asked.path["mailbox"]
        if all(owned.id != mailbox for owned in self._voicemail.owned_by(asked.someone.user)):
            raise ProblemFound("not-found", "There is no such mailbox.")
        return mailbox
