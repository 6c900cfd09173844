"""A core begins: the state is taken over, and its monotonic moments are carried to another boot."""

from server.call import facts
from server.call.now import Now
from server.callflow import spoken
from server.callflow.applying import supervision
from server.callflow.state import Ringing, State


def core_began(state: State, at: Now, fact: facts.CoreBegan) -> None:
    if state.boot and state.boot != fact.boot:
        _shift(state, (at.mono - at.wall) - (state.clock.mono - state.clock.wall))
    state.boot = fact.boot
    state.clock = at
    supervision.forget_messages(state, at)
    for agent in state.agents.values():
        if agent.since.wall == 0:  # nothing is known of this agent yet: as it is now, since now
            agent.since, agent.idle_since = at, at.mono


def _shift(state: State, seconds: float) -> None:
    """The machine was booted anew: carry monotonic moments over to the new boot, by the wall clock."""

    def moved(moment: Now) -> Now:
        return Now(moment.wall, moment.mono + seconds)

    for agent in state.agents.values():
        agent.since = moved(agent.since)
        agent.idle_since += seconds
        agent.desk_lost_mono += seconds
        agent.phone_lost_mono += seconds if agent.phone_lost_mono else 0
        agent.talk_began_mono += seconds
        if agent.wrap_up_began is not None:
            agent.wrap_up_began = moved(agent.wrap_up_began)
    supervision.shift(state, moved)
    spoken.shift(state, lambda mono: mono + seconds)
    state.ordered = [(mono + seconds, number) for mono, number in state.ordered]
    state.ordered_by_known = [(mono + seconds, number) for mono, number in state.ordered_by_known]
    for call in state.calls.values():
        call.fork = {agent: Ringing(one.offer, moved(one.at), one.rang) for agent, one in call.fork.items()}
        call.arrived, call.since = moved(call.arrived), moved(call.since)
        call.joined = None if call.joined is None else moved(call.joined)
        call.connected = None if call.connected is None else moved(call.connected)
        call.entered = None if call.entered is None else moved(call.entered)
        call.again = None if call.again is None else moved(call.again)
