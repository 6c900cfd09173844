"""The rules of outgoing mail: what is tried when, and what becomes of it. Pure.

    queued --attempt, claimed--> sending --2xx--> sent
      ^ ^                           |----5xx----> failed (refused)
      | '-- 4xx, broken: later -----|----no answer, we died: failed (in-doubt), or queued again, as the site says
      |                             '----too old: failed (gave-up)
      '---- a person: retry ------- failed --a person--> discarded

The claim is what keeps a mail from being sent twice: the database moves it from `queued` to `sending` just before the
first octet of the text leaves, for one core only (versions are compared), and synced to disk. What is `queued` was
certainly not handed over; what a later core finds `sending` may have been.
"""

from collections import deque
from collections.abc import Sequence

from msgspec.structs import replace

from server.call.mails import Cause, Mailing, MailRefused, Recipient
from server.call.now import Now
from server.mail.words import (
    Answered,
    Attempt,
    AttemptEnded,
    Broken,
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
    Terms,
    TimePassed,
    Unanswered,
    Unclaimed,
)

FIRST_PAUSE_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 3600.0
FIRST_RELAY_PAUSE_SECONDS = 5.0
LONGEST_RELAY_PAUSE_SECONDS = 300.0
DATABASE_PAUSE_SECONDS = 2.0
MINUTE = 60.0
DIED = "the server ended while the mail was handed over; whether it arrived is not known"


class MailQueue:
    """`handle` takes what happened and says what to do; `next_deadline` says when time itself is an event."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._mails: dict[str, Mailing] = {}
        """Those that are not over, in the version that is kept (or is being kept)."""
        self._due: dict[str, float] = {}
        """Of the queued ones that nobody attempts: monotonic seconds."""
        self._since: dict[str, float] = {}
        """`Mailing.since` on the monotonic clock."""
        self._under_way: set[str] = set()
        self._begun: deque[float] = deque()
        """When the attempts of the last minute began (monotonic)."""
        self._relay_faults = 0
        self._relay_until = 0.0

    def waiting(self) -> int:
        """Mails that are not over."""
        return len(self._mails)

    def knows(self, ident: str) -> bool:
        """Whether the mail is one of them."""
        return ident in self._mails

    def handle(self, event: Event, now: Now) -> list[Command]:
        """What is to be done. Raises `MailRefused` (and changes nothing) for what a person cannot ask now."""
        commands: list[Command] = []
        match event:
            case Recovered(mails):
                for mail in mails:
                    commands += self._recover(mail, now)
            case Kept(mail):
                if mail.id not in self._mails:
                    self._take(mail, now.mono, now)
            case AttemptEnded():
                commands += self._ended(event, now)
            case RetryAsked(mail):
                commands.append(self._retry(mail, now))
            case DiscardAsked(mail):
                commands.append(self._discard(mail, now))
            case Overtaken(ident):
                self._drop(ident)
            case TimePassed():
                pass
        return commands + self._attempts(now)

    def next_deadline(self) -> float | None:
        """When `TimePassed` is due (monotonic seconds); None: nothing waits for time."""
        if not self._due or len(self._under_way) >= self._parallel():
            return None
        return max(min(self._due.values()), self._relay_until, self._pace_until())

    # -- attempts -------------------------------------------------------------------------------------------------

    def _attempts(self, now: Now) -> list[Command]:
        while self._begun and self._begun[0] <= now.mono - MINUTE:
            self._begun.popleft()
        commands: list[Command] = []
        while (deadline := self.next_deadline()) is not None and deadline <= now.mono:
            ident = min(self._due, key=self._due.__getitem__)
            del self._due[ident]
            self._under_way.add(ident)
            self._begun.append(now.mono)
            commands.append(Attempt(self._mails[ident]))
        return commands

    def _parallel(self) -> int:
        """While the mail server is away, one mail tries whether it is back."""
        return 1 if self._relay_faults else self._terms.parallel

    def _pace_until(self) -> float:
        if not self._terms.per_minute or len(self._begun) < self._terms.per_minute:
            return 0.0
        return self._begun[-self._terms.per_minute] + MINUTE

    def _take(self, mail: Mailing, due: float, now: Now) -> None:
        self._mails[mail.id] = mail
        self._since.setdefault(mail.id, now.mono - max(now.wall - mail.since, 0.0))
        self._due[mail.id] = due

    def _drop(self, ident: str) -> None:
        for of_all in (self._mails, self._due, self._since):
            of_all.pop(ident, None)
        self._under_way.discard(ident)

    # -- what became of it ----------------------------------------------------------------------------------------

    def _recover(self, mail: Mailing, now: Now) -> list[Command]:
        if mail.id in self._mails:
            return []
        pause = min(max(mail.due_at - now.wall, 0.0), LONGEST_PAUSE_SECONDS)
        self._take(mail, now.mono + pause, now)
        return [self._doubted(mail, DIED, now)] if mail.state == "sending" else []

    def _ended(self, event: AttemptEnded, now: Now) -> list[Command]:
        if event.ident not in self._under_way:
            return []
        self._under_way.discard(event.ident)
        mail = self._mails[event.ident]
        if event.claimed:
            mail = replace(mail, state="sending", version=mail.version + 1)
        return self._settled(mail, event.ending, now)

    def _settled(self, mail: Mailing, ending: Ending, now: Now) -> list[Command]:
        match ending:
            case Unclaimed(taken=True):
                self._drop(mail.id)
                return []
            case Unclaimed():
                self._due[mail.id] = now.mono + DATABASE_PAUSE_SECONDS
                return []
            case RelayAway(why):
                self._relay_faults += 1
                pause = _pause(FIRST_RELAY_PAUSE_SECONDS, self._relay_faults, LONGEST_RELAY_PAUSE_SECONDS)
                self._relay_until = now.mono + pause
                return [self._later(mail, why, pause, now)]
        self._relay_faults, self._relay_until = 0, 0.0
        match ending:
            case Broken(why):
                return [self._later(mail, why, None, now)]
            case Unanswered(why):
                return [self._doubted(mail, why, now)]
            case Answered(answers):
                return [self._answered(mail, answers, now)]

    def _answered(self, mail: Mailing, answers: Sequence[tuple[int, str]], now: Now) -> Command:
        given = iter(answers)
        told = [
            _told(one, *next(given, (0, "no answer"))) if one.state == "waiting" else one for one in mail.recipients
        ]
        mail = replace(mail, recipients=told)
        last = next((one.answer for one in reversed(told) if one.state != "accepted"), "")
        if mail.waiting():
            return self._later(mail, last, None, now)
        mail = replace(mail, attempts=mail.attempts + 1)
        refused = sum(one.state == "refused" for one in told)
        if not refused:
            return self._over(replace(mail, state="sent", error="", cause=""), now)
        error = last if refused == len(told) else f"refused for {refused} of {len(told)} addresses: {last}"
        return self._failed(mail, "refused", error, now)

    def _later(self, mail: Mailing, why: str, pause: float | None, now: Now) -> Command:
        """Another attempt, or the end of them. `pause` None: grows with the number of attempts."""
        mail = replace(mail, attempts=mail.attempts + 1)
        if pause is None:
            pause = _pause(FIRST_PAUSE_SECONDS, mail.attempts, LONGEST_PAUSE_SECONDS)
        next_at = now.mono + pause
        if self._terms.give_up_seconds and next_at - self._since[mail.id] > self._terms.give_up_seconds:
            return self._failed(mail, "gave-up", why, now)
        mail = replace(mail, state="queued", error=why, due_at=now.wall + pause, cause="")
        self._take(replace(mail, version=mail.version + 1), next_at, now)
        return Save(mail)

    def _doubted(self, mail: Mailing, why: str, now: Now) -> Command:
        if self._terms.resend_in_doubt:
            return self._later(mail, why, None, now)
        return self._failed(replace(mail, attempts=mail.attempts + 1), "in-doubt", why, now)

    def _failed(self, mail: Mailing, cause: Cause, why: str, now: Now) -> Command:
        return self._over(replace(mail, state="failed", cause=cause, error=why), now)

    def _over(self, mail: Mailing, now: Now) -> Command:
        self._drop(mail.id)
        return Save(replace(mail, ended_at=now.wall))

    # -- what people ask ------------------------------------------------------------------------------------------

    def _retry(self, mail: Mailing, now: Now) -> Command:
        if mail.state != "failed" or mail.id in self._mails:
            raise MailRefused("state", f"Mail {mail.id} is {mail.state}; only one that failed can be retried.")
        again = [one if one.state == "accepted" else Recipient(one.address) for one in mail.recipients]
        renewed = replace(
            mail, recipients=again, state="queued", cause="", error="", attempts=0, since=now.wall, due_at=now.wall,
            ended_at=None,
        )  # fmt: skip
        self._take(replace(renewed, version=mail.version + 1), now.mono, now)
        return Save(renewed)

    def _discard(self, mail: Mailing, now: Now) -> Command:
        if mail.id in self._under_way:
            raise MailRefused("state", f"Mail {mail.id} is being sent; look at it again in a minute.")
        if mail.state not in ("failed", "queued"):
            raise MailRefused("state", f"Mail {mail.id} is {mail.state}; only a queued or failed one can be discarded.")
        return self._over(replace(mail, state="discarded", cause=""), now)


def _told(one: Recipient, code: int, text: str) -> Recipient:
    if 200 <= code < 300:
        return replace(one, state="accepted", answer="")
    answer = f"{code} {text}".rstrip()
    return replace(one, state="refused" if code >= 500 else "waiting", answer=answer)


def _pause(first: float, attempts: int, longest: float) -> float:
    return float(min(first * 2 ** min(attempts - 1, 16), longest))
