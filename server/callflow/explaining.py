"""Why a call is where it is, in sentences that a supervisor understands. Made on request, never kept."""

from server.acd.agent import Agent
from server.acd.line import Line
from server.call.now import Now
from server.call.states import CallState, Presence, WorkState
from server.callflow.state import Call, Ringing
from server.callflow.turn import World

NAMED_AGENTS = 20


def explain(world: World, call: Call, now: Now) -> list[str]:
    """What happens to the call now, and, while it waits, why nobody has it yet."""
    since = now.mono - call.since.mono
    if world.floor.waits(call.call):
        return _waiting(world, call, now)
    match call.state:
        case CallState.OFFERED if call.agent is None:
            return [_ringing(agent, one, now) for agent, one in call.fork.items()]
        case CallState.OFFERED:
            what = "whose phone rings" if call.rang else "whose phone is called"
            return [f"Offered to {call.agent}, {what}, for {since:.0f} s."]
        case CallState.TALKING | CallState.HOLDING:
            return [f"{call.agent} has it for {since:.0f} s ({call.state})."]
        case CallState.CLOSED:
            return [
                f"It is over; {one.id} is in wrap-up." for one in world.state.agents.values() if one.call == call.call
            ]
        case _:
            return [f"It is {call.state} for {since:.0f} s."]


def _ringing(agent: str, one: Ringing, now: Now) -> str:
    what = "whose phone rings" if one.rang else "whose phone is called"
    return f"Offered to {agent}, {what}, for {now.mono - one.at.mono:.0f} s."


def _waiting(world: World, call: Call, now: Now) -> list[str]:
    floor, joined = world.floor, call.joined
    assert joined is not None
    waited = now.mono - joined.mono
    count = floor.waiting_count(call.queue)
    said = [
        f"Waits in the queue {call.queue} for {waited:.0f} s, at place {floor.position(call.call)} of {count}, with "
        f"priority {call.priority}."
    ]
    if world.recovering:
        said.append("The server has just started and waits for its line cards to come back; nothing is offered yet.")
    if world.stopping:
        said.append("The server ends; nothing is offered any more.")
    line = floor.line(call.queue)
    tier = line.tier_of(call.call)
    if line.tiers[tier].require:
        said.append(f"Agents need: {line.tiers[tier].require}.")
    if tier + 1 < len(line.tiers):
        later = line.tiers[tier + 1]
        said.append(f"After {later.after_seconds:.0f} s of waiting it is enough to have: {later.require}.")
    return said + _agents(world, call, line, tier)


def _agents(world: World, call: Call, line: Line, tier: int) -> list[str]:
    members = [a for a in world.state.agents.values() if call.queue in world.plan.agents[a.id].queues]
    if not members:
        return [f"The queue {call.queue} has no agents."]
    present = [agent for agent in members if agent.presence is not Presence.LOGGED_OUT]
    said = [f"{agent.id}: {_why_not(agent, line, tier)}." for agent in present[:NAMED_AGENTS]]
    if len(present) > NAMED_AGENTS:
        said.append(f"And {len(present) - NAMED_AGENTS} more agents, of whom none is free for this call.")
    if away := len(members) - len(present):
        said.append("Nobody of the queue is logged in." if not present else f"Logged out: {away} of {len(members)}.")
    return said


def _why_not(agent: Agent, line: Line, tier: int) -> str:
    """Why the agent does not have the call."""
    member = line.free.members.get(agent.id)
    if member is None:
        return "has not the skills for any caller of this queue"
    if agent.work_state is not WorkState.IDLE:
        doing = {
            WorkState.RESERVED: "is offered another call",
            WorkState.RINGING: "is offered another call",
            WorkState.TALKING: "talks",
            WorkState.HOLDING: "talks, the customer is on hold",
            WorkState.WRAP_UP: "is in wrap-up",
        }
        return doing[agent.work_state]
    if agent.presence is Presence.NOT_READY:
        return f"is not ready ({agent.reason})" if agent.reason else "is not ready"
    if fault := agent.fault():
        return f"is ready, but cannot be reached ({fault})"
    if agent.supervising:
        return "listens to a colleague's talk"
    if member.tier > tier:
        return "is free, but has the skills only for callers who have waited longer"
    return "is free"
