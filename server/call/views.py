"""What the API and the command line show of snapshots: the same words in both places."""

from datetime import UTC, datetime

from server.call.snapshots import AgentSnapshot
from server.wire import control


def iso_utc(wall: float) -> str:
    """A wall time (seconds since 1970) as ISO 8601 in UTC with milliseconds, for example `2026-03-01T09:30:00.250Z`."""
    return datetime.fromtimestamp(wall, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def agent_view(agent: AgentSnapshot) -> control.AgentView:
    """An agent as `caruso ctl agents` and `GET /api/v1/status` show it."""
    return control.AgentView(
        id=agent.id,
        name=agent.name,
        presence=str(agent.presence),
        reason=agent.reason,
        work_state=str(agent.work_state),
        reachable=agent.reachable,
        since=iso_utc(agent.since),
        queues=agent.queues,
        call=agent.call,
        fault=agent.fault,
    )
