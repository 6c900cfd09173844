"""Who spoke last with whom: what is remembered, for how long, and how much of it."""

from collections.abc import Sequence

from server.call import facts
from server.call.now import Now
from server.callflow import spoken
from server.callflow.state import Call, State


def talked(state: State, number: str, agent: str, mono: float, customer: str = "", numbers: Sequence[str] = ()) -> Call:
    call = a_call(number, customer)
    call.customer_numbers = list(numbers)
    spoken.remember(state, call, agent, mono, 600)
    return call


def a_call(number: str, customer: str = "") -> Call:
    return Call(
        call=f"call-{number}",
        card="",
        caller=number,
        caller_e164="",
        caller_name="",
        dialled="",
        trunk="",
        customer=customer,
        arrived=Now(0, 0),
        since=Now(0, 0),
    )


def test_the_customer_counts_for_more_than_the_phone() -> None:
    state = State()
    talked(state, "+491", "ana", 0, "K-1", ["+491", "+492"])
    talked(state, "+491", "bruno", 10, "K-2")
    assert spoken.agent_of(state, a_call("+491", "K-1"), 600, 20) == "ana"
    assert spoken.agent_of(state, a_call("+491", "K-2"), 600, 20) == "bruno"
    assert spoken.agent_of(state, a_call("+491", "K-3"), 600, 20) == ""
    assert spoken.agent_of(state, a_call("+491"), 600, 20) == "bruno"
    assert spoken.agent_of(state, a_call("+492"), 600, 20) == "ana"


def test_a_number_that_nobody_knew_is_the_customers_as_soon_as_it_is_known() -> None:
    state = State()
    talked(state, "+491", "ana", 0)
    assert spoken.agent_of(state, a_call("+491", "K-1"), 600, 20) == "ana"


def test_a_caller_without_a_number_is_found_by_what_the_agent_said() -> None:
    state = State()
    call = talked(state, "", "ana", 0)
    assert spoken.agent_of(state, a_call(""), 600, 1) == ""
    spoken.set_right(state, facts.CustomerKnown(call=call.call, customer="K-1", by="ana", numbers=["+491"]))
    assert spoken.agent_of(state, a_call("+491"), 600, 1) == "ana"
    assert spoken.agent_of(state, a_call("", "K-1"), 600, 1) == "ana"
    assert spoken.agent_of(state, a_call("", "K-2"), 600, 1) == ""


def test_what_an_older_talk_turns_out_to_be_takes_nothing_from_a_newer_one() -> None:
    state = State()
    older = talked(state, "+491", "ana", 0)
    talked(state, "+492", "bruno", 10, "K-1")
    spoken.set_right(state, facts.CustomerKnown(call=older.call, customer="K-1", by="ana"))
    assert spoken.agent_of(state, a_call("", "K-1"), 600, 20) == "bruno"
    assert spoken.agent_of(state, a_call("+491"), 600, 20) == "ana"


def test_what_is_long_ago_is_forgotten_and_moments_go_along_with_the_clock() -> None:
    state = State()
    talked(state, "+491", "ana", 0, "K-1")
    spoken.shift(state, lambda mono: mono + 1000)
    assert spoken.agent_of(state, a_call("+491"), 60, 1060) == "ana"
    assert spoken.agent_of(state, a_call("+491"), 60, 1061) == ""
    talked(state, "+492", "bruno", 1601)
    assert list(state.spoke) == ["+492"]


def test_only_so_many_are_remembered(monkeypatch) -> None:
    monkeypatch.setattr(spoken, "MOST", 3)
    state = State()
    for number in range(10):
        talked(state, f"+49{number}", "ana", number, f"K-{number}", ["+48", "+47"])
        assert len(state.spoke) <= 3
    assert spoken.agent_of(state, a_call("", "K-9"), 600, 10) == "ana"
