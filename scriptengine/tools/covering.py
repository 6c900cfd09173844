"""What the tests inside a script do not pass: D19, and figures for people.

Counted is what a test can pass: not what only follows when somebody keys nothing on the phone, presses a button, or
hangs up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from scriptengine.checks import Checking
from scriptengine.checks.flow import OFF, Kind
from scriptengine.checks.paths import reachable
from scriptengine.findings import Finding, in_order
from scriptengine.script import AnyNode, Go

if TYPE_CHECKING:
    from scriptengine.testing import Coverage

_NOT_TESTED = (Kind.NO_ANSWER, Kind.BUTTON)


class Covered(msgspec.Struct, frozen=True):
    """How much of a script its tests pass. `nodes`, `ways`: passed, and of how many."""

    nodes: tuple[int, int]
    ways: tuple[int, int]
    findings: tuple[Finding, ...]


def covered(checking: Checking) -> Covered:
    """Runs the tests of a script, and tells what they do not pass. Tests that fail count as far as they come."""
    from scriptengine.testing import Coverage, run_cases  # brings the interpreter, which other checks do not need

    script = checking.script
    return counted(checking, run_cases(checking.program)[1] if script.cases else Coverage(script.id))


def counted(checking: Checking, coverage: Coverage) -> Covered:
    """The same of tests that have run already."""
    script = checking.script
    nodes, ways = _testable(checking)
    missing_nodes = [node for node in nodes if node.id not in coverage.nodes]
    missing_ways = [(node, go) for node, go in ways if go.place.number not in coverage.ways]
    if script.cases:
        findings = in_order(_findings(missing_nodes, missing_ways))
    else:
        hint = 'Write <test name="..."> with <answer> and <expect> behind the last node.'
        findings = [script.place.finding("D19", "The script has no test.", hint, severity="warning")]
    passed = (len(nodes) - len(missing_nodes), len(nodes)), (len(ways) - len(missing_ways), len(ways))
    return Covered(*passed, tuple(findings))


def _testable(checking: Checking) -> tuple[list[AnyNode], list[tuple[AnyNode, Go]]]:
    """The nodes that answers can lead to, and the ways that they can take, in document order."""
    nodes: dict[int, AnyNode] = {}
    ways: dict[int, tuple[AnyNode, Go]] = {}
    for channel in checking.channels:
        live = {
            station.number: [
                way
                for index, way in enumerate(station.ways)
                if (station.number, index) not in channel.dead and way.kind not in _NOT_TESTED
            ]
            for station in channel.flow.stations
        }
        graph = {number: [way.target for way in found if way.target != OFF] for number, found in live.items()}
        for number in reachable(graph, [channel.flow.start]):
            station = channel.flow.stations[number]
            if not station.exists:
                continue
            nodes[station.node.place.number] = station.node
            for way in live[number]:
                if way.go is not None:
                    ways[way.go.place.number] = (station.node, way.go)
    return [nodes[number] for number in sorted(nodes)], [ways[number] for number in sorted(ways)]


def _findings(missing_nodes: list[AnyNode], missing_ways: list[tuple[AnyNode, Go]]) -> Iterator[Finding]:
    """D19. Of a node that no test reaches its ways are not told as well."""
    for node in missing_nodes:
        message = f'No test comes to "{node.id}".'
        yield node.place.finding("D19", message, "Add a test with the answers that lead there.", severity="warning")
    left_out = {node.id for node in missing_nodes}
    for node, go in missing_ways:
        if node.id not in left_out:
            message = f'No test takes this way from "{node.id}" to "{go.to}".'
            yield go.place.finding("D19", message, "Add a test with the answers that take it.", severity="warning")
