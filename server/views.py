"""What the API and the command line show of snapshots: the same words in both places. Pure."""

from server.call.snapshots import AgentSnapshot, CallSnapshot
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


def supervision_view(call: CallSnapshot | None, asked: str, agent: str, supervisor: str) -> control.SupervisionView:
    """What became of a supervisor's wish about the call `asked` and its `agent`; `call` None: it is over."""
    now = call.supervision if call is not None else None
    return control.SupervisionView(
        call_id=asked,
        agent=agent,
        supervisor=now.supervisor if now is not None else supervisor,
        mode=now.mode if now is not None else "",
        state="over" if now is None else "joined" if now.joined else "calling",
    )
