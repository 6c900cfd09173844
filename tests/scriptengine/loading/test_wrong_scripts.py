"""What is wrong with a script is told with its place and what to write instead; the text of each sentence counts."""

from pathlib import Path

import pytest

from scriptengine.findings import as_json
from scriptengine.loading import Finding, LoadError, load, load_file
from tests.scriptengine.small import xml

GOOD = xml('<question id="a" name="n" type="text"><text>T</text></question>')


def findings(text: str | bytes) -> list[Finding]:
    with pytest.raises(LoadError) as caught:
        load(text if isinstance(text, bytes) else text.encode(), "f.xml")
    return list(caught.value.findings)


def only(text: str | bytes) -> Finding:
    (found,) = findings(text)
    return found


@pytest.mark.parametrize(
    ("old", "new", "code", "message", "hint"),
    [
        ('type="text"', 'type="txt"', "L11", 'type="txt"', "Did you mean text?"),
        ('start="a"', 'start="b"', "L13", 'start="b"', "Known here: a, done."),
        ('start="a"', "", "L10", "<dialog> needs the attribute start", 'Write start="..."'),
        (' type="text"', "", "L10", "<question> needs the attribute type", "One of yesno, choice"),
        ("<text>T</text>", "<txt>T</txt>", "L07", "no element <txt>", "Did you mean text?"),
        ("<text>T</text>", "", "L08", "In <question> something is missing", "Write <text>."),
        (
            "<text>T</text>",
            "<text>T</text><go to='done'/><hint/>",
            "L08",
            "<hint> stands at the wrong",
            "The order matters: put it before <go> in line",
        ),
        (
            "<text>T</text>",
            "<text>T</text><choice value='a'/><choices id='c'><choice value='b'/></choices>",
            "L08",
            "<choices> stands at the wrong",
            "The order matters: here may stand <choice>, <constraint>,",
        ),
        ("<text>T</text>", "<text>T</text>say", "L08", 'The text "say" cannot stand directly', "Put it into <text>."),
        (
            "<text>T</text>",
            "<text>T<info id='i'><text/></info></text>",
            "L08",
            "<info> cannot stand in <text>",
            "<value>",
        ),
        ("<text>T</text>", "<text>T<br> </br></text>", "L08", "<br> has something in it", "Write <br .../> alone."),
        (
            "<text>T</text>",
            '<text>T</text><choice value="x"/><choice value="x"/>',
            "L16",
            "is already there",
            "Remove one",
        ),
        ('type="text"', 'type="text" length="9-2"', "L14", 'length="9-2"', 'Write length="8", or "2-40".'),
        ('type="text"', 'type="text" length="long"', "L14", 'length="long"', 'Write length="8", or "2-40".'),
        ('name="n"', 'name="n m"', "L11", "one word is wanted", "without blanks"),
        ('name="n"', 'name="n$"', "L11", "only letters, digits", "without blanks"),
        ('name="n"', 'nam="n" name="n"', "L09", "no attribute nam", "Did you mean name?"),
        ('id="done"', 'id="a"', "L12", 'The id "a" is already that of <question> in line 1', "its own id"),
        ('id="done"', 'id="1"', "L11", "this is no id", "begins with a letter"),
        ("<text>T</text>", "<text>T</text><noinput count='0'/>", "L14", 'count="0"', 'Write count="1"'),
        ("<text>T</text>", "<text>T</text><prompt><break ms='x'/></prompt>", "L14", 'ms="x"', "Write ms="),
        ('name="n"', 'name="n" timeout="soon"', "L14", "no number of seconds", 'Write timeout="5"'),
        ('name="n"', 'name="n" choices="done"', "L13", "names a <end>", "There is none of the right kind yet"),
        (
            "<text>T</text>",
            "<text>T",
            "L03",
            "</question> stands where <text> of line 1 is still open",
            "Write </text>",
        ),
        ("<text>T</text>", "<text>a < b</text>", "L03", "< cannot stand here", "&lt;"),
        ("<text>T</text>", "<text>a & b</text>", "L03", "& cannot stand here alone", "Write &amp;"),
        ("<text>T</text>", "<text>&nbsp;</text>", "L03", "This entity is not known", "Write the character itself"),
        ("</dialog>", "", "L03", "the file ends", "Write </dialog>."),
        ("</dialog>", "</dialog>x", "L03", "behind </dialog>", "Remove it"),
        ("<text>T</text>", "<text>T\x01</text>", "L03", "cannot stand in a script", "Remove it"),
        ('name="n"', 'name="n" name="m"', "L03", "stands twice", "Remove one"),
        ('name="n"', 'xmlns="urn:x" name="n"', "L09", "no attribute xmlns", ""),
    ],
)
def test_one_error(old: str, new: str, code: str, message: str, hint: str) -> None:
    assert old in GOOD
    found = findings(GOOD.replace(old, new, 1))
    told = next((one for one in found if one.code == code and message.lower() in one.message.lower()), None)
    assert told is not None, found
    assert hint in told.hint
    assert told.severity == "error"
    assert told.line == 1
    assert told.message.endswith(".")


def test_the_place_is_that_of_the_attribute_s_value() -> None:
    text = (
        '<dialog id="x" version="1"\n  xml:lang="é"\n start="nowhere"><title/>\n<end id="a" outcome="good"/></dialog>'
    )
    found = findings(text)
    assert [(one.code, one.line, one.column) for one in found] == [("L13", 3, 9), ("L11", 4, 22)]
    lines = text.splitlines()
    assert lines[2][8:].startswith("nowhere")
    assert lines[3][21:].startswith("good")


def test_all_errors_are_told_at_once_in_the_order_of_the_text() -> None:
    text = GOOD.replace('type="text"', 'type="txt"').replace('outcome="success"', 'outcome="succes"')
    assert [one.hint for one in findings(text)] == ["Did you mean text?", "Did you mean success?"]


def test_a_root_that_is_no_dialog() -> None:
    assert only('<info id="a"><text>x</text></info>').message == "The script begins with <info>."


@pytest.mark.parametrize("way", ["start", "go", "expect", "answer"])
def test_references_must_name_what_they_can_lead_to(way: str) -> None:
    text = xml(
        f'<decision id="a"><go to="{"list" if way == "go" else "done"}"/></decision>',
        head='<choices id="list"><choice value="x"/></choices>',
        start="list" if way == "start" else "a",
        tests={
            "expect": '<test name="t"><expect node="list"/></test>',
            "answer": '<test name="t"><answer question="a" value="x"/></test>',
        }.get(way, ""),
    )
    assert only(text).code == "L13"


def test_a_name_that_is_declared_twice() -> None:
    found = only(xml('<info id="a"><text/></info>', head='<param name="n" type="text"/>\n<var name="n" type="text"/>'))
    assert (found.code, found.line, found.column) == ("L16", 2, 12)


def test_at_most_a_hundred_findings() -> None:
    assert len(findings(xml('<info id="a"><text/></info>' + "<x/>" * 500))) == 100


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        load_file(tmp_path / "none.xml")
    assert caught.value.findings[0].code == "L01"


def test_findings_as_json_have_these_fields_in_this_order() -> None:
    text = as_json(findings(GOOD.replace('type="text"', 'type="txt"'))).decode()
    assert [part.split('"')[1] for part in text.splitlines() if '":' in part] == [
        "file", "code", "line", "column", "severity", "message", "hint",
    ]  # fmt: skip
