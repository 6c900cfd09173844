"""A switchboard without rules: tests put snapshots in, read what it was told, and commit facts by hand."""

from collections.abc import Callable, Sequence

import msgspec
from twisted.internet.defer import Deferred, fail, succeed

from server.call.events import AnyEvent, RequestRefused
from server.call.facts import AnyFact, Entry
from server.call.now import Now
from server.call.ports import Subscriber
from server.call.snapshots import AgentSnapshot, CallSnapshot, QueueSnapshot

NOW = 1_790_000_000.0


def an_agent(agent: str, **changes: object) -> AgentSnapshot:
    """A logged-out agent of no queue, with changes."""
    fields: dict[str, object] = {
        "id": agent,
        "name": agent.title(),
        "role": "agent",
        "presence": "logged-out",
        "reason": "",
        "work_state": "idle",
        "since": NOW - 60,
        "reachable": True,
        "fault": "",
        "phone": "registered",
        "queues": [],
        "call": None,
        "after_call": None,
        "after_call_reason": "",
        "wrap_up_began_at": None,
        "wrap_up_ends_at": None,
    }
    return AgentSnapshot(**{**fields, **changes})  # type: ignore[arg-type]


def a_call(call: str, **changes: object) -> CallSnapshot:
    """A call from +351210000001 that waits in `service`, with changes."""
    fields: dict[str, object] = {
        "call": call,
        "state": "queued",
        "caller": "+351210000001",
        "caller_e164": "+351210000001",
        "caller_name": "",
        "dialled": "100",
        "trunk": "main",
        "queue": "service",
        "priority": 0,
        "arrived_at": NOW - 12,
        "joined_at": NOW - 10,
        "waited_seconds": 10.0,
        "position": 1,
        "agent": None,
        "since": NOW - 10,
        "answered_at": None,
        "muted": False,
        "notes": "",
        "result": "",
        "customer": "",
    }
    return CallSnapshot(**{**fields, **changes})  # type: ignore[arg-type]


def a_queue(queue: str, **changes: object) -> QueueSnapshot:
    """An empty queue, with changes."""
    fields: dict[str, object] = {
        "id": queue,
        "name": queue.title(),
        "waiting": 0,
        "longest_since": None,
        "ready": 0,
        "talking": 0,
        "logged_in": 0,
    }
    return QueueSnapshot(**{**fields, **changes})  # type: ignore[arg-type]


class FakeSwitchboard:
    """`refusal`, when set, is the answer to everything that is told; `held` collects answers when `hold` is true."""

    def __init__(
        self,
        agents: Sequence[AgentSnapshot] = (),
        queues: Sequence[QueueSnapshot] = (),
        calls: Sequence[CallSnapshot] = (),
    ) -> None:
        self._agents = {agent.id: agent for agent in agents}
        self._queues = {queue.id: queue for queue in queues}
        self._calls = {call.call: call for call in calls}
        self._subscribers: list[Subscriber] = []
        self._position = 0
        self.told: list[AnyEvent] = []
        self.refusal: RequestRefused | None = None
        self.hold = False
        self.held: list[Deferred[None]] = []
        self.on_told: Callable[[AnyEvent], None] = lambda _: None

    def tell(self, event: AnyEvent) -> Deferred[None]:
        self.told.append(event)
        if self.refusal:
            return fail(self.refusal)
        self.on_told(event)
        if not self.hold:
            return succeed(None)
        answer: Deferred[None] = Deferred()
        self.held.append(answer)
        return answer

    def settled(self) -> Deferred[None]:
        return succeed(None)

    def agents(self) -> list[AgentSnapshot]:
        return list(self._agents.values())

    def agent(self, agent: str) -> AgentSnapshot | None:
        return self._agents.get(agent)

    def queues(self) -> list[QueueSnapshot]:
        return list(self._queues.values())

    def calls(self) -> list[CallSnapshot]:
        return list(self._calls.values())

    def call(self, call: str) -> CallSnapshot | None:
        return self._calls.get(call)

    def explain(self, call: str) -> list[str]:
        return [f"It is {self._calls[call].state}."] if call in self._calls else []

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    @property
    def subscribers(self) -> int:
        return len(self._subscribers)

    def set_agent(self, agent: str, **changes: object) -> None:
        self._agents[agent] = msgspec.structs.replace(self._agents[agent], **changes)

    def set_queue(self, queue: str, **changes: object) -> None:
        self._queues[queue] = msgspec.structs.replace(self._queues[queue], **changes)

    def put_call(self, call: CallSnapshot) -> None:
        self._calls[call.call] = call

    def set_call(self, call: str, **changes: object) -> None:
        self._calls[call] = msgspec.structs.replace(self._calls[call], **changes)

    def drop_call(self, call: str) -> None:
        del self._calls[call]

    def commit(self, *facts: AnyFact) -> list[Entry]:
        """Hand a batch of facts to the subscribers, as the exchange does after the commit."""
        entries = []
        for fact in facts:
            self._position += 1
            entries.append(Entry(position=self._position, at=Now(NOW, 1000.0), fact=fact))
        for subscriber in list(self._subscribers):
            subscriber(entries)
        return entries
