"""Whole calls as text: lines at the margin are events, indented ones are what the rules made of them.

A transcript file is rebuilt from its event lines and must come out as it stands. `SECONDS EVENT WORDS...`; facts show
as `- fact`, commands as `> command`. Times are seconds since the beginning. A line `@site NAME` takes another site
than the usual one; the offers' reasons are shown then. `draw NUMBER` is the chance of the draws that follow.
"""

import shlex
from collections.abc import Sequence
from pathlib import Path

import msgspec

from server.call import events, facts
from server.call.commands import BeginDialog, RemoveSounds, RingAgents, RingNoLonger, StepDialog, TakeCard, TellCard
from server.call.dialogs import DialogRefused
from server.call.now import Now
from server.callflow import CallFlow, Decision, Plan
from server.callflow.plan import Spoken
from server.config.site import SiteFile
from server.ivr.conversation import AnyPart, Music, Recording, Tick, Words
from server.voicemail import words
from server.wire import desk, linecard
from tests.fakes.dialogs import FakeDialogs
from tests.fakes.waiting import at_once

EPOCH = Now(1_800_000_000.0, 1_000.0)


class FakeSounds:
    """Names instead of files."""

    def greeting(self, queue: str) -> list[str]:
        return ["greeting"]

    def music(self, queue: str) -> list[str]:
        return ["music"]

    def own_music(self) -> list[str]:
        return ["own-music"]

    def sorry(self, why: str) -> list[str]:
        return [f"sorry-{why}"]

    def message(self, file: str) -> list[str]:
        return [file]

    def announcement(self, position: int | None, wait_seconds: float | None) -> list[str]:
        place = [] if position is None else [f"place-{position}"]
        return place + ([] if wait_seconds is None else [f"wait-{wait_seconds:.0f}"])

    def call_back_offer(self, key: str) -> list[str]:
        return [f"call-back-press-{key}"]

    def call_back_confirm(self, number: str, may_type: bool) -> list[str]:
        return [f"confirm-{number}", *["or-type"] * may_type]

    def call_back_enter(self) -> list[str]:
        return ["enter"]

    def call_back_refused(self) -> list[str]:
        return ["refused"]

    def call_back_thanks(self) -> list[str]:
        return ["thanks"]

    def ringback(self) -> list[str]:
        return ["ringback"]

    def who_calls(self, number: str) -> list[str]:
        return [f"call-from-{number}"]

    def dialog_says(self, parts: Sequence[AnyPart]) -> list[str]:
        return [heard(parts)]

    def dialog_trouble(self, goes_on: bool) -> list[str]:
        return ["trouble-goes-on" if goes_on else "trouble"]

    def survey_offer(self, key: str) -> list[str]:
        return [f"survey-press-{key}"]

    def survey_thanks(self) -> list[str]:
        return ["survey-thanks"]

    def survey_question(self, key: str) -> list[str]:
        return [f"survey-question-{key}"]

    def survey_goodbye(self) -> list[str]:
        return ["survey-goodbye"]

    def mailbox_says(self, parts: Sequence[words.AnyPart], mailbox: str, spoken: Spoken) -> list[str]:
        return [_shown(part, spoken) for part in parts]

    def sound(self, name: str) -> str:
        return f"/sounds/{name}.wav"


def _shown(part: words.AnyPart, spoken: Spoken) -> str:
    match part:
        case words.Clip():
            return part.name.removeprefix("voicemail-")
        case words.Greeting():
            return spoken.greeting or "greeting"
        case words.Recording():
            return spoken.recording
        case words.Sound():
            return spoken.sounds[part.message]
        case _:
            return str(msgspec.structs.astuple(part)[0])


def heard(parts: Sequence[AnyPart]) -> str:
    """What a script says, in words."""
    said = []
    for part in parts:
        if isinstance(part, Words):
            said.append(part.text)
        elif isinstance(part, Recording):
            said.append(f"[{part.name}]")
        elif isinstance(part, Music | Tick):
            said.append("~" if isinstance(part, Music) else ".")
    return " ".join(said)


def site_of(text: dict[str, object]) -> SiteFile:
    return msgspec.convert(text, SiteFile)


SITE = {
    "site": {"name": "Test", "country": "DE"},
    "sip": {"domain": "caruso.test"},
    "trunk": [{"name": "pstn", "target": "10.0.0.1:5060"}],
    "number": [{"dial": "800", "to": "queue:billing"}, {"dial": "801", "to": "queue:outages"}],
    "queue": [
        {"id": "billing", "ring_seconds": 15, "wrap_up_seconds": 30, "max_wait_seconds": 120},
        {"id": "outages", "strategy": "top-down", "priority": 5, "wrap_up_seconds": 10},
    ],
    "agent": [
        {"id": "ana", "queues": ["billing", "outages"]},
        {"id": "bruno", "queues": ["billing"], "phone": "sip:bruno@10.0.0.9"},
        {"id": "carla", "queues": ["outages"], "phone": "tel:+4930555"},
    ],
    "reason": [{"id": "break", "name": "Break"}],
    "result": [{"id": "solved", "name": "Solved"}],
}


SKILLS = {
    **SITE,
    "queue": [
        {
            "id": "support",
            "strategy": "fewest-calls",
            "sticky_seconds": 600,
            "ring_seconds": 15,
            "wrap_up_seconds": 10,
            "tier": [
                {"after_seconds": 0, "require": "english >= 5"},
                {"after_seconds": 30, "require": "english >= 3"},
            ],
            "caller_priority": [
                {"when": "segment == 'gold'", "add": 5},
                {"when": "number == '+4999'", "add": 10},
            ],
        },
        {"id": "turns", "strategy": "round-robin", "wrap_up_seconds": 0},
        {"id": "draws", "strategy": "weighted-random", "wrap_up_seconds": 0, "sticky_seconds": 600},
    ],
    "number": [{"dial": name, "to": f"queue:{name}"} for name in ("support", "turns", "draws")],
    "agent": [
        {"id": "ana", "phone": "sip:ana@10.0.0.1", "queues": ["support", "turns"], "skills": {"english": 7}},
        {"id": "bruno", "phone": "sip:bruno@10.0.0.2", "queues": ["support", "turns"], "skills": {"english": 4}},
        {"id": "carla", "phone": "sip:carla@10.0.0.3", "queues": ["support", "draws"], "weight": 3},
        {"id": "dora", "phone": "sip:dora@10.0.0.4", "queues": ["turns", "draws"], "skills": {"english": 2}},
    ],
}

WAITING = SITE | {
    "site": {"name": "Test", "country": "DE", "time_zone": "Europe/Berlin"},
    "number": [
        {"dial": str(800 + number), "to": f"queue:{queue}"}
        for number, queue in enumerate(["limited", "day", "crew", "night", "short"])
    ],
    "queue": [
        {
            "id": "limited", "ring_seconds": 15, "wrap_up_seconds": 10, "max_wait_seconds": 100, "max_waiting": 2,
            "when_full": "queue:night", "when_too_long": "queue:night",
            "exit": [
                {"key": "1", "to": "call-back"}, {"key": "2", "to": "number:+4930123"}, {"key": "9", "to": "goodbye"}
            ],
            "announce_position": True, "announce_wait": True,
            "announce_first_seconds": 10, "announce_every_seconds": 30,
            "call_back_typed": ["0"], "call_back_attempts": 2,
        },
        # the clock of the transcripts begins on a Friday at 9 in the morning, Berlin time
        {"id": "day", "hours": ["fri 09:00-09:10"], "when_closed": "number:+4930999"},
        {"id": "crew", "when_empty": "message:empty.wav", "max_waiting": 1, "when_full": "call-back"},
        {"id": "short", "max_wait_seconds": 20, "when_too_long": "call-back", "ring_seconds": 60},
        {"id": "night", "max_wait_seconds": 50, "max_waiting": 2, "when_full": "goodbye"},
    ],
    "agent": [
        {"id": "ana", "queues": ["limited", "night", "day"]},
        {"id": "bruno", "queues": ["limited", "crew"], "phone": "sip:bruno@10.0.0.9"},
        {"id": "dora", "queues": ["short"], "phone": "sip:dora@10.0.0.9"},
    ],
}  # fmt: skip
WATCHED = SITE | {
    "queue": [{"id": "billing", "wrap_up_seconds": 30}, {"id": "outages", "wrap_up_seconds": 0}],
    "agent": [
        {"id": "ana", "name": "Ana Souza", "queues": ["billing", "outages"], "phone": "sip:ana@10.0.0.8"},
        {"id": "sam", "name": "Sam Reis", "role": "supervisor", "phone": "sip:sam@10.0.0.9"},
        {"id": "uma", "role": "supervisor", "queues": ["billing"]},
        {"id": "tess", "role": "administrator", "phone": "tel:+4930777"},
        {"id": "bruno", "queues": ["billing"], "phone": "sip:bruno@10.0.0.7"},
    ],
}
TOGETHER = SITE | {
    "number": [
        {"dial": str(800 + n), "to": f"queue:{queue}"} for n, queue in enumerate(("all", "steps", "one", "back"))
    ],
    "queue": [
        {"id": "all", "strategy": "ring-all", "ring_seconds": 15, "wrap_up_seconds": 10, "ring_most_agents": 3},
        {"id": "steps", "strategy": "ring-progressively", "ring_seconds": 20, "ring_step_seconds": 6,
         "wrap_up_seconds": 10},
        {"id": "one", "priority": 5, "ring_seconds": 15, "wrap_up_seconds": 0},
        {"id": "back", "strategy": "ring-all", "ring_seconds": 15, "exit": [{"key": "1", "to": "call-back"}]},
    ],
    "agent": [
        {"id": "ana", "queues": ["all", "steps", "one"]},
        {"id": "bruno", "queues": ["all", "steps", "back"], "phone": "sip:bruno@10.0.0.9"},
        {"id": "carla", "queues": ["all", "steps", "back"], "phone": "sip:carla@10.0.0.9"},
        {"id": "dora", "queues": ["all"], "phone": "sip:dora@10.0.0.9"},
    ],
}  # fmt: skip
MAILBOXES = SITE | {
    "number": [
        {"dial": "800", "to": "queue:billing"},
        {"dial": "850", "to": "voicemail:bills"},
        {"dial": "851", "to": "voicemail:ana"},
        {"dial": "*97", "to": "voicemail"},
    ],
    "queue": [
        {"id": "billing", "ring_seconds": 15, "wrap_up_seconds": 30, "max_wait_seconds": 30,
         "when_too_long": "voicemail:bills", "exit": [{"key": "1", "to": "voicemail:bills"}]},
    ],
    "mailbox": [
        {"id": "bills", "number": "20", "pin": "4711", "max_messages": 3, "exit_to": "queue:billing"},
        {"id": "ana", "number": "21", "pin": "0815", "owner": "agent:ana"},
    ],
    "agent": [{"id": "ana", "queues": ["billing"], "phone": "sip:ana@10.0.0.9"}],
}  # fmt: skip
SITES = {"usual": SITE, "skills": SKILLS, "waiting": WAITING, "watched": WATCHED, "together": TOGETHER}
SITES["mailboxes"] = MAILBOXES
SITES["few"] = WAITING | {"web": {"call_backs_per_hour": 2}}
SITES["dialogs"] = SITE | {
    "number": [
        {"dial": "860", "to": "dialog:meter-reading", "otherwise": "queue:service"},
        {"dial": "861", "to": "dialog:meter-reading", "language": "ask"},
        {"dial": "862", "to": "dialog:not-there"},
        {"dial": "863", "to": "dialog:not-there", "otherwise": "number:+4930123"},
        {"dial": "870", "to": "queue:service"},
    ],
    "queue": [{"id": "service", "wrap_up_seconds": 30, "survey": "satisfaction-survey", "survey_key": "5"}],
    "agent": [{"id": "ana", "queues": ["service"], "phone": "sip:ana@10.0.0.9"}],
}
SITES["scripted"] = SITE | {
    "site": {"name": "Test", "country": "DE", "time_zone": "Europe/Berlin"},
    "number": [
        {"dial": str(900 + number), "to": to}
        for number, to in enumerate(["queue:service", "queue:crew", "queue:short", "voicemail:box"])
    ],
    "queue": [
        {"id": "service", "hours": ["fri 09:00-09:10"], "when_closed": "dialog:meter-reading"},
        {"id": "crew", "when_empty": "dialog:meter-reading", "max_waiting": 1, "when_full": "dialog:not-there"},
        {
            "id": "short", "max_wait_seconds": 20, "when_too_long": "dialog:satisfaction-survey", "ring_seconds": 15,
            "exit": [{"key": "5", "to": "dialog:meter-reading"}, {"key": "6", "to": "dialog:not-there"}],
        },
    ],
    "mailbox": [{"id": "box", "exit_to": "dialog:meter-reading"}],
    "agent": [
        {"id": "ana", "queues": ["service", "short"], "phone": "sip:ana@10.0.0.9"},
        {"id": "bruno", "queues": ["crew"], "phone": "sip:bruno@10.0.0.9"},
    ],
}  # fmt: skip
SCRIPTS = Path(__file__).resolve().parents[2] / "dialogs"


def dialogs() -> FakeDialogs:
    """Real scripts, kept in memory."""
    kept = FakeDialogs(SCRIPTS / "meter-reading.xml", SCRIPTS / "satisfaction-survey.xml")
    kept.services.results["meters.find_meter"] = {"found": True, "last": 12000}
    kept.services.results["meters.submit_reading"] = {"receipt": "R-5"}
    return kept


SITES["tasks"] = MAILBOXES | {
    "mailbox": [
        {"id": "bills", "number": "20", "pin": "4711", "owner": "queue:billing", "task_queue": "billing"},
        {"id": "ana", "number": "21", "pin": "0815", "owner": "agent:ana"},
    ],
    "queue": [{"id": "billing", "ring_seconds": 15, "wrap_up_seconds": 10, "call_back_retry_seconds": 60}],
    "agent": [
        {"id": "ana", "queues": ["billing"], "phone": "sip:ana@10.0.0.9"},
        {"id": "bia", "queues": ["billing"], "phone": "sip:bia@10.0.0.8"},
    ],
}


class Runner:
    """Rules with a clock that stands still between events."""

    def __init__(self, site: dict[str, object] | SiteFile = SITE) -> None:
        self.site = site if isinstance(site, SiteFile) else site_of(site)
        self.chance = 0.5
        self.flow = self.new_flow()
        self.ledger: list[facts.Entry] = []
        self.seq = 0
        self.time = 0.0
        self.hello: dict[str, linecard.Hello] = {}
        self.dialogs = dialogs()
        self.asked: list[BeginDialog | StepDialog] = []
        """What the keeper of sessions has not answered yet."""
        self.keep(self.flow.begin("boot-1", "test", EPOCH))
        self.run(events.CardsCounted())

    @property
    def now(self) -> Now:
        return Now(EPOCH.wall + self.time, EPOCH.mono + self.time)

    def new_flow(self) -> CallFlow:
        return CallFlow(
            Plan(self.site, FakeSounds(), {box.id: box.pin for box in self.site.mailbox}), lambda: self.chance
        )

    def keep(self, decision: Decision) -> Decision:
        for at, fact in decision.facts:
            self.ledger.append(facts.Entry(position=len(self.ledger) + 1, at=at, fact=fact))
        return decision

    def run(self, event: events.AnyEvent) -> Decision:
        decision = self.keep(self.flow.handle(event, self.now))
        self.asked += [one for one in decision.commands if isinstance(one, BeginDialog | StepDialog)]
        return decision

    def shown(self, call: str) -> events.AnyEvent:
        """The keeper of sessions answers what it was asked first for a call."""
        asked = next(one for one in self.asked if one.call == call)
        self.asked.remove(asked)
        try:
            if isinstance(asked, BeginDialog):
                return events.DialogShown(call, at_once(self.dialogs.begin(asked.beginning)))
            return events.DialogShown(call, at_once(self.dialogs.take(asked.session, asked.event, asked.revision)))
        except DialogRefused as refused:
            session = asked.beginning.session if isinstance(asked, BeginDialog) else asked.session
            return events.DialogFailed(call, session, refused.code)

    def restart(self, boot: str = "boot-1") -> Decision:
        """A new core reads the ledger."""
        self.flow = self.new_flow()
        self.flow.recover(None, self.ledger)
        return self.keep(self.flow.begin(boot, "test", self.now))

    def line(self, words: list[str]) -> Decision:
        """One event line, without its time."""
        name, *rest = words
        if name == "restart":
            return self.restart(*rest)
        if name == "draw":
            self.chance = float(rest[0])
            return Decision([], [])
        return self.run(self._event(name, rest))

    def _event(self, name: str, rest: list[str]) -> events.AnyEvent:
        card_events = {
            "answered": lambda leg: linecard.Answered(call="", leg=leg),
            "rings": lambda leg: linecard.Progressed(call="", leg=leg, code=180),
            "released": lambda leg, cause="normal": linecard.Released(
                call="", leg=leg, by="far-end", code=200, cause=cause
            ),
            "digit": lambda leg, key: linecard.Digit(call="", leg=leg, digit=key),
            "played": lambda leg, token: linecard.Played(call="", leg=leg, token=token),
            "recorded": lambda token, seconds, ended="asked": linecard.Recorded(
                call="", token=token, path="", seconds=float(seconds), ended=ended
            ),
            "held": lambda leg, on: linecard.Held(call="", leg=leg, on=on == "on"),
        }
        if name == "arrived":
            call, caller, dialled = rest
            event: linecard.AnyEvent = linecard.Arrived(
                call=call, leg="customer", caller=caller, caller_name="", dialled=dialled
            )
            return self._said(call, event, caller if caller.startswith("+") else "")
        if name in card_events:
            call, *arguments = rest
            return self._said(call, msgspec.structs.replace(card_events[name](*arguments), call=call))
        if name == "back":
            return self._back(*rest)
        others = {
            "registered": lambda agent: events.PhoneSeen(agent, registered=True),
            "unregistered": lambda agent: events.PhoneSeen(agent, registered=False),
            "probed": lambda agent, there: events.PhoneProbed(agent, reachable=there == "there"),
            "desk": lambda agent, on: events.DeskSeen(agent, connected=on == "on"),
            # of a leg that rings at several phones: `phone-rings CALL LEG AGENT`
            "phone-rings": events.PhoneRang,
            "phone-up": events.PhonePickedUp,
            "phone-declines": events.PhoneDeclined,
            "time": lambda: events.DeadlinePassed(),
            "found": lambda call, customer, segment="", *numbers: events.CustomerFound(
                call, customer, segment, numbers
            ),
            # `chose AGENT CALL CUSTOMER NUMBERS`: the agent says who it is
            "chose": lambda agent, call, customer, *numbers: events.AgentAsked(
                agent, agent, desk.ChooseCustomer(call=call, customer=customer), numbers
            ),
            "lost": lambda call: events.CardLost(f"card-{call}", call),
            "taken": lambda call, offer: events.CardTaken(call, int(offer), f"card-{call}"),
            "no-card": lambda call, offer: events.CardTaken(call, int(offer), ""),
            # `cards CALL...`: each call on its own card; `cards card-x=CALL` puts it on another
            # `ordered CALL QUEUE NUMBER [E164] [CUSTOMER] [known]`: with a customer, the number is known to be the
            # customer's; known: by a personal link
            "ordered": lambda call, queue, number, e164="", customer="", known="": events.CallBackOrdered(
                call=call,
                queue=queue,
                number=number,
                origin="web",
                e164=e164,
                customer=customer,
                is_typed=not customer,
                is_known=bool(known),
            ),
            # `shown CALL`: what was asked of the call's dialog session first, and not answered yet, is done
            "shown": self.shown,
            "dialog-fails": lambda call, session, why: events.DialogFailed(call, session, why),
            "message": lambda by, agent, text: events.MessageAsked(by, text, agent=agent),
            "message-queue": lambda by, queue, text: events.MessageAsked(by, text, queue=queue),
            # `watch SUPERVISOR CALL MODE`, without a mode: no longer
            "watch": lambda supervisor, call, mode="": events.SupervisionAsked(call, supervisor, mode),
            "cards": lambda *held: events.CardsSeen(dict(_card_and_call(one) for one in held)),
            "transfer": lambda call, to, by="control": events.TransferAsked(call, to, by),
            "counted": lambda: events.CardsCounted(),
            "mailbox": lambda mailbox, message, change, by: events.VoicemailAsked(mailbox, message, change, by),
            "not-kept": lambda call, mailbox, message: events.VoicemailNotKept(call, mailbox, message),
            "stopping": lambda now="": events.Stopping(now=bool(now)),
        }
        if name in others:
            return others[name](*rest)
        agent, *arguments = rest
        return events.AgentAsked(agent, agent, self._request(name, arguments))

    def _request(self, name: str, arguments: list[str]) -> desk.AnyRequest:
        make = {
            "ready": lambda: desk.SetPresence(presence="ready"),
            "not-ready": lambda reason="": desk.SetPresence(presence="not-ready", reason=reason),
            "logout": lambda: desk.SetPresence(presence="logged-out"),
            "after-call": lambda presence, reason="": desk.AfterCall(presence=presence, reason=reason),
            "hang-up": lambda: desk.HangUp(),
            "hold": lambda on: desk.Hold(on=on == "on"),
            "mute": lambda on: desk.Mute(on=on == "on"),
            "keypad": lambda digits: desk.Keypad(digits=digits),
            "notes": lambda call, text: desk.SaveNotes(call=call, text=text),
            "result": lambda call, result: desk.ChooseResult(call=call, result=result),
            "extend": lambda seconds: desk.ExtendWrapUp(seconds=int(seconds)),
            "finish": lambda: desk.FinishWrapUp(),
            "saw": lambda message: desk.SawMessage(message=message),
            "call-customer": lambda: desk.CallCustomer(),
            "finish-message": lambda: desk.FinishMessage(),
            "call-back-message": lambda mailbox, message: desk.CallBackMessage(mailbox=mailbox, message=message),
        }
        return make[name](*arguments)

    def _said(self, call: str, event: linecard.AnyEvent, e164: str = "") -> events.CardSaid:
        self.seq += 1
        stamped = msgspec.structs.replace(event, seq=self.seq, mono=self.now.mono, wall=self.now.wall)
        return events.CardSaid(f"card-{call}", stamped, e164)

    def _back(self, call: str, *legs: str) -> events.CardBack:
        """`back CALL leg:state[:bridged-to|:=playing|:+joined-to/mode]|recording:TOKEN ...`"""
        shots = []
        recordings = [leg.partition(":")[2] for leg in legs if leg.startswith("recording:")]
        for leg in (leg for leg in legs if not leg.startswith("recording:")):
            name, state, *more = leg.split(":")
            bridged = [word for word in more if word[0] not in "=+"]
            joined, _, mode = "".join(word[1:] for word in more if word.startswith("+")).partition("/")
            playing = "".join(word[1:] for word in more if word.startswith("="))
            shots.append(
                linecard.LegSnapshot(
                    leg=name, state=state, uri="", bridged_to=bridged, playing=playing, joined_to=joined, join_mode=mode
                )
            )
        hello = linecard.Hello(
            secret="", card=f"card-{call}", pid=1, sip_host="127.0.0.1", sip_port=1, call=call, legs=shots,
            recordings=recordings,
        )  # fmt: skip
        return events.CardBack(f"card-{call}", hello)


def _card_and_call(text: str) -> tuple[str, str]:
    card, _, call = text.rpartition("=")
    return card or f"card-{call}", call


def show(decision: Decision, with_reasons: bool = False) -> list[str]:
    lines = []
    for _, fact in decision.facts:
        lines.append("    - " + _words(fact))
        if with_reasons and isinstance(fact, facts.CallOffered):
            lines.append(f"        {fact.why.sentence}")
    for command in decision.commands:
        if isinstance(command, TellCard):
            lines.append("    > " + _words(command.command))
        elif isinstance(command, RingAgents):
            agents = ",".join(command.agents)
            lines.append(f"    > ring-agents agents={agents} leg={command.leg} call={command.call}")
        elif isinstance(command, RingNoLonger):
            asked = f"agent={command.agent} result={command.result} leg={command.leg} call={command.call}"
            lines.append(f"    > ring-no-longer {asked}")
        elif isinstance(command, TakeCard):
            lines.append(f"    > take-card call={command.call} offer={command.offer}")
        elif isinstance(command, BeginDialog):
            begun = command.beginning
            lines.append(f"    > begin-dialog {begun.script} session={begun.session} language={begun.language}")
        elif isinstance(command, StepDialog):
            told = " ".join(str(value) for value in msgspec.to_builtins(command.event).values())
            lines.append(f"    > step-dialog {told} session={command.session} revision={command.revision}")
        elif isinstance(command, RemoveSounds):
            lines.append(f"    > remove-sounds {' '.join(command.paths)}")
        else:
            lines.append(f"    > put-card-back card={command.card}")
    return lines


HIDDEN_AT_DEFAULT = {"in_time": True, "remember_seconds": 0, "position": 0, "segment": "", "consulted_seconds": 0}
HIDDEN_AT_DEFAULT |= {"fork": 0, "mail": False}
HIDDEN = {"card", "joined_mono", "joined_at", "began_mono", "began_at", "why", "id", "caller_name", "trunk", "version"}
HIDDEN |= {
    "waiting",
    "serving",
    "expected_seconds",
    "again_mono",
    "again_at",
    "waited_seconds",
    "spoken_at",
    "keys_until",
}


def _words(thing: msgspec.Struct) -> str:
    tag = thing.__struct_config__.tag
    fields = [
        f"{field}={_short(getattr(thing, field))}"
        for field in thing.__struct_fields__
        if (field not in HIDDEN or (field == "why" and tag in ("call-diverted", "voicemail-not-taken", "script-left")))
        and getattr(thing, field) not in ("", None, [], {})
        and (field not in HIDDEN_AT_DEFAULT or getattr(thing, field) != HIDDEN_AT_DEFAULT[field])
    ]
    return " ".join([str(tag), *fields])


def _short(value: object) -> str:
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    return str(value)


def rebuild(path: Path) -> str:
    """The transcript as the rules make it now."""
    runner, with_reasons = Runner(), False
    out = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("    ") and not line.startswith("    #"):
            continue
        if not line.strip() or line.startswith("#"):
            out.append(line)
            continue
        if line.startswith("@site "):
            runner, with_reasons = Runner(SITES[line.split()[1]]), True
            out.append(line)
            continue
        seconds, *words = shlex.split(line)
        runner.time = float(seconds)
        out.append(line)
        try:
            out.extend(show(runner.line(words), with_reasons))
        except events.RequestRefused as refused:
            out.append(f"    ! {refused.problem}")
    return "\n".join(out) + "\n"


def ledger_of(path: Path) -> Runner:
    """The runner that went through a transcript: its ledger and its site."""
    runner = Runner()
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith((" ", "#")):
            continue
        if line.startswith("@site "):
            runner = Runner(SITES[line.split()[1]])
            continue
        seconds, *words = shlex.split(line)
        runner.time = float(seconds)
        try:
            runner.line(words)
        except events.RequestRefused:
            continue
    return runner
