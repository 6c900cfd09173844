"""Facts: what happened, as the ledger keeps it. State is a fold of facts and nothing else.

A fact is committed before the command that follows from it leaves. Each is one frozen struct; an `Entry` adds the
moment and the place in the ledger. Adding a field needs a default; a fact's name and meaning never change.

| fact               | meaning                                                             |
|--------------------|---------------------------------------------------------------------|
| core-began         | a core started (`boot`: the machine's boot, for the deadlines)       |
| core-stopping      | the server ends: no new calls, nothing is offered any more            |
| cards-counted      | after a start: the cards that live are back, and calls are offered again |
| call-arrived       | a conversation began on a card, or a call-back was asked for elsewhere |
| call-queued        | it joined a queue; `joined` keeps the first join time in an overflow |
| call-priority      | its priority changed, because the customer became known              |
| call-offered       | an agent was reserved for it, and why                                |
| offer-rang         | the agent's phone rings                                              |
| offer-won          | of several agents whose phones rang for it this one picked up         |
| offer-ended        | the offer is over: how                                               |
| call-connected     | customer and agent hear one another                                  |
| call-held          | the customer is on hold (by the agent), or was taken back            |
| agent-muted        | nobody hears the agent, or again                                     |
| call-returned      | the agent's end was lost in a talk: the customer is back in the queue |
| call-transferred   | the agent passed the customer on: to whom, and how                    |
| call-diverted      | the queue cannot serve it: why, and where it goes instead            |
| diversion-answered | the number that it was sent to picked up                             |
| call-back-wanted   | the caller pressed the key for a call-back, and is asked for the number |
| call-back-declined | the caller did not confirm a number                                   |
| call-back-asked    | the caller confirmed a number and keeps the place without waiting on the line |
| card-changed       | a call-back left its line card, or has one to be called back on      |
| call-back-tried    | the customer's number is dialled                                     |
| call-back-failed   | the customer was not reached; when it is tried again                 |
| call-back-due      | its time has come: the call-back is at its old place in the queue    |
| mailbox-entered    | the caller leaves a message, or (`hears`) the owner hears messages    |
| voicemail-recorded | what the caller said is whole on the disk, and is no message yet      |
| voicemail-dropped  | it is thrown away                                                    |
| voicemail-left     | it is a message in a mailbox; so is a forwarded copy                  |
| voicemail-changed  | saved, deleted, or lost                                              |
| voicemail-task     | a message waits in a queue: for an agent who hears it and calls back      |
| message-played     | the agent of such a task is on the line, and hears the message            |
| voicemail-mailed   | the mail that tells of it is kept for sending, or cannot be sent at all   |
| voicemail-not-taken | what the caller said could not be kept: why                           |
| greeting-changed   | a mailbox has another greeting                                        |
| pin-tried          | somebody typed a mailbox's PIN                                        |
| pin-unlocked       | somebody lifted the lock that wrong PINs had set                      |
| script-entered     | the caller is with a dialog script: which session; by the number, or as a survey after the talk |
| script-stepped     | the caller is at another place of the script                         |
| script-left        | the script let the caller go: why, and where to                       |
| survey-offered     | the caller heard that there is a survey; or is asked for it after the talk |
| survey-wanted      | the caller agreed to a survey after the call                          |
| call-released      | the first release of customer or agent; wrap-up counts from here     |
| call-closed        | everything about the call is over; its one outcome                   |
| wrap-up-began / -extended / -ended | the agent's time after the call                      |
| presence-chosen    | an agent (or a rule, or a supervisor) chose a presence               |
| after-call-chosen  | what comes after this call                                           |
| desk-linked, phone-registered, phone-failed | what is known of an agent's desk and phone   |
| phone-answered     | a registered phone answers when it is asked: from now on it is held to that |
| agent-reached      | an agent became reachable or unreachable (follows from the three)    |
| supervisor-called  | a supervisor wants to hear a talk: whom, how; the supervisor's phone is called |
| supervisor-joined  | the supervisor is on the line: listens, whispers or barges in        |
| supervisor-changed | the supervisor chose another mode                                    |
| supervisor-left    | the supervisor is off the line, or never came on it: why             |
| state-repaired     | the line cards contradicted the rules' state; what follows repairs it |
| message-sent, message-seen | a supervisor wrote to an agent; the agent has seen it            |
| notes-saved, result-chosen, customer-known | what the agent wrote down about a call       |
| dialog-began and others | dialog sessions: see `server.call.dialog_facts`                |
"""

import msgspec

from server.call.dialog_facts import DialogFact
from server.call.fact import Fact as Fact
from server.call.now import Now


class CoreBegan(Fact, frozen=True, tag="core-began"):
    """A core process started."""

    boot: str
    version: str = ""


class CoreStopping(Fact, frozen=True, tag="core-stopping"):
    """The server ends. `now`: the calls that are left are released, too."""

    now: bool = False


class CardsCounted(Fact, frozen=True, tag="cards-counted"):
    """After a start: the line cards of the calls from before are back, or the time for it is over. What it led to
    follows; nothing was offered since `core-began`."""


class CallArrived(Fact, frozen=True, tag="call-arrived"):
    """`caller` as it arrived; `caller_e164` where it can be read as a telephone number, else empty. `origin`: where a
    call-back that began outside of a call was asked for, as `web` (then nobody is on the line, and there is no card);
    empty: it came over the line. `customer`: of
    the customer file, who had a personal link."""

    call: str
    card: str
    caller: str
    dialled: str
    caller_name: str = ""
    caller_e164: str = ""
    trunk: str = ""
    agent: str = ""
    origin: str = ""
    customer: str = ""


class CallQueued(Fact, frozen=True, tag="call-queued"):
    """`joined_mono` and `joined_at`: when the wait began (kept through overflow)."""

    call: str
    queue: str
    priority: int
    joined_mono: float
    joined_at: float
    position: int = 0
    """Place in the queue, from 1; 0: not known (written by an older version)."""
    expected_seconds: float | None = None
    """How much longer the wait was expected to be; None: nothing to go by, or an agent is free."""


class CallPriority(Fact, frozen=True, tag="call-priority"):
    """The waiting call's priority is another now, because the customer became known."""

    call: str
    priority: int


class Candidate(msgspec.Struct, frozen=True, omit_defaults=True):
    """An agent who was considered, and the value by which the rule compared (smaller wins)."""

    agent: str
    value: float
    passed_over: str = ""
    """Why the agent was left out although the value was best; empty: was in."""
    tier: int = 0
    """The first tier of the queue whose skills the agent has."""
    penalty: int = 0
    preferred: bool = False
    """Spoke last with this caller, and is free."""


class Rival(msgspec.Struct, frozen=True):
    """The first call of another queue for which an agent was free as well."""

    queue: str
    call: str
    priority: int
    need: int
    joined_mono: float


class Why(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Reason of an offer. Both choices can be recomputed from it alone.

    The agent: candidates that were passed over are out; one who is preferred wins; else those of the lowest tier, of
    them those of the smallest penalty, are compared. Without a `draw` the smallest value wins, ties go to the first in
    the list. With one, each holds `value` tickets, counted in the list's order from `tickets_before`; the ticket
    `int(draw * tickets)` wins.

    The call: higher priority, then greater need, then earlier join, against each of the `rivals`.
    """

    strategy: str
    rule: str
    candidates: list[Candidate]
    candidate_count: int
    """All who were free and able; `candidates` holds at most the best 20 (of one agent more for a call that rings
    already: the best 2)."""
    sentence: str
    waited_seconds: float = 0
    position: int = 1
    tier: int = 0
    """The tier that the call had reached; agents of later ones were not considered."""
    require: str = ""
    """Skills that the tier asks for; empty: none."""
    draw: float | None = None
    """Chance, from 0, below 1; None: the strategy needs none."""
    tickets: int = 0
    tickets_before: int = 0
    priority: int = 0
    need: int = 0
    """Points by which the queue was below its service level."""
    joined_mono: float = 0
    rivals: list[Rival] = []


class CallOffered(Fact, frozen=True, tag="call-offered"):
    """`offer` counts from 1 within the call. `fork`: the first of the offers that ring together with this one over the
    same leg (itself, if it begins it); 0: it rings alone."""

    call: str
    queue: str
    agent: str
    offer: int
    leg: str
    why: Why
    fork: int = 0
    waiting: int = 0
    """Calls that wait on in the queue."""
    serving: int = 0
    """Agents who serve the queue now: ready and reachable, or busy with a call."""


class OfferRang(Fact, frozen=True, tag="offer-rang"):
    call: str
    agent: str
    offer: int


class OfferWon(Fact, frozen=True, tag="offer-won"):
    """Of those who were offered the call together, `agent` picked up; the others' offers end in the same moment."""

    call: str
    agent: str
    offer: int


ELSEWHERE = "answered-elsewhere"
"""`OfferEnded.result` of those whose phones rang until a colleague picked up: nothing that they missed."""


class OfferEnded(Fact, frozen=True, tag="offer-ended"):
    """`result`: `answered`, `no-answer`, `busy`, `rejected`, `unreachable`, `not-accepted`, `caller-left`,
    `answered-elsewhere` (`by`: the agent who picked up), `customer-not-reached`, `message-done` and `message-put-back`
    (the agent heard a message and needs no call, or gives it back), `withdrawn`, `fault`."""

    call: str
    agent: str
    offer: int
    result: str
    by: str = ""


class CallConnected(Fact, frozen=True, tag="call-connected"):
    """`in_time`: within the queue's service level."""

    call: str
    queue: str
    agent: str
    offer: int
    in_time: bool = True


class CallHeld(Fact, frozen=True, tag="call-held"):
    call: str
    agent: str
    on: bool


class AgentMuted(Fact, frozen=True, tag="agent-muted"):
    call: str
    agent: str
    on: bool


class CallReturned(Fact, frozen=True, tag="call-returned"):
    """The agent's end of a talk was lost (`cause`); the customer waits again, with the old join time."""

    call: str
    agent: str
    cause: str


class CallTransferred(Fact, frozen=True, tag="call-transferred"):
    """`agent`, who talked with the customer in `queue`, passed the call on to `to`: `queue:ID`, `agent:ID` or
    `number:+...`; the agent's part of the call is over. `kind`: `blind`, or `attended` (the agent had spoken with who
    gets it, for `consulted_seconds`). `talked_seconds`: talk and hold of the agent in this call until then. `by` asked
    for it: the agent's or a supervisor's id, or `control`."""

    call: str
    agent: str
    kind: str
    to: str
    by: str
    queue: str
    talked_seconds: float
    consulted_seconds: float = 0


class CallDiverted(Fact, frozen=True, tag="call-diverted"):
    """`why`: `closed`, `full`, `empty`, `too-long`, `key` (then `key` says which). `to`: as in the site file's
    `when_closed`. `queue`: the one that it leaves or could not join. `position` is 0 and `waited_seconds` 0 if it never
    waited there. `leg`: of the number, if it is sent to one."""

    call: str
    queue: str
    why: str
    to: str
    key: str = ""
    position: int = 0
    waited_seconds: float = 0
    leg: str = ""


class DiversionAnswered(Fact, frozen=True, tag="diversion-answered"):
    """The caller and the number that the call was sent to hear one another."""

    call: str


class CallBackWanted(Fact, frozen=True, tag="call-back-wanted"):
    """The caller, who waits, pressed `key`, which leads to a call-back, and is asked for the number. What is typed then
    is nobody's business until it is confirmed (`call-back-asked`)."""

    call: str
    key: str


class CallBackDeclined(Fact, frozen=True, tag="call-back-declined"):
    """The caller did not confirm a number: who pressed a key for it waits on."""

    call: str


class CallBackAsked(Fact, frozen=True, tag="call-back-asked"):
    """The caller waits in `queue` without a line from now on; `number` (E.164, or as dialled) will be called."""

    call: str
    queue: str
    number: str


class CardChanged(Fact, frozen=True, tag="card-changed"):
    """The call-back is held by `card` now; empty: by none."""

    call: str
    card: str


class CallBackTried(Fact, frozen=True, tag="call-back-tried"):
    """The agent is on the line, and the number is dialled; `attempt` counts from 1."""

    call: str
    attempt: int


class CallBackFailed(Fact, frozen=True, tag="call-back-failed"):
    """The number was not reached: `cause` as in a leg's release. It is due again at `again`."""

    call: str
    attempt: int
    cause: str
    again_mono: float
    again_at: float


class CallBackDue(Fact, frozen=True, tag="call-back-due"):
    """The call-back waits again, at the place that its join time gives."""

    call: str


class MailboxEntered(Fact, frozen=True, tag="mailbox-entered"):
    """`hears`: the owner; otherwise a caller who leaves a message. `mailbox` is empty until its owner has typed it."""

    call: str
    mailbox: str
    hears: bool = False


class VoicemailRecorded(Fact, frozen=True, tag="voicemail-recorded"):
    """The sound `message` of the call is whole on the disk."""

    call: str
    mailbox: str
    message: str
    seconds: float


class VoicemailDropped(Fact, frozen=True, tag="voicemail-dropped"):
    """The recorded sound is not wanted."""

    call: str
    message: str


class VoicemailLeft(Fact, frozen=True, tag="voicemail-left"):
    """`sound` names the recording (several messages share one after forwarding); `caller`: who spoke, E.164 if known;
    `spoken_at`: wall clock; `forwarded_by`: the mailbox that it comes from."""

    call: str
    mailbox: str
    message: str
    sound: str
    caller: str
    seconds: float
    spoken_at: float
    urgent: bool = False
    forwarded_by: str = ""
    mail: bool = False
    """A mail shall tell of it."""


class VoicemailChanged(Fact, frozen=True, tag="voicemail-changed"):
    """`change`: `save`, `delete`, or `lost` (it could not be committed that it was left). `by`: an agent's id,
    `telephone`, or `rule`."""

    mailbox: str
    message: str
    change: str
    by: str
    call: str = ""
    """In which it was left, if it is lost."""


class VoicemailTask(Fact, frozen=True, tag="voicemail-task"):
    """`call`, which is a call-back, is for the message. `reserved`: the agent who asked for it; empty: it is for whom
    the queue chooses."""

    call: str
    mailbox: str
    message: str
    reserved: str = ""


class MessagePlayed(Fact, frozen=True, tag="message-played"):
    """The agent who was offered the task `call` is on the line, hears the message, and says next what is to happen."""

    call: str
    agent: str


class VoicemailMailed(Fact, frozen=True, tag="voicemail-mailed"):
    """The mail that tells of the message: `result` is `queued` (it will be sent whatever dies), or `refused` (it cannot
    be sent)."""

    mailbox: str
    message: str
    result: str = "queued"


class VoicemailNotTaken(Fact, frozen=True, tag="voicemail-not-taken"):
    """What the caller said is no message, and the caller hears so. `why`: `disk` (nothing could be written), `quota`
    (the mailbox is full)."""

    call: str
    mailbox: str
    why: str


class GreetingChanged(Fact, frozen=True, tag="greeting-changed"):
    """`sound`: the recording that greets from now on; empty: the site's, or ours."""

    mailbox: str
    sound: str
    by: str


class PinTried(Fact, frozen=True, tag="pin-tried"):
    """Five wrong ones in a row lock the mailbox."""

    mailbox: str
    right: bool


class PinUnlocked(Fact, frozen=True, tag="pin-unlocked"):
    """Its wrong PINs are forgotten. `by`: `control`."""

    mailbox: str
    by: str


class ScriptEntered(Fact, frozen=True, tag="script-entered"):
    """`session` of the script runs on the call's line from now on. `by`: `number` (which was dialled) or `survey` (the
    agent has hung up). `otherwise`: where the call goes if the script does not say it; empty: nowhere."""

    call: str
    script: str
    session: str
    by: str = "number"
    otherwise: str = ""


class ScriptStepped(Fact, frozen=True, tag="script-stepped"):
    """The session stands at `node` (empty: it is over), as its `revision`. Answers are kept with the session.
    `keys_until`: number of the card's event with the last key that was used on the way here; 0: none was."""

    call: str
    session: str
    revision: int
    node: str = ""
    keys_until: int = 0


class ScriptLeft(Fact, frozen=True, tag="script-left"):
    """`why`: `end` (of the script), `person` (the caller wants one), `silent` (nothing was keyed any more), `hung-up`
    or `fault`. `to`: where the call goes, as in the site file; empty: it is over."""

    call: str
    session: str
    why: str
    to: str = ""


class SurveyOffered(Fact, frozen=True, tag="survey-offered"):
    """While waiting in `queue` the caller heard to the end which key agrees to a survey. `is_over`: the caller had not
    heard it, and is asked for it now, because the agent has hung up."""

    call: str
    queue: str
    is_over: bool = False


class SurveyWanted(Fact, frozen=True, tag="survey-wanted"):
    """Asked while waiting in `queue`, or after the talk, the caller pressed the key."""

    call: str
    queue: str


class CallReleased(Fact, frozen=True, tag="call-released"):
    """`by`: `customer`, `agent`, `server`, `fault`. `remember_seconds`: for so long it matters who spoke last."""

    call: str
    by: str
    cause: str
    agent: str = ""
    remember_seconds: float = 0


class CallClosed(Fact, frozen=True, tag="call-closed"):
    """`in_time` is false of a caller who gave up after the service level's seconds."""

    call: str
    outcome: str
    cause: str
    in_time: bool = True


class WrapUpBegan(Fact, frozen=True, tag="wrap-up-began"):
    """`began_mono`: the moment of the first release, from which `seconds` count."""

    agent: str
    call: str
    seconds: float
    began_mono: float
    began_at: float


class WrapUpExtended(Fact, frozen=True, tag="wrap-up-extended"):
    agent: str
    call: str
    seconds: float


class WrapUpEnded(Fact, frozen=True, tag="wrap-up-ended"):
    """`by`: `agent`, `time-out`, `supervisor`, `restart`."""

    agent: str
    call: str
    by: str


class PresenceChosen(Fact, frozen=True, tag="presence-chosen"):
    """`by`: an agent's or supervisor's id, `control`, or `rule` (ring no answer)."""

    agent: str
    presence: str
    reason: str = ""
    by: str = ""


class AfterCallChosen(Fact, frozen=True, tag="after-call-chosen"):
    agent: str
    presence: str | None
    reason: str = ""


class DeskLinked(Fact, frozen=True, tag="desk-linked"):
    """The agent's desk connected, or was lost."""

    agent: str
    connected: bool


class PhoneRegistered(Fact, frozen=True, tag="phone-registered"):
    """The agent's phone registered, or its last registration ended."""

    agent: str
    registered: bool


class PhoneFailed(Fact, frozen=True, tag="phone-failed"):
    """An INVITE to the agent's fixed phone or a probe failed, or (`failed` false) it is believed in again."""

    agent: str
    failed: bool
    how: str = "invite-failed"


class PhoneAnswered(Fact, frozen=True, tag="phone-answered"):
    """The agent's registered phone answered OPTIONS for the first time since it registered. One that never does is
    believed as long as its registration lasts; one that did and is silent later is lost."""

    agent: str


class AgentReached(Fact, frozen=True, tag="agent-reached"):
    """`why` is empty when reachable: `phone-not-registered`, `desk-lost`, `invite-failed`, `probe-failed`."""

    agent: str
    reachable: bool
    why: str = ""


class SupervisorCalled(Fact, frozen=True, tag="supervisor-called"):
    """`supervisor` wants to hear the talk of `agent`; `mode` as in `wire.linecard.JOIN_MODES`. `leg`: the supervisor's
    phone."""

    call: str
    agent: str
    supervisor: str
    mode: str
    leg: str


class SupervisorJoined(Fact, frozen=True, tag="supervisor-joined"):
    """From now on the supervisor hears the talk, and is heard as `mode` says."""

    call: str
    agent: str
    supervisor: str
    mode: str


class SupervisorChanged(Fact, frozen=True, tag="supervisor-changed"):
    """Another mode, before or after the phone was answered."""

    call: str
    agent: str
    supervisor: str
    mode: str


class SupervisorLeft(Fact, frozen=True, tag="supervisor-left"):
    """`cause`: `hung-up`, `asked` (then `by` says by whom), `talk-over`; or what became of the supervisor's phone, as
    in a leg's release, or `not-accepted`."""

    call: str
    agent: str
    supervisor: str
    cause: str
    by: str = ""


class StateRepaired(Fact, frozen=True, tag="state-repaired"):
    """The rules believed what the line cards contradict: `what` as in `server.callflow.sweep`. The facts that follow
    are the repair."""

    what: str
    call: str = ""
    agent: str = ""


class MessageSent(Fact, frozen=True, tag="message-sent"):
    """`by`, a supervisor, wrote `text` to `agent`, as one of `queue` (empty: to the agent alone). `message`: its id."""

    agent: str
    message: str
    by: str
    text: str
    queue: str = ""


class MessageSeen(Fact, frozen=True, tag="message-seen"):
    """The agent says that the message was seen."""

    agent: str
    message: str


class NotesSaved(Fact, frozen=True, tag="notes-saved"):
    call: str
    agent: str
    text: str


class ResultChosen(Fact, frozen=True, tag="result-chosen"):
    """`result` is an id of the site's `[[result]]`, empty (taken back), or `none-timeout`."""

    call: str
    agent: str
    result: str


class CustomerKnown(Fact, frozen=True, tag="customer-known"):
    """The customer of the call is `customer` (an id), of `segment`; `by`: `number` or an agent's id. `numbers`: the
    customer's, as far as the card was asked for them."""

    call: str
    customer: str
    by: str
    segment: str = ""
    numbers: list[str] = []


BY_NUMBER = "number"
"""`CustomerKnown.by` when the caller's number told who it is."""

AnyFact = (
    CoreBegan
    | CoreStopping
    | CardsCounted
    | CallArrived
    | CallQueued
    | CallPriority
    | CallTransferred
    | CallDiverted
    | DiversionAnswered
    | CallBackWanted
    | CallBackDeclined
    | CallBackAsked
    | CardChanged
    | CallBackTried
    | CallBackFailed
    | CallBackDue
    | CallOffered
    | OfferRang
    | OfferWon
    | OfferEnded
    | CallConnected
    | CallHeld
    | AgentMuted
    | MailboxEntered
    | VoicemailRecorded
    | VoicemailDropped
    | VoicemailLeft
    | VoicemailChanged
    | VoicemailTask
    | MessagePlayed
    | VoicemailMailed
    | VoicemailNotTaken
    | GreetingChanged
    | PinTried
    | PinUnlocked
    | ScriptEntered
    | ScriptStepped
    | ScriptLeft
    | SurveyOffered
    | SurveyWanted
    | CallReleased
    | CallClosed
    | WrapUpBegan
    | WrapUpExtended
    | WrapUpEnded
    | PresenceChosen
    | AfterCallChosen
    | AgentReached
    | DeskLinked
    | PhoneRegistered
    | PhoneFailed
    | PhoneAnswered
    | CallReturned
    | SupervisorCalled
    | SupervisorJoined
    | SupervisorChanged
    | SupervisorLeft
    | StateRepaired
    | MessageSent
    | MessageSeen
    | NotesSaved
    | ResultChosen
    | CustomerKnown
    | DialogFact
)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A fact in its place. `position` counts from 1 without gaps in one ledger."""

    position: int
    at: Now
    fact: AnyFact


NO_RESULT = "none-timeout"
"""The result that a wrap-up's time-out stores when the agent chose none."""


def is_promised(fact: AnyFact) -> bool:
    """Whether a person was told that this is saved: its commit is always fully synced to the disk."""
    if isinstance(fact, ResultChosen):
        return fact.result != NO_RESULT
    if isinstance(fact, CustomerKnown):
        return fact.by != BY_NUMBER
    if isinstance(fact, CallArrived):
        return bool(fact.origin)
    return isinstance(fact, NotesSaved | MessageSent | VoicemailLeft | VoicemailChanged | GreetingChanged)


def call_of(fact: AnyFact) -> str:
    """The call that a fact belongs to, empty if none."""
    return getattr(fact, "call", "")


def agent_of(fact: AnyFact) -> str:
    """The agent whom a fact is about, empty if none."""
    return getattr(fact, "agent", "")
