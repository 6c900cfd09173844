"""What others see of the state."""

from collections.abc import Sequence

from server.acd.agent import Agent
from server.call.now import Now
from server.call.snapshots import AgentSnapshot, CallSnapshot, MessageSnapshot, QueueSnapshot, SupervisionSnapshot
from server.call.states import CallState, Presence, WorkState
from server.callflow.plan import Plan
from server.callflow.state import Call, Message, Watch
from server.callflow.turn import World
from server.config.destinations import has_call_back
from server.config.site import Queue

_ELSEWHERE = (CallState.DIVERTED, CallState.IN_MAILBOX, CallState.IN_DIALOG)


def agent_snapshot(plan: Plan, agent: Agent, messages: Sequence[Message] = ()) -> AgentSnapshot:
    """An agent as others see one, with the messages that are kept."""
    site = plan.agents[agent.id]
    began = agent.wrap_up_began
    return AgentSnapshot(
        id=agent.id,
        name=site.name or agent.id,
        role=site.role,
        presence=agent.presence,
        reason=agent.reason,
        work_state=agent.work_state,
        since=agent.since.wall,
        reachable=agent.reachable,
        fault=agent.fault(),
        phone=agent.phone,
        queues=list(site.queues),
        call=agent.call,
        after_call=agent.after_call,
        after_call_reason=agent.after_call_reason,
        wrap_up_began_at=None if began is None else began.wall,
        wrap_up_ends_at=None if began is None else began.wall + agent.wrap_up_seconds,
        messages=[_message(one) for one in messages],
    )


def _message(message: Message) -> MessageSnapshot:
    return MessageSnapshot(
        id=message.id,
        by=message.by,
        text=message.text,
        queue=message.queue,
        sent_at=message.sent.wall,
        seen_at=None if message.seen is None else message.seen.wall,
    )


def call_snapshot(world: World, call: Call, now: Now) -> CallSnapshot:
    """A call as others see one."""
    return CallSnapshot(
        call=call.call,
        state=call.state,
        caller=call.caller,
        caller_e164=call.caller_e164,
        caller_name=call.caller_name,
        dialled=call.dialled,
        trunk=call.trunk,
        queue=call.queue,
        priority=call.priority,
        arrived_at=call.arrived.wall,
        joined_at=None if call.joined is None else call.joined.wall,
        waited_seconds=round(max(0.0, _waited(world, call, now)), 3),
        position=world.floor.position(call.call),
        agent=call.agent,
        ringing=list(call.fork) if call.agent is None else [],
        since=call.since.wall,
        answered_at=None if call.connected is None else call.connected.wall,
        muted=call.muted,
        notes=call.notes,
        result=call.result,
        customer=call.customer,
        call_back=call.call_back,
        mailbox=call.task_box,
        message=call.task,
        hearing=call.call in world.lines and world.lines[call.call].hearing,
        supervision=_supervision(world.state.watches.get(call.call)),
    )


def _waited(world: World, call: Call, now: Now) -> float:
    """Seconds in queues so far; they end when an agent has the call, or it is sent elsewhere."""
    if call.joined is None:
        return call.waited_seconds
    if call.state in _ELSEWHERE:
        return call.waited_seconds or call.since.mono - call.joined.mono
    waits = world.floor.waits(call.call) or (call.connected is None and not call.released)
    return now.mono - call.joined.mono if waits else call.waited_seconds


def _supervision(watch: Watch | None) -> SupervisionSnapshot | None:
    if watch is None:
        return None
    return SupervisionSnapshot(
        supervisor=watch.supervisor,
        mode=watch.mode,
        joined=watch.joined is not None,
        since=(watch.joined or watch.began).wall,
    )


def queue_snapshot(world: World, queue: Queue) -> QueueSnapshot:
    """A queue as others see one."""
    members = [agent for agent in world.state.agents.values() if queue.id in world.plan.agents[agent.id].queues]
    longest = world.floor.longest_waiting(queue.id)
    joined = None if longest is None else world.state.calls[longest].joined
    waits = world.waits
    expected = (
        0.0 if world.floor.free_count(queue.id) else waits.expected(queue.id, world.floor.waiting_count(queue.id) + 1)
    )
    return QueueSnapshot(
        id=queue.id,
        name=queue.name or queue.id,
        waiting=world.floor.waiting_count(queue.id),
        longest_since=None if joined is None else joined.wall,
        ready=world.floor.free_count(queue.id),
        talking=sum(1 for agent in members if agent.work_state in (WorkState.TALKING, WorkState.HOLDING)),
        logged_in=sum(1 for agent in members if agent.presence is not Presence.LOGGED_OUT),
        expected_wait_seconds=None if expected is None else round(expected, 1),
        wait_error_seconds=waits.accuracy(queue.id).mean_error_seconds,
        call_backs=_call_backs(world, queue),
    )


def _call_backs(world: World, queue: Queue) -> int | None:
    if not has_call_back(queue) and all(mailbox.task_queue != queue.id for mailbox in world.plan.site.mailbox):
        return None
    return sum(call.queue == queue.id and call.is_away() for call in world.state.calls.values())
