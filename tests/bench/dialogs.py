"""Dialog scripts: steps of the interpreter a second of CPU time."""

from datetime import datetime
from pathlib import Path
from time import process_time

from scriptengine.interpreter import Answered, Begin, encode_state, start, step
from scriptengine.loading import load
from scriptengine.program import prepare
from tests.bench.say import figure

NODES = 60
SESSIONS = 300
_NOW = datetime.fromisoformat("2026-01-31T10:00")


def _script(nodes: int) -> bytes:
    """Questions, decisions and infos, each with conditions of its own, in groups of three."""
    made = []
    for number in range(0, nodes - 1, 3):
        made.append(
            f'<question id="q{number}" name="n{number}" type="integer" min="0" max="{number + 50}">'
            f'<text>How many of {number}, <value of="customer.name" else="please"/>?</text>'
            f'<text xml:lang="pt">Quantos de {number}?</text>'
            f'<constraint test="n{number} lt {number + 49}"><label>Fewer</label></constraint>'
            f"<prompt>Enter {number}.</prompt>"
            f'<go to="i{number}" if="n{number} gt {number % 7 + 30}"/></question>'
            f'<decision id="d{number}"><go to="i{number}" if="n{number} == {number % 40 + 1}"/>'
            f'<go to="i{number}"/></decision>'
            f'<info id="i{number}" if="n{number} ge {number % 50}"><text>So many: <value of="n{number}"/></text></info>'
        )
    head = '<use class="Customer" as="customer"/>'
    text = "".join(made)
    return (
        f'<dialog id="bench" version="1" xml:lang="en" languages="en pt" start="q0"><title>Bench</title>{head}{text}'
        '<end id="end" outcome="success" disposition="done"/></dialog>'
    ).encode()


def script_steps(_folder: Path) -> None:
    """Answers a second of CPU on one core, each with the next question rendered."""
    program = prepare(load(_script(NODES), "bench.xml"))
    steps = 0
    begun = process_time()
    for session in range(SESSIONS):
        state, _ = step(program, start(program), Begin(f"s{session}"), _NOW)
        while state.core.stop is not None:
            state, _ = step(program, state, Answered({state.core.stop.node: "12"}), _NOW)
            steps += 1
    seconds = process_time() - begun
    figure(
        "script-steps",
        per_second=round(steps / seconds),
        target=10_000,
        steps=steps,
        state_octets=len(encode_state(state)),
    )
