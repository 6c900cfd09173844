"""Which nodes and ways of a script its tests have passed."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from scriptengine.interpreter import Ask, Effect, Passed
from scriptengine.program import walk
from scriptengine.script import Go, Script


class Coverage(msgspec.Struct):
    """What was passed. `nodes`: ids. `ways`: the `place.number` of each `go` that was taken.

    `orders`: node and the one that followed it because of the document's order. All of the script `script` alone.
    """

    script: str
    nodes: set[str] = msgspec.field(default_factory=set)
    ways: set[int] = msgspec.field(default_factory=set)
    orders: set[tuple[str, str]] = msgspec.field(default_factory=set)

    def add(self, effects: Iterable[Effect]) -> None:
        """Takes in what a step told."""
        for effect in effects:
            if isinstance(effect, Ask) and effect.kind == "page" and "/" not in effect.stop:  # not of a sub-dialog
                self.nodes.update(item.question for item in effect.items)
            for trodden in effect.nodes if isinstance(effect, Passed) else ():
                if trodden.script != self.script:
                    continue
                self.nodes.add(trodden.node)
                if trodden.way >= 0:
                    self.ways.add(trodden.way)
                elif trodden.before:
                    self.orders.add((trodden.before, trodden.node))

    def missing_nodes(self, script: Script) -> list[str]:
        """Nodes that nothing entered, in document order."""
        return [node.id for node in script.all_nodes() if node.id not in self.nodes]

    def missing_ways(self, script: Script) -> list[Go]:
        """Ways that nothing took, in document order."""
        return [one for one in walk(script) if isinstance(one, Go) and one.place.number not in self.ways]
