"""Sessions counted: what can be added up, in one go, one by one, or in parts that are merged.

A session stands at one node of its script at a time. It comes there by entering it, or by going back to it; it is gone
from there because it went on, or went back, or ended, or was left without an end, or it still stands there. So for each
node: `entered + returned = went_on + went_back + ended + left + open`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from scriptengine.interpreter import Trodden
from scriptengine.script import Group, Script
from scriptengine.statistics.words import SessionTrace

Inside = Mapping[str, str]
"""Node to the group around it."""
MOST_PATHS = 10_000
"""Different paths that are told apart; sessions on further ones are counted under the empty path."""
MOST_ON_A_PATH = 60
"""Nodes of a path; longer ones end with an ellipsis."""
ELLIPSIS = "…"


class Stay(msgspec.Struct, frozen=True):
    """A session that has not ended: at `node` since the moment `at` (wall seconds since 1970)."""

    node: str
    at: float


class Tally(msgspec.Struct, eq=True):
    """What came of some sessions. `seconds`: how long each stood at a node since it was shown there last, by node; of
    sessions that went on from it.

    `ways`: `from>to`. `ends`: outcome, disposition to sessions. `left`: closed without an end, by node. `durations`: of
    sessions that reached an end, in seconds from beginning to end, with their rests. `paths`: the nodes at which a
    session stood and its end.
    """

    sessions: int = 0
    entered: Counter[str] = msgspec.field(default_factory=Counter)
    returned: Counter[str] = msgspec.field(default_factory=Counter)
    went_on: Counter[str] = msgspec.field(default_factory=Counter)
    went_back: Counter[str] = msgspec.field(default_factory=Counter)
    ended: Counter[str] = msgspec.field(default_factory=Counter)
    left: Counter[str] = msgspec.field(default_factory=Counter)
    ways: Counter[str] = msgspec.field(default_factory=Counter)
    ends: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)
    paths: Counter[tuple[str, ...]] = msgspec.field(default_factory=Counter)
    seconds: dict[str, list[float]] = msgspec.field(default_factory=dict)
    durations: list[float] = msgspec.field(default_factory=list)
    stays: list[Stay] = msgspec.field(default_factory=list)

    def add(self, trace: SessionTrace, inside: Inside) -> None:
        """One more session."""
        journey = Journey(self, trace.script, inside)
        for at, nodes in trace.steps:
            journey.step(at, nodes)
        self.sessions += 1
        is_over = trace.ended_at is not None
        if not is_over:
            self.stays.append(Stay(journey.node, journey.at if journey.node else trace.began))
        elif trace.end:
            self.ended[journey.node] += 1
            self.ends[trace.outcome, trace.disposition] += 1
            self.durations.append(max((trace.ended_at or 0.0) - trace.began, 0.0))
        else:
            self.left[journey.node] += 1
        if is_over:
            path = tuple(journey.path)
            self.paths[path if path in self.paths or len(self.paths) < MOST_PATHS else ()] += 1

    def merge(self, other: Tally) -> None:
        """The sessions of another tally, too."""
        self.sessions += other.sessions
        for name in ("entered", "returned", "went_on", "went_back", "ended", "left", "ways", "ends"):
            getattr(self, name).update(getattr(other, name))
        for path, sessions in other.paths.items():
            self.paths[path if path in self.paths or len(self.paths) < MOST_PATHS else ()] += sessions
        for node, seconds in other.seconds.items():
            self.seconds.setdefault(node, []).extend(seconds)
        self.durations += other.durations
        self.stays += other.stays


class Journey:
    """Where one session stands while its steps are read, one after the other. `node` empty: nowhere yet."""

    def __init__(self, tally: Tally, script: str, inside: Inside) -> None:
        self._tally, self._script, self._inside = tally, script, inside
        self.node = ""
        self.at = 0.0
        self.path: list[str] = []
        self._is_timed = False

    def step(self, at: float, nodes: Iterable[Trodden]) -> None:
        """A step's trail: where it went back to, and the nodes that were entered; at the last of them it stands."""
        own = [one for one in nodes if one.script == self._script]  # those of sub-dialogs count for their own script
        for place, trodden in enumerate(own):
            if trodden.how == "back":
                self._go_back(trodden.node)
            if trodden.how:
                continue
            self._leave(trodden.before, at, is_first=place == 0)
            self._tally.entered[trodden.node] += 1
            if trodden.before:
                self._tally.ways[f"{trodden.before}>{trodden.node}"] += 1
            self.node = trodden.node
        if own:
            self.at, self._is_timed = at, True
        if any(one.how != "shown" for one in own) and len(self.path) < MOST_ON_A_PATH:
            self.path.append(self.node if len(self.path) < MOST_ON_A_PATH - 1 else ELLIPSIS)

    def _go_back(self, node: str) -> None:
        if self.node:
            self._tally.went_back[self.node] += 1
        self._tally.returned[node] += 1
        self.node = node

    def _leave(self, before: str, at: float, *, is_first: bool) -> None:
        """Gone from where it stood. If it goes on from elsewhere, it had gone back there: old trails do not tell."""
        if not self.node:
            return
        if before in ("", self.node) or self._is_around(before, self.node):
            self._tally.went_on[self.node] += 1
            if is_first and self._is_timed:
                self._tally.seconds.setdefault(self.node, []).append(max(at - self.at, 0.0))
            return
        self._tally.went_back[self.node] += 1
        self._tally.returned[before] += 1
        self._tally.went_on[before] += 1

    def _is_around(self, group: str, node: str) -> bool:
        """Whether it went on out of a group: the way then begins at the group."""
        around = self._inside.get(node)
        while around is not None and around != group:
            around = self._inside.get(around)
        return around is not None


class Counts(msgspec.Struct):
    """A tally for each version and channel."""

    tallies: dict[tuple[str, str], Tally] = msgspec.field(default_factory=dict)

    def add(self, trace: SessionTrace, inside: Inside) -> None:
        """One more session."""
        self.tallies.setdefault((trace.version, trace.channel), Tally()).add(trace, inside)

    def chosen(self, version: str = "", channel: str = "") -> Tally:
        """The sessions of a version and on a channel together; empty: of all."""
        found = Tally()
        for (one_version, one_channel), tally in self.tallies.items():
            if version in ("", one_version) and channel in ("", one_channel):
                found.merge(tally)
        return found

    def versions(self) -> list[str]:
        """The versions that had sessions, numbers in their order."""
        return sorted({version for version, _ in self.tallies}, key=_natural)


def counted(traces: Iterable[SessionTrace], inside: Inside | None = None) -> Counts:
    """Sessions counted. `inside`: of the script's nodes; without it leaving a group looks like going back."""
    counts = Counts()
    for trace in traces:
        counts.add(trace, inside or {})
    return counts


def inside_of(script: Script) -> dict[str, str]:
    """Node to the group around it."""
    return {inner.id: group.id for group in script.all_nodes() if isinstance(group, Group) for inner in group.nodes}


def _natural(version: str) -> tuple[tuple[int, int | str], ...]:
    """`1.9` before `1.10`."""
    parts = version.replace("-", ".").split(".")
    return tuple((0, int(part)) if part.isascii() and part.isdigit() else (1, part) for part in parts)
