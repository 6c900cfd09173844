"""The table for sign-off: everything that people agree to, in each language."""

from pathlib import Path

from lxml import html

from scriptengine.cli.main import main
from scriptengine.loading import load
from scriptengine.tools.documenting import documented

_SCRIPT = b"""<dialog id="d" version="4" xml:lang="en" languages="en pt" start="q" channels="desk ivr">
<title>Dark &amp; cold</title><title xml:lang="pt">Escuro</title>
<question id="q" name="q" type="choice" if="1 &lt; 2"><text>Which, <value of="caller.name" else="you"/>?</text>
 <text xml:lang="pt">Qual?</text><hint>Ask &lt;twice&gt;.</hint>
 <choice value="a" dtmf="1"><label>Anna</label><label xml:lang="pt">Ana</label><go to="e"/></choice>
 <choice value="b"><label>Bob</label></choice>
 <constraint test="q != 'z'"><label>No.</label></constraint><noinput><go to="e"/></noinput>
 <go to="e" if="q == 'b'"/></question>
<end id="e" outcome="transfer" queue="service" disposition="done"/></dialog>"""


def _rows(language: str) -> list[list[str]]:
    page = html.fromstring(documented(load(_SCRIPT, "d.xml"), [language]))
    return [[cell.text_content() for cell in row.findall("td")] for row in page.xpath("//section/table[1]/tbody/tr")]


def test_table_in_the_own_language() -> None:
    question, end = _rows("en")
    assert question[0] == "qchoiceonly if 1 < 2"
    assert question[1] == "Which, \u2039caller.name\u203a?Hint: Ask <twice>.Rule: q != 'z' No."
    assert question[2] == "Anna (1) \u2192 eBob"
    assert question[3] == "if q == 'b' to eno answer, to enext step"
    assert end == ["eenddone", "", "", "transfer \u2192 service"]


def test_what_is_not_translated_is_told() -> None:
    question, _ = _rows("pt")
    assert question[1].startswith("Qual?Dica: sem tradu\u00e7\u00e3oRegra: ")
    assert question[2].startswith("Ana (1)")


def test_one_section_for_each_language(tmp_path: Path, capsys) -> None:
    script, out = tmp_path / "d.xml", tmp_path / "d.html"
    script.write_bytes(_SCRIPT)
    assert main(["doc", str(script), "-o", str(out)]) == 0
    page = html.fromstring(out.read_text(encoding="utf-8"))
    assert [section.get("lang") for section in page.iter("section")] == ["en", "pt"]
    assert [heading.text for heading in page.iter("h1")] == ["Dark & cold", "Escuro"]
    assert main(["doc", str(script), "--language", "de"]) == 1
    assert main(["doc", str(tmp_path / "none.xml")]) == 2
