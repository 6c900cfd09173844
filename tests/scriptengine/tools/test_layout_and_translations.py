"""`fmt` keeps what a script means; `i18n` brings translations out and in; `new` writes something that is right."""

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

sys.path.insert(0, str(Path(__file__).parents[1] / "checks"))
from making import scripts

from scriptengine.cli.lint import findings_of
from scriptengine.cli.main import main
from scriptengine.loading import load
from scriptengine.script import Script
from scriptengine.tools.comparing import without_places
from scriptengine.tools.editing import tree_of, written
from scriptengine.tools.marking import TranslationError
from scriptengine.tools.translating import exported, imported

_MESSY = """<?xml version='1.0'?>
<!-- before -->
<dialog id='d' version='1'
   xml:lang='en' start='a' channels="desk ivr"><title>A &amp; B &lt; "C"</title>
<!-- about
     the question -->


<question id="a" name="a" type='choice'   if="1 &lt; 2 and 'x' != &quot;y&quot;"><text>Hello,   <b>dear
  <value of="caller.name" else="friend"/></b> !<br/> Which <!-- here too -->one?</text>
<choice value="x"><label> X </label></choice><choice value="y"><label><![CDATA[<Y>]]></label></choice>
<prompt>Say <say as="digits"><value of="caller.number" else="-"/></say><break ms="200"/> now.</prompt></question>
<end id="e" outcome="success" disposition="good"/></dialog>
<!-- behind -->
"""
_LAID_OUT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE dialog PUBLIC "-//CARUSO//DTD Dialog Script 1.0//EN" "dialog.dtd">
<!-- before -->
<dialog id="d" version="1" xml:lang="en" start="a" channels="desk ivr">
  <title>A &amp; B &lt; "C"</title>
  <!-- about
     the question -->

  <question id="a" name="a" type="choice" if="1 &lt; 2 and 'x' != &quot;y&quot;">
    <text>Hello, <b>dear <value of="caller.name" else="friend"/></b> !<br/> Which <!-- here too -->one?</text>
    <choice value="x">
      <label>X</label>
    </choice>
    <choice value="y">
      <label>&lt;Y&gt;</label>
    </choice>
    <prompt>Say <say as="digits"><value of="caller.number" else="-"/></say><break ms="200"/> now.</prompt>
  </question>
  <end id="e" outcome="success" disposition="good"/>
</dialog>
<!-- behind -->
"""


def _script(text: str | bytes) -> Script:
    return load(text if isinstance(text, bytes) else text.encode(), "x.xml")


def _laid_out(text: str | bytes) -> bytes:
    return written(tree_of(text if isinstance(text, bytes) else text.encode(), "x.xml"))


def test_the_one_way_to_lay_out() -> None:
    assert _laid_out(_MESSY).decode() == _LAID_OUT
    assert without_places(_script(_LAID_OUT)) == without_places(_script(_MESSY))


@given(scripts())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_layout_keeps_the_meaning_and_is_stable(script) -> None:
    text = script(lambda name: name)
    laid_out = _laid_out(text)
    assert without_places(_script(laid_out)) == without_places(_script(text))
    assert _laid_out(laid_out) == laid_out


def test_latin_1_becomes_utf_8() -> None:
    text = _MESSY.replace("Which", "Où").replace("version='1.0'", "version='1.0' encoding='iso-8859-1'", 1)
    assert without_places(_script(_laid_out(text.encode("latin-1")))) == without_places(_script(text.encode("latin-1")))


def test_fmt_command(tmp_path: Path, capsys) -> None:
    path = tmp_path / "x.xml"
    path.write_text(_MESSY)
    assert main(["fmt", "--check", str(path)]) == 1
    assert path.read_text() == _MESSY
    assert main(["fmt", str(path)]) == 0
    assert path.read_text() == _LAID_OUT
    assert main(["fmt", "--check", str(path)]) == 0
    assert [one.name for one in tmp_path.iterdir()] == ["x.xml"]
    assert main(["fmt", str(tmp_path / "none.xml")]) == 2


def test_samples_are_laid_out_so() -> None:
    samples = sorted((Path(__file__).parents[3] / "dialogs").glob("*.xml"))
    assert samples
    assert main(["fmt", "--check", *map(str, samples)]) == 0


def _units(octets: bytes) -> dict[str, etree._Element]:
    root = etree.fromstring(octets)
    return {unit.get("id"): unit for unit in root.iter("{*}trans-unit")}


def test_export_names_places_and_numbers_what_stands_inside() -> None:
    units = _units(exported(tree_of(_MESSY.encode(), "x.xml"), _script(_MESSY), "pt"))
    assert list(units) == [
        "d/title.1", "a/text.1", "a/text.1/else.2", "a/choice.x/label.1", "a/choice.y/label.1", "a/prompt.1",
        "a/prompt.1/else.2",
    ]  # fmt: skip
    source = units["a/text.1"].find("{*}source")
    assert [(etree.QName(one).localname, one.get("id"), one.get("equiv-text")) for one in source.iterdescendants()] == [
        ("g", "1", None),
        ("x", "2", "caller.name"),
        ("x", "3", "br"),
    ]


def _translated(change=lambda text: text) -> bytes:
    root = etree.fromstring(exported(tree_of(_MESSY.encode(), "x.xml"), _script(_MESSY), "pt"))
    for unit in root.iter("{*}trans-unit"):
        source = unit.find("{*}source")
        text = etree.tostring(source, encoding="unicode", with_tail=False)
        target = etree.fromstring(change(text.replace(":source", ":target").replace("source", "target")))
        source.addnext(target)
    return etree.tostring(root)


def test_import_adds_translations_and_a_second_import_replaces_them() -> None:
    tree = tree_of(_MESSY.encode(), "x.xml")
    assert imported(tree, _script(_MESSY), _translated(lambda t: t.replace("Which", "Qual"))) == ("pt", 7)
    first = written(tree)
    script = _script(first)
    assert script.languages == ("en", "pt")
    question = next(script.all_nodes())
    assert [text.language for text in question.texts] == ["en", "pt"]
    assert without_places(question.texts[1].parts[0]) == "Hello, "
    assert without_places(question.texts[1].parts[1]) == without_places(question.texts[0].parts[1])
    again = tree_of(first, "x.xml")
    imported(again, script, _translated(lambda t: t.replace("Which", "Que")))
    assert written(again).decode() == first.decode().replace("Qual", "Que")


def test_export_holds_what_is_translated_already() -> None:
    tree = tree_of(_MESSY.encode(), "x.xml")
    imported(tree, _script(_MESSY), _translated())
    laid_out = written(tree)
    out = exported(tree_of(laid_out, "x.xml"), _script(laid_out), "pt")
    assert all(unit.find("{*}target") is not None for unit in _units(out).values())
    again = tree_of(laid_out, "x.xml")
    imported(again, _script(laid_out), out)
    assert written(again) == laid_out


_ELSES = """<dialog id="d" version="1" xml:lang="en" languages="en pt de" start="e">
<title>T</title><title xml:lang="pt">T</title><title xml:lang="de">T</title>
<end id="e" outcome="success" disposition="x">
<text>Good day, <value of="caller.name" else="sir or madam"/>, <b><value of="queue.name" else="here"/></b>.</text>
<text xml:lang="pt"><b><value of="queue.name" else="aqui"/></b>: olá, <value of="caller.name" else="senhor"/>.</text>
</end></dialog>"""


def test_what_is_said_instead_of_a_value_is_translated_and_stays_so_wherever_the_value_stands() -> None:
    tree, script = tree_of(_ELSES.encode(), "x.xml"), _script(_ELSES)
    out = exported(tree, script, "pt")
    assert {place: (unit.findtext("{*}source"), unit.findtext("{*}target")) for place, unit in _units(out).items()
            if "else" in place} == {
        "e/text.1/else.1": ("sir or madam", "senhor"), "e/text.1/else.3": ("here", "aqui"),
    }  # fmt: skip
    again = tree_of(_ELSES.encode(), "x.xml")
    assert imported(again, script, out) == ("pt", 4)
    assert written(again) == _laid_out(_ELSES)
    assert imported(again, script, out.replace(b">senhor<", b">senhora<")) == ("pt", 4)
    assert written(again).decode() == _laid_out(_ELSES).decode().replace("senhor", "senhora")
    older = etree.fromstring(out)  # a file of before: without these units what was translated stays
    for unit in [unit for unit in older.iter("{*}trans-unit") if "/else." in str(unit.get("id"))]:
        unit.getparent().remove(unit)
    assert imported(again, script, etree.tostring(older)) == ("pt", 2)
    assert 'else="senhora"' in written(again).decode()
    assert 'else="aqui"' in written(again).decode()


_BUTTONS = """<dialog id="d" version="1" xml:lang="en" languages="en pt" start="a"><title>T</title>
<info id="a"><text>Terms</text><go to="no" label="Refuse"/>
<go to="no" label="Never"><label xml:lang="pt">Nunca</label></go><go to="no"><label>Later</label></go><go to="e"/>
</info><end id="e" outcome="success" disposition="x"/><end id="no" outcome="failure" disposition="y"/></dialog>"""


def test_buttons_are_translated_whether_an_attribute_or_an_element_names_them() -> None:
    out = exported(tree_of(_BUTTONS.encode(), "x.xml"), _script(_BUTTONS), "pt")
    units = {place: unit for place, unit in _units(out).items() if "/go." in place}
    assert {place: unit.findtext("{*}source") for place, unit in units.items()} == {
        "a/go.1/label.1": "Refuse",
        "a/go.2/label.1": "Never",
        "a/go.3/label.1": "Later",
    }
    assert [unit.findtext("{*}target") for unit in units.values()] == [None, "Nunca", None]
    root = etree.fromstring(out)
    for unit, words in zip([u for u in root.iter("{*}trans-unit") if "/go." in u.get("id")], "XYZ", strict=True):
        target = unit.find("{*}target")
        if target is None:
            target = etree.SubElement(unit, unit.find("{*}source").tag.replace("source", "target"))
        target.text = words
    tree = tree_of(_BUTTONS.encode(), "x.xml")
    assert imported(tree, _script(_BUTTONS), etree.tostring(root)) == ("pt", 3)
    laid_out = written(tree).decode()
    info = next(_script(laid_out).all_nodes())
    assert [[(label.language, label.parts) for label in go.labels] for go in info.goes[:3]] == [
        [("en", ("Refuse",)), ("pt", ("X",))],
        [("en", ("Never",)), ("pt", ("Y",))],
        [("en", ("Later",)), ("pt", ("Z",))],
    ]
    assert '<go to="no" label="Refuse">' in laid_out
    assert "<label>Refuse</label>" not in laid_out


@pytest.mark.parametrize(
    ("octets", "told"),
    [
        (b"", "no XML"),
        (b"<x/>", "no XLIFF"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "document type"),
        (_translated().replace(b'"pt"', b'"en"'), "target-language"),
        (_translated().replace(b"a/text.1", b"a/text.9"), "no text"),
        (_translated().replace(b'id="3" ctype', b'id="7" ctype'), "not in the source"),
    ],
)
def test_translations_that_do_not_fit(octets: bytes, told: str) -> None:
    with pytest.raises(TranslationError, match=told):
        imported(tree_of(_MESSY.encode(), "x.xml"), _script(_MESSY), octets)


def test_translation_that_loses_a_value() -> None:
    def lose(text: str) -> str:
        root = etree.fromstring(text)
        for one in root.findall("{*}x"):
            root.remove(one)
        return etree.tostring(root, encoding="unicode")

    with pytest.raises(TranslationError, match="missing: "):
        imported(tree_of(_MESSY.encode(), "x.xml"), _script(_MESSY), _translated(lose))


def test_i18n_command_goes_round(tmp_path: Path, capsys) -> None:
    path, out = tmp_path / "x.xml", tmp_path / "x.xlf"
    path.write_text(_MESSY)
    for wrong in ("portugues", "p", "pt_BR", "", "../pt"):
        assert main(["i18n", "export", str(path), wrong, "-o", str(out)]) == 1
        assert f"{wrong!r} is no code of a language. Write it like pt, or pt-BR." in capsys.readouterr().err
        assert not out.exists()
    assert main(["i18n", "export", str(path), "pt", "-o", str(out)]) == 0
    out.write_bytes(_translated())
    assert main(["i18n", "import", str(path), str(out)]) == 0
    assert _script(path.read_bytes()).languages == ("en", "pt")
    out.write_text("no")
    before = path.read_bytes()
    assert main(["i18n", "import", str(path), str(out)]) == 1
    assert path.read_bytes() == before


@pytest.mark.parametrize("languages", [["en"], ["pt"], ["en", "pt"], ["pt", "en"]])
def test_new_script_has_no_findings(tmp_path: Path, languages: list[str], capsys) -> None:
    path = tmp_path / "begun.xml"
    assert main(["new", "first-one", "--title", "A & B", "-o", str(path), "--languages", *languages]) == 0
    assert [str(finding) for finding in findings_of(path, [])] == []
    assert main(["test", str(path)]) == 0
    assert _laid_out(path.read_bytes()) == path.read_bytes()
    assert main(["new", "first-one", "-o", str(path)]) == 2


def test_new_script_refuses_what_is_no_id(tmp_path: Path, capsys) -> None:
    assert main(["new", "1 two", "-o", str(tmp_path / "x.xml")]) == 1
    assert main(["new", "two", "--languages", "nl", "-o", str(tmp_path / "x.xml")]) == 1
    assert list(tmp_path.iterdir()) == []
