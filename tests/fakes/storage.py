"""Accounts, sessions, records and ledger in memory, with the signatures of the ports."""

from collections.abc import Sequence
from typing import TypeVar

from twisted.internet.defer import Deferred, fail, succeed

from server.call.facts import AnyFact, Entry
from server.call.now import Now
from server.call.ports import OpenedSession, RecordJson, Session
from server.wire import desk
from server.wire.monitor import Sample, Thresholds
from server.wire.reports import ReportEntry, ReportMade, ReportRequest

T = TypeVar("T")


class FakeAccounts:
    """Plain passwords. `hold` true: answers wait in `held` until a test fires them."""

    def __init__(self, passwords: dict[str, str]) -> None:
        self.passwords = passwords
        self.verified: list[str] = []
        self.hold = False
        self.held: list[Deferred[bool]] = []

    def verify(self, user: str, password: str) -> Deferred[bool]:
        self.verified.append(user)
        if self.hold:
            answer: Deferred[bool] = Deferred()
            self.held.append(answer)
            return answer
        return succeed(self.passwords.get(user) == password)


class FakeSessions:
    """Sessions whose tokens are guessable. `credentials`: (user, password, session) of added SIP credentials."""

    def __init__(self, expires_at: float = 1_790_036_000.0) -> None:
        self.expires_at = expires_at
        self.by_token: dict[str, Session] = {}
        self.credentials: list[tuple[str, str, str]] = []
        self._count = 0

    def open(self, user: str, role: str) -> Deferred[OpenedSession]:
        self._count += 1
        session = Session(id=f"s{self._count}", user=user, role=role, expires_at=self.expires_at)
        token = f"token-{self._count}"
        self.by_token[token] = session
        return succeed(OpenedSession(token=token, session=session))

    def check(self, token: str) -> Deferred[Session | None]:
        return succeed(self.by_token.get(token))

    def close(self, token: str) -> Deferred[None]:
        self.by_token.pop(token, None)
        return succeed(None)

    def add_session_credential(self, user: str, password: str, session: str) -> Deferred[None]:
        self.credentials.append((user, password, session))
        return succeed(None)


class FakeRecords:
    """Records are dictionaries with at least `call_id`, `agent`, `conversations`, `ended_at`, oldest first."""

    def __init__(self, *records: dict[str, object]) -> None:
        self.records: list[RecordJson] = list(records)
        self.days: dict[str, desk.MyDay] = {}

    def all(self, live: bool = False, agent: str = "", before: str = "", limit: int = 0) -> Deferred[list[RecordJson]]:
        found = self.records
        if before:
            ids = [record["call_id"] for record in found]
            found = found[: ids.index(before)] if before in ids else []
        found = [record for record in found if not live or record["ended_at"] is None]
        found = [record for record in found if not agent or agent in talked_in(record)]
        return succeed(found[-limit:] if limit else found)

    def one(self, call: str) -> Deferred[RecordJson | None]:
        return succeed(next((record for record in self.records if record["call_id"] == call), None))

    def my_day(self, agent: str) -> Deferred[desk.MyDay]:
        return succeed(self.days.get(agent, desk.MyDay()))


def talked_in(record: RecordJson) -> list[str]:
    """The agents of a record."""
    return [record["agent"], *(one["agent"] for one in record["conversations"])]


class FakeLedger:
    """A list of entries."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def append(self, facts: Sequence[tuple[Now, AnyFact]], urgent: bool = True) -> Deferred[list[Entry]]:
        added = [Entry(position=len(self.entries) + 1 + i, at=at, fact=fact) for i, (at, fact) in enumerate(facts)]
        self.entries += added
        return succeed(added)

    def read(self, after: int, limit: int) -> Deferred[list[Entry]]:
        return succeed(self.entries[after : after + limit])


class FakeMonitorStore:
    """Thresholds and samples in memory; `failure` is what every question fails with."""

    def __init__(self) -> None:
        self.kept: dict[str, Thresholds] = {}
        self.kept_samples: list[Sample] = []
        self.failure: Exception | None = None

    def _answer(self, value: T) -> Deferred[T]:
        return succeed(value) if self.failure is None else fail(self.failure)

    def thresholds(self) -> Deferred[dict[str, Thresholds]]:
        return self._answer(dict(self.kept))

    def save_thresholds(self, queue: str, chosen: Thresholds | None, by: str) -> Deferred[None]:
        if self.failure is None:
            self.kept.pop(queue, None)
            if chosen is not None:
                self.kept[queue] = chosen
        return self._answer(None)

    def samples(self, since: float) -> Deferred[list[Sample]]:
        return self._answer([sample for sample in self.kept_samples if sample.at >= since])

    def add_samples(self, samples: Sequence[Sample], keep_from: float) -> Deferred[None]:
        if self.failure is None:
            kept = [sample for sample in self.kept_samples if sample.at >= keep_from]
            self.kept_samples = [*kept, *samples]
        return self._answer(None)


class FakeReports:
    """Answers each report with the next of `answers` (the last one again and again), and keeps what was asked."""

    def __init__(self) -> None:
        self.answers = [ReportMade(state="away", detail="There is no database.")]
        self.asked: list[ReportRequest] = []
        self.shelf: list[ReportEntry] = []

    def entries(self) -> Deferred[list[ReportEntry]]:
        return succeed(list(self.shelf))

    def make(self, request: ReportRequest) -> Deferred[ReportMade]:
        self.asked.append(request)
        return succeed(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
