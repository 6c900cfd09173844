"""What happens now, from snapshots. Pure."""

from collections.abc import Iterable

from server.call.ports import Switchboard
from server.call.snapshots import AgentSnapshot, CallSnapshot, QueueSnapshot
from server.call.states import Presence, WorkState
from server.records.instants import iso
from server.views import agent_view
from server.wire import api

_TALKING = (WorkState.TALKING, WorkState.HOLDING)


def status(switchboard: Switchboard, now_wall: float, calls_of: str = "") -> api.Status:
    """Everything; with `calls_of` only the calls of that agent are told."""
    agents, queues = switchboard.agents(), switchboard.queues()
    return api.Status(
        at=iso(now_wall),
        agents=[agent_view(agent) for agent in agents],
        queues=[queue_view(queue) for queue in queues],
        calls=[
            call_view(call) for call in switchboard.calls() if not calls_of or calls_of in (call.agent, *call.ringing)
        ],
        totals=totals(agents, queues),
    )


def queue_view(queue: QueueSnapshot) -> api.QueueView:
    """A queue."""
    return api.QueueView(
        id=queue.id,
        name=queue.name,
        waiting=queue.waiting,
        longest_since=_iso(queue.longest_since),
        ready=queue.ready,
        talking=queue.talking,
        logged_in=queue.logged_in,
        expected_wait_seconds=queue.expected_wait_seconds,
        wait_error_seconds=queue.wait_error_seconds,
        call_backs=queue.call_backs,
    )


def call_view(call: CallSnapshot) -> api.CallView:
    """A live call."""
    return api.CallView(
        call_id=call.call,
        state=str(call.state),
        from_=call.caller_e164 or call.caller,
        name=call.caller_name,
        to=call.dialled,
        queue=call.queue,
        agent=call.agent,
        ringing=call.ringing,
        arrived_at=iso(call.arrived_at),
        queued_at=_iso(call.joined_at),
        answered_at=_iso(call.answered_at),
        wait_seconds=round(call.waited_seconds, 3),
        position=call.position,
        customer=call.customer,
    )


def totals(agents: Iterable[AgentSnapshot], queues: Iterable[QueueSnapshot]) -> api.Totals:
    """Sums. An agent of several queues counts once."""
    agents, queues = list(agents), list(queues)
    ready = [agent for agent in agents if agent.presence == Presence.READY]
    waits = [queue.longest_since for queue in queues if queue.longest_since is not None]
    return api.Totals(
        waiting=sum(queue.waiting for queue in queues),
        longest_since=_iso(min(waits, default=None)),
        talking=sum(agent.work_state in _TALKING for agent in agents),
        agents_logged_in=sum(agent.presence != Presence.LOGGED_OUT for agent in agents),
        agents_ready=sum(agent.reachable and agent.work_state == WorkState.IDLE for agent in ready),
        agents_unreachable=sum(not agent.reachable for agent in ready),
    )


def _iso(wall: float | None) -> str | None:
    return None if wall is None else iso(wall)
