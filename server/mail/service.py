"""The service `mail`: keeps letters, and carries out what the rules of the queue say. One timer."""

import secrets
from collections import Counter
from collections.abc import Callable
from typing import Any

import structlog
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall
from twisted.internet.task import LoopingCall
from twisted.internet.threads import deferToThreadPool

from server.call.mails import Letter, Mailing, MailRefused, Recipient
from server.call.now import Now
from server.call.ports import MailStore
from server.config.mail import Sender
from server.mail.composing import check_key, checked, composed
from server.mail.queue import MailQueue
from server.mail.relay import Attempting, Deliver, Envelope
from server.mail.words import (
    Attempt,
    AttemptEnded,
    Command,
    DiscardAsked,
    Ending,
    Event,
    Kept,
    Overtaken,
    Recovered,
    RelayAway,
    RetryAsked,
    Save,
    TimePassed,
    Unclaimed,
)

log = structlog.get_logger()

SAVE_AGAIN_SECONDS = 2.0
STOP_SECONDS = 3.0
"""At the end, answers to mails that are handed over are awaited so long; without them they are in doubt."""
SWEEP_SECONDS = 3600.0
MOST_LISTED = 1000


class MailService:
    """Implements `server.call.ports.Mail`. `largest_octets`: of a message; `most_waiting` 0: no limit;
    `keep_seconds` 0: what is over is kept for ever."""

    def __init__(
        self,
        reactor: Any,
        store: MailStore,
        queue: MailQueue,
        deliver: Deliver,
        sender: Sender,
        now: Callable[[], Now],
        *,
        most_waiting: int = 1000,
        largest_octets: int = 10_000_000,
        keep_seconds: float = 90 * 86_400.0,
    ) -> None:
        self.counters: Counter[str] = Counter(queued=0, sent=0, failed=0, retried=0, discarded=0)
        """Since this core began."""
        self._reactor = reactor
        self._store = store
        self._queue = queue
        self._deliver = deliver
        self._sender = sender
        self._now = now
        self._most_waiting = most_waiting
        self._largest = largest_octets
        self._keep_seconds = keep_seconds
        self._deliveries: dict[str, Attempting] = {}
        self._unsaved: dict[str, Mailing] = {}
        self._adding = 0
        self._strays: dict[str, int] = {}
        """Mails, with their versions, that the last sweep found and the rules did not know."""
        self._timer: IDelayedCall | None = None
        self._is_stopping = False
        self._idle: Deferred[None] | None = None
        """While we stop: fired when no attempt is under way."""
        self._sweeping = LoopingCall(self._sweep)
        self._sweeping.clock = reactor

    @property
    def waiting(self) -> int:
        """Mails that are not over."""
        return self._queue.waiting()

    async def start(self) -> None:
        """Take up what an earlier core left. Raises `ConnectionError` while the database is away."""
        self._tell(Recovered(await self._store.open()))
        self._sweeping.start(SWEEP_SECONDS, now=False)

    async def stop(self) -> None:
        """Begin nothing more; break off what is not handed over, wait a little for answers to what is."""
        self._is_stopping = True
        if self._sweeping.running:
            self._sweeping.stop()
        self._disarm()
        for delivery in list(self._deliveries.values()):
            delivery.abort()
        if self._deliveries:
            self._idle = Deferred()
            await self._idle.addTimeout(STOP_SECONDS, self._reactor, lambda _result, _seconds: None)
        for delivery in list(self._deliveries.values()):
            delivery.lose()
        for mailing in list(self._unsaved.values()):
            log.error("mail-state-not-kept", mail=mailing.id, state=mailing.state)

    # -- what is asked --------------------------------------------------------------------------------------------

    async def queue(self, letter: Letter, key: str) -> Mailing:
        """Take a letter; see `server.call.ports.Mail.queue`."""
        check_key(key)
        if (there := await self._store.by_key(key)) is not None:
            return there
        letter = checked(letter)
        if self._most_waiting and self._queue.waiting() + self._adding >= self._most_waiting:
            raise MailRefused("full", f"{self._most_waiting} mails wait already, the most that the site allows.")
        self._adding += 1
        try:
            return await self._keep(letter, key)
        finally:
            self._adding -= 1

    async def find(self, key: str) -> Mailing | None:
        """What became of the mail of a key."""
        return await self._store.by_key(key)

    async def mails(self, ended: bool = False) -> list[Mailing]:
        """Mails that are not over and those that failed; `ended`: the others too."""
        return await self._store.listed(ended, MOST_LISTED)

    async def retry(self, ident: str) -> Mailing:
        """Send a failed mail again."""
        mailing = await self._known(ident)
        if mailing.state == "failed" and not await self._store.message(ident):
            raise MailRefused("state", f"The text of mail {ident} is kept no more.")
        return await self._asked(RetryAsked(mailing))

    async def discard(self, ident: str) -> Mailing:
        """Give up a queued or failed mail."""
        return await self._asked(DiscardAsked(await self._known(ident)))

    async def _keep(self, letter: Letter, key: str) -> Mailing:
        now, ident = self._now(), secrets.token_hex(6)
        domain = self._sender.address.rpartition("@")[2]
        message_id = f"<{ident}.{secrets.token_hex(8)}@{domain}>"
        pool = self._reactor.getThreadPool()
        octets: bytes = await deferToThreadPool(
            self._reactor, pool, composed, letter, self._sender, message_id, now.wall
        )
        if len(octets) > self._largest:
            raise MailRefused("too-large", f"The mail has {len(octets)} octets; the site allows {self._largest}.")
        mailing = new_mailing(letter, key, ident, message_id, len(octets), now.wall)
        kept = await self._store.add(mailing, octets)
        if kept.id == ident:
            self.counters["queued"] += 1
            log.info("mail-queued", mail=ident, octets=len(octets), recipients=len(letter.to))
            self._tell(Kept(kept))
        return kept

    async def _known(self, ident: str) -> Mailing:
        mailing = await self._store.by_id(ident)
        if mailing is None:
            raise MailRefused("key", f"There is no mail {ident[:40]!a}.")
        if ident in self._unsaved:
            raise MailRefused("state", f"The database does not take the state of mail {ident}; try it again later.")
        return mailing

    async def _asked(self, event: RetryAsked | DiscardAsked) -> Mailing:
        commands = self._queue.handle(event, self._now())
        first, *others = commands
        assert isinstance(first, Save)  # what was asked comes first
        kept = await self._save(first.mail)
        self._carry_out(others)
        if not kept:
            raise MailRefused("state", f"Mail {event.mail.id} has changed meanwhile; look at it again.")
        self.counters["retried" if isinstance(event, RetryAsked) else "discarded"] += 1
        return first.mail

    # -- what the rules say ---------------------------------------------------------------------------------------

    def _tell(self, event: Event) -> None:
        self._carry_out(self._queue.handle(event, self._now()))

    def _carry_out(self, commands: list[Command]) -> None:
        for command in commands:
            match command:
                case Save(mail):
                    self._report(mail)
                    Deferred.fromCoroutine(self._save(mail)).addErrback(_failed, "mail-not-saved", mail.id)
                case Attempt(mail):
                    Deferred.fromCoroutine(self._attempt(mail)).addErrback(_failed, "mail-attempt-failed", mail.id)
        self._arm()

    async def _save(self, mail: Mailing) -> bool:
        """Keep a state, however long the database is away. False: somebody else has changed the mail."""
        self._unsaved[mail.id] = mail
        while True:
            try:
                is_kept = await self._store.save(mail)
                break
            except ConnectionError:
                if self._is_stopping:
                    return False
                await self._pause()
        self._unsaved.pop(mail.id, None)
        if not is_kept:
            log.warning("mail-changed-elsewhere", mail=mail.id)
            self._tell(Overtaken(mail.id))
        return is_kept

    def _pause(self) -> Deferred[None]:
        done: Deferred[None] = Deferred()
        self._reactor.callLater(SAVE_AGAIN_SECONDS, done.callback, None)
        return done

    async def _attempt(self, mail: Mailing) -> None:
        ending: Ending = RelayAway("a fault of our own; the log names it")
        claimed = False
        try:
            delivery = await self._prepared(mail)
            if isinstance(delivery, Unclaimed):
                ending = delivery
            elif not self._is_stopping:
                self._deliveries[mail.id] = delivery
                delivery.begin()
                ending = await delivery.ended
                claimed = delivery.claimed
        finally:
            self._deliveries.pop(mail.id, None)
            if not self._is_stopping or claimed:  # what was not claimed, the next core begins anew
                self._tell(AttemptEnded(mail.id, ending, claimed))
            if self._idle is not None and not self._deliveries and not self._idle.called:
                self._idle.callback(None)

    async def _prepared(self, mail: Mailing) -> Attempting | Unclaimed:
        if mail.id in self._unsaved:  # the database must know of its state before it can be claimed
            return Unclaimed(taken=False)
        try:
            octets = await self._store.message(mail.id)
        except ConnectionError:
            return Unclaimed(taken=False)
        if not octets:  # another core has sent it
            return Unclaimed(taken=True)
        envelope = Envelope(self._sender.address, mail.waiting(), octets)
        return await self._deliver(envelope, lambda: self._store.claim(mail))

    def _report(self, mail: Mailing) -> None:
        """Count and log, without addresses and texts."""
        code = mail.error[:3] if mail.error[:3].isdigit() else ""
        match mail.state:
            case "sent":
                self.counters["sent"] += 1
                log.info("mail-sent", mail=mail.id, attempts=mail.attempts)
            case "failed":
                self.counters["failed"] += 1
                log.error("mail-failed", mail=mail.id, cause=mail.cause, code=code, attempts=mail.attempts)
            case "queued":
                log.warning("mail-deferred", mail=mail.id, code=code, attempts=mail.attempts)

    # -- time -----------------------------------------------------------------------------------------------------

    def _arm(self) -> None:
        self._disarm()
        deadline = self._queue.next_deadline()
        if deadline is not None and not self._is_stopping:
            self._timer = self._reactor.callLater(max(deadline - self._now().mono, 0.0), self._time_passed)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _time_passed(self) -> None:
        self._timer = None
        self._tell(TimePassed())

    def _sweep(self) -> Deferred[None]:
        return Deferred.fromCoroutine(self.sweep()).addErrback(_failed, "mail-sweep-failed", "")

    async def sweep(self) -> None:
        """Forget what is old, and take up mails that are open in the database and that nobody has moved since the
        last sweep: a commit whose answer was lost leaves such."""
        if self._keep_seconds:
            await self._store.forget(self._now().wall - self._keep_seconds)
        found = [mail for mail in await self._store.open() if not self._queue.knows(mail.id)]
        strays = [mail for mail in found if self._strays.get(mail.id) == mail.version]
        self._strays = {mail.id: mail.version for mail in found}
        self._tell(Recovered(strays))


def new_mailing(letter: Letter, key: str, ident: str, message_id: str, octets: int, wall: float) -> Mailing:
    """A mail that nobody has tried yet."""
    return Mailing(
        id=ident,
        key=key,
        message_id=message_id,
        subject=letter.subject,
        recipients=[Recipient(address) for address in letter.to],
        octets=octets,
        asked_at=wall,
        since=wall,
        due_at=wall,
    )


def _failed(failure: Any, event: str, ident: str) -> None:
    log.error(event, mail=ident, error=type(failure.value).__name__)
