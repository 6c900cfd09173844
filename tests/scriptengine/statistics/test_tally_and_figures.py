"""Sessions counted: what comes in goes out, whole or in parts; what people read of it."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, strategies as st

from scriptengine.cli.reading import program_of
from scriptengine.drawing import as_svg, laid_out, picture_of
from scriptengine.interpreter import Trodden
from scriptengine.program import Program
from scriptengine.statistics import (
    Counts,
    SessionTrace,
    Tally,
    compared,
    counted,
    figures_of,
    heat_of,
    inside_of,
    version_figures,
)
from scriptengine.statistics.figures import IDLE_SECONDS, percentile
from scriptengine.statistics.tally import Journey, Stay
from scriptengine.statistics.words import stands_at
from tests.scriptengine.statistics.walkers import played, walked

SAMPLES = sorted((Path(__file__).parents[3] / "dialogs").glob("*.xml"))
NOW = 1_000_000.0
INSIDE = {"in": "box", "deep": "inner", "inner": "box"}
_NODES = ("a", "b", "c", "box", "in", "inner", "deep", "end")


def trace(*steps: tuple[float, str], end: str = "", over: float | None = None, **more: str) -> SessionTrace:
    """Steps as `(seconds, "a>b b>c")`; the first way of a session is `>a`, going back `<>a`, after a rest `=>a`."""
    made = []
    for at, ways in steps:
        pairs = [way.split(">") for way in ways.split()]
        made.append((at, tuple(_trodden(before, target) for before, target in pairs)))
    return SessionTrace(
        session="1", script="s", version=more.get("version", "1"), channel=more.get("channel", "web"),
        began=steps[0][0] if steps else 0.0, steps=tuple(made), ended_at=over, end=end,
        outcome=more.get("outcome", "success") if end else "", disposition="d" if end else "",
    )  # fmt: skip


def _trodden(before: str, target: str) -> Trodden:
    how = {"<": "back", "=": "shown"}.get(before, "")
    return Trodden("s", target, "" if how else before, how=how)  # type: ignore[arg-type]


def test_a_session_that_goes_through() -> None:
    one = trace((0, ">a"), (10, "a>b b>c"), (25, "c>end"), end="end", over=25)
    found = figures_of(counted([one]).chosen(), NOW)
    assert (found.sessions, found.ended, found.left, found.open, found.median) == (1, 1, 0, 0, 25)
    assert {node.node: (node.visits, node.median) for node in found.nodes} == {
        "a": (1, 10), "b": (1, None), "c": (1, 15), "end": (1, None),
    }  # fmt: skip
    assert [(way.source, way.target, way.taken) for way in found.ways] == [
        ("a", "b", 1),
        ("b", "c", 1),
        ("c", "end", 1),
    ]
    assert found.paths[0].nodes == ("a", "c", "end")
    assert [(one.outcome, one.disposition, one.sessions) for one in found.outcomes] == [("success", "d", 1)]


def test_going_back_is_seen_by_where_it_goes_on_from_and_has_no_time() -> None:
    one = trace((0, ">a"), (10, "a>b"), (70, "a>c"), (75, "c>end"), end="end", over=75)
    nodes = {node.node: node for node in figures_of(counted([one]).chosen(), NOW).nodes}
    assert (nodes["a"].visits, nodes["a"].returns, nodes["a"].went_on) == (1, 1, 2)
    assert (nodes["b"].went_back, nodes["b"].median) == (1, None)
    assert (nodes["a"].median, nodes["c"].median) == (10, 5)


def test_going_back_is_seen_when_it_happens_and_what_comes_then_has_its_time() -> None:
    steps = ((0, ">a"), (10, "a>b"), (40, "<>a"))
    standing = {node.node: node for node in figures_of(counted([trace(*steps)]).chosen(), 100).nodes}
    assert (standing["b"].went_back, standing["b"].open, standing["b"].median) == (1, 0, None)
    assert (standing["a"].returns, standing["a"].open) == (1, 1), "it has not gone on yet"
    one = trace(*steps, (47, "a>c"), (50, "c>end"), end="end", over=50)
    found = figures_of(counted([one]).chosen(), NOW)
    nodes = {node.node: node for node in found.nodes}
    assert (nodes["a"].visits, nodes["a"].returns, nodes["a"].went_on) == (1, 1, 2)
    assert counted([one]).chosen().seconds == {"a": [10, 7], "c": [3]}
    assert found.paths[0].nodes == ("a", "b", "a", "c", "end")


def test_a_rest_is_no_time_at_the_node() -> None:
    one = trace((0, ">a"), (10, "a>b"), (90_000, "=>b"), (90_004, "b>c"), (99_000, "=>c c>d"), (99_005, "d>e"))
    tally = counted([one]).chosen()
    assert tally.seconds == {"a": [10], "b": [4], "d": [5]}, "who comes back on another channel may be past the node"
    assert (tally.went_on["b"], tally.entered["b"], tally.returned.total()) == (1, 1, 0)
    resumed = figures_of(counted([trace((0, ">a"), (90_000, "=>a"))]).chosen(), 90_010)
    assert (resumed.open, resumed.left) == (1, 0), "it stands there since it was shown again"


def test_leaving_a_group_is_no_going_back() -> None:
    one = trace((0, ">box box>inner inner>deep"), (4, "box>b"))
    with_groups = {n.node: n for n in figures_of(counted([one], INSIDE).chosen(), NOW).nodes}
    assert (with_groups["deep"].went_on, with_groups["deep"].went_back, with_groups["deep"].median) == (1, 0, 4)
    without = {n.node: n for n in figures_of(counted([one]).chosen(), NOW).nodes}
    assert (without["deep"].went_back, without["box"].returns) == (1, 1)


def test_who_was_left_and_who_still_stands_there() -> None:
    closed = trace((0, ">a"), (10, "a>b"), over=500)
    gone = trace((NOW - IDLE_SECONDS - 1, ">a"))
    there = trace((NOW - IDLE_SECONDS, ">a"))
    nothing = trace()
    found = figures_of(counted([closed, gone, there, nothing]).chosen(), NOW)
    nodes = {node.node: node for node in found.nodes}
    assert (nodes["a"].left, nodes["a"].open, nodes["b"].left) == (1, 1, 1)
    assert nodes["b"].drop_off == 1.0
    assert (found.left, found.open) == (3, 1)
    assert [(one.disposition, one.sessions) for one in found.outcomes] == [("left", 3), ("open", 1)]


def test_nodes_of_sub_dialogs_count_for_their_own_script() -> None:
    steps = (
        (0.0, (Trodden("s", "a"), Trodden("s", "sub", "a"), Trodden("other", "q", ""))),
        (9.0, (Trodden("other", "end", "q"), Trodden("s", "end", "sub"))),
    )
    one = SessionTrace(session="1", script="s", version="1", channel="ivr", began=0, steps=steps, end="end", ended_at=9)
    nodes = {node.node: node for node in figures_of(counted([one]).chosen(), NOW).nodes}
    assert set(nodes) == {"a", "sub", "end"}
    assert nodes["sub"].median == 9


def test_versions_are_in_the_order_of_their_numbers_and_channels_apart() -> None:
    some = [trace((0, ">a"), version=version, channel=channel, over=1.0)
            for version, channel in (("1.10", "web"), ("1.9", "web"), ("1.9", "ivr"), ("1.9", "web"))]  # fmt: skip
    lines = version_figures(counted(some), NOW)
    assert [(one.version, one.channel, one.sessions) for one in lines] == [
        ("1.9", "ivr", 1), ("1.9", "web", 2), ("1.10", "web", 1),
    ]  # fmt: skip
    assert counted(some).chosen(channel="web").sessions == 3


def test_two_versions_compared() -> None:
    def ended(version: str, success: int, failure: int) -> list[SessionTrace]:
        outcomes = ["success"] * success + ["failure"] * failure
        return [trace((0, ">end"), end="end", over=1.0, version=version, outcome=outcome) for outcome in outcomes]

    counts = counted([*ended("1", 60, 40), *ended("2", 80, 20)])
    first, second = (figures_of(counts.chosen(version), NOW) for version in ("1", "2"))
    found = {one.outcome: one for one in compared(first, second)}
    assert (found["success"].first, found["success"].second) == (0.6, 0.8)
    assert found["success"].chance == pytest.approx(0.002, abs=5e-4)
    assert found["success"].is_real
    assert found[""].chance is None  # nobody was left
    few = [figures_of(counted(ended("1", 3, 1)).chosen(), NOW), figures_of(counted([]).chosen(), NOW)]
    assert {(one.outcome, one.second, one.chance) for one in compared(*few)} == {
        ("success", None, None), ("failure", None, None), ("", None, None),
    }  # fmt: skip


def test_percentiles_are_values_that_were_there() -> None:
    assert percentile([], 0.5) is None
    assert [percentile([5, 1, 3, 2, 4], part) for part in (0.5, 0.9, 1.0)] == [3, 5, 5]
    assert percentile([7], 0.9) == 7


_ways = st.tuples(st.sampled_from(("", "<", "=", *_NODES)), st.sampled_from(_NODES)).map(lambda pair: _trodden(*pair))
_steps = st.lists(st.tuples(st.floats(0, 10_000), st.lists(_ways, max_size=4).map(tuple)), max_size=6).map(tuple)
_traces = st.builds(
    SessionTrace,
    session=st.just("1"), script=st.just("s"), version=st.sampled_from(("1", "2")),
    channel=st.sampled_from(("web", "ivr")),
    began=st.floats(0, 10_000), steps=_steps, ended_at=st.none() | st.floats(0, 20_000),
    end=st.sampled_from(("", "end")), outcome=st.sampled_from(("success", "failure")), disposition=st.just("d"),
)  # fmt: skip


def _balanced(tally: Tally, now: float) -> None:
    """Whoever came to a node is gone on, gone back, at an end, left there or still there."""
    found = figures_of(tally, now)
    for node in found.nodes:
        gone = node.went_on + node.went_back + node.ended + node.left + node.open
        assert node.visits + node.returns == gone, node
    assert found.ended + found.left + found.open == found.sessions
    assert sum(one.sessions for one in found.outcomes) == found.sessions


@given(st.lists(_traces, max_size=12))
def test_what_comes_in_goes_out_whatever_sessions_do(traces: list[SessionTrace]) -> None:
    _balanced(counted(traces, INSIDE).chosen(), 20_000.0)
    _balanced(counted(traces).chosen(), 0.0)


@given(st.lists(_traces, max_size=12), st.integers(0, 12))
def test_counted_in_one_go_is_one_by_one_is_in_parts(traces: list[SessionTrace], cut: int) -> None:
    whole = counted(traces, INSIDE)
    single = Counts()
    for one in traces:
        single.add(one, INSIDE)
    assert single == whole
    parts = Counts()
    for some in (traces[:cut], traces[cut:]):
        for key, tally in counted(some, INSIDE).tallies.items():
            parts.tallies.setdefault(key, Tally()).merge(tally)
    assert parts == whole


_PROGRAMS = [program_of(path) for path in SAMPLES]


@given(st.sampled_from(_PROGRAMS), st.integers(0, 10_000))
def test_counted_in_one_go_is_counted_event_by_event(program: Program, seed: int) -> None:
    """After each event the trail says where the session stands, and the whole of it says the same as its pieces."""
    inside, script = inside_of(program.script), program.script.id
    tally, steps = Tally(), []
    journey = Journey(tally, script, inside)
    for at, trail, _, state in walked(program, Random(seed), "1", NOW):
        if trail:
            journey.step(at, trail)
            steps.append((at, trail))
        assert journey.node == (stands_at(state) or state.core.end or journey.node)
    at_once = Tally()
    at_once.add(
        SessionTrace(session="1", script=script, version="1", channel="web", began=NOW, steps=tuple(steps)), inside
    )
    assert at_once.stays == [Stay(journey.node, journey.at)]
    assert (at_once.entered, at_once.returned, at_once.went_on) == (tally.entered, tally.returned, tally.went_on)
    assert (at_once.went_back, at_once.ways, at_once.seconds) == (tally.went_back, tally.ways, tally.seconds)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_real_sessions_of_the_samples_balance_and_colour_the_picture(path: Path) -> None:
    program, random = program_of(path), Random(7)
    traces = [played(program, random, str(number), NOW) for number in range(80)]
    tally = counted(traces, inside_of(program.script)).chosen()
    _balanced(tally, NOW + 10_000)
    trodden = [one for trace in traces for _, nodes in trace.steps for one in nodes if one.script == program.script.id]
    assert tally.entered.total() == sum(not one.how for one in trodden)
    assert {"back", "shown"} <= {one.how for one in trodden}
    assert tally.ended.total() == sum(bool(trace.end) for trace in traces)
    figures = figures_of(tally, NOW + 10_000)
    drawn = as_svg(laid_out(picture_of(program)), heat_of(figures, program.script.version))
    assert f"{figures.nodes[0].visits} visits" in drawn
    known = {node.id for node in program.script.all_nodes()}
    assert {node.node for node in figures.nodes} <= known
