"""Scripts made up from the DTD: nothing crashes loader and interpreter, going back is exact, nothing is done twice."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random

from hypothesis import given, settings, strategies as st
from lxml import etree

from scriptengine.interpreter import (
    Ask,
    Back,
    Begin,
    Done,
    Effect,
    Ended,
    Event,
    Failed,
    Passed,
    Perform,
    Resumed,
    State,
    answers_of,
    decode_state,
    encode_state,
    journal_for_reading,
    present,
    start,
    step,
    stops_of,
)
from scriptengine.loading import LoadError, dtd_folder, load
from scriptengine.program import Library, Program, prepare
from scriptengine.script import Script
from scriptengine.testing import run_cases
from tests.scriptengine.generated import fitting_answer, generated_xml, random_event, scripts
from tests.scriptengine.play import NOW

RECORD = {"number": 3, "name": "Ana", "segment": "gold", "id": "c"}
SEEDS = st.integers(0, 2**32 - 1)


def read(octets: bytes) -> Script | LoadError:
    """The script, or what is wrong with it."""
    try:
        return load(octets, "made-up.xml")
    except LoadError as error:
        return error


def loaded(text: str) -> Script | None:
    """The script; None when its names do not fit each other, which the DTD cannot know."""
    found = read(text.encode())
    if isinstance(found, Script):
        return found
    assert {one.code for one in found.findings} <= {"L13", "L14", "L16"}
    return None


def program_of(text: str) -> Program | None:
    script = loaded(text)
    if script is None:
        return None
    return prepare(script, library=Library(lambda source, _version: script if source == "self" else None))


class Playing:
    """A session with random answers of the ports; `performed`: what they were asked for."""

    def __init__(self, program: Program, random: Random) -> None:
        self.program, self.random = program, random
        self.state: State = start(program)
        self.at = NOW
        self.performed: Counter[str] = Counter()
        self.effects: tuple[Effect, ...] = ()

    def send(self, event: Event) -> None:
        self.at += timedelta(seconds=1)
        self.state, self.effects = step(self.program, self.state, event, self.at)
        if self.state.pending is None:
            assert decode_state(encode_state(self.state)) == self.state
        for effect in self.effects:
            if isinstance(effect, Perform):
                self.performed[effect.id] += 1
                if effect.is_awaited:
                    self.send(self.outcome(effect))

    def outcome(self, perform: Perform) -> Done | Failed:
        chance = Random(perform.id).random()  # the same each time it is asked for
        if chance < 0.15 and not perform.is_idempotent:
            return Failed(perform.id, "down")
        results = {"call": {"id": "x"}, "list": [RECORD, {}], "save": None}
        return Done(perform.id, results.get(perform.kind, RECORD if chance < 0.8 else None))

    @property
    def ask(self) -> Ask | None:
        core = self.state.core
        if core.stop is None or core.status != "running":
            return None
        return next(effect for effect in present(self.program, self.state, self.at) if isinstance(effect, Ask))

    def next(self) -> bool:
        """Something happens; False when the session is over."""
        if self.state.core.status == "resting":
            self.send(Resumed())
        ask = self.ask
        if ask is None:
            return False
        self.send(random_event(self.random, self.program, ask))
        return True


@settings(max_examples=25, deadline=None)
@given(scripts())
def test_what_is_made_up_is_valid(text: str) -> None:
    dtd = etree.DTD(dtd_folder() / "dialog.dtd")
    assert dtd.validate(etree.fromstring(text.encode())), dtd.error_log
    loaded(text)


@settings(max_examples=25, deadline=None)
@given(scripts(), SEEDS)
def test_nothing_crashes_the_interpreter_and_no_action_is_done_twice(text: str, seed: int) -> None:
    program = program_of(text)
    if program is None:
        return
    random = Random(seed)
    playing = Playing(program, random)
    playing.send(Begin("s", random.choice(("desk", "web", "ivr")), given={"n": 3, "customer.name": "Ana", "zzz": 1}))
    for _ in range(12):
        if not playing.next():
            break
    assert all(count == 1 for count in playing.performed.values()), playing.performed
    assert playing.state.core.status in ("running", "ended", "resting")
    answers_of(program, playing.state)
    journal_for_reading(program, playing.state)
    stops_of(playing.state)
    if playing.state.core.status == "ended" and playing.effects:
        assert sum(isinstance(effect, Ended) for effect in playing.effects) <= 1
    again = start(program)
    for recorded in playing.state.journal:
        again, _ = step(program, again, recorded.event, recorded.at)
    assert again == playing.state


@settings(max_examples=25, deadline=None)
@given(scripts(), SEEDS)
def test_back_and_the_same_answers_are_the_same_state(text: str, seed: int) -> None:
    """Going back takes back all that came at the stop: an answer that led nowhere, and what was to be confirmed."""
    program = program_of(text)
    if program is None:
        return
    random = Random(seed)
    playing = Playing(program, random)
    playing.send(Begin("s", random.choice(("desk", "ivr")), given={"n": 1}))
    here: list[tuple[datetime, Event]] = []
    for _ in range(8):
        ask = playing.ask
        if ask is None:
            return
        here.append((playing.at, fitting_answer(random, ask)))
        playing.send(here[-1][1])
        after = playing.state
        if after.core.stop is None or after.core.status != "running" or after.core.stop.key == ask.stop:
            continue
        playing.send(Back())
        assert playing.state.core.stop is not None
        if playing.state.core.stop.key != ask.stop:
            return
        for at, event in here:
            playing.at = at  # the same moment: scripts may read the time
            playing.send(event)
        here = []
        assert playing.state.core == after.core
        assert playing.state.inactive == after.inactive
        assert playing.state.done == after.done


@settings(max_examples=20, deadline=None)
@given(scripts())
def test_tests_inside_made_up_scripts_never_crash(text: str) -> None:
    program = program_of(text)
    if program is not None:
        run_cases(program)


@settings(max_examples=80, deadline=None)
@given(
    SEEDS,
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from(["", "<", ">", '"', "&", "\0", "é", "<!--", "]]>", "x"]))),
)
def test_no_damage_to_a_script_brings_anything_but_a_finding(seed: int, damage: list[tuple[float, str]]) -> None:
    text = generated_xml(Random(seed))
    for where, what in damage:
        place = int(where * len(text))
        text = text[:place] + what + text[place + 1 :]
    found = read(text.encode())
    if isinstance(found, LoadError):
        assert all(one.message and one.line >= 1 and one.column >= 1 for one in found.findings)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=300))
def test_no_octets_bring_anything_but_a_finding(octets: bytes) -> None:
    found = read(octets)
    assert isinstance(found, LoadError)
    assert found.findings


def test_the_effects_of_a_step_can_be_told_as_json() -> None:
    import msgspec

    program = program_of(generated_xml(Random(5)))
    assert program is not None
    _, effects = step(program, start(program), Begin("s"), NOW)
    assert any(isinstance(effect, Passed) for effect in effects)
    assert msgspec.json.decode(msgspec.json.encode(effects))
