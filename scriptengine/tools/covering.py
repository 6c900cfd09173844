"""What the tests inside a script do not pass: D19, and figures for people."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from scriptengine.checks.walking import all_goes
from scriptengine.findings import Finding, in_order
from scriptengine.program import Program
from scriptengine.script import AnyNode, Go, Script


class Covered(msgspec.Struct, frozen=True):
    """How much of a script its tests pass. `nodes`, `ways`: passed, and of how many."""

    nodes: tuple[int, int]
    ways: tuple[int, int]
    findings: tuple[Finding, ...]


def covered(program: Program) -> Covered:
    """Runs the tests of a script, and tells what they do not pass. Tests that fail count as far as they come."""
    script = program.script
    from scriptengine.testing import Coverage, run_cases  # brings the interpreter, which other checks do not need

    coverage = run_cases(program)[1] if script.cases else Coverage(script.id)
    missing_nodes, missing_ways = set(coverage.missing_nodes(script)), coverage.missing_ways(script)
    nodes = list(script.all_nodes())
    ways = sum(1 for node in nodes for _ in all_goes(node, script))
    left_out = sum(1 for node in nodes for go in all_goes(node, script) if go in missing_ways)
    findings = in_order(_findings(script, nodes, missing_nodes, missing_ways))
    return Covered((len(nodes) - len(missing_nodes), len(nodes)), (ways - left_out, ways), tuple(findings))


def _findings(
    script: Script, nodes: list[AnyNode], missing_nodes: set[str], missing_ways: list[Go]
) -> Iterator[Finding]:
    """D19. Of a node that no test reaches its ways are not told as well; of a script without tests only that."""
    if not script.cases:
        message = "The script has no test."
        hint = 'Write <test name="..."> with <answer> and <expect> behind the last node.'
        yield script.place.finding("D19", message, hint, severity="warning")
        return
    for node in nodes:
        if node.id in missing_nodes:
            message = f'No test comes to "{node.id}".'
            hint = "Add a test with the answers that lead there."
            yield node.place.finding("D19", message, hint, severity="warning")
            continue
        for go in all_goes(node, script):
            if go in missing_ways:
                message = f'No test takes this way from "{node.id}" to "{go.to}".'
                hint = "Add a test with the answers that take it."
                yield go.place.finding("D19", message, hint, severity="warning")
