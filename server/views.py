"""What the API and the command line show of snapshots: the same words in both places. Pure."""

from server.call.snapshots import AgentSnapshot
from server.records.instants import iso
from server.wire import control


def agent_view(agent: AgentSnapshot) -> control.AgentView:
    """An agent as `caruso ctl agents` and `GET /api/v1/status` show it."""
    return control.AgentView(
        id=agent.id,
        name=agent.name,
        presence=str(agent.presence),
        reason=agent.reason,
        work_state=str(agent.work_state),
        reachable=agent.reachable,
        since=iso(agent.since),
        queues=agent.queues,
        call=agent.call,
        fault=agent.fault,
    )
