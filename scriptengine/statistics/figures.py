"""What people read of a script's sessions: of nodes, ways, paths, outcomes; and the heat of its picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from scriptengine.drawing.heat import Heat
from scriptengine.statistics.tally import Counts, Tally

IDLE_SECONDS = 3600.0
"""A session that has not ended and stood still for longer counts as left; if it goes on later, it no longer does."""
MOST_PATHS_TOLD = 20


class NodeFigures(msgspec.Struct, frozen=True, kw_only=True):
    """A node. `visits`: how often it was entered. `returns`: how often sessions went back to it. `left`: sessions that
    stopped here without an end. `open`: sessions that stand here now. `median`, `p90`: seconds from presenting it to
    going on, None: nobody has gone on from where it was presented.
    """

    node: str
    visits: int
    returns: int = 0
    went_on: int = 0
    went_back: int = 0
    ended: int = 0
    left: int = 0
    open: int = 0
    median: float | None = None
    p90: float | None = None

    @property
    def drop_off(self) -> float | None:
        """The part of the visits after which nothing came; None: no visits."""
        return self.left / self.visits if self.visits else None


class WayFigures(msgspec.Struct, frozen=True):
    """A way from one node to the next, and how often it was taken."""

    source: str
    target: str
    taken: int


class PathFigures(msgspec.Struct, frozen=True):
    """The nodes at which sessions stood, in order, and how many sessions. Empty: all paths that are not told."""

    nodes: tuple[str, ...]
    sessions: int


class OutcomeFigures(msgspec.Struct, frozen=True):
    """How sessions ended. `outcome` empty: without an end (`disposition` `left`) or not yet (`open`)."""

    outcome: str
    disposition: str
    sessions: int


class VersionFigures(msgspec.Struct, frozen=True, kw_only=True):
    """A version on a channel. `median`: seconds from beginning to an end, None: none has ended."""

    version: str
    channel: str
    sessions: int
    ended: int
    left: int
    open: int
    median: float | None
    outcomes: tuple[OutcomeFigures, ...]


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. `nodes`: those with figures, most visited first."""

    sessions: int
    ended: int
    left: int
    open: int
    median: float | None
    nodes: tuple[NodeFigures, ...]
    ways: tuple[WayFigures, ...]
    paths: tuple[PathFigures, ...]
    outcomes: tuple[OutcomeFigures, ...]


def figures_of(tally: Tally, now: float) -> Figures:
    """Figures of counted sessions. `now`: wall seconds; it decides who is still open."""
    open_at, left_at = _standing(tally, now)
    left_at.update(tally.left)
    names = {*tally.entered, *tally.returned, *open_at, *left_at} - {""}
    nodes = [
        NodeFigures(
            node=name,
            visits=tally.entered[name],
            returns=tally.returned[name],
            went_on=tally.went_on[name],
            went_back=tally.went_back[name],
            ended=tally.ended[name],
            left=left_at[name],
            open=open_at[name],
            median=percentile(tally.seconds.get(name, ()), 0.5),
            p90=percentile(tally.seconds.get(name, ()), 0.9),
        )
        for name in names
    ]
    ways = [WayFigures(way.partition(">")[0], way.partition(">")[2], taken) for way, taken in tally.ways.items()]
    return Figures(
        sessions=tally.sessions,
        ended=tally.ended.total(),
        left=left_at.total(),
        open=open_at.total(),
        median=percentile(tally.durations, 0.5),
        nodes=tuple(sorted(nodes, key=lambda one: (-one.visits, one.node))),
        ways=tuple(sorted(ways, key=lambda one: (-one.taken, one.source, one.target))),
        paths=_paths(tally),
        outcomes=_outcomes(tally, open_at.total(), left_at.total()),
    )


def version_figures(counts: Counts, now: float) -> tuple[VersionFigures, ...]:
    """A line for each version and channel that had sessions."""
    lines = []
    for version in counts.versions():
        for channel in sorted(channel for one, channel in counts.tallies if one == version):
            found = figures_of(counts.chosen(version, channel), now)
            lines.append(
                VersionFigures(
                    version=version,
                    channel=channel,
                    sessions=found.sessions,
                    ended=found.ended,
                    left=found.left,
                    open=found.open,
                    median=found.median,
                    outcomes=found.outcomes,
                )
            )
    return tuple(lines)


def heat_of(figures: Figures, version: str = "") -> Heat:
    """The figures as colours of a picture. `version` empty: of several."""
    return Heat(
        visits={one.node: one.visits for one in figures.nodes if one.visits},
        ways={f"{one.source}>{one.target}": one.taken for one in figures.ways},
        left={one.node: one.left for one in figures.nodes if one.left},
        version=version,
    )


def percentile(values: Sequence[float], part: float) -> float | None:
    """The value that `part` of the values do not exceed (nearest rank); None: no values."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[min(int(-(-part * len(ordered) // 1)), len(ordered)) - 1]


def _standing(tally: Tally, now: float) -> tuple[Counter[str], Counter[str]]:
    """Sessions that have not ended, by node: those still open, and those that stood still too long."""
    still, gone = Counter[str](), Counter[str]()
    for stay in tally.stays:
        (gone if now - stay.at > IDLE_SECONDS else still)[stay.node] += 1
    return still, gone


def _paths(tally: Tally) -> tuple[PathFigures, ...]:
    told = sorted(((path, many) for path, many in tally.paths.items() if path), key=lambda one: (-one[1], one[0]))
    rest = tally.paths.total() - sum(many for _, many in told[:MOST_PATHS_TOLD])
    found = [PathFigures(path, many) for path, many in told[:MOST_PATHS_TOLD]]
    return tuple([*found, PathFigures((), rest)] if rest else found)


def _outcomes(tally: Tally, still: int, gone: int) -> tuple[OutcomeFigures, ...]:
    ended = sorted(tally.ends.items(), key=lambda one: (-one[1], one[0]))
    found = [OutcomeFigures(outcome, disposition, many) for (outcome, disposition), many in ended]
    found += [OutcomeFigures("", word, many) for word, many in (("left", gone), ("open", still)) if many]
    return tuple(found)
