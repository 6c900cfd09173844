"""Where a session can get to: D01 (unreachable), D02 (dead end), D05 (cycles)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from scriptengine.checks.flow import OFF, Flow, Kind, Station
from scriptengine.findings import Finding
from scriptengine.program import Library
from scriptengine.script import AnyNode, End, Group, Info, On, Question, Script, Subdialog

Dead = frozenset[tuple[int, int]]
Graph = Mapping[int, Sequence[int]]


def graph_of(flow: Flow, dead: Dead, reached: Mapping[int, object]) -> dict[int, list[int]]:
    """The stations that can be reached, and where each leads."""
    return {
        station.number: [way.target for index, way in enumerate(station.ways) if (station.number, index) not in dead]
        for station in flow.stations
        if station.number in reached
    }


def unreachable(script: Script, flows: Sequence[tuple[Flow, Mapping[int, object]]]) -> Iterator[Finding]:
    """D01: nodes that no session reaches on any channel; of a group only the group itself."""
    yield from _unreachable(script.nodes, flows)


def _unreachable(nodes: Sequence[AnyNode], flows: Sequence[tuple[Flow, Mapping[int, object]]]) -> Iterator[Finding]:
    for node in nodes:
        stations = [(flow.stations[flow.entries[node.id]], reached) for flow, reached in flows]
        if any(station.number in reached and station.exists for station, reached in stations):
            if isinstance(node, Group):
                yield from _unreachable(node.nodes, flows)
        elif any(station.exists for station, _ in stations):
            message = f'"{node.id}" can never be reached.'
            yield node.place.finding(
                "D01", message, f'Write <go to="{node.id}"/> where it should follow, or remove it.'
            )
        else:
            message = f'"{node.id}" is on no channel of the script: it can never be reached.'
            channels = ", ".join(flow.channel for flow, _ in flows)
            hint = f"The script is for {channels}: correct channel, also that of the group."
            yield node.place.finding("D01", message, hint)


def dead_ends(flow: Flow, graph: Graph) -> Iterator[Finding]:
    """D02: nodes behind which nothing comes."""
    for number, targets in graph.items():
        if OFF in targets:
            node = flow.stations[number].node
            message = f'Behind "{node.id}" nothing comes: the session would stand still without an <end>.'
            if _has_ways(flow.stations[number]):
                message = f'When no way out of "{node.id}" holds, nothing comes: the session would stand still.'
            yield node.place.finding("D02", message, 'Add <go to="..."/> without if, or an <end> behind it.')


def _has_ways(station: Station) -> bool:
    return any(way.kind in (Kind.GO, Kind.CHOICE) for way in station.ways)


def cycles(flow: Flow, graph: Graph, dead: Dead, library: Library) -> Iterator[Finding]:
    """D05: a circle in which nobody is asked (error), and questions that nobody ever leaves (warning)."""
    silent = {
        number: [
            way.target
            for index, way in enumerate(flow.stations[number].ways)
            if (number, index) not in dead
            and way.target in graph
            and _runs_by_itself(flow, flow.stations[number], way.kind, library)
        ]
        for number in graph
    }
    told: set[int] = set()
    for circle in circles(silent):
        told |= circle
        node = flow.stations[min(circle)].node
        names = _named(flow, circle)
        message = f"The script can go round and round through {names} without asking anything."
        hint = "Put a question into the circle, or lead one way out of it."
        yield node.place.finding("D05", message, hint)
    ends = [number for number in graph if isinstance(flow.stations[number].node, End)]
    leaving = _reaching(graph, [*ends, *(number for number, targets in graph.items() if OFF in targets)])
    stuck = {number: [to for to in graph[number] if to in graph] for number in graph if number not in leaving}
    for circle in circles(stuck):
        questions = [n for n in sorted(circle) if isinstance(flow.stations[n].node, Question)]
        if questions and not circle & told and all(target in circle for number in circle for target in stuck[number]):
            node = flow.stations[questions[0]].node
            message = f"There is no way out of {_named(flow, circle)}: no <end> can be reached."
            yield node.place.finding("D05", message, "Add a <go> that leads to an <end>.", severity="warning")


def _runs_by_itself(flow: Flow, station: Station, kind: Kind, library: Library) -> bool:
    """Whether a way is taken without anybody being asked. A repeated group has its own limit."""
    if kind in (Kind.AGAIN, Kind.BUTTON, Kind.NO_ANSWER):
        return False
    if kind is Kind.PASSED or not station.exists:
        return True
    node = station.node
    if isinstance(node, Question):
        return node.can_skip or node.is_reusable
    if isinstance(node, Subdialog):
        called = library.program(node.source, node.version)
        return called is not None and not any(isinstance(one, Question) for one in called.script.all_nodes())
    return not (isinstance(node, Info) and any(go.label is not None for go in node.goes)) or flow.channel == "ivr"


def _named(flow: Flow, circle: set[int]) -> str:
    ids = list(dict.fromkeys(flow.stations[number].node.id for number in sorted(circle)))
    shown = ", ".join(f'"{name}"' for name in ids[:4])
    return shown if len(ids) <= 4 else f"{shown} and {len(ids) - 4} more"


def _reaching(graph: Graph, goals: Sequence[int]) -> set[int]:
    """Everything from which one of the goals is reached."""
    sources: dict[int, list[int]] = {}
    for number, targets in graph.items():
        for target in targets:
            sources.setdefault(target, []).append(number)
    found = set(goals)
    waiting = list(goals)
    while waiting:
        for source in sources.get(waiting.pop(), ()):
            if source not in found:
                found.add(source)
                waiting.append(source)
    return found


def reachable(graph: Graph, starts: Sequence[int]) -> set[int]:
    """Everything that is reached from some stations, themselves included."""
    found = set(starts)
    waiting = list(starts)
    while waiting:
        for target in graph.get(waiting.pop(), ()):
            if target != OFF and target not in found:
                found.add(target)
                waiting.append(target)
    return found


def event_targets(flow: Flow, events: Sequence[On]) -> list[int]:
    """Where events lead."""
    return [flow.entries[event.go.to] for event in events if event.go is not None]


def circles(graph: Graph) -> list[set[int]]:
    """The strongly connected parts that hold a circle (Tarjan 1972, without recursion), by their first station."""
    indexes: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[set[int]] = []

    def close(number: int) -> None:
        part: set[int] = set()
        while number not in part:
            last = stack.pop()
            on_stack.discard(last)
            part.add(last)
        if len(part) > 1 or number in graph[number]:
            found.append(part)

    def enter(number: int) -> tuple[int, Iterator[int]]:
        indexes[number] = low[number] = len(indexes)
        stack.append(number)
        on_stack.add(number)
        return number, iter(graph[number])

    for root in graph:
        work = [enter(root)] if root not in indexes else []
        while work:
            number, targets = work[-1]
            target = next((to for to in targets if to in graph and _update(to, number, indexes, low, on_stack)), None)
            if target is not None:
                work.append(enter(target))
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[number])
            if low[number] == indexes[number]:
                close(number)
    return sorted(found, key=min)


def _update(target: int, number: int, indexes: Mapping[int, int], low: dict[int, int], on_stack: set[int]) -> bool:
    """Whether a target is new; one that is being looked at lowers the number."""
    if target not in indexes:
        return True
    if target in on_stack:
        low[number] = min(low[number], indexes[target])
    return False
