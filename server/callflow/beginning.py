"""A core begins with what the ledger says: agents who are not in the site any more end what they had, deadlines are set
anew, who waits is on the floor again. What the cards say comes later (`restart`)."""

from server.acd.agent import LOST_SECONDS, Agent
from server.call import facts
from server.call.commands import RingAgents
from server.call.states import CallState, Presence, WorkState
from server.callflow import agents, mailbox_calls, waiting
from server.callflow.applying.apply import apply
from server.callflow.missing import RULE
from server.callflow.state import Call
from server.callflow.turn import Turn


def end_for_who_is_gone(turn: Turn) -> None:
    """Wrap-ups of agents who were taken out of the site end now, and so does the time that they are logged in."""
    for gone in [agent for agent in turn.state.agents.values() if agent.id not in turn.plan.agents]:
        ends: list[facts.AnyFact] = []
        if gone.work_state is WorkState.WRAP_UP and gone.call is not None:
            ends.append(facts.WrapUpEnded(agent=gone.id, call=gone.call, by="restart"))
        if gone.presence is not Presence.LOGGED_OUT:
            ends.append(facts.PresenceChosen(agent=gone.id, presence=Presence.LOGGED_OUT, by=RULE))
        for end in ends:
            turn.facts.append((turn.now, end))  # not by `note`: the floor does not know the agent any more
            apply(turn.state, turn.now, end)
            turn.world.waits.take(turn.now, end)


def take_over(turn: Turn) -> None:
    """The floor knows the agents: queues, mailboxes, calls and agents go on. Nothing is offered before the cards are
    counted."""
    world = turn.world
    for queue, memory in world.state.queues.items():
        world.floor.offered(queue, memory.last_agent)
        turn.weigh(queue)
    mailbox_calls.tidy(turn)
    world.recovering = True
    for call in world.state.calls.values():
        _resume(turn, call)
    for agent in world.state.agents.values():
        _resume_agent(turn, agent)


def _resume_agent(turn: Turn, agent: Agent) -> None:
    world, now = turn.world, turn.now
    if (ends := agent.wrap_up_ends_mono()) is not None:
        turn.due(ends, "wrap-up", agent.id)
    turn.reach(agent.id, now)
    world.floor.agent_changed(agent)
    world.waits.agent_changed(agent)
    if agent.desk is True:
        world.desks_away.add(agent.id)
        turn.due(now.mono + agents.DESK_BACK_SECONDS, "desk-away", agent.id)
    if agent.desk is False:
        turn.due(agent.desk_lost_mono + LOST_SECONDS, "lost", agent.id)
    if agent.phone_fault() and agent.phone_lost_mono:
        turn.due(agent.phone_lost_mono + LOST_SECONDS, "lost", agent.id)


def _resume(turn: Turn, call: Call) -> None:
    if call.state is CallState.QUEUED and (call.queue in turn.plan.queues or call.is_away()):
        turn.enqueue(call)  # `restart` sends a caller on the line elsewhere if there is no such queue any more
    if call.state is CallState.CALL_BACK_LATER and call.again is not None:
        turn.due(call.again.mono, "call-back", call.call)
    elif call.state in (CallState.QUEUED, CallState.OFFERED):
        waiting.set_deadlines(turn, call)
    if call.fork:  # so that the edge knows whose phones ring, when they are to ring no longer
        turn.commands.append(RingAgents(call.call, call.leg, list(call.fork)))
