"""The floor: who is matched with whom, and why."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.acd.agent import Agent
from server.acd.floor import Floor, Match
from server.acd.waiting_call import WaitingCall
from server.call.facts import Why
from server.call.now import Now
from server.call.states import IllegalTransition, Presence, WorkState


def agent(name: str, order: int = 0, *, idle_since: float = 0, ready: bool = True) -> Agent:
    return Agent(
        id=name, order=order, phone="sip:x@y", idle_since=idle_since, reachable=True,
        presence=Presence.READY if ready else Presence.NOT_READY,
    )  # fmt: skip


def floor(**members: list[str]) -> Floor:
    """Two queues: `a` longest-idle, `b` top-down."""
    return Floor([("a", "longest-idle"), ("b", "top-down")], list(members.items()))


def take(on: Floor, agents: dict[str, Agent], mono: float = 100) -> Match | None:
    """One match, carried out."""
    match = on.next_match(mono)
    if match is not None:
        on.leave(match.call.call)
        agents[match.agent].work_state = WorkState.RESERVED
        on.agent_changed(agents[match.agent])
    return match


def recompute(why: Why) -> str:
    """The choice from the recorded reason alone: smallest value that was not passed over, ties to the first."""
    able = [candidate for candidate in why.candidates if not candidate.passed_over]
    return min(able, key=lambda candidate: candidate.value).agent


def test_longest_idle_takes_who_is_free_longest() -> None:
    on = floor(x=["a"], y=["a"], z=["a"])
    agents = {n: agent(n, i, idle_since=s) for i, (n, s) in enumerate([("x", 30.0), ("y", 10.0), ("z", 20.0)])}
    for known in agents.values():
        on.agent_changed(known)
    on.join(WaitingCall("c1", "a", 0, 90))
    match = take(on, agents)
    assert match is not None
    assert match.agent == "y"
    assert match.why.sentence == (
        "y: the agent who has been free longest, of 3 free (free for 90 s); the caller waited 10 s"
    )
    assert take(on, agents) is None


def test_top_down_takes_the_first_of_the_fixed_order() -> None:
    on = floor(x=["b"], y=["b"])
    agents = {"x": agent("x", 0, idle_since=50), "y": agent("y", 1, idle_since=1)}
    for known in agents.values():
        on.agent_changed(known)
    on.join(WaitingCall("c1", "b", 0, 90))
    on.join(WaitingCall("c2", "b", 0, 91))
    first, second = take(on, agents), take(on, agents)
    assert first is not None
    assert second is not None
    assert [first.agent, second.agent] == ["x", "y"]


def test_a_free_agent_gets_the_higher_priority_then_the_longer_wait() -> None:
    on = floor(x=["a", "b"])
    agents = {"x": agent("x")}
    on.join(WaitingCall("early", "a", 0, 10))
    on.join(WaitingCall("late", "a", 0, 20))
    on.join(WaitingCall("urgent", "b", 5, 30))
    served = []
    for _ in range(3):
        agents["x"].work_state = WorkState.IDLE
        on.agent_changed(agents["x"])
        match = take(on, agents)
        assert match is not None
        served.append(match.call.call)
    assert served == ["urgent", "early", "late"]


def test_not_offered_twice_running_to_the_same_agent_while_another_is_free() -> None:
    on = floor(x=["a"], y=["a"])
    agents = {"x": agent("x", 0, idle_since=1), "y": agent("y", 1, idle_since=50)}
    for known in agents.values():
        on.agent_changed(known)
    on.join(WaitingCall("c1", "a", 0, 90, last_agent="x"))
    match = take(on, agents)
    assert match is not None
    assert match.agent == "y"
    assert recompute(match.why) == "y"
    on.join(WaitingCall("c2", "a", 0, 90, last_agent="x"))
    match = take(on, agents)
    assert match is not None
    assert match.agent == "x", "nobody else is free"


def test_an_unknown_strategy_is_an_error() -> None:
    with pytest.raises(KeyError):
        Floor([("a", "fastest")], [])


def test_an_illegal_transition_changes_nothing() -> None:
    someone = agent("x")
    before = msgspec.structs.asdict(someone)
    with pytest.raises(IllegalTransition, match="idle cannot become talking"):
        someone.move(WorkState.TALKING, Now(1.0, 1.0))
    assert msgspec.structs.asdict(someone) == before


@given(
    agents=st.lists(st.tuples(st.floats(0, 99), st.sets(st.sampled_from("ab"), min_size=1)), max_size=8),
    calls=st.lists(st.tuples(st.sampled_from("ab"), st.integers(-2, 2), st.floats(0, 99)), max_size=12),
)
def test_everybody_who_can_be_matched_is_and_each_choice_follows_from_its_reason(
    agents: list[tuple[float, set[str]]], calls: list[tuple[str, int, float]]
) -> None:
    members = {f"x{number}": sorted(queues) for number, (_, queues) in enumerate(agents)}
    on = floor(**members)
    people = {f"x{n}": agent(f"x{n}", n, idle_since=idle) for n, (idle, _) in enumerate(agents)}
    for number, (queue, priority, joined) in enumerate(calls):
        on.join(WaitingCall(f"c{number}", queue, priority, joined))
    for someone in people.values():
        on.agent_changed(someone)
    served: dict[str, list[tuple[int, float, str]]] = {"a": [], "b": []}
    while (match := take(on, people)) is not None:
        assert match.call.queue in members[match.agent]
        assert recompute(match.why) == match.agent
        served[match.call.queue].append(match.call.rank())
    for queue in "ab":
        assert not (on.waiting(queue) and on.free_agents(queue))
        assert served[queue] == sorted(served[queue])
