"""Which ways out of a node are ever taken: D03 (not exhaustive), D04 (shadowed), D09 (always or never)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from scriptengine.checks.flow import Flow, Kind, Station, Way
from scriptengine.checks.formulas import Formulas
from scriptengine.checks.names import Name
from scriptengine.checks.sampling import paths_in, samples
from scriptengine.expressions import Expression, Type
from scriptengine.findings import Finding

Sample = Mapping[str, Any]
_MOST_TRIALS = 250_000
"""Conditions that are tried for one node; a node with more is not judged. Half a second."""


class Verdict(msgspec.Struct, frozen=True):
    """What is known of a station's ways, by their index. `dead`: never taken. `shadowed`: by which way before.

    `uncovered`: answers for which the script says no way although it says one for others; None: there are none.
    """

    dead: frozenset[int] = frozenset()
    shadowed: Mapping[int, int] = {}
    uncovered: Sample | None = None


class Judge:
    """Judges ways, and remembers: on most channels the ways out of a node are the same."""

    def __init__(self, names: Mapping[str, Name]) -> None:
        self._names = names
        self._verdicts: dict[object, Verdict] = {}

    def verdict(self, station: Station, answered: frozenset[str]) -> Verdict:
        """The verdict for a station. `answered`: the names and paths that surely have a value when it is left."""
        if len(station.ways) < 2:
            return Verdict()
        key = (station.number, answered, tuple((way.kind, way.conditions, way.is_open) for way in station.ways))
        if key not in self._verdicts:
            self._verdicts[key] = judged(station, self._names, answered)
        return self._verdicts[key]


def judged(station: Station, names: Mapping[str, Name], answered: frozenset[str]) -> Verdict:
    """The verdict for a station. `answered`: the names and paths that surely have a value when it is left."""
    indexes = [index for index, way in enumerate(station.ways) if way.kind in (Kind.CHOICE, Kind.GO, Kind.NEXT)]
    ways = [station.ways[index] for index in indexes]
    if len(ways) < 2 or ways[-1].kind is not Kind.NEXT:
        return Verdict()
    dead: set[int] = set()
    shadowed: dict[int, int] = {}
    always = next((place for place, way in enumerate(ways[:-1]) if not way.conditions and not way.is_open), None)
    if always is not None:
        dead.update(indexes[always + 1 :])
        shadowed.update(dict.fromkeys(indexes[always + 1 : -1], indexes[always]))
    decided = ways[:-1] if always is None else ways[:always]
    dead_among, shadowed_among = _among(decided, names, answered)
    dead.update(indexes[place] for place in dead_among)
    shadowed.update({indexes[place]: indexes[by] for place, by in shadowed_among.items()})
    if always is None and _is_exhaustive(decided, names, answered):
        dead.add(indexes[-1])
    uncovered = _uncovered(decided, names) if always is None else None
    return Verdict(frozenset(dead), shadowed, uncovered)


def _among(ways: Sequence[Way], names: Mapping[str, Name], answered: frozenset[str]) -> tuple[set[int], dict[int, int]]:
    """Of ways with conditions: those never taken, and those that earlier ones, perhaps together, shadow."""
    dead: set[int] = set()
    shadowed: dict[int, int] = {}
    texts: dict[object, int] = {}
    for place, way in enumerate(ways):
        if not way.is_open and texts.setdefault(_text(way), place) != place:
            shadowed[place] = texts[_text(way)]
    tried = _tried(ways, names, answered)
    if tried is None:
        single = {place: _tried([way], names, answered) for place, way in enumerate(ways) if not way.is_open}
        dead = {
            place for place, found in single.items() if found and not any(_holds(ways[place], one) for one in found)
        }
    else:
        held, first, before = _held(ways, tried)
        judged = {place for place, way in enumerate(ways) if not way.is_open}
        dead = judged - held
        shadowed |= {place: before[place] for place in held - first}
    shadowed = {place: by for place, by in shadowed.items() if place not in dead}
    return dead | shadowed.keys(), shadowed


def _tried(ways: Sequence[Way], names: Mapping[str, Name], answered: frozenset[str]) -> list[dict[str, Any]] | None:
    """Values with which to try all of some ways; None: one of them is open, or it would take too long."""
    judged = [way for way in ways if not way.is_open]
    found = samples(_conditions(judged), names, answered) if judged else None
    return found if found and len(found) * len(judged) <= _MOST_TRIALS else None


def _held(ways: Sequence[Way], tried: Sequence[Sample]) -> tuple[set[int], set[int], dict[int, int]]:
    """The ways that hold for some values, those that are then the first to hold, and for others one that was before."""
    held: set[int] = set()
    first: set[int] = set()
    before: dict[int, int] = {}
    for sample in tried:
        places = [place for place, way in enumerate(ways) if not way.is_open and _holds(way, sample)]
        held.update(places)
        first.update(places[:1])
        before.update((place, places[0]) for place in places[1:] if place not in before)
    return held, first, before


def _text(way: Way) -> object:
    return None if way.is_open else " and ".join(" ".join(condition.text.split()) for condition in way.conditions)


def _conditions(ways: Sequence[Way]) -> list[Expression]:
    return [condition for way in ways for condition in way.conditions]


def _holds(way: Way, sample: Sample) -> bool:
    return all(condition.evaluate(sample) for condition in way.conditions)


def _is_exhaustive(ways: Sequence[Way], names: Mapping[str, Name], answered: frozenset[str]) -> bool:
    tried = _tried(ways, names, answered)
    return bool(tried) and all(any(_holds(way, one) for way in ways if not way.is_open) for one in tried or ())


def _uncovered(ways: Sequence[Way], names: Mapping[str, Name]) -> Sample | None:
    """Answers to questions with a fixed set of answers for which no way holds, whatever the other names are."""
    judgeable = [way for way in ways if not way.is_open]
    conditions = _conditions(judgeable)
    paths = {path for condition in conditions for path in paths_in(condition.tree)}
    chosen = {path for path in paths if path in names and _is_chosen(names[path])}
    tested = {path for condition in conditions for path in paths_in(condition.tree) if not _only_asks(condition, path)}
    if not chosen & tested or len(judgeable) < len(ways):
        return None
    tried = _tried(judgeable, names, frozenset(paths))
    if tried is None:
        judgeable = [way for way in judgeable if _tried([way], names, frozenset(paths)) is not None]
        tried = _tried(judgeable, names, frozenset(paths))
    for sample in tried or ():
        if not any(_holds(way, sample) for way in judgeable):
            return {path: sample[path] for path in sorted(chosen & tested) if path in sample}
    return None


def _only_asks(condition: Expression, path: str) -> bool:
    """Whether a condition only asks if a name is answered."""
    return condition.tree.word in ("==", "!=") and condition.tree.form.name == "IS_NULL" and path in condition.names


def _is_chosen(name: Name) -> bool:
    if name.kind != "question":
        return False
    return name.values is not None or name.type is Type.BOOLEAN


def dead_ways(flow: Flow, verdicts: Mapping[int, Verdict]) -> frozenset[tuple[int, int]]:
    """The ways of a flow that are never taken, as station and index."""
    return frozenset(
        (station.number, index) for station in flow.stations for index in verdicts.get(station.number, Verdict()).dead
    )


def ways_findings(flow: Flow, verdicts: Mapping[int, Verdict]) -> Iterator[Finding]:
    """D03 and D04 on one channel."""
    for number, verdict in verdicts.items():
        station = flow.stations[number]
        if verdict.uncovered:
            when = " and ".join(f"{name} is {_shown(value)}" for name, value in verdict.uncovered.items())
            message = f'The ways out of "{station.node.id}" leave out a case: when {when}, none is taken.'
            hint = "Add a <go> for it, or end with a <go> without if."
            yield station.node.place.finding("D03", message, hint)
        for index, by in verdict.shadowed.items():
            way, before = station.ways[index], station.ways[by]
            if way.go is None or before.go is None:
                continue
            line = before.go.place.line
            message = f'This way to "{way.go.to}" is never taken: the one in line {line} always comes before it.'
            yield way.go.place.finding("D04", message, "Put it before that one, or remove it.")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f'"{value}"'


def constant_findings(
    formulas: Formulas, element: Any, attribute: str, names: Mapping[str, Name], answered: frozenset[str]
) -> Iterator[Finding]:
    """D09 for one condition."""
    expression = formulas.of(element, attribute)
    if expression is None:
        return
    tried = samples([expression], names, answered)
    if not tried:
        return
    results = {bool(expression.evaluate(sample)) for sample in tried}
    if len(results) == 2:
        return
    always = results == {True}
    message = (
        f'The condition {attribute}="{" ".join(expression.text.split())}" {"always" if always else "never"} holds.'
    )
    yield element.place.finding("D09", message, _cure(expression, names, always), attribute=attribute)


def _cure(expression: Expression, names: Mapping[str, Name], always: bool) -> str:
    """What to write: the choices there are, the limits of a number."""
    for name in sorted(expression.names):
        known = names.get(name)
        if known is not None and known.values is not None:
            return f"{name} can be {', '.join(known.values)}."
    for name in sorted(expression.names):
        known = names.get(name)
        if known is not None and (known.least is not None or known.most is not None):
            bounds = (f"at least {known.least}" if known.least is not None else "",
                      f"at most {known.most}" if known.most is not None else "")  # fmt: skip
            return f"{name} is {' and '.join(filter(None, bounds))}."
    return "Remove the condition." if always else "Correct it, or remove what depends on it."
