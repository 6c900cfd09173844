"""Pictures of scripts: what is in them, that it is where it should be, and what the command says."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from scriptengine.cli.main import main
from scriptengine.drawing import HeatError, as_svg, laid_out, picture_of, read_heat, words_in
from scriptengine.loading import load
from scriptengine.program import prepare

_SVG = "{http://www.w3.org/2000/svg}"
_SCRIPT = b"""<dialog id="d" version="3" xml:lang="en" languages="en pt" start="who" channels="desk ivr">
<title>Dark &amp; cold</title><title xml:lang="pt">Escuro</title>
<question id="who" name="who" type="choice"><text>Who are <b>you</b>?</text><text xml:lang="pt">Quem?</text>
 <choice value="a"><label>Anna</label><label xml:lang="pt">Ana</label><go to="home"/></choice>
 <choice value="b"><label>Bob</label><label xml:lang="pt">Beto</label></choice>
 <noinput count="2"><go to="lost"/></noinput>
 <go to="done" if="who ne 'a'"/></question>
<group id="home"><title>Home</title><title xml:lang="pt">Casa</title>
 <info id="one"><text>First</text><text xml:lang="pt">Primeiro</text></info>
 <info id="two" channel="desk"><text>Second</text><text xml:lang="pt">Segundo</text></info>
</group>
<end id="done" outcome="success" disposition="fine"/>
<end id="lost" outcome="failure" disposition="lost"/>
<info id="never"><text>x</text><text xml:lang="pt">x</text></info>
</dialog>"""


def _picture(language: str | None = None):
    return picture_of(prepare(load(_SCRIPT, "d.xml")), language)


def test_boxes_and_arrows_say_what_the_script_says() -> None:
    picture = _picture()
    boxes = {box.id: box for box in picture.boxes}
    assert [box.id for box in picture.boxes] == ["who", "home", "one", "two", "done", "lost", "never"]
    assert boxes["who"].words == "Who are you?"
    assert boxes["who"].is_start
    assert boxes["two"].inside == "home"
    assert not boxes["never"].is_reached
    assert boxes["lost"].kind == "end failure"
    assert {(a.source, a.target, a.words, a.style) for a in picture.arrows} == {
        ("who", "one", "Anna", "solid"),
        ("who", "done", "who ≠ 'a'", "solid"),
        ("who", "lost", "no answer", "exception"),
        ("one", "two", "", "solid"),
        ("home", "done", "", "solid"),
    }


def test_another_language() -> None:
    picture = _picture("pt")
    assert picture.title == "Escuro (d 3)"
    assert [a.words for a in picture.arrows if a.target == "one"] == ["Ana"]


def test_boxes_do_not_overlap_and_groups_hold_theirs() -> None:
    placed = laid_out(_picture())
    single = [box for box in placed.boxes if not box.box.is_group]
    for number, one in enumerate(single):
        for other in single[number + 1 :]:
            apart_x = one.corner.x + one.width <= other.corner.x or other.corner.x + other.width <= one.corner.x
            apart_y = one.corner.y + one.height <= other.corner.y or other.corner.y + other.height <= one.corner.y
            assert apart_x or apart_y, (one.box.id, other.box.id)
    group = next(box for box in placed.boxes if box.box.is_group)
    for inner in (box for box in single if box.box.inside == "home"):
        assert group.corner.x <= inner.corner.x
        assert inner.corner.y + inner.height <= group.corner.y + group.height


def test_svg_is_well_formed_and_has_words_for_those_who_cannot_see_it() -> None:
    root = ElementTree.fromstring(as_svg(laid_out(_picture())))
    assert root.attrib["role"] == "img"
    assert root.find(f"{_SVG}title").text == "Dark & cold (d 3)"
    assert "ends: done (success), lost (failure)" in root.find(f"{_SVG}desc").text
    written = [text.text for text in root.iter(f"{_SVG}text")]
    assert "Who are you?" in written
    assert "▶ who · choice" in written
    assert len(list(root.iter(f"{_SVG}path"))) == 5 + 3  # arrows, and the three kinds of arrowheads


def test_same_script_same_picture() -> None:
    assert as_svg(laid_out(_picture())) == as_svg(laid_out(_picture()))


def test_heat_is_shown_as_numbers_and_widths() -> None:
    heat = read_heat(b'{"visits": {"who": 10, "one": 4}, "ways": {"who>one": 4, "who>done": 2}, "left": {"who": 5}}')
    drawn = as_svg(laid_out(_picture()), heat)
    assert "10 visits, 5 left (50%)" in drawn
    assert drawn.count('height="5" fill="#2f6db5"') == 7  # a bar for each box
    assert drawn.count('height="5" fill="#c92a2a"') == 1  # its end, where somebody stopped
    assert 'stroke-width="6.4"' in drawn
    assert 'stroke-width="3.9"' in drawn


def test_what_the_picture_says_of_its_own_is_in_the_readers_language() -> None:
    around = words_in("pt-BR")
    heat = read_heat(b'{"visits": {"who": 10, "one": 1}, "left": {"who": 5}}')
    picture = picture_of(prepare(load(_SCRIPT, "d.xml")), "pt", around)
    drawn = as_svg(laid_out(picture), heat, around)
    assert [arrow.words for arrow in picture.arrows if arrow.target == "lost"] == ["sem resposta"]
    assert ">10 visitas, 5 pararam (50%)<" in drawn
    assert ">1 visita<" in drawn
    said = " ".join(ElementTree.fromstring(drawn).itertext())
    assert not re.search(r"visits?\b|\bleft\b|otherwise|no answer|Flow of", said)
    assert words_in("de") == words_in(None) == words_in("en")


@pytest.mark.parametrize("octets", [b"", b"[]", b'{"visits": {"a": -1}}', b'{"visits": {"a": "x"}}', b'{"vists": {}}'])
def test_heat_that_is_none(octets: bytes) -> None:
    with pytest.raises(HeatError):
        read_heat(octets)


def test_command_writes_a_file(tmp_path: Path, capsys) -> None:
    script, out = tmp_path / "d.xml", tmp_path / "d.svg"
    script.write_bytes(_SCRIPT)
    assert main(["graph", str(script), "-o", str(out)]) == 0
    assert ElementTree.parse(out).getroot().tag == f"{_SVG}svg"
    assert main(["graph", str(tmp_path / "none.xml"), "-o", str(out)]) == 2
    script.write_bytes(b"<dialog/>")
    assert main(["graph", str(script), "-o", str(out)]) == 1
    assert "d.xml:1:1: error" in capsys.readouterr().err
