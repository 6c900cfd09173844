"""The component `message-mails`: tells by mail of messages, for mailboxes whose `mail` says so.

A message's mail has a key of its own, so that it is sent once. That it was asked for is a fact: what a core could not
ask for before it died, the next one does. What the mail service cannot take now (it is away, or full) is asked again.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall
from twisted.internet.threads import deferToThreadPool

from server.app.core import Frame, Stop
from server.call.events import VoicemailMailed
from server.call.facts import Entry, VoicemailLeft
from server.call.mails import Attachment, Letter, MailRefused
from server.call.ports import Mail
from server.config.site import Mailbox, SiteFile
from server.exchange import Exchange
from server.services.interfaces import MAIL
from server.voicemail import letter
from server.voicemail.words import Message

log = structlog.get_logger()

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 5.0, 600.0
_FOR_NOW = ("full", "not-configured")
"""Refusals that may be over later."""
_SHARE_OF_MAIL = 0.7
"""Of the largest mail, for the sound: it grows by a third on its way."""
_LONGEST_KEY = 200


async def message_mails(frame: Frame) -> Stop | None:
    """Begins with what a former core left undone, if any mailbox of the site sends mails."""
    if not any(mailbox.mail for mailbox in frame.site.mailbox):
        return None
    exchange: Exchange = await frame.find("acd")
    await frame.find("mail")
    made = MessageMails(frame.reactor, frame.site, exchange, frame.directory.stand_in(MAIL))
    end = exchange.subscribe(made)
    made.begin()

    def stop() -> None:
        end()
        made.stop()

    return stop


def key_of(mailbox: str, message: str) -> str:
    """The mail's key."""
    key = f"voicemail/{mailbox}/{message}"
    return key if len(key) <= _LONGEST_KEY else f"voicemail/{hashlib.sha256(key.encode()).hexdigest()}"


class MessageMails:
    """A subscriber of the exchange. One mail is asked for at a time."""

    def __init__(self, reactor: Any, site: SiteFile, exchange: Exchange, mail: Mail) -> None:
        self._reactor = reactor
        self._site = site
        self._exchange = exchange
        self._mail = mail
        self._boxes: dict[str, Mailbox] = {mailbox.id: mailbox for mailbox in site.mailbox}
        self._zone = ZoneInfo(site.site.time_zone)
        self._busy = False
        self._stopped = False
        self._faults = 0
        self._timer: IDelayedCall | None = None

    def __call__(self, entries: Sequence[Entry]) -> None:
        """What was committed."""
        if any(isinstance(entry.fact, VoicemailLeft) and entry.fact.mail for entry in entries):
            self.begin()

    def begin(self) -> None:
        """Ask for every mail that is wanted, unless that is being done, or waits for its time."""
        if self._busy or self._stopped or self._timer is not None:
            return
        self._busy = True
        Deferred.fromCoroutine(self._all()).addErrback(self._failed).addBoth(lambda _: self._done())

    def stop(self) -> None:
        """Nothing more is asked for."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _done(self) -> None:
        self._busy = False
        if self._stopped or not self._exchange.flow.voicemails_to_mail():
            return
        if not self._faults:
            self.begin()  # it came while the others were asked for
            return
        pause = min(FIRST_PAUSE_SECONDS * 2 ** min(self._faults - 1, 10), LONGEST_PAUSE_SECONDS)
        self._timer = self._reactor.callLater(pause, self._again)

    def _failed(self, failure: Any) -> None:
        """A fault of ours, or facts that cannot be kept now: after a pause it is tried again, never at once."""
        self._faults += 1
        log.error("message-mails-failed", error=repr(failure.value), exc_info=failure.value)

    def _again(self) -> None:
        self._timer = None
        self.begin()

    async def _all(self) -> None:
        for mailbox, message in self._exchange.flow.voicemails_to_mail():
            if self._stopped:
                return
            try:
                result = await self._tell(mailbox, message)
            except (ConnectionError, MailRefused) as fault:
                self._faults += 1
                why = fault.why if isinstance(fault, MailRefused) else str(fault)
                log.warning("message-mail-later", mailbox=mailbox, message=message, error=why)
                return
            self._faults = 0
            await self._exchange.tell(VoicemailMailed(mailbox, message, result))

    async def _tell(self, mailbox: str, message: str) -> str:
        """`queued` or `refused`. Raises `MailRefused` and `ConnectionError` for what may be over later."""
        box = self._boxes.get(mailbox)
        found = next((one for one in self._exchange.flow.voicemails(mailbox) if one.id == message), None)
        if box is None or not box.mail or found is None:
            return "refused"  # the site wants no mail any more
        try:
            kept = await self._mail.queue(await self._letter(box, found), key_of(mailbox, message))
        except MailRefused as refused:
            if refused.why in _FOR_NOW:
                raise
            log.error("message-mail-refused", mailbox=mailbox, message=message, error=refused.why)
            return "refused"
        log.info("message-mail-queued", mailbox=mailbox, message=message, mail=kept.id)
        return "queued"

    async def _letter(self, box: Mailbox, message: Message) -> Letter:
        sound, how = (await self._sound(box, message)) if box.mail_sound else (b"", "without")
        language = self._site.site.language
        at = datetime.fromtimestamp(message.at, UTC).astimezone(self._zone)
        file = Attachment(name=letter.file_name(at, language), content_type="audio/wav", body=sound)
        return Letter(
            to=[box.mail],
            subject=letter.subject(message, box.name or box.id, language)[:250],
            text=letter.text(message, at, language, how),
            attachments=[file] if how == "with" else [],
        )

    async def _sound(self, box: Mailbox, message: Message) -> tuple[bytes, str]:
        """The WAV file, if it fits; and the word for it in `letter.text`."""
        most = self._site.mail.max_megabytes * 1_000_000 * _SHARE_OF_MAIL
        file = Path(self._exchange.flow.voicemail_sound(box.id, message.id))
        try:
            if file.stat().st_size > most:
                return b"", "too-large"
            octets = await deferToThreadPool(self._reactor, self._reactor.getThreadPool(), file.read_bytes)
        except OSError as error:
            log.error("message-sound-unreadable", mailbox=box.id, message=message.id, error=str(error))
            return b"", "without"
        return octets, "with"
