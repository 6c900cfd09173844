"""A floor with agents and calls, for tests."""

from collections.abc import Callable, Iterable

from server.acd.agent import Agent
from server.acd.floor import Floor, Match
from server.acd.line import QueueRules, Tier
from server.acd.routing import Membership
from server.acd.waiting_call import WaitingCall
from server.call.states import Presence, WorkState


def agent(name: str, order: int = 0, **known: object) -> Agent:
    """A free agent."""
    ready = {"phone": "sip:x@y", "reachable": True, "presence": Presence.READY}
    return Agent(id=name, order=order, **{**ready, **known})  # type: ignore[arg-type]


class Rig:
    """Queues `a` and others; members as `agent: [(queue, tier, penalty, weight)]` or `agent: [queue]`."""

    def __init__(
        self,
        members: dict[str, list[object]],
        strategies: dict[str, str] | None = None,
        tiers: Iterable[Tier] = (Tier(),),
        draw: Callable[[], float] = lambda: 0.5,
    ) -> None:
        strategies = strategies or {"a": "longest-idle", "b": "top-down"}
        lists: dict[str, list[Membership]] = {queue: [] for queue in strategies}
        for name, theirs in members.items():
            for one in theirs:
                queue, *rest = (one,) if isinstance(one, str) else one  # type: ignore[misc]
                lists[queue].append(Membership(name, len(lists[queue]), *rest))
        self.floor = Floor([QueueRules(q, s, tuple(tiers)) for q, s in strategies.items()], lists)
        self.agents = {name: agent(name, order) for order, name in enumerate(members)}
        self.draw = draw

    def all_free(self) -> None:
        for known in self.agents.values():
            self.free(known.id)

    def free(self, name: str, **known: object) -> None:
        """The agent becomes free, or something about one who is free changes."""
        one = self.agents[name]
        one.work_state = WorkState.IDLE
        for field, value in known.items():
            setattr(one, field, value)
        self.floor.agent_changed(one)

    def join(self, call: str, queue: str = "a", joined: float = 90, mono: float = 100, **more: object) -> float | None:
        waiting = WaitingCall(call, queue, more.pop("priority", 0), joined, **more)  # type: ignore[arg-type]
        return self.floor.join(waiting, mono)

    def take(self, mono: float = 100) -> Match | None:
        """One match, carried out."""
        match = self.floor.next_match(mono, self.draw)
        if match is not None:
            self.floor.leave(match.call.call)
            self.agents[match.agent].work_state = WorkState.RESERVED
            self.floor.agent_changed(self.agents[match.agent])
            self.floor.offered(match.call.queue, match.agent)
        return match

    def served(self, calls: int, queue: str = "a") -> list[str]:
        """Who gets one call after the other, each agent free again at once."""
        agents = []
        for number in range(calls):
            self.join(f"served-{number}", queue)
            match = self.take()
            assert match is not None
            agents.append(match.agent)
            self.free(match.agent)
        return agents
