"""Facts: what happened, as the ledger keeps it. State is a fold of facts and nothing else.

Each kind stands in a module of its own (`call_facts`, `offer_facts` ...); whoever uses facts imports them from here.
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

from server.call.agent_facts import (
    AfterCallChosen as AfterCallChosen,
    AgentReached as AgentReached,
    DeskLinked as DeskLinked,
    MessageSeen as MessageSeen,
    MessageSent as MessageSent,
    PhoneAnswered as PhoneAnswered,
    PhoneFailed as PhoneFailed,
    PhoneRegistered as PhoneRegistered,
    PresenceChosen as PresenceChosen,
    StateRepaired as StateRepaired,
    WrapUpBegan as WrapUpBegan,
    WrapUpEnded as WrapUpEnded,
    WrapUpExtended as WrapUpExtended,
)
from server.call.call_back_facts import (
    CallBackAsked as CallBackAsked,
    CallBackDeclined as CallBackDeclined,
    CallBackDue as CallBackDue,
    CallBackFailed as CallBackFailed,
    CallBackTried as CallBackTried,
    CallBackWanted as CallBackWanted,
)
from server.call.call_facts import (
    BY_NUMBER as BY_NUMBER,
    NO_RESULT as NO_RESULT,
    AgentMuted as AgentMuted,
    CallArrived as CallArrived,
    CallClosed as CallClosed,
    CallConnected as CallConnected,
    CallDiverted as CallDiverted,
    CallHeld as CallHeld,
    CallPriority as CallPriority,
    CallQueued as CallQueued,
    CallReleased as CallReleased,
    CallReturned as CallReturned,
    CallTransferred as CallTransferred,
    CardChanged as CardChanged,
    CustomerKnown as CustomerKnown,
    DiversionAnswered as DiversionAnswered,
    NotesSaved as NotesSaved,
    ResultChosen as ResultChosen,
)
from server.call.dialog_facts import DialogFact
from server.call.fact import Fact as Fact
from server.call.now import Now
from server.call.offer_facts import (
    ELSEWHERE as ELSEWHERE,
    CallOffered as CallOffered,
    Candidate as Candidate,
    OfferEnded as OfferEnded,
    OfferRang as OfferRang,
    OfferWon as OfferWon,
    Rival as Rival,
    Why as Why,
)
from server.call.script_facts import (
    ScriptEntered as ScriptEntered,
    ScriptLeft as ScriptLeft,
    ScriptStepped as ScriptStepped,
    SurveyOffered as SurveyOffered,
    SurveyWanted as SurveyWanted,
)
from server.call.supervision_facts import (
    SupervisorCalled as SupervisorCalled,
    SupervisorChanged as SupervisorChanged,
    SupervisorJoined as SupervisorJoined,
    SupervisorLeft as SupervisorLeft,
)
from server.call.voicemail_facts import (
    GreetingChanged as GreetingChanged,
    MailboxEntered as MailboxEntered,
    MessagePlayed as MessagePlayed,
    PinTried as PinTried,
    PinUnlocked as PinUnlocked,
    VoicemailChanged as VoicemailChanged,
    VoicemailDropped as VoicemailDropped,
    VoicemailLeft as VoicemailLeft,
    VoicemailMailed as VoicemailMailed,
    VoicemailNotTaken as VoicemailNotTaken,
    VoicemailRecorded as VoicemailRecorded,
    VoicemailTask as VoicemailTask,
)


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


_PROMISED = frozenset({NotesSaved, MessageSent, VoicemailLeft, VoicemailChanged, GreetingChanged})


def is_promised(fact: AnyFact) -> bool:
    """Whether a person was told that this is saved: its commit is always fully synced to the disk."""
    if type(fact) in _PROMISED:
        return True
    if isinstance(fact, ResultChosen):
        return fact.result != NO_RESULT
    if isinstance(fact, CustomerKnown):
        return fact.by != BY_NUMBER
    return isinstance(fact, CallArrived) and bool(fact.origin)


def call_of(fact: AnyFact) -> str:
    """The call that a fact belongs to, empty if none."""
    return getattr(fact, "call", "")


def agent_of(fact: AnyFact) -> str:
    """The agent whom a fact is about, empty if none."""
    return getattr(fact, "agent", "")
