"""A laid out picture as SVG 1.1: colours for kinds and outcomes, words for those who cannot see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from scriptengine.drawing.heat import Heat
from scriptengine.drawing.layout import Connector, Placed, PlacedArrow, PlacedBox, Point
from scriptengine.drawing.picture import ENGLISH
from scriptengine.drawing.words import Words

_MARGIN = 24.0
_FONT = "'DejaVu Sans', 'Segoe UI', Helvetica, Arial, sans-serif"


class Look(NamedTuple):
    """Colours of a box: its ground, its edge. Dark words stand on all of them with a contrast above 7."""

    ground: str
    edge: str


_LOOKS = {
    "question": Look("#e8f1fc", "#2f6db5"),
    "info": Look("#f7f7f5", "#6b6b66"),
    "decision": Look("#fff7da", "#a67c00"),
    "block": Look("#f1ebf9", "#7550ab"),
    "subdialog": Look("#e4f5f5", "#1f7d7d"),
    "group": Look("#fbfbfa", "#b5b5ae"),
    "connector": Look("#ffffff", "#45484d"),
    "end success": Look("#dff3e0", "#2c7a33"),
    "end failure": Look("#fbe1de", "#b3372b"),
    "end partial": Look("#fdeed6", "#b0700f"),
    "end transfer": Look("#dcebfb", "#22598f"),
    "end callback": Look("#ece3f8", "#66439b"),
}
_LINES = {"solid": ("#45484d", ""), "otherwise": ("#7b7f86", ' stroke-dasharray="6 3"'),
          "exception": ("#b3372b", ' stroke-dasharray="2 3"')}  # fmt: skip


def as_svg(placed: Placed, heat: Heat | None = None, around: Words = ENGLISH) -> str:
    """The picture as a document of its own. `heat`: visits, shown as numbers and as the width of lines, with the words
    of `around`."""
    left, top = placed.corner.x - _MARGIN, placed.corner.y - _MARGIN
    width = placed.far.x - placed.corner.x + 2 * _MARGIN
    height = placed.far.y - placed.corner.y + 2 * _MARGIN
    title, described = escape(placed.picture.title), escape(placed.picture.description)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="{left:.1f} {top:.1f} {width:.1f} {height:.1f}" role="img" '
        'aria-labelledby="graph-title graph-description">',
        f'<title id="graph-title">{title}</title>',
        f'<desc id="graph-description">{described}</desc>',
        _markers(),
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" fill="#ffffff"/>',
        f'<g font-family="{_FONT}" font-size="12.5" fill="#1c1d1f">',
        *(line for box in placed.boxes if box.box.is_group for line in _box(box, heat, around)),
        *(line for arrow in placed.arrows for line in _arrow(arrow, heat)),
        *(line for box in placed.boxes if not box.box.is_group for line in _box(box, heat, around)),
        *(line for connector in placed.connectors for line in _connector(connector)),
        *(line for arrow in placed.arrows for line in _words(arrow)),
        "</g>",
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _markers() -> str:
    made = [
        f'<marker id="to-{style}" viewBox="0 0 8 8" refX="7.2" refY="4" markerWidth="8" markerHeight="8" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0.6 L7.4,4 L0,7.4 z" fill="{colour}"/></marker>'
        for style, (colour, _) in _LINES.items()
    ]
    return f"<defs>{''.join(made)}</defs>"


def _box(placed: PlacedBox, heat: Heat | None, around: Words) -> Iterator[str]:
    box, (x, y) = placed.box, placed.corner
    look = _LOOKS[box.kind]
    dash = "" if box.is_reached else ' stroke-dasharray="4 4"'
    stroke = 2.6 if box.is_start else 1.3
    round_by = 16 if box.kind.startswith("end") else 3 if box.kind in ("block", "decision") else 8
    yield f"<g id={quoteattr(f'node-{box.id}')}><title>{escape(f'{box.caption}: {box.words}')}</title>"
    yield (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{placed.width:.1f}" height="{placed.height:.1f}" rx="{round_by}" '
        f'fill="{look.ground}" stroke="{look.edge}" stroke-width="{stroke}"{dash}/>'
    )
    if heat is not None:
        yield from _visits(placed, heat, around)
    middle = x + placed.width / 2
    caption = f"▶ {box.caption}" if box.is_start else box.caption
    where = (middle, "middle") if not box.is_group else (x + 12, "start")
    yield _text(Point(where[0], y + 17), caption, f'font-size="10.5" fill="{look.edge}" text-anchor="{where[1]}"')
    for number, line in enumerate(placed.lines):
        if box.is_group:
            width = len(caption) * 6.2 + 24
            yield _text(Point(x + width, y + 17), line, 'font-weight="bold"')
            break
        yield _text(Point(middle, y + 35 + 17 * number), line, 'text-anchor="middle"')
    yield "</g>"


def _connector(connector: Connector) -> Iterator[str]:
    """The end of an arrow that was cut: a link to where it leads."""
    x, y = connector.corner
    look = _LOOKS["connector"]
    yield f"<a href={quoteattr(f'#node-{connector.target}')}>"
    yield (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{connector.width:.1f}" height="{connector.height:.1f}" '
        f'rx="{connector.height / 2:.1f}" fill="{look.ground}" stroke="{look.edge}"/>'
    )
    middle = Point(x + connector.width / 2, y + connector.height / 2 + 3.5)
    yield _text(middle, f"→ {connector.target}", f'font-size="10.5" fill="{look.edge}" text-anchor="middle"')
    yield "</a>"


def _visits(placed: PlacedBox, heat: Heat, around: Words) -> Iterator[str]:
    """A bar at the lower edge as long as the node's part of all visits, its end red for those that stopped here."""
    visits, left = heat.visits.get(placed.box.id, 0), heat.left.get(placed.box.id, 0)
    most = max(heat.visits.values(), default=0) or 1
    x, y = placed.corner.x, placed.corner.y + placed.height
    bar = placed.width * visits / most
    stopped = bar * min(left / visits, 1.0) if visits else 0.0
    yield f'<rect x="{x:.1f}" y="{y - 5:.1f}" width="{bar:.1f}" height="5" fill="#2f6db5"/>'
    if stopped:
        yield f'<rect x="{x + bar - stopped:.1f}" y="{y - 5:.1f}" width="{stopped:.1f}" height="5" fill="#c92a2a"/>'
    told = (around.visit if visits == 1 else around.visits).format(count=visits)
    if left and visits:
        told += f", {around.left.format(count=left, part=f'{left / visits:.0%}')}"
    halo = 'paint-order="stroke" stroke="#ffffff" stroke-width="3"'
    yield _text(Point(x + placed.width, y + 13), told, f'font-size="10.5" fill="#9c2f00" text-anchor="end" {halo}')


def _arrow(placed: PlacedArrow, heat: Heat | None) -> Iterator[str]:
    colour, dash = _LINES[placed.arrow.style]
    path = _rounded(placed.points)
    width = 1.4
    if heat is not None:
        taken = heat.ways.get(f"{placed.arrow.source}>{placed.arrow.target}", 0)
        width += 5 * taken / (max(heat.ways.values(), default=0) or 1)
    yield (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:.1f}"{dash} '
        f'marker-end="url(#to-{placed.arrow.style})"/>'
    )


def _rounded(points: tuple[Point, ...]) -> str:
    """A line through points, its corners a little round."""
    parts = [f"M{points[0].x:.1f},{points[0].y:.1f}"] if points else []
    for before, corner, behind in zip(points, points[1:], points[2:], strict=False):
        first, last = _towards(corner, before, 6), _towards(corner, behind, 6)
        parts.append(f"L{first.x:.1f},{first.y:.1f} Q{corner.x:.1f},{corner.y:.1f} {last.x:.1f},{last.y:.1f}")
    parts += [f"L{points[-1].x:.1f},{points[-1].y:.1f}"] if len(points) > 1 else []
    return " ".join(parts)


def _towards(point: Point, other: Point, by: float) -> Point:
    length = max(abs(other.x - point.x), abs(other.y - point.y)) or 1.0
    part = min(by, length / 2) / length
    return Point(point.x + (other.x - point.x) * part, point.y + (other.y - point.y) * part)


def _words(placed: PlacedArrow) -> Iterator[str]:
    if placed.words_at is None:
        return
    colour = _LINES[placed.arrow.style][0]
    x, y = placed.words_at
    width, height = max(map(len, placed.lines)) * 6.2 + 4, len(placed.lines) * 14.0
    yield (
        f'<rect x="{x - width / 2:.1f}" y="{y - height / 2:.1f}" width="{width:.1f}" height="{height:.1f}" rx="3" '
        f'fill="#ffffff" fill-opacity="0.9"/>'
    )
    for number, line in enumerate(placed.lines):
        at = Point(x, y - height / 2 + 10.5 + 14 * number)
        yield _text(at, line, f'font-size="11" fill="{colour}" text-anchor="middle"')


def _text(at: Point, words: str, attributes: str) -> str:
    return f'<text x="{at.x:.1f}" y="{at.y:.1f}" {attributes}>{escape(words)}</text>'
