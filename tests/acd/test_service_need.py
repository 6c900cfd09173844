"""How far a queue is below its goal."""

from hypothesis import given, strategies as st

from server.acd.service_need import QueueMemory, need


def after(*in_time: bool) -> QueueMemory:
    memory = QueueMemory()
    for one in in_time:
        memory.observe(one)
    return memory


def test_a_queue_that_nobody_called_needs_nothing() -> None:
    assert need(QueueMemory(), 80) == 0


def test_one_late_call_in_the_morning_does_not_turn_everything_round() -> None:
    assert need(after(False), 80) == 5
    assert need(after(False, True, True, True), 80) == 0


def test_a_queue_that_is_always_late_needs_much_and_recovers() -> None:
    late = after(*[False] * 200)
    assert need(late, 80) == 65
    for _ in range(200):
        late.observe(True)
    assert need(late, 80) == 0


@given(st.lists(st.booleans(), max_size=100), st.floats(0, 100))
def test_need_is_in_steps_of_five_between_nothing_and_the_goal(calls: list[bool], goal: float) -> None:
    points = need(after(*calls), goal)
    assert points % 5 == 0
    assert 0 <= points <= goal
