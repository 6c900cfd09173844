"""One connection to the control socket: a request on one line, an answer on one line (`events`: on many)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import structlog
from twisted.internet.defer import CancelledError, Deferred
from twisted.protocols.basic import LineOnlyReceiver
from twisted.python.failure import Failure

from server.call.events import AgentAsked, RequestRefused, SupervisionAsked, TransferAsked
from server.call.facts import Entry
from server.call.mails import MailRefused
from server.call.snapshots import AgentSnapshot
from server.call.states import Presence
from server.control.dialogs import dialog_views
from server.control.mail import NoSuchAction, mail_views
from server.control.voicemail import NoMailbox, voicemail_views
from server.pace import Valve
from server.records.instants import iso
from server.views import agent_view, supervision_view
from server.wire import control, desk

if TYPE_CHECKING:
    from server.control.server import Wiring

EVENTS_AT_ONCE = 500
MOST_WAITING_ENTRIES = 10_000
"""Entries that may wait for a follower who reads slowly; then the connection ends."""

_decode = msgspec.json.Decoder(control.AnyAsk).decode
_encode = msgspec.json.Encoder().encode

log = structlog.get_logger()


class Refusal(Exception):
    """The answer is an error; the text is one sentence."""


class Conversation(LineOnlyReceiver):
    """One connection. One request is answered at a time; lines that come meanwhile wait."""

    transport: Any
    delimiter = b"\n"
    MAX_LENGTH = control.MAX_LINE_OCTETS

    def __init__(self, wiring: "Wiring", open_ones: set["Conversation"]) -> None:
        self._w = wiring
        self._open_ones = open_ones
        self._lines: list[bytes] = []
        self._under_way: Deferred[None] | None = None
        self._lost = False
        self._followed: list[Entry] = []
        self._wake: Deferred[None] | None = None
        self._stalled = False
        self._room: Deferred[None] | None = None

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's name
        """Somebody connected."""
        self.transport.registerProducer(Valve(self._turned), True)
        self._open_ones.add(self)

    def connectionLost(self, reason: Failure) -> None:  # type: ignore[override]  # noqa: ARG002, N802
        """Whoever it was is gone: what is under way for them ends."""
        self._lost = True
        self._open_ones.discard(self)
        if self._under_way is not None:
            self._under_way.cancel()

    def abort(self) -> None:
        """Drop the connection."""
        self.transport.abortConnection()

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        """A request."""
        self._lines.append(line)
        if self._under_way is None:
            self._next()
        elif len(self._lines) > 100:
            self.abort()

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: ARG002, N802 - Twisted's name
        """Too long for a request."""
        self._say({"error": f"A request has at most {control.MAX_LINE_OCTETS} octets."})
        self.transport.loseConnection()

    def _next(self) -> None:
        while self._lines and self._under_way is None:
            answer = Deferred.fromCoroutine(self._answer(self._lines.pop(0)))
            self._under_way = answer
            answer.addBoth(self._answered)

    def _answered(self, result: object) -> None:
        self._under_way = None
        if not isinstance(result, Failure):
            self._next()
        elif not isinstance(result.value, CancelledError):
            log.error("control_failed", error=repr(result.value))
            self.abort()

    async def _answer(self, line: bytes) -> None:
        try:
            ask = _decode(line)
        except msgspec.MsgspecError as error:
            self._say({"error": f"The request cannot be understood: {error}."})
            return
        try:
            await self._carry_out(ask)
        except (RequestRefused, Refusal, NoMailbox) as refused:
            self._say({"error": str(refused)})
        except CancelledError:
            raise
        except ConnectionError as error:
            self._say({"error": f"A service that is needed is away: {error}."})
        except Exception as error:  # the edge: any fault becomes an answer
            log.error("control_request_failed", ask=type(ask).__name__, error=repr(error), exc_info=error)
            self._say({"error": "The core failed at this request; its log says why."})

    async def _carry_out(self, ask: control.AnyAsk) -> None:
        match ask:
            case control.Status():
                self._say({"ok": self._status()})
            case control.Agents():
                self._say({"ok": [agent_view(agent) for agent in self._w.switchboard.agents()]})
            case control.Agent():
                self._say({"ok": agent_view(await self._agent(ask))})
            case control.Supervise():
                self._say({"ok": await self._supervise(ask)})
            case control.Calls():
                await self._w.switchboard.settled()
                self._say({"ok": await self._w.records.all(ask.live)})
            case control.Call():
                self._say({"ok": await self._record(ask.id)})
            case control.Transfer():
                await self._w.switchboard.tell(TransferAsked(ask.id, ask.to, "control"))
                self._say({"ok": await self._record(ask.id)})
            case control.Explain():
                self._say({"ok": await self._explain(ask.id)})
            case control.Events():
                await self._events(ask.after, ask.follow)
            case control.Alive():
                self._say({"ok": {}})
            case control.Sockets():
                self._send_sockets()
            case control.Mail():
                self._say({"ok": await self._mail(ask)})
            case control.Voicemail():
                self._say({"ok": await voicemail_views(self._w.voicemail, ask)})
            case control.Dialogs():
                self._say({"ok": await dialog_views(self._w.dialogs, ask) if self._w.dialogs is not None else []})
            case control.DialogLink():
                self._say({"ok": await self._dialog_link(ask)})
            case control.Stop():
                self._w.stop(ask.grace_seconds)
                self._say({"ok": {"stopping": True}})

    def _status(self) -> dict[str, Any]:
        switchboard = self._w.switchboard
        agents, queues = switchboard.agents(), switchboard.queues()
        return {
            **self._w.status(),
            "calls": len(switchboard.calls()),
            "waiting": sum(queue.waiting for queue in queues),
            "agents": len(agents),
            "agents_logged_in": sum(agent.presence != Presence.LOGGED_OUT for agent in agents),
            "queues": [
                {
                    **msgspec.structs.asdict(queue),
                    "longest_since": None if queue.longest_since is None else iso(queue.longest_since),
                }
                for queue in queues
            ],
        }

    async def _agent(self, ask: control.Agent) -> AgentSnapshot:
        request: desk.AnyRequest
        match ask.action:
            case "ready":
                request = desk.SetPresence(presence=Presence.READY.value)
            case "not-ready":
                request = desk.SetPresence(presence=Presence.NOT_READY.value, reason=ask.reason)
            case "logout":
                request = desk.SetPresence(presence=Presence.LOGGED_OUT.value)
            case "wrap-up-done":
                request = desk.FinishWrapUp()
            case _:
                raise Refusal(f"There is no action {ask.action}: it is ready, not-ready, logout or wrap-up-done.")
        self._one_agent(ask.id)
        await self._w.switchboard.tell(AgentAsked(ask.id, "control", request))
        return self._one_agent(ask.id)

    async def _record(self, call: str) -> Any:
        await self._w.switchboard.settled()
        record = await self._w.records.one(call)
        if record is None:
            raise Refusal(f"There is no call {call}.")
        return record

    async def _supervise(self, ask: control.Supervise) -> control.SupervisionView:
        call = self._w.switchboard.call(self._one_agent(ask.agent).call or "")
        if call is None or call.agent != ask.agent:  # perhaps it was passed on, and is only wrapped up here
            raise Refusal(f"{ask.agent} has no call.")
        await self._w.switchboard.tell(SupervisionAsked(call.call, ask.supervisor, ask.mode))
        return supervision_view(self._w.switchboard.call(call.call), call.call, ask.agent, ask.supervisor)

    async def _explain(self, call: str) -> dict[str, Any]:
        record = await self._w.records.one(call)
        if record is None:
            raise Refusal(f"There is no call {call}.")
        plain: dict[str, Any] = msgspec.to_builtins(record)
        offers = [
            {"at": offer["at"], "agent": offer["agent"], "result": offer["result"], "why": offer["why"]["sentence"]}
            for offer in plain["offers"]
        ]
        now = self._w.switchboard.explain(call)
        return {"call_id": call, "outcome": plain["outcome"], "now": now, "offers": offers}

    async def _mail(self, ask: control.Mail) -> list[control.MailView]:
        if self._w.mail is None:
            raise Refusal("This core has no mail.")
        try:
            return await mail_views(self._w.mail, ask)
        except (MailRefused, NoSuchAction) as refused:
            raise Refusal(str(refused)) from refused

    async def _dialog_link(self, ask: control.DialogLink) -> control.DialogLinkView:
        if self._w.dialog_link is None:
            raise Refusal("This core has no dialogs on the web.")
        return await self._w.dialog_link(ask.script, ask.customer, ask.days)

    def _one_agent(self, agent: str) -> AgentSnapshot:
        found = self._w.switchboard.agent(agent)
        if found is None:
            raise Refusal(f"There is no agent {agent}.")
        return found

    async def _events(self, after: int, follow: bool) -> None:
        """Entries after a position; to follow, subscribe first, so that none falls between reading and listening."""
        unsubscribe = self._w.switchboard.subscribe(self._note) if follow else None
        try:
            while entries := await self._w.ledger.read(after, EVENTS_AT_ONCE):
                await self._tell(entries)
                after = entries[-1].position
            while follow:
                entries, self._followed = [e for e in self._followed if e.position > after], []
                if entries:
                    await self._tell(entries)
                    after = entries[-1].position
                self._wake = Deferred()
                if not self._followed:
                    await self._wake
        finally:
            if unsubscribe is not None:
                unsubscribe()
        self._say({"ok": None})

    def _note(self, entries: Sequence[Entry]) -> None:
        self._followed += entries
        if len(self._followed) > MOST_WAITING_ENTRIES:
            self.abort()
        elif self._wake is not None and not self._wake.called:
            self._wake.callback(None)

    async def _tell(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._say({"ok": _told(entry)})
        if self._stalled:
            self._room = Deferred()
            await self._room

    def _turned(self, stalled: bool) -> None:
        self._stalled = stalled
        if not stalled and self._room is not None and not self._room.called:
            self._room.callback(None)

    def _send_sockets(self) -> None:
        """The names in the answer, the descriptors with its first octets, in the same order."""
        listening = self._w.listening()
        for _, descriptor in listening:
            self.transport.sendFileDescriptor(descriptor)
        self._say({"ok": [name for name, _ in listening]})

    def _say(self, message: Any) -> None:
        if not self._lost:
            self.sendLine(_encode(message))  # type: ignore[no-untyped-call]


def _told(entry: Entry) -> dict[str, Any]:
    """An entry as followers get it: `position` is its own in the ledger, `place` is the caller's in the queue."""
    told = msgspec.to_builtins(entry.fact)
    if "position" in told:
        told["place"] = told.pop("position")
    return {"position": entry.position, "at": iso(entry.at.wall), **told}
