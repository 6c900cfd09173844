"""`caruso ctl` <-> core: JSON lines on the Unix socket `DIR/control.sock` (mode 0600: the same user, no password).

One request, a JSON object tagged by `ask`, on one line. The reply is one line `{"ok": ...}` or `{"error": sentence}`;
`events` with `follow` keeps the connection and sends one `{"ok": event}` line for each event. `position` is the
event's own in the ledger; a caller's place in the queue is `place`.

| ask        | meaning                                                             | ok is                         |
|------------|---------------------------------------------------------------------|-------------------------------|
| status     | what the core does                                                  | object                        |
| agents     | every agent, in the site file's order                               | array                         |
| agent      | set an agent's presence, or end the wrap-up                         | object: the agent             |
| supervise  | a supervisor's phone is called to hear an agent's talk; or no longer | object: the supervision      |
| calls      | call records, oldest first; `live` only those that have not ended   | array                         |
| call       | one call record                                                     | object                        |
| explain    | why a call is where it is, and each offer of it                     | object                        |
| transfer   | pass the customer of a talk on, to `queue:ID` or `agent:ID`         | object: the call record       |
| events     | ledger entries after position `after`; `follow` goes on             | object per line, then `null`  |
| alive      | whether the core answers (asked by the supervisor)                  | an empty object               |
| sockets    | the listening sockets, sent as file descriptors (for a supervisor that adopts a core) | array of names |
| voicemail  | mailboxes and what is in them; with `mailbox`: its messages                                    | array |
| mail       | mails that wait or failed (`ended`: all); or one is retried, discarded, or a test mail is sent | array |
| dialogs    | sessions of dialog scripts that can go on (`ended`: all), newest first                          | array |
| dialog-link | a customer's personal link to a dialog on the web                   | object: `DialogLinkView`      |
| stop       | no new calls; end when the present ones are over, or after the grace time | object                  |
"""

import msgspec

MAX_LINE_OCTETS = 64 * 1024
SOCKET_NAME = "control.sock"


class Ask(msgspec.Struct, frozen=True, tag_field="ask", kw_only=True):
    """Base of the requests."""


class Status(Ask, frozen=True, tag="status"):
    """What the core does."""


class Agents(Ask, frozen=True, tag="agents"):
    """Every agent."""


class Agent(Ask, frozen=True, tag="agent"):
    """`action`: `ready`, `not-ready`, `logout`, `wrap-up-done`."""

    id: str
    action: str
    reason: str = ""


class Supervise(Ask, frozen=True, tag="supervise"):
    """`supervisor` wants to hear the talk of `agent`: `mode` is `listen`, `whisper` or `barge`; empty: no longer."""

    agent: str
    supervisor: str
    mode: str = "listen"


class Calls(Ask, frozen=True, tag="calls"):
    """Call records."""

    live: bool = False


class Call(Ask, frozen=True, tag="call"):
    """One call record."""

    id: str


class Explain(Ask, frozen=True, tag="explain"):
    """Why a call is where it is, in sentences: `now` (empty when it is over), and `offers` with `at`, `agent`, `result`
    (null while it is open) and `why`, the sentence."""

    id: str


class Transfer(Ask, frozen=True, tag="transfer"):
    """The agent of the call passes the customer on to `to`: `queue:ID` or `agent:ID`."""

    id: str
    to: str


class Events(Ask, frozen=True, tag="events"):
    """Ledger entries."""

    after: int = 0
    follow: bool = False


class Alive(Ask, frozen=True, tag="alive"):
    """Whether the core answers."""


class Sockets(Ask, frozen=True, tag="sockets"):
    """The listening sockets."""


class Mail(Ask, frozen=True, tag="mail"):
    """`action`: empty (list), `retry`, `discard` (both of the mail `id`), `test` (a test mail to the address `to`).

    `key` names a test mail, so that asking twice sends one. The answer is a list of `MailView`.
    """

    action: str = ""
    id: str = ""
    to: str = ""
    key: str = ""
    ended: bool = False


class Voicemail(Ask, frozen=True, tag="voicemail"):
    """Mailboxes: a list of `MailboxView`; with `mailbox` a list of its `VoiceMessage`. `action` `unlock`: lift the lock
    that wrong PINs have set on `mailbox`; the answer is the list of `MailboxView`."""

    mailbox: str = ""
    action: str = ""


class Dialogs(Ask, frozen=True, tag="dialogs"):
    """Sessions of dialog scripts: a list of `DialogSessionView`. `ended`: those that are over, too."""

    ended: bool = False


class DialogLink(Ask, frozen=True, tag="dialog-link"):
    """A personal link to the dialog `script` on the web, for the customer with the number `customer` of the company's
    own, good for `days` (at most 365). The answer is a `DialogLinkView`."""

    script: str
    customer: str
    days: float = 14


class Stop(Ask, frozen=True, tag="stop"):
    """End. `grace_seconds` None: as configured."""

    grace_seconds: float | None = None


AnyAsk = (
    Status
    | Agents
    | Agent
    | Supervise
    | Calls
    | Call
    | Explain
    | Transfer
    | Events
    | Alive
    | Sockets
    | Mail
    | Voicemail
    | Dialogs
    | DialogLink
    | Stop
)


class DialogSessionView(msgspec.Struct, frozen=True, kw_only=True):
    """A session of a dialog script. Times are ISO 8601 in UTC; `touched_at`: its last step. `status`: `running`,
    `resting` (left; it can be gone on with) or `ended`. `outcome`, `disposition`: empty until it ends."""

    id: str
    script: str
    version: str
    status: str
    channel: str
    call: str
    agent: str
    began_at: str
    touched_at: str
    outcome: str
    disposition: str


class AgentView(msgspec.Struct, frozen=True, kw_only=True):
    """An agent as `agents` and `GET /api/v1/status` show it. `since`: ISO 8601 in UTC."""

    id: str
    name: str
    presence: str
    reason: str
    work_state: str
    reachable: bool
    since: str
    queues: list[str] = []
    call: str | None = None
    fault: str = ""


class DialogLinkView(msgspec.Struct, frozen=True, kw_only=True):
    """A personal link. `url` is told this once. `session`: of the dialog that it leads to. `expires_at`: ISO 8601."""

    url: str
    expires_at: str
    session: str


class SupervisionView(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor's leg in the talk of `agent`. `state`: `calling` (the supervisor's phone), `joined`, or `over`."""

    call_id: str
    agent: str
    supervisor: str
    mode: str
    state: str


class MailView(msgspec.Struct, frozen=True, kw_only=True):
    """A mail as `mail` shows it. Times are ISO 8601 in UTC; null: not yet. `next_at`: of the next attempt.

    `state`: queued, sending, sent, failed, discarded. `cause` of a failure: refused, gave-up, in-doubt. `refused`: of
    `to`, those that the mail server does not take.
    """

    id: str
    key: str
    state: str
    subject: str
    to: list[str]
    refused: list[str]
    octets: int
    attempts: int
    cause: str
    error: str
    asked_at: str
    next_at: str | None
    ended_at: str | None
