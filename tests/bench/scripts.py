"""A dialog script of 2,000 nodes, in CPU seconds: loaded, made ready, checked on three channels, drawn."""

import time
from pathlib import Path

from scriptengine.checks import check
from scriptengine.drawing import as_svg, laid_out, picture_of
from scriptengine.loading import load
from scriptengine.program import prepare
from tests.bench.say import figure

NODES = 2_000
TARGET_SECONDS = 2.0
TARGET_DRAWN_SECONDS = 5.0


def lint_of_2000_nodes(_folder: Path) -> None:
    """Each node in four is a question with two answers and two ways; the others say, count and decide."""
    octets = large_script(NODES)
    load(large_script(4), "first.xml")  # the DTD and the grammar are read once for a process
    check(prepare(load(large_script(4), "first.xml")))
    begun = time.process_time()
    script = load(octets, "large.xml")
    loaded = time.process_time()
    program = prepare(script)
    ready = time.process_time()
    findings = check(program)
    done = time.process_time()
    parts = {"load": round(loaded - begun, 2), "prepare": round(ready - loaded, 2), "check": round(done - ready, 2)}
    seconds = round(done - begun, 2)
    figure("lint-2000-nodes", cpu_seconds=seconds, target=TARGET_SECONDS, findings=len(findings), **parts)


def graph_of_2000_nodes(_folder: Path) -> None:
    """The picture of the same script: boxes and arrows, their places, SVG."""
    program = prepare(load(large_script(NODES), "large.xml"))
    begun = time.process_time()
    picture = picture_of(program)
    described = time.process_time()
    placed = laid_out(picture)
    laid = time.process_time()
    octets = len(as_svg(placed))
    done = time.process_time()
    parts = {"picture": round(described - begun, 2), "layout": round(laid - described, 2), "octets": octets}
    figure("graph-2000-nodes", cpu_seconds=round(done - begun, 2), target=TARGET_DRAWN_SECONDS, **parts)


def large_script(nodes: int) -> bytes:
    """A script without findings; `nodes` is a multiple of four."""
    lines = [
        '<dialog id="large" version="1" xml:lang="en" start="n0"><title>Large</title>',
        '<var name="total" type="integer" default="0"/>',
    ]
    for first in range(0, nodes, 4):
        behind = f"n{first + 4}" if first + 4 < nodes else "done"
        lines += [
            f'<question id="n{first}" name="a{first}" type="choice"><text>Which of these, number {first}?</text>',
            '<choice value="red"><label>Red</label></choice><choice value="blue"><label>Blue</label></choice>',
            f'<noinput count="3"><go to="done"/></noinput><go to="n{first + 1}" if="a{first} == \'red\'"/>',
            f'<go to="n{first + 2}" if="a{first} == \'blue\'"/></question>',
            f'<info id="n{first + 1}"><text>So it is <value of="a{first}" else="nothing"/>.</text></info>',
            f'<block id="n{first + 2}"><set name="total" value="total + {first}"/></block>',
            f'<decision id="n{first + 3}"><go to="done" if="total gt {first} and total lt {first + 7}"/>',
            f'<go to="{behind}"/></decision>',
        ]
    return "\n".join([*lines, '<end id="done" outcome="success" disposition="done"/></dialog>']).encode()
