"""Ports: what the edges offer to one another, as Protocols. Implemented in the edges, faked in the tests.

Awaitables are Twisted Deferreds in the running core; this module does not need to know.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from server.call.commands import RingAgents, RingNoLonger
from server.call.events import AnyEvent
from server.call.facts import AnyFact, Entry
from server.call.mails import Letter, Mailing
from server.call.now import Now
from server.call.snapshots import AgentSnapshot, CallSnapshot, QueueSnapshot
from server.wire import desk, linecard, monitor
from server.wire.reports import ReportEntry, ReportMade, ReportRequest
from server.wire.scripts import ScriptRequest
from server.wire.voicemail import MailboxName, MailboxView, VoiceMessage


class CardAddress(msgspec.Struct, frozen=True):
    """Where a card's SIP socket is."""

    name: str
    host: str
    port: int


class CardPool(Protocol):
    """Line cards, as the edge sees them."""

    def take(self) -> Awaitable[CardAddress]:
        """An idle card, now reserved for one INVITE. Waits for one; `LookupError` when there will be none."""
        ...

    def put_back(self, name: str) -> None:
        """The INVITE for which the card was taken did not reach it."""
        ...

    def address(self, name: str) -> CardAddress | None:
        """Where the card of that name is; None: it is gone."""
        ...

    def cards(self) -> Sequence[CardAddress]:
        """Every card that can be reached, busy or idle (asked only by an edge that lost its memory in a restart)."""
        ...

    def card_at(self, host: str, port: int) -> str | None:
        """The card whose SIP socket is there; None: no card is."""
        ...


class Telephony(Protocol):
    """Line cards, as the exchange sees them (service `telephony`)."""

    def send(self, card: str, *commands: linecard.AnyCommand) -> None:
        """Commands to a card, which sees them at once; a card that is gone reports `CardLost`, not an error here."""
        ...

    def acknowledge(self, card: str, seq: int) -> None:
        """The card's events up to `seq` are committed."""
        ...

    def take(self) -> Awaitable[CardAddress]:
        """An idle card, now reserved for one `begin`. Waits for one; `LookupError` when there will be none."""
        ...

    def put_back(self, name: str) -> None:
        """The card that was taken is not needed."""
        ...


class Ringer(Protocol):
    """The edge, where one leg of a card rings at the phones of several agents."""

    def ring(self, command: RingAgents) -> None:
        """Ring these phones as soon as the card dials the leg; at once, if it has."""
        ...

    def ring_no_longer(self, command: RingNoLonger) -> None:
        """Let one agent's phone be; nothing happens if it does not ring."""
        ...


class Ledger(Protocol):
    """Appends facts (service `storage`)."""

    def append(self, facts: Sequence[tuple[Now, AnyFact]], urgent: bool = True) -> Awaitable[list[Entry]]:
        """Fires when the facts are committed (or spooled to disk, if the database is away), in order.

        Not `urgent`: neither a command nor a person waits for it, so they may share the next commit.
        """
        ...

    def read(self, after: int, limit: int) -> Awaitable[list[Entry]]:
        """Committed entries after a position."""
        ...


class Customers(Protocol):
    """Customers and their history (service `customers`, version 1)."""

    def by_number(self, number: str) -> Awaitable[list[desk.Customer]]:
        """Customers with that telephone number (E.164 or as dialled); several are a choice, none is a new card."""
        ...

    def get(self, customer: str) -> Awaitable[desk.Customer | None]:
        """One customer by id."""
        ...

    def find(self, text: str) -> Awaitable[list[desk.Customer]]:
        """Search by name, customer number or end of a telephone number; at most 20."""
        ...

    def matching(self, equal: Mapping[str, str], limit: int) -> Awaitable[list[desk.Customer]]:
        """Customers whose `number`, `name`, `language`, `email` and `segment` are exactly these, as far as they are
        named, and one of whose telephone numbers is `phone`; by name. Raises `RequestRefused` for another name."""
        ...

    def save(self, customer: desk.Customer) -> Awaitable[desk.Customer]:
        """Keep a new (no id) or changed card; returns it with its id."""
        ...

    def history(self, customer: str, number: str, limit: int = 50) -> Awaitable[list[desk.Contact]]:
        """Contacts of a customer (or, if that is empty, of a number), newest first."""
        ...

    def note(self, customer: str, line: desk.Contact) -> Awaitable[None]:
        """Keep a line of a customer's history that is no call's; fires when it is on the disk. A line of that customer
        with the same id (`call`) is replaced, and keeps its moment. Raises `RequestRefused`: `unknown-customer`,
        `not-the-customers-line`."""
        ...

    def noted(self, line: str) -> Awaitable[tuple[str, desk.Contact] | None]:
        """The customer (empty: unknown) and the line of the history with this id (`call`), a call's or another."""
        ...


class Credentials(Protocol):
    """What the registrar checks digests against."""

    def ha1(self, user: str, algorithm: str) -> list[str]:
        """Valid HA1 values (hex) of a user, `algorithm` being `MD5` or `SHA-256`; empty: unknown user."""
        ...


class StoredBinding(msgspec.Struct, frozen=True, kw_only=True):
    """A registered contact. `expires_at`: seconds since 1970. `flow`: the connection it came over, the edge's own text.

    `path`: the Path header's values (RFC 3327), first to visit first.
    """

    user: str
    contact: str
    call_id: str
    cseq: int
    expires_at: float
    flow: str
    path: list[str] = []
    q: float = 1.0
    instance: str = ""
    user_agent: str = ""


class BindingStore(Protocol):
    """Keeps registrations over a restart."""

    def load(self) -> Awaitable[list[StoredBinding]]: ...

    def save(self, user: str, bindings: Sequence[StoredBinding]) -> Awaitable[None]:
        """Replace all bindings of a user."""
        ...


Subscriber = Callable[[Sequence[Entry]], None]
"""Is handed committed entries, in order."""


class Switchboard(Protocol):
    """The rules and their state, as desk gateway, web and control see them (service `acd`)."""

    def tell(self, event: AnyEvent) -> Awaitable[None]:
        """Hand an event to the rules now. Fires when its facts are committed; raises `RequestRefused`."""
        ...

    def settled(self) -> Awaitable[None]:
        """Fires when everything that the rules decided so far is committed, so that records and snapshots agree."""
        ...

    def agents(self) -> list[AgentSnapshot]:
        """Every agent, in the site file's order."""
        ...

    def agent(self, agent: str) -> AgentSnapshot | None:
        """One agent; None: there is none of that id."""
        ...

    def queues(self) -> list[QueueSnapshot]:
        """Every queue, in the site file's order."""
        ...

    def calls(self) -> list[CallSnapshot]:
        """Live calls (and those still wrapped up), oldest first."""
        ...

    def call(self, call: str) -> CallSnapshot | None:
        """One such call; None: it is over or unknown."""
        ...

    def explain(self, call: str) -> list[str]:
        """Why a live call is where it is, in sentences for a supervisor; none for one that is over or unknown."""
        ...

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """From now on hand every committed batch of entries to `subscriber`; call the result to end it."""
        ...


RecordJson = Mapping[str, object]
"""A call record in the JSON words of the API: plain dicts, lists, texts and numbers; times are ISO 8601 texts."""


class Records(Protocol):
    """Call records and agents' figures, folded from the ledger (service `records`, version 1)."""

    def all(self, live: bool = False, agent: str = "", before: str = "", limit: int = 0) -> Awaitable[list[RecordJson]]:
        """Call records, oldest first. `live`: only those that have not ended. `agent`: only calls that this agent had.

        `limit` (0: all) keeps the newest ones; `before`, a call's id, leaves out that call and all that came after it,
        and gives an empty list if it is unknown.
        """
        ...

    def one(self, call: str) -> Awaitable[RecordJson | None]:
        """One call record; None: there is none of that id."""
        ...

    def my_day(self, agent: str) -> Awaitable[desk.MyDay]:
        """An agent's figures since local midnight; zeros for an agent who has none."""
        ...


class Accounts(Protocol):
    """Who may log in (service `accounts`, version 1)."""

    def verify(self, user: str, password: str) -> Awaitable[bool]:
        """Whether that is the user's password. An unknown user takes as long to refuse as a wrong password."""
        ...


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A log-in. `id` is not the token and may be logged; `expires_at`: seconds since 1970."""

    id: str
    user: str
    role: str
    expires_at: float


class OpenedSession(msgspec.Struct, frozen=True, kw_only=True):
    """A new session with its token, which is random, told once, and stored hashed."""

    token: str
    session: Session


class Sessions(Protocol):
    """Log-ins; they outlive the core."""

    def open(self, user: str, role: str) -> Awaitable[OpenedSession]:
        """A new session of a user whose password was verified."""
        ...

    def check(self, token: str) -> Awaitable[Session | None]:
        """The session of a token; None: unknown, closed, or expired."""
        ...

    def close(self, token: str) -> Awaitable[None]:
        """End a session, and the SIP credential that was added for it; an unknown token is no error."""
        ...


class SessionCredentials(Protocol):
    """SIP passwords that live as long as a session (the storage's `Credentials` is this as well)."""

    def add_session_credential(self, user: str, password: str, session: str) -> Awaitable[None]:
        """From now on `password` is valid for the SIP user `user` until the session of that id is closed or expires."""
        ...


class MonitorStore(Protocol):
    """What the status monitor keeps over a restart (service `monitor-store`, version 1)."""

    def thresholds(self) -> Awaitable[dict[str, monitor.Thresholds]]:
        """What supervisors chose, by queue (`*`: all queues together)."""
        ...

    def save_thresholds(self, queue: str, chosen: monitor.Thresholds | None, by: str) -> Awaitable[None]:
        """Keep a choice of the user `by`; None: the defaults again."""
        ...

    def samples(self, since: float) -> Awaitable[list[monitor.Sample]]:
        """Kept samples of the trend from `since` (wall seconds) on, oldest first."""
        ...

    def add_samples(self, samples: Sequence[monitor.Sample], keep_from: float) -> Awaitable[None]:
        """Keep some more, and forget what is older than `keep_from` (wall seconds)."""
        ...


FigureValues = Mapping[str, int | float | None]
"""Figures by the names of `server.records.figures`: counts, seconds, fractions from 0 to 1; None: nothing to divide by.
"""


class Figures(Protocol):
    """Figures of queues and agents as they are now, from the same fold as the reports (service `figures`, version 1).

    Calls count in the interval in which they joined the queue. Intervals are made of whole five minutes: `start` is
    taken back to one. `queue` is a queue's id, or `*` for all.
    """

    def queue_now(self, queue: str, last_seconds: float) -> FigureValues:
        """Of the calls that joined in the last seconds."""
        ...

    def queue_today(self, queue: str) -> FigureValues:
        """Of the calls since local midnight."""
        ...

    def interval(self, queue: str, start: float, end: float) -> FigureValues:
        """Of the calls that joined in [start, end), wall seconds; at most two days back."""
        ...

    def agent_today(self, agent: str) -> FigureValues:
        """Of an agent since local midnight."""
        ...


class Reports(Protocol):
    """Reports, worked out by processes of their own (service `reports`, version 1)."""

    def entries(self) -> Awaitable[list[ReportEntry]]:
        """What reports there are: the shipped ones and the site's, read anew."""
        ...

    def make(self, request: ReportRequest | ScriptRequest) -> Awaitable[ReportMade]:
        """One report, or a script's statistics. While it is `going-on`, ask again. Who cancels it ends the work."""
        ...


class Voicemail(Protocol):
    """Mailboxes and their messages (service `voicemail`, version 1)."""

    def owned_by(self, agent: str) -> list[MailboxView]:
        """The mailboxes that an agent may open, in the site file's order; with an empty id every one."""
        ...

    def messages(self, mailbox: str) -> list[VoiceMessage]:
        """What is in a mailbox, newest first."""
        ...

    def sound(self, mailbox: str, message: str) -> Path | None:
        """The WAV file of a message; None: there is no such message."""
        ...

    def change(self, mailbox: str, message: str, change: str, by: str) -> Awaitable[None]:
        """`save` or `delete` a message; fires when it is committed. Raises `RequestRefused`."""
        ...

    def names(self) -> list[MailboxName]:
        """Every mailbox of the site, in the site file's order."""
        ...

    def forward(self, mailbox: str, message: str, to: str, by: str) -> Awaitable[None]:
        """Give a copy to another mailbox; fires when it is committed. Raises `RequestRefused`."""
        ...

    def unlock(self, mailbox: str, by: str) -> Awaitable[None]:
        """Lift the lock that wrong PINs have set; fires when it is committed. Raises `RequestRefused`."""
        ...


class Mail(Protocol):
    """Outgoing mail (service `mail`, version 1). Without `[mail]` in the site file it is there too, and refuses."""

    def queue(self, letter: Letter, key: str) -> Awaitable[Mailing]:
        """Take a letter; fires when it is kept, so that it will be sent whatever dies.

        `key` (1 to 200 characters) names the asker's reason, such as a call and a step of its dialog. The same key
        again is the same mail: what became of it is told, and nothing is sent a second time. Raises `MailRefused`; on
        `ConnectionError` ask again with the same key.
        """
        ...

    def find(self, key: str) -> Awaitable[Mailing | None]:
        """What became of the mail of a key; None: there is none (or it was forgotten)."""
        ...

    def mails(self, ended: bool = False) -> Awaitable[list[Mailing]]:
        """Mails that are not over and those that failed, oldest first; `ended`: the others too, at most 1,000."""
        ...

    def retry(self, ident: str) -> Awaitable[Mailing]:
        """Send a failed mail again, by its `id`, to the addresses that have it not. Raises `MailRefused`."""
        ...

    def discard(self, ident: str) -> Awaitable[Mailing]:
        """Give up a queued or failed mail. Raises `MailRefused`."""
        ...


class MailStore(Protocol):
    """Keeps mails over a restart (service `mail-store`, version 1). Whatever is kept is synced to disk."""

    def add(self, mailing: Mailing, octets: bytes) -> Awaitable[Mailing]:
        """Keep a new mail and its message (RFC 5322); if its key is there already, nothing is done. The one kept."""
        ...

    def open(self) -> Awaitable[list[Mailing]]:
        """Mails in the states `queued` and `sending`, oldest first."""
        ...

    def listed(self, ended: bool, limit: int) -> Awaitable[list[Mailing]]:
        """The newest ones, oldest of them first; not `ended`: without those that were sent or discarded."""
        ...

    def by_key(self, key: str) -> Awaitable[Mailing | None]: ...

    def by_id(self, ident: str) -> Awaitable[Mailing | None]: ...

    def message(self, ident: str) -> Awaitable[bytes]:
        """The message; empty: it is kept no more."""
        ...

    def claim(self, mailing: Mailing) -> Awaitable[bool]:
        """From `queued` to `sending`, as the next version. False: it has changed since, so another core has it."""
        ...

    def save(self, mailing: Mailing) -> Awaitable[bool]:
        """Keep this as the next version. False: what is kept is another version than `mailing`; nothing was done.

        The text of what was sent or discarded is dropped.
        """
        ...

    def forget(self, before: float) -> Awaitable[int]:
        """Take out what ended before that moment (wall seconds); their number."""
        ...
