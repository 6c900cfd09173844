"""One list of answers on three surfaces: each takes what it asks for, whatever else it wants on the way."""

from pathlib import Path

import pytest

from scriptengine.cli.reading import program_of
from scriptengine.preview.rehearsing import CHANNELS, Stand, Step, answers_in, given_of, rehearsed, steps_of
from scriptengine.program import Program, prepare
from scriptengine.script import Answer, Case
from scriptengine.testing.cases import TODAY
from tests.scriptengine.small import small

SAMPLES = sorted((Path(__file__).parents[3] / "dialogs").glob("*.xml"))
PAGE = """<group id="who"><title>Who</title>
<question id="name" name="name" type="text"><text>Name?</text></question>
<question id="age" name="age" type="integer" max="150" confirm="voice"><text>Age?</text></question>
<question id="more" name="more" type="text" required="no"><text>More?</text></question></group>
<question id="sure" name="sure" type="yesno"><text>Sure?</text></question>
<end id="fine" outcome="success" disposition="fine"/>"""


def _program(body: str, **more: str) -> Program:
    return prepare(small(body, start=more.pop("start", "who"), **more))


def _stands(program: Program, *steps: Step, language: str = "") -> dict[str, Stand]:
    given, wrong = given_of(program, [])
    assert not wrong
    return {stand.channel: stand for stand in rehearsed(program, given, steps, TODAY, language)}


def _at(program: Program, *steps: Step) -> tuple[str, ...]:
    stands = _stands(program, *steps)
    return tuple(stands[channel].node for channel in CHANNELS)


def _asked(stand: Stand) -> str:
    return f"{stand.ask.kind} {stand.ask.items[0].question}" if stand.ask is not None and stand.ask.items else ""


def test_a_page_on_screens_is_question_by_question_on_the_phone() -> None:
    program = _program(PAGE)
    assert _at(program) == ("who", "who", "name")
    filled = [Step(1, "answer", "name", "Ana"), Step(1, "answer", "age", "33"), Step(1, "answer", "more")]
    assert _at(program, *filled, Step(1, "on", "who")) == ("sure", "sure", "sure")
    one = _stands(program, filled[0])
    assert [item.value for item in one["desk"].ask.items] == ["Ana", None, None]
    assert _asked(one["ivr"]) == "question age"


def test_what_only_the_phone_wants_is_passed_when_later_answers_are_there() -> None:
    program = _program(PAGE)
    steps = [Step(1, "answer", "name", "Ana"), Step(2, "answer", "age", "33")]
    assert _asked(_stands(program, *steps)["ivr"]) == "confirm age"
    assert _asked(_stands(program, *steps, Step(3, "answer", "more", "x"))["ivr"]) == "question sure"
    again = _stands(program, *steps, Step(3, "right", "age", False))
    assert _asked(again["ivr"]) == "question age"
    whole = [*steps, Step(3, "answer", "more", "x"), Step(4, "answer", "sure", "yes")]
    assert _at(program, *whole) == ("fine", "fine", "fine")


def test_an_answer_that_is_refused_is_told_on_every_surface_that_asked() -> None:
    program = _program(PAGE)
    stands = _stands(program, Step(1, "answer", "name", "Ana"), Step(2, "answer", "age", "200"))
    assert {item.problem for item in stands["desk"].ask.items} == {"", "At most 150, please."}
    assert _asked(stands["ivr"]) == "question age"
    assert stands["ivr"].ask.attempt == 2  # on the phone it is asked anew


def test_keys_mean_the_same_on_the_other_surfaces() -> None:
    program = _program(PAGE)
    given, _ = given_of(program, [])

    def keyed(digits: str, *steps: Step) -> list[Step]:
        return answers_in(program, given, steps, TODAY, "", 9, digits)

    ana = Step(1, "answer", "name", "Ana")
    assert keyed("33", ana) == [Step(9, "answer", "age", 33)]
    assert keyed("*", ana) == [Step(9, "keys", "age", "*")]
    aged = [ana, Step(2, "answer", "age", 33)]
    assert keyed("1", *aged) == [Step(9, "right", "age", True)]
    assert keyed("7", *aged) == [Step(9, "keys", "age", "7")]
    rest = [*aged, Step(3, "answer", "more", None)]
    assert keyed("1", *rest) == [Step(9, "answer", "sure", True)]


def test_silence_is_the_phone_s_alone_and_a_wish_for_a_person_everybody_s() -> None:
    body = """<question id="who" name="who" type="yesno"><text>You?</text><noinput count="2"><go to="lost"/></noinput>
    </question><end id="fine" outcome="success"/><end id="lost" outcome="failure"/>"""
    program = _program(body, head='<on event="person"><go to="lost"/></on>')
    silence = [Step(1, "silence", "who"), Step(2, "silence", "who")]
    assert _at(program, *silence) == ("who", "who", "lost")
    assert _at(program, *silence, Step(3, "answer", "who", "yes")) == ("fine", "fine", "lost")
    assert _at(program, Step(1, "happened", "who", "person")) == ("lost", "lost", "lost")


def test_a_question_of_one_surface_waits_there_alone() -> None:
    body = """<question id="who" name="who" type="text" channel="desk"><text>Note?</text></question>
    <question id="age" name="age" type="integer"><text>Age?</text></question>"""
    program = _program(body)
    assert _at(program) == ("who", "age", "age")
    assert _at(program, Step(1, "answer", "age", "7")) == ("who", "done", "done")
    assert _at(program, Step(1, "answer", "age", "7"), Step(2, "answer", "who", "x")) == ("done", "done", "done")


def test_a_question_that_comes_again_takes_the_next_answer() -> None:
    body = """<question id="who" name="who" type="yesno"><text>Again?</text><go to="who" if="who"/></question>"""
    program = _program(body)
    steps = [Step(turn, "answer", "who", "yes") for turn in (1, 2, 3)]
    assert _at(program, *steps) == ("who", "who", "who")
    assert _at(program, *steps, Step(4, "answer", "who", "no")) == ("done", "done", "done")


def test_buttons_are_pressed_on_screens_and_passed_by_on_the_phone() -> None:
    body = """<info id="who"><text>Terms</text><go to="no" label="Refuse"/></info>
    <question id="age" name="age" type="integer"><text>Age?</text></question>
    <end id="fine" outcome="success"/><end id="no" outcome="failure"/>"""
    program = _program(body)
    assert _at(program) == ("who", "who", "age")
    assert _at(program, Step(1, "press", "who", 0)) == ("no", "no", "age")
    assert _at(program, Step(1, "on", "who")) == ("age", "age", "age")


def test_a_surface_that_the_script_is_not_for() -> None:
    program = _program(
        '<question id="who" name="who" type="yesno"><text>?</text></question>', attributes='channels="web"'
    )
    assert [stand.is_here for stand in _stands(program).values()] == [False, True, False]


_CASES = [(path, case) for path in SAMPLES for case in program_of(path).script.cases]


@pytest.mark.parametrize(("path", "case"), _CASES, ids=[f"{path.stem}: {case.name}" for path, case in _CASES])
def test_the_answers_of_each_sample_s_tests_lead_to_the_same_end_on_every_surface(path: Path, case: Case) -> None:
    program = program_of(path)
    given, wrong = given_of(program, [(one.name, one.value) for one in case.givens])
    assert not wrong
    answers = [(step.question, step.value) for step in case.steps if isinstance(step, Answer)]
    stands = [stand for stand in rehearsed(program, given, steps_of(answers), TODAY) if stand.is_here]
    own = next(stand for stand in stands if stand.channel == case.channel)
    assert own.ended is not None or not any(step.node for step in case.steps if not isinstance(step, Answer))
    ends = {stand.ended.node for stand in stands if stand.ended is not None}
    assert len(ends) <= 1
