"""Where boxes and arrows go: a layered layout from top to bottom, by `graphlay`, which nothing else here knows."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec

from scriptengine.drawing.picture import Arrow, Box, Picture

_MOST_PER_LINE = 34
_MOST_LINES = 4
_CHARACTER = 6.9
_LINE = 17.0
_CAPTION = 6.0
_PADDING = 12.0
_LABEL_CHARACTER = 6.2
_LABEL_LINE = 14.0
_LABEL_MOST = 26
_MOST_APART = 800
"""Of more arrows the words stay where they are: to compare each with each takes too long."""
_MOST_BALANCED = 200
"""Boxes of a picture for which time is taken to make it beautiful."""
_FAR = 30.0
"""Words further away from their arrow are moved to it."""
_OPTIONS: Mapping[str, Any] = {
    "direction": "topbottom",
    "spacing": {"layer_gap": 46.0, "node_gap": 40.0, "compound_header": 28.0},
    "routing": {"style": "orthogonal"},
}


class Point(NamedTuple):
    """In pixels, to the right and downwards."""

    x: float
    y: float


class PlacedBox(msgspec.Struct, frozen=True):
    """A box, its left upper corner, its size and its words in lines."""

    box: Box
    corner: Point
    width: float
    height: float
    lines: tuple[str, ...]


class PlacedArrow(msgspec.Struct, frozen=True):
    """An arrow, the corners of its line from source to target, and where the middle of its words is."""

    arrow: Arrow
    points: tuple[Point, ...]
    words_at: Point | None
    lines: tuple[str, ...]


class Placed(msgspec.Struct, frozen=True):
    """A whole picture with places. `corner` and `far`: the left upper and the right lower corner of all of it."""

    picture: Picture
    boxes: tuple[PlacedBox, ...]
    arrows: tuple[PlacedArrow, ...]
    corner: Point
    far: Point


def laid_out(picture: Picture) -> Placed:
    """The same picture always gets the same layout."""
    import graphlay  # 4 MB of native code: only who draws waits for it

    graph = graphlay.Graph()
    lines = {box.id: _wrapped(box.words, _MOST_PER_LINE, _MOST_LINES) for box in picture.boxes}
    numbers: dict[str, int] = {}
    for box in picture.boxes:
        width, height = _size(box, lines[box.id])
        fields: dict[str, Any] = {} if box.inside is None else {"parent": numbers[box.inside]}
        numbers[box.id] = graph.node(box.id, width=width, height=height, **fields)
    labels = [_wrapped(arrow.words, _LABEL_MOST, 3) for arrow in picture.arrows]
    for arrow, label in zip(picture.arrows, labels, strict=True):
        fields = {"label_size": _label_size(label)} if label else {}
        graph.edge(arrow.source, arrow.target, **fields)
    effort = "balanced" if len(picture.boxes) <= _MOST_BALANCED else "fast"
    layout = graphlay.layout(graph, options={**_OPTIONS, "effort": effort})
    boxes = tuple(
        _placed_box(box, found, lines[box.id]) for box, found in zip(picture.boxes, layout.nodes, strict=True)
    )
    arrows = tuple(
        _placed_arrow(arrow, found, label)
        for arrow, found, label in zip(picture.arrows, layout.edges, labels, strict=True)
    )
    arrows = _apart(arrows, boxes)
    return Placed(picture, boxes, arrows, *_bounds(layout.bounds, arrows))


def _bounds(bounds: Mapping[str, Any], arrows: tuple[PlacedArrow, ...]) -> tuple[Point, Point]:
    """The corners of everything, words of arrows included."""
    low, high = [_point(bounds["min"])], [_point(bounds["max"])]
    for arrow in arrows:
        if arrow.words_at is not None:
            size = _label_size(arrow.lines)
            low.append(Point(arrow.words_at.x - size["width"] / 2, arrow.words_at.y))
            high.append(Point(arrow.words_at.x + size["width"] / 2, arrow.words_at.y))
    return Point(min(p.x for p in low), min(p.y for p in low)), Point(max(p.x for p in high), max(p.y for p in high))


def _size(box: Box, lines: tuple[str, ...]) -> tuple[float, float]:
    longest = max([len(line) * _CHARACTER for line in lines] + [len(box.caption) * _CAPTION, 60.0])
    return longest + 2 * _PADDING, (len(lines) + 1) * _LINE + 1.2 * _PADDING


def _label_size(lines: tuple[str, ...]) -> dict[str, float]:
    return {"width": max(map(len, lines)) * _LABEL_CHARACTER + 6, "height": len(lines) * _LABEL_LINE + 2}


def _placed_box(box: Box, found: Mapping[str, Any], lines: tuple[str, ...]) -> PlacedBox:
    width, height = found["size"]["width"], found["size"]["height"]
    corner = Point(found["center"]["x"] - width / 2, found["center"]["y"] - height / 2)
    return PlacedBox(box, corner, width, height, lines)


def _placed_arrow(arrow: Arrow, found: Mapping[str, Any], lines: tuple[str, ...]) -> PlacedArrow:
    points = tuple(_point(point) for point in found["points"])
    anchor = found.get("label_anchor")
    at = _point(anchor) if anchor is not None else None
    if at is None or _distance(at, points) > _FAR:
        at = _middle(points)
    return PlacedArrow(arrow, points, at if lines else None, lines)


def _apart(arrows: tuple[PlacedArrow, ...], boxes: tuple[PlacedBox, ...]) -> tuple[PlacedArrow, ...]:
    """The same arrows, their words moved along them where they would cover other words or a box."""
    taken = [(b.corner.x, b.corner.y, b.corner.x + b.width, b.corner.y + b.height) for b in boxes if not b.box.is_group]
    placed = []
    for arrow in arrows:
        if arrow.words_at is not None and len(arrows) <= _MOST_APART:
            size = _label_size(arrow.lines)
            half = size["width"] / 2, size["height"] / 2
            places = [arrow.words_at, *_along(arrow.points)]
            free = next((at for at in places if not any(_cover(at, half, other) for other in taken)), arrow.words_at)
            arrow = msgspec.structs.replace(arrow, words_at=free)
            taken.append((free.x - half[0], free.y - half[1], free.x + half[0], free.y + half[1]))
        placed.append(arrow)
    return tuple(placed)


def _along(points: tuple[Point, ...]) -> list[Point]:
    return [
        Point(first.x + (second.x - first.x) * part, first.y + (second.y - first.y) * part)
        for part in (0.5, 0.3, 0.7, 0.15, 0.85)
        for first, second in pairwise(points)
    ]


def _cover(at: Point, half: tuple[float, float], other: tuple[float, float, float, float]) -> bool:
    return (
        at.x - half[0] < other[2]
        and at.x + half[0] > other[0]
        and at.y - half[1] < other[3]
        and at.y + half[1] > other[1]
    )


def _distance(at: Point, points: tuple[Point, ...]) -> float:
    """How far a point is from a line of horizontal and vertical parts."""
    return min(
        (
            max(min(a.x, b.x) - at.x, at.x - max(a.x, b.x), 0) + max(min(a.y, b.y) - at.y, at.y - max(a.y, b.y), 0)
            for a, b in pairwise(points)
        ),
        default=_FAR + 1,
    )


def _middle(points: tuple[Point, ...]) -> Point | None:
    """The middle of a line's longest part."""
    parts = sorted(pairwise(points), key=lambda part: abs(part[1].x - part[0].x) + abs(part[1].y - part[0].y))
    return Point((parts[-1][0].x + parts[-1][1].x) / 2, (parts[-1][0].y + parts[-1][1].y) / 2) if parts else None


def _point(found: Mapping[str, float]) -> Point:
    return Point(found["x"], found["y"])


def _wrapped(text: str, width: int, most: int) -> tuple[str, ...]:
    """A text in lines; what is too long ends with an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    shown = [line if len(line) <= width else f"{line[: width - 1]}…" for line in lines[:most]]
    if len(lines) > most:
        shown[-1] = f"{shown[-1][: width - 1]}…"
    return tuple(shown)
