"""Random scripts that the DTD allows, sensible or not, under any naming of their ids and names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Naming = Callable[[str], str]
"""From a plain id or name such as `n3` to how it is called."""

_TYPES = ("yesno", "choice", "multi", "integer", "text", "date", "money", "memo", "scale")
_CONDITIONS = (
    "{a} == {b}", "{a} ge 3", "{a}", "not {a}", "answered({a})", "{a} == 'red'", "{a} == 'red' or {a} == 'blue'",
    "{a} gt 3 and {a} lt 2", "{a} in ['red', 'green']", "{a} != null and {b} == null", "'red' in {a}", "{a} + 1 gt {b}",
    "{a} == true", "customer.name == 'x'", "customer.nmae == {a}", "channel == 'web'", "{a} ? {b} : {a}", "{a} ==",
    "{a}.length gt 2", "{a} lt '2026-01-31'", "{a}.starts_with('r')", "1 == 1",
)  # fmt: skip
_NODES = 9
_NAMES = 5


@st.composite
def scripts(draw: st.DrawFn) -> Callable[[Naming], bytes]:
    """A script as a function of how its ids and names are called."""
    count = draw(st.integers(1, _NODES))
    channels = draw(st.sampled_from(["desk", "desk web ivr", "ivr", "web desk"]))
    languages = draw(st.sampled_from(["", ' languages="en pt"']))
    parts = [draw(_node(number, count)) for number in range(count)]
    grouped = draw(st.integers(0, count))
    variables = [draw(_variable(number)) for number in range(draw(st.integers(0, 2)))]
    event = draw(st.sampled_from(["", "hangup", "error"]))
    is_ended = draw(st.booleans())

    def named(naming: Naming) -> bytes:
        lines = [f'<dialog id="x" version="1" xml:lang="en"{languages} channels="{channels}" start="{naming("n0")}">']
        lines += ["<title>T</title>", '<use class="Customer" as="customer" key="caller.customer_id"/>']
        lines += [variable(naming) for variable in variables]
        lines += [f'<on event="{event}"><go to="{naming("n0")}"/></on>'] if event else []
        for number, part in enumerate(parts):
            if number == grouped:
                lines.append(f'<group id="{naming("g")}">')
            lines.append(part(naming))
        lines += ["</group>"] if grouped < count else []
        lines += [f'<end id="{naming("e")}" outcome="success" disposition="d"/>'] if is_ended else []
        return "\n".join([*lines, "</dialog>"]).encode()

    return named


@st.composite
def _variable(draw: st.DrawFn, number: int) -> Callable[[Naming], str]:
    type = draw(st.sampled_from(["string", "integer", "boolean", "date"]))
    default = draw(st.sampled_from(["", ' default="1"', ' default="yes"', " calc=\"'a'\""]))
    return lambda naming: f'<var name="{naming(f"v{number}")}" type="{type}"{default}/>'


@st.composite
def _node(draw: st.DrawFn, number: int, count: int) -> Callable[[Naming], str]:
    kind = draw(st.sampled_from(["info", "question", "question", "decision", "block"]))
    goes = [draw(_go(count)) for _ in range(draw(st.integers(int(kind == "decision"), 3)))]
    condition = draw(_condition()) if kind != "decision" and draw(st.booleans()) else None
    channel = draw(st.sampled_from(["", "", ' channel="desk"', ' channel="web ivr"'])) if kind != "block" else ""
    value = draw(_value())
    question = draw(_question())

    def named(naming: Naming) -> str:
        head = f'id="{naming(f"n{number}")}"{condition(naming) if condition else ""}'
        ways = "".join(go(naming) for go in goes)
        text = f"<text>Words {value(naming)}.</text>"
        match kind:
            case "info":
                return f"<info {head}{channel}>{text}{ways}</info>"
            case "question":
                return question(naming, head + channel, text, ways)
            case "decision":
                return f"<decision {head}>{ways}</decision>"
        return f"<block {head}><log>Words</log>{ways}</block>"

    return named


@st.composite
def _question(draw: st.DrawFn) -> Callable[[Naming, str, str, str], str]:
    type = draw(st.sampled_from(_TYPES))
    name = draw(st.integers(0, _NAMES - 1))
    options = draw(st.sampled_from(["", ' required="no"', ' sensitive="yes"', ' min="1" max="4"', ' skip="yes"']))
    choices = [draw(_choice(value)) for value in ("red", "blue")] if type in ("choice", "multi") else []
    test = draw(_condition("test"))
    has_test = draw(st.booleans())
    no_input = draw(_go(1))
    has_no_input = draw(st.booleans())

    def named(naming: Naming, head: str, text: str, ways: str) -> str:
        chosen = "".join(choice(naming) for choice in choices)
        constraint = f"<constraint{test(naming)}/>" if has_test else ""
        attempt = f'<noinput count="2">{no_input(naming)}</noinput>' if has_no_input else ""
        inside = f"{text}{chosen}{constraint}{attempt}{ways}"
        return f'<question {head} name="{naming(f"a{name}")}" type="{type}"{options}>{inside}</question>'

    return named


@st.composite
def _choice(draw: st.DrawFn, value: str) -> Callable[[Naming], str]:
    go = draw(st.one_of(st.none(), _go(1)))
    return lambda naming: f'<choice value="{value}"><label>L</label>{go(naming) if go else ""}</choice>'


@st.composite
def _go(draw: st.DrawFn, count: int) -> Callable[[Naming], str]:
    target = draw(st.integers(0, count - 1))
    condition = draw(st.one_of(st.none(), _condition()))
    label = draw(st.sampled_from(["", "", ' label="Press"']))
    return lambda naming: f'<go to="{naming(f"n{target}")}"{condition(naming) if condition else ""}{label}/>'


@st.composite
def _value(draw: st.DrawFn) -> Callable[[Naming], str]:
    name = draw(_name())
    otherwise = draw(st.sampled_from(["", ' else="nothing"']))
    return lambda naming: f'<value of="{naming(name)}"{otherwise}/>'


@st.composite
def _condition(draw: st.DrawFn, attribute: str = "if") -> Callable[[Naming], str]:
    text: Any = draw(st.sampled_from(_CONDITIONS))
    first, second = draw(_name()), draw(_name())
    return lambda naming: f' {attribute}="{text.format(a=naming(first), b=naming(second))}"'


def _name() -> st.SearchStrategy[str]:
    answers = [f"a{number}" for number in range(_NAMES)]
    return st.sampled_from([*answers, *answers, "v0", "v1", "unknown"])
