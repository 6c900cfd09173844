"""How many agents of each queue are logged in: a queue without any can be a reason to send callers elsewhere."""

from collections.abc import Mapping, Sequence

from server.acd.agent import Agent
from server.call.states import Presence


class Attendance:
    """Counted as agents come and go. `queues_of`: agent to the queues whose calls the agent takes."""

    def __init__(self, queues_of: Mapping[str, Sequence[str]]) -> None:
        self._queues_of = queues_of
        self._here: set[str] = set()
        self._counts: dict[str, int] = {}

    def logged_in(self, queue: str) -> int:
        """Agents of the queue who are ready or not ready, reachable or not."""
        return self._counts.get(queue, 0)

    def agent_changed(self, agent: Agent) -> None:
        """The presence of an agent may have changed."""
        here = agent.presence is not Presence.LOGGED_OUT
        if here == (agent.id in self._here):
            return
        (self._here.add if here else self._here.discard)(agent.id)
        for queue in self._queues_of.get(agent.id, ()):
            self._counts[queue] = self._counts.get(queue, 0) + (1 if here else -1)
