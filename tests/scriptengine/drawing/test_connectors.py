"""Large pictures: long arrows are cut and end in a link to where they lead; small ones are drawn whole."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, strategies as st

from scriptengine.cli.reading import program_of
from scriptengine.drawing import as_svg, laid_out, picture_of
from scriptengine.drawing.connectors import MOST_PASSED, backward, cut, lengths
from scriptengine.drawing.picture import Arrow, Box, Picture
from scriptengine.drawing.room import Area, Room
from scriptengine.loading import load
from scriptengine.program import prepare
from tests.bench.scripts import large_script

_SVG = "{http://www.w3.org/2000/svg}"
_SAMPLES = sorted((Path(__file__).parents[3] / "dialogs").glob("*.xml"))


def _large(nodes: int) -> Picture:
    return picture_of(prepare(load(large_script(nodes), "large.xml")))


@pytest.mark.parametrize("path", _SAMPLES, ids=lambda path: path.stem)
def test_scripts_of_a_usual_size_are_drawn_whole(path: Path) -> None:
    picture = picture_of(program_of(path))
    assert not cut(picture)
    assert not laid_out(picture).connectors


def test_of_a_large_script_the_long_ways_to_the_end_are_cut() -> None:
    picture = _large(400)
    gone = cut(picture)
    assert gone
    assert {picture.arrows[index].target for index in gone} == {"done"}
    assert not [a for a in (picture.arrows[index] for index in gone) if a.source in ("n396", "n399")]


def test_an_arrow_that_is_cut_ends_in_a_link_to_its_node() -> None:
    picture = _large(400)
    placed = laid_out(picture)
    assert [arrow.arrow for arrow in placed.arrows] == list(picture.arrows)
    root = ElementTree.fromstring(as_svg(placed))
    links = [link.attrib["href"] for link in root.iter(f"{_SVG}a")]
    assert len(links) == len(cut(picture))
    assert set(links) == {"#node-done"}
    assert [group for group in root.iter(f"{_SVG}g") if group.attrib.get("id") == "node-done"]


def test_a_script_of_2000_nodes_has_a_picture() -> None:
    placed = laid_out(_large(2_000))
    assert len(placed.boxes) == 2_001
    assert placed.far.x - placed.corner.x < 5_000  # the line goes on straight down past what is cut


def test_a_way_out_of_a_group_begins_below_its_last_box() -> None:
    inside = [Box(f"n{number}", "info", "", "", "g") for number in range(MOST_PASSED + 10)]
    chain = tuple(Arrow(f"n{number}", f"n{number + 1}", "") for number in range(len(inside) - 1))
    boxes = (Box("g", "group", "", "", is_group=True), *inside, Box("z", "end success", "", ""))
    assert not cut(Picture("", "", boxes, (*chain, Arrow("g", "z", ""))))
    assert cut(Picture("", "", boxes, (*chain, Arrow("n0", "z", ""), Arrow("g", "z", "")))) == {len(chain)}


def test_of_groups_that_are_tied_crosswise_the_ways_to_the_furthest_are_cut() -> None:
    """Three hundred groups of two, from each a way to any other one."""
    groups = 300
    boxes, arrows = [], []
    for number in range(groups):
        boxes += [Box(f"g{number}", "group", "", "", is_group=True)]
        boxes += [Box(f"{part}{number}", "info", "", "", f"g{number}") for part in "ab"]
        ways = [
            (f"a{number}", f"b{number}"),
            (f"b{number}", f"a{number + 1}"),
            (f"a{number}", f"b{number * 89 % groups}"),
        ]
        arrows += [Arrow(source, target, "") for source, target in ways if target != f"a{groups}"]
    picture = Picture("", "", tuple(boxes), tuple(arrows))
    gone = cut(picture)
    far = {index: abs(int(one.source[1:]) - int(one.target[1:])) - 1 for index, one in enumerate(arrows)}
    kept = [many for index, many in far.items() if index not in gone and many > 0]
    assert 0 < sum(kept) <= MOST_PASSED
    assert not [index for index in gone if far[index] <= 0], (
        "the way to the next group and inside of one is drawn whole"
    )
    placed = laid_out(picture)
    assert (len(placed.boxes), len(placed.connectors)) == (3 * groups, len(gone))


@given(st.lists(st.tuples(st.integers(0, 59), st.integers(0, 59)), max_size=200), st.integers(0, 59))
def test_the_longest_are_cut_whatever_the_ways_are(pairs: list[tuple[int, int]], hub: int) -> None:
    """A chain of sixty, arrows between any two (also back, and from a box to itself), and a box that all lead to."""
    boxes = tuple(Box(str(number), "info", "", "") for number in range(60))
    ways = [*((n, n + 1) for n in range(59)), *((n, hub) for n in range(60)), *pairs]
    picture = Picture("", "", boxes, tuple(Arrow(str(source), str(target), "") for source, target in ways))
    passed, gone = lengths(picture), cut(picture)
    kept = [many for index, many in enumerate(passed) if index not in gone]
    assert sum(kept) <= MOST_PASSED
    assert max(kept) < min((passed[index] for index in gone), default=60)
    assert bool(gone) == (sum(passed) > MOST_PASSED)


@given(st.lists(st.tuples(*[st.floats(-900, 900)] * 2, *[st.floats(1, 400)] * 2), max_size=30))
def test_room_says_what_comparing_each_with_each_says(rectangles: list[tuple[float, float, float, float]]) -> None:
    room, taken = Room(), []
    for x, y, width, height in rectangles:
        area = Area(x, y, x + width, y + height)
        is_free = all(
            area.left >= other.right or area.right <= other.left or area.top >= other.bottom or area.bottom <= other.top
            for other in taken
        )
        assert room.has(area) == is_free
        room.take(area)
        taken.append(area)


@pytest.mark.parametrize("path", _SAMPLES, ids=lambda path: path.stem)
def test_the_start_is_on_top_and_arrows_lead_from_their_source_to_their_target(path: Path) -> None:
    placed = laid_out(picture_of(program_of(path)))
    boxes = {box.box.id: box for box in placed.boxes}
    start = next(box for box in placed.boxes if box.box.is_start)
    assert start.corner.y == min(box.corner.y for box in placed.boxes)
    for arrow in placed.arrows:
        ends = (arrow.arrow.source, arrow.points[0]), (arrow.arrow.target, arrow.points[-1])
        for name, point in ends:
            box = boxes[name]
            assert box.corner.x - 1 <= point.x <= box.corner.x + box.width + 1, arrow.arrow
            assert box.corner.y - 1 <= point.y <= box.corner.y + box.height + 1, arrow.arrow


def test_only_ways_back_are_laid_the_other_way_round() -> None:
    boxes = tuple(Box(name, "info", "", "", is_start=name == "b") for name in "abcd")
    ways = ["bc", "cd", "db", "cc", "ab", "cb"]
    assert backward(Picture("", "", boxes, tuple(Arrow(way[0], way[1], "") for way in ways))) == {2, 5}
