"""All checks of one script, in the order in which they build on each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from scriptengine.checks.calculated import order_findings
from scriptengine.checks.effects import call_findings, end_findings, repeat_findings
from scriptengine.checks.flow import Flow, flow_of
from scriptengine.checks.formulas import Formulas
from scriptengine.checks.knowing import Knowledge, State, body, states_of
from scriptengine.checks.languages import language_findings
from scriptengine.checks.names import Name, names_of
from scriptengine.checks.outside import outside_findings
from scriptengine.checks.paths import Dead, Graph, cycles, dead_ends, graph_of, unreachable
from scriptengine.checks.phone import phone_findings
from scriptengine.checks.records import repeated_saves, saving_findings
from scriptengine.checks.references import reference_findings, unused
from scriptengine.checks.sampling import paths_in
from scriptengine.checks.secrets import secret_findings, secrets_of
from scriptengine.checks.slips import slip_findings
from scriptengine.checks.subdialogs import subdialog_findings
from scriptengine.checks.uses import Gaps, Uses
from scriptengine.checks.walking import all_actions, results_of
from scriptengine.checks.ways import Judge, Verdict, constant_findings, dead_ways, ways_findings
from scriptengine.findings import Finding, in_order
from scriptengine.program import Program
from scriptengine.script import AnyNode, Load, Set


def check(program: Program) -> list[Finding]:
    """D01 to D18 of a script, in the order of the text."""
    return in_order(Checking(program).findings())


class Checking:
    """What the checks of one script share: its names, expressions, and the flow on each of its channels."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.script = program.script
        self.names: Mapping[str, Name] = names_of(program)
        self.formulas = Formulas(program)
        self.knowledge = Knowledge(self.script, self.names, self.formulas, program.interfaces)
        self.judge = Judge(self.names)
        self.written = self._written()
        self.channels = [_Channel(self, channel) for channel in dict.fromkeys(self.script.channels)]

    def findings(self) -> Iterator[Finding]:
        """Every finding, in no order; some twice."""
        yield from self.formulas.findings()
        yield from reference_findings(self.script, self.names, self.formulas, self.program.interfaces)
        yield from slip_findings(self.script, self.names, self.formulas, self.program.interfaces)
        yield from outside_findings(self.script)
        yield from unused(self.script, self.formulas)
        yield from order_findings(self.script, self.formulas)
        yield from unreachable(self.script, [(one.flow, one.states) for one in self.channels])
        yield from language_findings(self.script)
        yield from call_findings(self.script)
        yield from end_findings(self.script)
        yield from subdialog_findings(self.program)
        for one in self.channels:
            yield from one.findings()
        yield from self._reads()
        yield from self._secrets()

    def _reads(self) -> Iterator[Finding]:
        """D07, D13 and D09: what is read where. A condition is constant only if it is on every channel."""
        gaps = Gaps(self.knowledge, self.script.channels)
        uses = Uses(self.program, self.formulas, self.knowledge)
        conditions: dict[tuple[int, str], list[list[Finding]]] = {}
        known: dict[tuple[int, str, frozenset[str]], list[Finding]] = {}
        for one in self.channels:
            for number, state in one.states.items():
                for read in uses.at(one.flow, one.flow.stations[number], state, one.dead):
                    gaps.look(read, one.flow.channel)
                    if read.is_condition:
                        key = (read.element.place.number, read.attribute)
                        answered = self.answered([*paths_in(read.expression.tree)], read.state)
                        if (*key, answered) not in known:
                            found = constant_findings(self.formulas, read.element, read.attribute, self.names, answered)
                            known[*key, answered] = list(found)
                        conditions.setdefault(key, []).append(known[*key, answered])
        yield from gaps.findings()
        for event in self.script.events:
            for element in (event, event.go):
                if element is not None:
                    yield from constant_findings(self.formulas, element, "if", self.names, frozenset())
        for results in conditions.values():
            if all(results) and len({result[0].message for result in results}) == 1:
                yield from results[0]

    def _secrets(self) -> Iterator[Finding]:
        reached = {one.flow.channel: one.nodes() for one in self.channels}
        secrets = secrets_of(self.script, self.names, self.formulas)
        yield from secret_findings(self.script, self.formulas, secrets, reached)
        yield from saving_findings(self.script, self.names, self.program.interfaces, secrets)
        yield from phone_findings(self.script, reached.get("ivr", ()))

    def answered(self, paths: Sequence[str], state: State) -> frozenset[str]:
        """Those of some names and paths that surely have a value."""
        return frozenset(path for path in paths if self.knowledge.is_answered(path, state))

    def _written(self) -> frozenset[str]:
        """The names that something other than an answer gives a value."""
        actions = [action for _, action in all_actions(self.script)]
        written = {result.to for _, _, result in results_of(self.script)}
        written |= {action.name for action in actions if isinstance(action, Set)}
        return frozenset(written | {action.into for action in actions if isinstance(action, Load)})


class _Channel:
    """A script's flow on one channel, first with all ways that are written, then without those never taken."""

    def __init__(self, checking: Checking, channel: str) -> None:
        self._checking = checking
        knowledge, formulas = checking.knowledge, checking.formulas
        script = checking.script
        self.flow: Flow = flow_of(script, formulas, channel)
        first = knowledge.first(channel, checking.written)
        states = states_of(knowledge, formulas, self.flow, script.events, first)
        self.verdicts = {number: self._judged(number, state) for number, state in states.items()}
        self.dead: Dead = dead_ways(self.flow, self.verdicts)
        self.states = states_of(knowledge, formulas, self.flow, script.events, first, self.dead)
        self.graph: Graph = graph_of(self.flow, self.dead, self.states)

    def _judged(self, number: int, state: State) -> Verdict:
        station = self.flow.stations[number]
        if not station.exists or len(station.ways) < 2:
            return Verdict()
        done = body(self._checking.knowledge, self._checking.formulas, station, state)
        paths = [p for way in station.ways for condition in way.conditions for p in paths_in(condition.tree)]
        return self._checking.judge.verdict(station, self._checking.answered(paths, done))

    def findings(self) -> Iterator[Finding]:
        """D02 to D05 and D16."""
        verdicts = {number: verdict for number, verdict in self.verdicts.items() if number in self.states}
        yield from ways_findings(self.flow, verdicts)
        yield from dead_ends(self.flow, self.graph)
        yield from cycles(self.flow, self.graph, self.dead, self._checking.program.library)
        interfaces = self._checking.program.interfaces
        yield from repeat_findings(self.flow, self.graph, interfaces)
        yield from repeated_saves(self.flow, self.graph, self._checking.script, self._checking.names, interfaces)

    def nodes(self) -> list[AnyNode]:
        """The nodes that sessions on this channel reach, in document order."""
        stations = [self.flow.stations[number] for number in sorted(self.states)]
        return [station.node for station in stations if station.exists and not station.is_exit]
