"""A script without errors never comes to a dead end when it runs, whatever is answered, on any channel.

More than that is shown: it is enough that it has none of the errors that can lead to one.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from scriptengine.checks import check
from scriptengine.conducting import Session
from scriptengine.interpreter import (
    Answered,
    Ask,
    Begin,
    Chosen,
    Confirmed,
    Continued,
    Effect,
    Ended,
    NoInput,
    NoMatch,
    Notice,
)
from scriptengine.loading import load
from scriptengine.program import prepare
from scriptengine.testing import MemoryObjects, MemoryServices, SetClock

_MOST_STEPS = 40
_LEADING_THERE = ("D02", "D05", "D06", "D08", "D11")
_ANSWERS = ("yes", "no", "red", "blue", "1", "4", "7", None)
_OWN = {
    "yesno": ("{0}", "not {0}", "{0} == true", "{0} == false"),
    "choice": ("{0} == 'red'", "{0} != 'red'", "{0} in ['blue']", "{0} == 'blue'"),
    "integer": ("{0} gt 3", "{0} le 3", "{0} == 7", "{0} lt 1"),
}


@st.composite
def _sane_scripts(draw: st.DrawFn) -> tuple[str, str]:
    """A script that is mostly right, and a channel to run it on."""
    count = draw(st.integers(2, 7))
    types = [draw(st.sampled_from(sorted(_OWN))) for _ in range(count)]
    channels = draw(st.sampled_from(["desk", "desk web", "desk web ivr"]))
    kinds = [draw(st.sampled_from(["question", "question", "question", "info", "decision", "group"])) for _ in types]
    kinds[0] = "question"
    nodes = [_node(draw, number, kinds, types) for number in range(count)]
    start = draw(st.sampled_from(["n0", "n0", "n1"]))
    head = f'<dialog id="x" version="1" xml:lang="en" channels="{channels}" start="{start}"><title>T</title>'
    ends = '<end id="e" outcome="success" disposition="d"/>' if draw(st.integers(0, 5)) else ""
    if not ends:
        nodes = [node.replace('"e"', '"n0"') for node in nodes]
    return f"{head}{''.join(nodes)}{ends}</dialog>", draw(st.sampled_from(channels.split()))


def _node(draw: Callable[..., Any], number: int, kinds: list[str], types: list[str]) -> str:
    kind = kinds[number]
    asked = [one for one, kind in enumerate(kinds) if kind in ("question", "group")]
    later = [f"n{one}" for one in range(number + 1, len(types))] + ["e"]
    anywhere = [*later, *later, *(f"n{one}" for one in range(number + 1))]
    channel = draw(st.sampled_from(["", "", "", ' channel="desk"', ' channel="web ivr"']))
    condition = draw(st.sampled_from(["", "", f' if="{_guarded(draw, asked, types)}"']))
    ways = "".join(
        f'<go to="{draw(st.sampled_from(anywhere))}" if="{_guarded(draw, asked, types)}"/>'
        for _ in range(draw(st.integers(0, 1)))
    )
    last = f'<go to="{draw(st.sampled_from(anywhere))}"/>' if draw(st.booleans()) else ""
    own = draw(st.sampled_from(_OWN[types[number]])).format(f"a{number}")
    if kind == "question":
        ways = draw(st.sampled_from(["", f'<go to="{draw(st.sampled_from(anywhere))}" if="{own}"/>'])) + ways
        return _question(draw, number, types[number], f"{channel}{condition}", f"{ways}{last}", "n0")
    if kind == "info":
        return f'<info id="n{number}"{channel}{condition}><text>T</text>{ways}{last}</info>'
    if kind == "decision":
        return f'<decision id="n{number}">{ways}<go to="{draw(st.sampled_from(later))}"/></decision>'
    inner = _question(draw, number, types[number], "", "", f"g{number}")
    repeat = draw(st.sampled_from(["", ' repeat="2"', f' repeat="{own}"']))
    asks = inner.replace(f'<question id="n{number}"', f'<question id="g{number}"')
    return f'<group id="n{number}"{condition}{repeat}>{asks}{ways}{last}</group>'


def _question(draw: Callable[..., Any], number: int, type: str, attributes: str, ways: str, back: str) -> str:
    choices = '<choice value="red"/><choice value="blue"/>' if type == "choice" else ""
    limits = draw(st.sampled_from(["", ' required="no"', ' skip="yes"', ' default="1"' if type == "integer" else ""]))
    attempt = f'<noinput count="2"><go to="{back}"/></noinput>' if draw(st.booleans()) else ""
    inside = f"<text>T</text>{choices}{attempt}{ways}"
    return f'<question id="n{number}" name="a{number}" type="{type}"{limits}{attributes}>{inside}</question>'


def _guarded(draw: Callable[..., Any], asked: list[int], types: list[str]) -> str:
    other = draw(st.sampled_from(asked))
    condition = draw(st.sampled_from(_OWN[types[other]])).format(f"a{other}")
    return draw(st.sampled_from([condition, f"answered(a{other}) and {condition}", f"a{other} == null"]))


def _step(ask: Ask, draw: Callable[..., Any]) -> Any:
    if ask.kind == "confirm":
        return Confirmed()
    if ask.kind == "info":
        return Chosen(ask.buttons[0].number) if ask.buttons else Continued()
    if ask.channel == "ivr" and draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from([NoInput(), NoMatch()]))
    return Answered({item.question: draw(st.sampled_from(_ANSWERS)) for item in ask.items}, is_complete=True)


@given(_sane_scripts(), st.data())
@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_no_dead_end(made: tuple[str, str], data: st.DataObject) -> None:
    text, channel = made
    program = prepare(load(text.encode(), "x.xml"))
    findings = check(program)
    if any(finding.severity == "error" and finding.code in _LEADING_THERE for finding in findings):
        return
    services = MemoryServices()
    clock = SetClock(datetime(2026, 1, 31, 12, 0, tzinfo=UTC))
    session = Session(program, MemoryObjects(program.interfaces), services, services, clock)
    effects: list[Effect] = session.send(Begin("s", channel))
    for _ in range(_MOST_STEPS):
        faults = [effect.text for effect in effects if isinstance(effect, Notice) and effect.kind == "fault"]
        assert faults == [], text
        ended = next((effect for effect in effects if isinstance(effect, Ended)), None)
        if ended is not None:
            assert ended.node == "e", text
            return
        asks = [effect for effect in effects if isinstance(effect, Ask)]
        assert asks, text
        effects = session.send(_step(asks[-1], data.draw))
