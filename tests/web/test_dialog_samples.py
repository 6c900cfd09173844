"""Every sample as pages: each test inside of it comes to its end in a form, and nothing for agents is in any page."""

import html
import sys
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from lxml import etree

sys.path.insert(0, str(Path(__file__).parent))
from dialog_rig import DIALOGS, Visitor, a_server

from scriptengine.cli.reading import program_of
from scriptengine.interpreter import Ask, Begin
from scriptengine.script import Answer, Expect
from scriptengine.testing.cases import TODAY
from scriptengine.testing.givens import taken_apart

PROGRAMS = {path.stem: program_of(path) for path in sorted(DIALOGS.glob("*.xml"))}
CASES = [(name, case.name) for name, program in PROGRAMS.items() for case in program.script.cases]
MOST_STEPS = 60


def for_agents(name: str) -> list[str]:
    """Every sentence of a sample that only agents may see."""
    tree = etree.parse(DIALOGS / f"{name}.xml", etree.XMLParser(load_dtd=False, no_network=True))
    hints = [hint for hint in tree.iter("hint") if hint.get("audience", "agent") == "agent"]
    desk = [text for text in tree.iter("text") if text.get("channel") == "desk"]
    return [" ".join("".join(one.itertext()).split()) for one in [*hints, *desk]]


async def answer(visitor: Visitor, ask: Ask, answers: list[Answer]) -> None:
    """One page: the next answers of the test, in its fields."""
    if ask.kind == "confirm":
        await visitor.press("yes")
        return
    fields: dict[str, Any] = {}
    for item in ask.items:
        mine = next((one for one in answers if one.question == item.question), None)
        if mine is not None and (answers.index(mine) == 0 or ask.kind == "page"):
            answers.remove(mine)
            given = str(mine.value)
            fields[f"q_{item.question}"] = given.split() if item.type == "multi" else given
    form = visitor.page.xpath('//form[@id="step"]')[0]
    sent = [(one.get("name"), one.get("value")) for one in form.xpath('.//input[@type="hidden"]')]
    for name, value in fields.items():
        field = name.replace("q_", "q.", 1)
        assert form.xpath(f'.//*[@name="{field}"]'), f"{field} is not on the page: {visitor.text()}"
        sent += [(field, one) for one in (value if isinstance(value, list) else [value])]
    await visitor.send(visitor.at, [*sent, ("do", "answer")])


@pytest.mark.parametrize(("name", "case_name"), CASES, ids=[f"{name}-{case}" for name, case in CASES])
@pytest_twisted.ensureDeferred
async def test_a_sample_as_pages(name, case_name, monkeypatch, tmp_path):
    program = PROGRAMS[name]
    case = next(one for one in program.script.cases if one.name == case_name)
    given, wrong = taken_apart(program, case.givens)
    assert not wrong
    server = a_server(tmp_path, DIALOGS / f"{name}.xml", dialogs=[name])
    for class_name, record in given.records:
        server.dialogs.objects.add(class_name, record)
    server.dialogs.services.results |= given.results
    server.dialogs.services.failures |= given.failures
    server.dialogs.clock.at = given.now or TODAY
    monkeypatch.setattr(
        "tests.fakes.dialogs.begin_event",
        lambda beginning, session, _: Begin(
            session, "web", beginning.language, given.values, caller=given.context.get("caller")
        ),
    )
    server.start()
    visitor = Visitor(server, given.language or "en")
    await visitor.go(f"/dialogs/{name}")
    await visitor.press("begin")
    (session,) = server.dialogs.events
    answers = [step for step in case.steps if isinstance(step, Answer)]
    ends = [step.node for step in case.steps if isinstance(step, Expect) and step.node]
    view = await server.dialogs.look(session)
    for _ in range(MOST_STEPS):
        if view.ask is None or (not answers and view.ask.node == ends[-1]):
            break
        assert visitor.status == 200, visitor.text()
        await answer(visitor, view.ask, answers)
        view = await server.dialogs.look(session)
    await server.stop()
    reached = view.ended.node if view.ended is not None else view.ask.node
    assert (reached, answers) == (ends[-1], [])
    told = " ".join(html.unescape(octets.decode()) for octets in visitor.seen)
    assert not [sentence for sentence in for_agents(name) if sentence in told]
    if view.ended is not None:
        assert view.session in visitor.text()
        assert "disposition" not in told
        assert not view.ended.disposition or f">{view.ended.disposition}<" not in told
