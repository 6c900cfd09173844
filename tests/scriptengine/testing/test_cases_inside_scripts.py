"""The tests inside a script: what may be given, what passes, what is told when one does not."""

from pathlib import Path

import pytest

from scriptengine.loading import load, load_file
from scriptengine.program import Library, prepare_checked
from scriptengine.testing import run_cases
from tests.scriptengine.interpreter.test_walking import ask
from tests.scriptengine.small import small, xml

EXAMPLE = Path(__file__).parents[1] / "scripts" / "power-outage.xml"
HEAD = """<use class="Customer" as="customer"/><var name="id" type="string"/>
  <var name="n" type="integer" default="1"/><var name="topics" type="list"/>"""
BODY = (
    '<info id="a"><text>Hi</text><go to="b" label="Next"/></info>'
    + ask("b", "integer", '<constraint test="b gt n"/><go to="z" if="b gt 90"/>', 'confirm="always"')
    + '<group id="g">' + ask("c", "date") + ask("d", "text", more='required="no"') + "</group>"
    + """<block id="k"><load class="Customer" where="number == b" into="customer"/>
      <call service="mail" op="send" onerror="bad"><arg name="to" value="customer.email"/>
      <result name="id" to="id"/></call>
      </block>"""
    + ask("z", "yesno")
    + '<end id="good" outcome="success"/><end id="bad" outcome="failure"/>'
)  # fmt: skip


def told(test: str, body: str = BODY, **more: str) -> list[str]:
    """The findings of a script with one test."""
    script = small(body, head=HEAD, tests=f'<test name="t"{more.get("channel", "")}>{test}</test>')
    results, _ = run_cases(prepare_checked(script))
    (result,) = results
    assert result.line == script.cases[0].place.line
    return [f"{one.code} {one.message} {one.hint}" for one in result.findings]


WAY = '<answer question="b" value="5"/><answer question="c" value="2026-01-31"/>'


@pytest.mark.parametrize(
    "test",
    [
        WAY + '<expect node="z"/><answer question="z" value="yes"/><expect node="good"/>',
        '<given name="n" value="10"/><answer question="b" value="5"/><expect node="b"/>',
        '<answer question="b" value="91"/><expect node="z" test="b == 91 and not answered(c)"/>',
        '<given name="Customer.number" value="5"/><given name="Customer.email" value="x@y.example"/>'
        '<given name="mail.send.id" value="m1"/>' + WAY + '<expect node="z" test="id == \'m1\'" call="mail.send"/>',
        '<given name="Customer.1.number" value="4"/><given name="Customer.2.number" value="5"/>'
        '<given name="Customer.2.name" value="Bo"/>' + WAY + '<expect node="z" test="customer.name == \'Bo\'"/>',
        '<given name="mail.send" value="error: down"/>' + WAY + '<expect node="bad"/>',
        '<given name="caller.number" value="+351"/><given name="now" value="2020-02-02T10:00"/>'
        '<expect node="b" test="caller.number == \'+351\' and now.year == 2020"/>',
        '<given name="customer.name" value="Ana"/><given name="topics" value="p q"/>'
        "<expect test=\"customer.name == 'Ana' and topics.length == 2\"/>",
        '<answer question="b" value="5"/><expect node="g"/><expect node="c"/><answer question="d" value="x"/>'
        '<answer question="c" value="2026-01-31"/><expect node="z"/>',
    ],
)
def test_what_passes(test: str) -> None:
    assert told(test) == []


@pytest.mark.parametrize(
    ("test", "start"),
    [
        ('<expect node="good"/>', 'T01 Test "t" expects good; the session stands at b.'),
        ('<answer question="z" value="yes"/>', 'T01 Test "t": z is not asked; the session stands at b.'),
        (
            '<answer question="b" value="x"/><answer question="c" value="2026-01-01"/>',
            'T01 Test "t": c is not asked; the session stands at b. Please enter a whole number.',
        ),
        ('<expect test="n == 2"/>', 'T01 Test "t": n == 2 does not hold. It does not hold: n (1) is not 2.'),
        (
            WAY + '<expect node="z" call="mail.sent"/>',
            'T01 Test "t" expects the call mail.sent, which was not made. Did you',
        ),
        (
            '<expect call="mail.sent"/>',
            'T01 Test "t" expects the call mail.sent, which was not made. Did you mean mail.send?',
        ),
        (
            '<answer question="b" value="x"/>',
            'T01 Test "t": the answer to b is not accepted. Please enter a whole number.',
        ),
        ('<given name="m" value="1"/>', "T02 given m: there is nothing of this name."),
        ('<given name="n" value="one"/>', "T02 given n: this value does not fit its type: a whole number is wanted."),
        ('<given name="Customer.nummer" value="1"/>', "T02 given Customer.nummer: Customer has no attribute nummer."),
        ('<given name="caller.age" value="1"/>', "T02 given caller.age: caller has no age."),
        ('<given name="mail.send" value="fails"/>', "T02 given mail.send: write error, or mail.send.RESULT."),
        ('<given name="mail.sent.id" value="1"/>', "T02 given mail.sent.id: mail has no operation sent. Did you mean"),
        ('<given name="mail.send.number" value="1"/>', "T02 given mail.send.number: mail.send gives no number."),
        (
            '<given name="Customer.number" value="one"/>',
            "T02 given Customer.number: this value does not fit its type: a whole number is wanted. Write another",
        ),
        ("<expect/>", 'T02 Test "t": this expects nothing, and would always hold. Write node='),
        ('<given name="now" value="today"/>', "T02 given now: this is no local date with time, as 2026-01-31T16:30."),
    ],
)
def test_what_does_not_pass_is_told_with_its_reason(test: str, start: str) -> None:
    (found,) = told(test)
    assert found.startswith(start)


def test_the_channel_of_a_test() -> None:
    assert told('<expect node="b" test="channel == \'ivr\'"/>', channel=' channel="ivr"') == []


def test_questions_of_sub_dialogs_are_answered_by_what_is_given() -> None:
    inner = load(xml(ask("q"), start="q").encode(), "sub.xml")
    body = '<subdialog id="a" src="sub"/>' + ask("b")
    tests = '<test name="t"><given name="a/q" value="x"/><expect node="b"/></test>'
    program = prepare_checked(small(body, tests=tests), library=Library(lambda _source, _version: inner))
    results, _ = run_cases(program)
    assert results[0].findings == ()


def test_questions_on_a_page_are_covered_where_they_were_asked() -> None:
    hidden = '<question id="r" name="r" type="text" if="q == \'x\'"><text>r?</text></question>'
    page = f'<group id="p"><title>P</title>{ask("q")}{hidden}</group>'
    tests = '<test name="t"><answer question="q" value="y"/><expect node="done"/></test>'
    results, coverage = run_cases(prepare_checked(small(page, start="p", tests=tests)))
    assert [result.findings for result in results] == [()]
    assert coverage.nodes == {"p", "q", "done"}


def test_coverage() -> None:
    program = prepare_checked(load_file(EXAMPLE))
    results, coverage = run_cases(program)
    assert [result.findings for result in results] == [()]
    assert coverage.nodes == {"known", "cause", "done"}
    assert coverage.missing_nodes(program.script) == ["who", "agent"]
    assert [go.to for go in coverage.missing_ways(program.script)] == ["who", "agent", "cause", "agent"]
