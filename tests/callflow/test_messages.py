"""Texts of messages: what is let in, what is kept, and that a new core knows the same."""

import contextlib
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from transcript import SITES, Runner

from server.call.events import RequestRefused
from server.callflow.applying.supervision import MESSAGE_SECONDS, MOST_MESSAGES
from server.callflow.messages import MOST_UNSEEN, plain
from server.callflow.state import encode
from server.wire import desk


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "text-empty"),
        (" \t ", "text-empty"),
        ("x" * 301, "text-too-long"),
        ("one\ntwo", "text-not-plain"),
        ("bell \x07", "text-not-plain"),
        ("turned \u202e around", "text-not-plain"),
        ("line\u2028line", "text-not-plain"),
    ],
)
def test_what_is_no_short_plain_text_is_refused(text: str, problem: str) -> None:
    with pytest.raises(RequestRefused) as refused:
        plain(text)
    assert refused.value.problem == problem


@pytest.mark.parametrize("text", ["x" * 300, "Não se esqueça: 15 h, sala ß ☎", "a family: 👨‍👩‍👧"])
def test_what_people_write_is_let_in(text: str) -> None:
    assert plain(f"  {text} ") == text


STEP = st.one_of(
    st.tuples(st.just("message"), st.sampled_from(["ana", "uma"])),
    st.tuples(st.just("message-queue"), st.just("billing")),
    st.tuples(st.just("saw"), st.integers(0, 9)),
    st.tuples(st.just("time"), st.sampled_from([1.0, 3600.0, MESSAGE_SECONDS])),
    st.tuples(st.just("restart"), st.sampled_from(["boot-1", "boot-2"])),
)


def do(runner: Runner, *words: str) -> None:
    with contextlib.suppress(RequestRefused):  # too many unseen, or no desk
        runner.line(list(words))


@settings(max_examples=100, deadline=None)
@given(steps=st.lists(STEP, max_size=40))
def test_messages_are_bounded_and_a_new_core_knows_the_same(steps: list[tuple[str, str]]) -> None:
    runner = Runner(SITES["watched"])
    for agent in ("ana", "uma"):
        do(runner, "desk", agent, "on")
    for number, (what, argument) in enumerate(steps):
        if what == "time":
            runner.time += argument  # type: ignore[operator]
        elif what == "restart":
            do(runner, what, argument)
            do(runner, "counted")
        elif what == "saw":
            kept = [one.id for one in runner.flow.agent("ana").messages]  # type: ignore[union-attr]
            if kept:
                do(runner, "saw", "ana", kept[argument % len(kept)])  # type: ignore[operator]
        else:
            do(runner, what, "sam", argument, f"text {number}")
        state = runner.flow._world.state
        for kept in state.messages.values():
            assert 0 < len(kept) <= MOST_MESSAGES
            assert sum(one.seen is None for one in kept) <= MOST_UNSEEN
            assert len({one.id for one in kept}) == len(kept)
    fresh = runner.new_flow()
    fresh.recover(None, runner.ledger)
    assert encode(fresh._world.state) == encode(runner.flow._world.state)


def test_a_text_is_gone_from_the_state_after_its_time() -> None:
    runner = Runner(SITES["watched"])
    runner.line(["desk", "ana", "on"])
    runner.line(["message", "sam", "ana", "a secret of the day"])
    assert b"a secret of the day" in runner.flow.checkpoint()
    runner.time = MESSAGE_SECONDS
    runner.restart()
    assert b"a secret of the day" not in runner.flow.checkpoint()


def test_the_longest_text_fits_the_desks_words() -> None:
    assert desk.MAX_MESSAGE_CHARACTERS == 300
