"""The site, looked up the way the rules need it."""

from typing import Protocol

from server.callflow.state import Call
from server.config.conditions import of_caller
from server.config.site import Agent, Queue, SiteFile
from server.wire.linecard import Dial

ACCEPT_SECONDS = 15
"""How long a `tel:` agent has to press 1 after the answer."""


class Sounds(Protocol):
    """Names of the WAV files that are played; made by `server.speech`, found before the rules start."""

    def greeting(self, queue: str) -> list[str]:
        """Played first to a caller of the queue; may be empty."""
        ...

    def music(self, queue: str) -> list[str]:
        """Played again and again to a caller of the queue."""
        ...

    def goodbye(self) -> list[str]:
        """Said to a caller who waited too long."""
        ...

    def closed(self) -> list[str]:
        """Said to a caller when the number leads nowhere."""
        ...

    def who_calls(self, number: str) -> list[str]:
        """ "Call from ...; press 1 to accept", for a `tel:` agent."""
        ...


class Plan:
    """Queues, agents and numbers of a site. Read only."""

    def __init__(self, site: SiteFile, sounds: Sounds) -> None:
        self.site = site
        self.sounds = sounds
        self.queues: dict[str, Queue] = {queue.id: queue for queue in site.queue}
        self.agents: dict[str, Agent] = {agent.id: agent for agent in site.agent}
        self.reasons = {reason.id for reason in site.reason}
        self.results = {result.id for result in site.result}
        self._additions = {
            queue.id: [(of_caller(entry.when), entry.add) for entry in queue.caller_priority] for queue in site.queue
        }
        self.remember_seconds = max((queue.sticky_seconds for queue in site.queue), default=0)
        """For so long it matters to some queue who spoke last with a number; 0: to none."""
        self._numbers = {number.dial: number.to for number in site.number}

    def queue(self, queue: str) -> Queue:
        """A queue; one that was taken out of the site while calls were in it goes on with the defaults."""
        return self.queues.get(queue) or Queue(id=queue)

    def target(self, dialled: str) -> tuple[str, str] | None:
        """Kind and id of what a dialled number leads to, e.g. `("queue", "billing")`; None: the number is not ours."""
        to = self._numbers.get(dialled)
        if to is None:
            return None
        kind, _, ident = to.partition(":")
        return kind, ident

    def priority(self, call: Call, queue: str) -> int:
        """The call's priority in the queue: the queue's own, and what is added for this caller."""
        additions = self._additions.get(queue)
        base = self.queue(queue).priority
        if not additions:
            return base
        caller = {
            "number": call.caller_e164 or call.caller,
            "dialled": call.dialled,
            "trunk": call.trunk,
            "segment": call.segment,
        }
        return base + sum(add for holds, add in additions if holds(caller))

    def must_accept(self, agent: str) -> bool:
        """Whether the agent presses 1 before getting the caller: a mobile's voicemail must never get a customer."""
        return self.agents[agent].phone.startswith("tel:")

    def dial(self, call: str, leg: str, agent: str, caller: str, caller_name: str, ring_seconds: float) -> Dial:
        """The command that rings the agent's phone."""
        return Dial(
            call=call,
            leg=leg,
            uri=self._uri(self.agents[agent]),
            caller=caller,
            caller_name=caller_name,
            ring_seconds=ring_seconds,
        )

    def _uri(self, agent: Agent) -> str:
        if agent.phone == "registered":
            return f"sip:{agent.id}@{self.site.sip.domain}"
        if agent.phone.startswith("tel:"):
            trunk = next((trunk.target for trunk in self.site.trunk if trunk.target), "")
            return f"sip:{agent.phone.removeprefix('tel:')}@{trunk.removeprefix('sip:')}"
        return agent.phone
