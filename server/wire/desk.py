"""desk <-> core: WebSocket `/desk`, subprotocol `caruso.v1.json`, one JSON message tagged by `t` in each text frame.

The desk logs in over HTTP (`POST /api/v1/sessions`), opens the socket and says `hello` with its token within 5 s.
It then gets `welcome` with its whole state, and after that `changed` with the sections that changed. Each of them
carries `revision`, which grows by one; a gap means: reconnect. All times are seconds since 1970 (UTC) by the server's
clock; each message carries `now`, so that a desk with a wrong clock counts rightly.

desk -> core (requests; `id` is chosen by the desk, unique in the connection; each gets exactly one reply):

| message         | meaning                                                          | reply                |
|-----------------|------------------------------------------------------------------|----------------------|
| hello           | log in with a session's token                                    | welcome, or close 4401 |
| set-presence    | be ready, not ready (with a reason), logged out                  | done, refused        |
| after-call      | choose during a call what comes after it; None takes it back     | done, refused        |
| hang-up         | release my call                                                  | done, refused        |
| hold            | the customer hears music (`on`), or is taken back                | done, refused        |
| mute            | nobody hears me while `on`                                       | done, refused        |
| keypad          | send digits to the customer's end                                | done, refused        |
| save-notes      | keep the notes of a call of mine (the whole text, each time)     | done (committed), refused |
| choose-result   | keep the result of a call of mine                                | done (committed), refused |
| extend-wrap-up  | more time                                                        | done, refused        |
| finish-wrap-up  | I am done with the call                                          | done, refused        |
| saw-message     | I have seen a supervisor's message                               | done (committed), refused |
| call-customer   | I have heard the message: call the customer now                  | done, refused        |
| finish-message  | I have heard the message: no call is needed                      | done, refused        |
| call-back-message | ring my phone, and then call the caller of that message         | done, refused        |
| find-customers  | search by name or number                                         | found                |
| choose-customer | this is the customer of the call                                 | done, refused        |
| save-customer   | keep a new or changed card; linked with `call` if that is given  | saved, refused       |
| step-script     | one step in the script of my call                                | done, refused        |
| begin-script    | try again to begin the script of my call                         | done, refused        |
| pass-on         | pass my customer on to the queue that the script's end names     | done, refused        |
| script-places   | where can I jump to in the script?                               | places, refused      |
| look-up         | which services are there?                                        | services             |
| beat            | I am alive, each 5 s; silent for 10 s: unreachable               | done                 |

core -> desk: welcome, changed, done, refused, found, saved, services, places. Close codes: 4401 not logged in, 4402
another desk of the same agent took over, 4409 protocol error.

The words themselves: `desk_asks` (requests), `desk_state` (the sections), `desk_news` (what the core says),
`desk_cards` and `desk_script` (what several of them carry). All of them but the script's are to be had here.

The section `script` (`desk_script.Script`) is the script of my call with all that it shows; a step names the revision
that the agent saw, and is refused with `script-stale` (and the section sent anew) when another step came first.
"""

from server.wire.desk_asks import (
    MAX_NOTES_CHARACTERS,
    AfterCall,
    AnyRequest,
    Beat,
    BeginScript,
    CallBackMessage,
    CallCustomer,
    ChooseCustomer,
    ChooseResult,
    ExtendWrapUp,
    FindCustomers,
    FinishMessage,
    FinishWrapUp,
    FromDesk,
    HangUp,
    Hello,
    Hold,
    Keypad,
    LookUp,
    Mute,
    PassOn,
    Request,
    SaveCustomer,
    SaveNotes,
    SawMessage,
    ScriptPlaces,
    SetPresence,
    StepScript,
)
from server.wire.desk_cards import Contact, Customer, Named, ServiceView
from server.wire.desk_news import Changed, Done, Found, FromCore, Places, Refused, Saved, Services, Welcome
from server.wire.desk_state import Call, Colleague, Me, Message, MyDay, Queue, State, Supervision, Task, Told, WrapUp

SUBPROTOCOL = "caruso.v1.json"
MAX_MESSAGE_OCTETS = 64 * 1024
MAX_MESSAGE_CHARACTERS = 300
"""Of a supervisor's message."""

__all__ = [
    "MAX_MESSAGE_CHARACTERS",
    "MAX_MESSAGE_OCTETS",
    "MAX_NOTES_CHARACTERS",
    "SUBPROTOCOL",
    "AfterCall",
    "AnyRequest",
    "Beat",
    "BeginScript",
    "Call",
    "CallBackMessage",
    "CallCustomer",
    "Changed",
    "ChooseCustomer",
    "ChooseResult",
    "Colleague",
    "Contact",
    "Customer",
    "Done",
    "ExtendWrapUp",
    "FindCustomers",
    "FinishMessage",
    "FinishWrapUp",
    "Found",
    "FromCore",
    "FromDesk",
    "HangUp",
    "Hello",
    "Hold",
    "Keypad",
    "LookUp",
    "Me",
    "Message",
    "Mute",
    "MyDay",
    "Named",
    "PassOn",
    "Places",
    "Queue",
    "Refused",
    "Request",
    "SaveCustomer",
    "SaveNotes",
    "Saved",
    "SawMessage",
    "ScriptPlaces",
    "ServiceView",
    "Services",
    "SetPresence",
    "State",
    "StepScript",
    "Supervision",
    "Task",
    "Told",
    "Welcome",
    "WrapUp",
]
