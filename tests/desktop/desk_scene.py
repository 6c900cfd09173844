"""Scenes for tests of the desk: a server's state that is changed step by step, and a desk that is told."""

from typing import Any

import msgspec

from agentdesk.desk import Desk, actions
from agentdesk.desk.effects import Effect, Send
from agentdesk.desk.happenings import Linked, LoggedIn
from agentdesk.words import words_in
from server.wire import api, desk as wire, linecard, softphone

WALL = 1_763_800_000.0
"""The server's clock (22 Nov 2025, 08:26:40 UTC) at monotonic 1000."""
CREDENTIAL = api.SipAccount(
    user="ana", password="from-the-session", domain="caruso.example", server="127.0.0.1:5060", transport="udp"
)
SESSION = api.LoggedIn(token="t", expires_at="", agent="ana", role="agent", desk_url="/desk", sip=CREDENTIAL)

WEBER = wire.Customer(
    id="c1",
    number="100 238",
    name="Anna Weber",
    language="de",
    email="anna.weber@example.org",
    segment="Gold",
    numbers=["+4930901820"],
)
KURZ = wire.Customer(id="c2", number="100 239", name="Bernd Kurz", numbers=["+4930901820"])
HISTORY = [
    wire.Contact(
        call="h1",
        channel="call",
        at=WALL - 3600,
        number="+4930901820",
        queue="Billing",
        agent="M. Kurz",
        outcome="answered",
        result="paid",
        notes="Refund of 48,20 € promised for the 19th.",
        seconds=370,
    ),
    wire.Contact(call="h2", channel="e-mail", at=WALL - 86400, number="", outcome="answered", notes="Invoice 4711."),
    wire.Contact(call="h3", channel="call", at=WALL - 30 * 86400, number="+4930901820", outcome="abandoned"),
    wire.Contact(call="h4", channel="web", at=WALL - 400 * 86400, number="", result="gone-result"),
]


def state(**changes: Any) -> wire.State:
    """Ana is ready and idle; two queues, three colleagues."""
    usual = wire.State(
        me=wire.Me(
            id="ana",
            name="Ana Lima",
            role="agent",
            presence="ready",
            reason="",
            work_state="idle",
            since=WALL,
            reachable=True,
        ),
        call=None,
        wrap_up=None,
        queues=[
            wire.Queue(id="billing", name="Billing", waiting=3, longest_since=WALL - 107),
            wire.Queue(id="support", name="Support", waiting=0, longest_since=None),
        ],
        colleagues=[
            wire.Colleague(id="bob", name="Bob Stone", presence="not-ready", work_state="idle"),
            wire.Colleague(id="eva", name="Eva Braun-Silva", presence="ready", work_state="talking"),
            wire.Colleague(id="rui", name="Rui Costa", presence="ready", work_state="idle"),
        ],
        my_day=wire.MyDay(
            calls=12,
            talk_seconds=3720,
            hold_seconds=130,
            wrap_up_seconds=410,
            missed=1,
            transferred=2,
            idle_seconds=5400,
            not_ready={"break": 900, "no-answer": 42, "": 7},
        ),
        reasons=[wire.Named("break", "Break"), wire.Named("training", "Training")],
        results=[
            wire.Named("paid", "Refund paid out"),
            wire.Named("next", "Refund on next invoice"),
            wire.Named("complaint", "Complaint opened"),
            wire.Named("answered", "Question answered"),
            wire.Named("callback", "Call back agreed"),
        ],
    )
    return msgspec.structs.replace(usual, **changes)


def me(**changes: Any) -> wire.Me:
    """Ana, changed."""
    return msgspec.structs.replace(state().me, **changes)


def call(**changes: Any) -> wire.Call:
    """Anna Weber calls Billing and rings."""
    usual = wire.Call(
        call="k1",
        state="ringing",
        number="+4930901820",
        number_shown="+49 30 901820",
        name="",
        queue="billing",
        queue_name="Billing",
        waited_seconds=52,
        since=WALL,
        customer=WEBER,
        looked_up=True,
        history=HISTORY,
    )
    return msgspec.structs.replace(usual, **changes)


def ringing(**changes: Any) -> wire.State:
    """The call is offered."""
    return state(me=me(work_state="ringing"), call=call(**changes))


def talking(**changes: Any) -> wire.State:
    """They talk."""
    return state(me=me(work_state="talking"), call=call(state="talking", answered_at=WALL, **changes))


def wrapping(ends_at: float | None = WALL + 45, **changes: Any) -> wire.State:
    """Ana wraps up."""
    return state(
        me=me(work_state="wrap-up"),
        call=call(state="wrap-up", **changes),
        wrap_up=wire.WrapUp(call="k1", began_at=WALL, ends_at=ends_at),
    )


def welcome(whole: wire.State, revision: int = 1, later: float = 0) -> wire.Welcome:
    """The whole state, `later` seconds after `WALL`."""
    return wire.Welcome(revision=revision, now=WALL + later, state=whole)


def phone(**changes: Any) -> softphone.Phone:
    """A registered softphone with sound."""
    devices = [softphone.Device("headset", "Headset")]
    usual = softphone.Phone(
        pid=4711,
        user="ana",
        registration=softphone.Registration(state="registered", code=200),
        sound=softphone.Sound(microphones=devices, loudspeakers=devices),
    )
    return msgspec.structs.replace(usual, **changes)


ARRIVED = linecard.Arrived(call="sip-1", leg="agent", caller="+4930901820", caller_name="", dialled="ana")


class Scene:
    """A desk that is logged in at monotonic 1000, and the requests it sent."""

    def __init__(self, whole: wire.State | None = None, language: str = "en", with_phone: bool = True) -> None:
        self.desk, self.now, self.revision = Desk(words_in(language)), 1000.0, 1
        self.answering = True
        self.answered: tuple[type[wire.Request], ...] = (wire.Beat,)
        session = SESSION if with_phone else msgspec.structs.replace(SESSION, sip=None)
        self.desk.handle(LoggedIn(session), self.now)
        self.desk.handle(Linked(), self.now)
        if with_phone:
            self.desk.handle(phone(), self.now)
        self.desk.handle(welcome(whole or state()), self.now)
        self.requests()

    def changed(self, whole: wire.State) -> list[Effect]:
        """The server's state is now `whole`."""
        self.revision += 1
        sections = {
            n: getattr(whole, n) for n in ("me", "call", "wrap_up", "queues", "colleagues", "my_day", "messages")
        }
        message = wire.Changed(revision=self.revision, now=WALL + self.now - 1000, **sections)
        return self.desk.handle(message, self.now)

    def later(self, seconds: float) -> list[Effect]:
        """Time passes in ticks of a quarter of a second."""
        effects: list[Effect] = []
        for _ in range(round(seconds * 4)):
            self.now += 0.25
            effects += self._tick()
        return effects

    def _tick(self) -> list[Effect]:
        """A tick; the server answers beats at once while it is `answering`."""
        return self._answer(self.desk.tick(self.now))

    def press(self, action: actions.Action) -> None:
        """The agent does something; the server answers as in a tick."""
        self._answer(self.desk.press(action, self.now))

    def _answer(self, effects: list[Effect]) -> list[Effect]:
        for effect in effects:
            if self.answering and isinstance(effect, Send) and isinstance(effect.request, self.answered):
                self.desk.handle(wire.Done(effect.request.id), self.now)
        return effects

    def requests(self) -> list[wire.AnyRequest]:
        """What a tick at this very moment sends."""
        return sent(self._tick())

    @property
    def view(self) -> Any:
        """What is shown now."""
        return self.desk.view(self.now)


def sent(effects: list[Effect]) -> list[wire.AnyRequest]:
    """The requests among the effects, without their ids and without beats."""
    requests = [effect.request for effect in effects if isinstance(effect, Send)]
    return [msgspec.structs.replace(one, id=0) for one in requests if not isinstance(one, wire.Beat)]


def numbered(effects: list[Effect], kind: type[wire.Request]) -> int:
    """The id of the first request of that kind."""
    return next(e.request.id for e in effects if isinstance(e, Send) and isinstance(e.request, kind))
