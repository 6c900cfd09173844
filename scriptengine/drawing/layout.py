"""Where boxes and arrows go: a layered layout from top to bottom, by `graphlay`, which nothing else here knows."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec

from scriptengine.drawing.connectors import backward, cut
from scriptengine.drawing.picture import Arrow, Box, Picture
from scriptengine.drawing.room import Area, Room

_MOST_PER_LINE = 34
_MOST_LINES = 4
_CHARACTER = 6.9
_LINE = 17.0
_CAPTION = 6.0
_PADDING = 12.0
_LABEL_CHARACTER = 6.2
_LABEL_LINE = 14.0
_LABEL_MOST = 26
_CONNECTOR = 20.0
_MOST_BALANCED = 200
"""Boxes of a picture for which time is taken to make it beautiful."""
_MOST_EVENED = 5_000
"""Arrows of a picture for which the order in its layers is evened out, which takes half of the time of larger ones."""
_ASIDE = 0.4
"""Weight of an arrow that is cut, so that the line goes on straight past it (others have 1)."""
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


class Connector(msgspec.Struct, frozen=True):
    """The sign in which an arrow that was cut ends: the id of the node that it leads to, where, and how large."""

    target: str
    corner: Point
    width: float
    height: float


class Placed(msgspec.Struct, frozen=True):
    """A whole picture with places. `corner` and `far`: the left upper and the right lower corner of all of it."""

    picture: Picture
    boxes: tuple[PlacedBox, ...]
    arrows: tuple[PlacedArrow, ...]
    corner: Point
    far: Point
    connectors: tuple[Connector, ...] = ()


def laid_out(picture: Picture) -> Placed:
    """The same picture always gets the same layout."""
    import graphlay  # 4 MB of native code: only who draws waits for it

    graph = graphlay.Graph()
    lines = {box.id: _wrapped(box.words, _MOST_PER_LINE, _MOST_LINES) for box in picture.boxes}
    numbers: dict[str, int] = {}
    for box in picture.boxes:
        width, height = _size(box, lines[box.id])
        numbers[box.id] = graph.node(box.id, width=width, height=height, **_parent(box, numbers))
    labels = [_wrapped(arrow.words, _LABEL_MOST, 3) for arrow in picture.arrows]
    targets = _connected(graph, picture, numbers)
    back = backward(picture) - targets.keys()  # laid the other way round, so that the start stays above
    for index, (arrow, label) in enumerate(zip(picture.arrows, labels, strict=True)):
        fields: dict[str, Any] = {"label_size": _label_size(label)} if label else {}
        if index in targets:
            fields["weight"] = _ASIDE
        ends = arrow.source, targets.get(index, arrow.target)
        graph.edge(*(reversed(ends) if index in back else ends), **fields)
    layout = graphlay.layout(graph, options={**_OPTIONS, **_effort(picture)})
    boxes = tuple(
        _placed_box(box, found, lines[box.id]) for box, found in zip(picture.boxes, layout.nodes, strict=False)
    )
    connectors = tuple(
        _placed_connector(picture.arrows[index].target, layout.nodes[number]) for index, number in targets.items()
    )
    arrows = tuple(
        _placed_arrow(arrow, found, label, is_back=index in back)
        for index, (arrow, found, label) in enumerate(zip(picture.arrows, layout.edges, labels, strict=True))
    )
    arrows = _apart(arrows, boxes, connectors)
    return Placed(picture, boxes, arrows, *_bounds(layout.bounds, arrows), connectors)


def _effort(picture: Picture) -> dict[str, Any]:
    """How much time is taken for beauty."""
    if len(picture.boxes) <= _MOST_BALANCED:
        return {"effort": "balanced"}
    if len(picture.arrows) <= _MOST_EVENED:
        return {"effort": "fast"}
    return {"effort": "fast", "tuning": {"order": {"balance_rounds": 0}}}


def _connected(graph: Any, picture: Picture, numbers: Mapping[str, int]) -> dict[int, int]:
    """A small node for each arrow that is cut, beside the box that it comes from: its number by the arrow's."""
    boxes = {box.id: box for box in picture.boxes}
    made = {}
    for index in sorted(cut(picture)):
        arrow = picture.arrows[index]
        width = (len(arrow.target) + 3) * _CAPTION + _PADDING
        inside = _parent(boxes[arrow.source], numbers)
        made[index] = graph.node(("cut", index), width=width, height=_CONNECTOR, label=arrow.target, **inside)
    return made


def _parent(box: Box, numbers: Mapping[str, int]) -> dict[str, Any]:
    return {} if box.inside is None else {"parent": numbers[box.inside]}


def _apart(
    arrows: tuple[PlacedArrow, ...], boxes: tuple[PlacedBox, ...], connectors: tuple[Connector, ...]
) -> tuple[PlacedArrow, ...]:
    """The same arrows, their words moved along them where they would cover other words or a box."""
    room = Room()
    solid: list[PlacedBox | Connector] = [*(box for box in boxes if not box.box.is_group), *connectors]
    for one in solid:
        room.take(Area(one.corner.x, one.corner.y, one.corner.x + one.width, one.corner.y + one.height))
    placed = []
    for arrow in arrows:
        if arrow.words_at is not None:
            size = _label_size(arrow.lines)
            places = (_around(at, size) for at in (arrow.words_at, *_along(arrow.points)))
            area = next((area for area in places if room.has(area)), _around(arrow.words_at, size))
            room.take(area)
            arrow = msgspec.structs.replace(arrow, words_at=_centre(area))
        placed.append(arrow)
    return tuple(placed)


def _around(at: Point, size: Mapping[str, float]) -> Area:
    return Area(
        at.x - size["width"] / 2, at.y - size["height"] / 2, at.x + size["width"] / 2, at.y + size["height"] / 2
    )


def _centre(area: Area) -> Point:
    return Point((area.left + area.right) / 2, (area.top + area.bottom) / 2)


def _along(points: tuple[Point, ...]) -> list[Point]:
    return [
        Point(first.x + (second.x - first.x) * part, first.y + (second.y - first.y) * part)
        for part in (0.5, 0.3, 0.7, 0.15, 0.85)
        for first, second in pairwise(points)
    ]


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


def _placed_connector(target: str, found: Mapping[str, Any]) -> Connector:
    width, height = found["size"]["width"], found["size"]["height"]
    corner = Point(found["center"]["x"] - width / 2, found["center"]["y"] - height / 2)
    return Connector(target, corner, width, height)


def _placed_arrow(arrow: Arrow, found: Mapping[str, Any], lines: tuple[str, ...], *, is_back: bool) -> PlacedArrow:
    points = tuple(_point(point) for point in found["points"])
    points = points[::-1] if is_back else points
    anchor = found.get("label_anchor")
    at = _point(anchor) if anchor is not None else None
    if at is None or _distance(at, points) > _FAR:
        at = _middle(points)
    return PlacedArrow(arrow, points, at if lines else None, lines)


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
