"""Which arrows of a large picture are cut, and end in a small sign with the name of the node that they lead to.

An arrow across many layers needs a place in each of them: in a script of 2,000 questions that can all lead to the same
end that is a million places, and a picture in which nobody could follow a line. Flow charts on paper have the connector
for it (ISO 5807, special symbols); here it is a link to the node.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from scriptengine.drawing.picture import Picture

MOST_PASSED = 1500
"""Layers that all arrows of a picture together may pass by, for each to be drawn whole. Usual ones have up to 100. The
same for the groups and boxes that arrows between groups pass by, from one to the other in the document: each ties
two groups together, and hundreds of groups that are tied crosswise take the layout half a minute."""


def cut(picture: Picture) -> frozenset[int]:
    """The arrows to be cut, by their place in the picture: none of a small one, of a large one the longest."""
    passed = lengths(picture)
    longest = _longest(Counter(passed))
    between = {index: many for index, many in _between(picture).items() if passed[index] <= longest}
    furthest = _longest(Counter(between.values()))
    return frozenset(index for index, many in enumerate(passed) if many > longest or between.get(index, 0) > furthest)


def _between(picture: Picture) -> dict[int, int]:
    """The arrows that lead into or out of a group, and how many outermost boxes they pass by in the document."""
    inside = {box.id: box.inside for box in picture.boxes}
    outermost: dict[str, str] = {}
    for box in picture.boxes:  # a group comes before what it holds
        outermost[box.id] = box.id if box.inside is None else outermost[box.inside]
    places = {box: place for place, box in enumerate(dict.fromkeys(outermost.values()))}
    return {
        index: max(abs(places[outermost[arrow.target]] - places[outermost[arrow.source]]) - 1, 0)
        for index, arrow in enumerate(picture.arrows)
        if inside[arrow.source] != inside[arrow.target]
    }


def lengths(picture: Picture) -> list[int]:
    """How many layers each arrow passes by, in the order of the arrows."""
    begins = _begins(picture)
    ways = _ways(picture, begins)
    layers = dict.fromkeys(ways, 0)
    for box in reversed(_finished(ways, _firsts(picture))[0]):
        for target in ways[box]:
            layers[target] = max(layers[target], layers[box] + 1)
    return [
        max(abs(layers[arrow.target] - layers[begin]) - 1, 0)
        for arrow, begin in zip(picture.arrows, begins, strict=True)
    ]


def backward(picture: Picture) -> frozenset[int]:
    """The arrows that lead back to a box on the way to where they begin, seen from the start; loops are none."""
    begins = _begins(picture)
    back = _finished(_ways(picture, begins), _firsts(picture))[1]
    return frozenset(
        index
        for index, (arrow, begin) in enumerate(zip(picture.arrows, begins, strict=True))
        if (begin, arrow.target) in back and begin != arrow.target
    )


def _longest(lengths: Mapping[int, int]) -> int:
    """The length above which arrows are cut: together the others pass by no more layers than may be."""
    total, longest = 0, 0
    for length in sorted(lengths):
        total += length * lengths[length]
        if total > MOST_PASSED:
            break
        longest = length
    return longest


def _begins(picture: Picture) -> list[str]:
    """The box where each arrow begins; one out of a group begins below its last box."""
    lasts: dict[str, str] = {}
    for box in reversed(picture.boxes):
        if box.inside is not None:
            lasts.setdefault(box.inside, lasts.get(box.id, box.id))
    return [lasts.get(arrow.source, arrow.source) for arrow in picture.arrows]


def _ways(picture: Picture, begins: Sequence[str]) -> dict[str, list[str]]:
    ways: dict[str, list[str]] = {box.id: [] for box in picture.boxes}
    for begin, arrow in zip(begins, picture.arrows, strict=True):
        ways[begin].append(arrow.target)
    return ways


def _firsts(picture: Picture) -> list[str]:
    """Where the walk begins: at the start, then at what it does not lead to."""
    return [box.id for box in sorted(picture.boxes, key=lambda box: not box.is_start)]


def _finished(ways: dict[str, list[str]], firsts: Sequence[str]) -> tuple[list[str], set[tuple[str, str]]]:
    """Boxes in the order in which a depth-first walk leaves them; ways back to a box still open are taken out, and
    given."""
    order: list[str] = []
    back: set[tuple[str, str]] = set()
    seen: set[str] = set()
    is_open: set[str] = set()
    for first in firsts:
        if first in seen:
            continue
        seen.add(first)
        is_open.add(first)
        stack = [(first, iter(list(ways[first])))]
        while stack:
            box, rest = stack[-1]
            target = next(rest, None)
            if target is None:
                stack.pop()
                is_open.discard(box)
                order.append(box)
            elif target in is_open:
                ways[box].remove(target)
                back.add((box, target))
            elif target not in seen:
                seen.add(target)
                is_open.add(target)
                stack.append((target, iter(list(ways[target]))))
    return order, back
