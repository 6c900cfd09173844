"""Two versions of a script compared, in words, and the commands that tell them."""

from pathlib import Path

from scriptengine.cli.main import main
from scriptengine.loading import load
from scriptengine.tools.comparing import changes, statistics_findings

_OLD = """<dialog id="d" version="1" xml:lang="en" start="a" channels="desk"><title>T</title>
<question id="a" name="a" type="choice"><text>Which?</text>
<choice value="x"><label>X</label></choice><choice value="y"><label>Y</label></choice>
<go to="e" if="a == 'x'"/><go to="f"/></question>
<info id="i"><text>Words</text></info>
<end id="e" outcome="success" disposition="good"/><end id="f" outcome="failure" disposition="bad"/>
<test name="x"><answer question="a" value="x"/><expect node="e"/></test></dialog>"""


def _sentences(new: str) -> list[tuple[str, bool]]:
    found = changes(load(_OLD.encode(), "old.xml"), load(new.encode(), "new.xml"))
    return [(change.sentence, change.breaks) for change in found]


def test_nothing_changes_by_layout() -> None:
    assert _sentences(_OLD.replace("><", ">\n  <")) == []


def test_what_has_changed_is_told_in_words() -> None:
    new = _OLD.replace("Words", "Other words").replace('disposition="bad"', 'disposition="worse"')
    assert _sentences(new) == [
        ('"i" says or does something else.', False),
        ('The disposition of "f" was bad and is now worse.', True),
    ]


def test_choices_that_come_and_go() -> None:
    new = _OLD.replace('<choice value="y"><label>Y</label></choice>', '<choice value="z"><label>Z</label></choice>')
    assert _sentences(new) == [('"a" has no choice y any more.', True), ('"a" has a new choice z.', False)]


def test_ways_and_nodes() -> None:
    new = _OLD.replace('<go to="f"/>', '<go to="i"/>').replace('<info id="i"><text>Words</text></info>', "")
    new = new.replace('<end id="e"', '<info id="k"><text>K</text></info><end id="e"').replace('to="i"', 'to="k"')
    assert _sentences(new) == [
        ('The ways out of "a" have changed: to "e" if a == \'x\', to "k".', False),
        ('The info "k" is new.', False),
        ('The info "i" is gone.', False),
    ]


def test_change_under_the_same_version_breaks_the_figures() -> None:
    old = load(_OLD.encode(), "old.xml")
    same = statistics_findings(old, load(_OLD.replace("Words", "Other").encode(), "new.xml"))
    assert [(f.code, f.line, f.column, f.severity) for f in same] == [("D20", 1, 25, "warning")]
    assert statistics_findings(old, load(_OLD.replace('version="1"', 'version="2"').encode(), "new.xml")) == []


def test_diff_command(tmp_path: Path, capsys) -> None:
    old, new = tmp_path / "old.xml", tmp_path / "new.xml"
    old.write_text(_OLD)
    new.write_text(_OLD.replace('outcome="failure"', 'outcome="partial"'))
    assert main(["diff", str(old), str(old)]) == 0
    assert main(["diff", str(old), str(new)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "The two versions ask, say and do the same."
    assert 'The outcome of "f" was failure and is now partial. Figures of before and after' in told[1]
    assert main(["diff", str(old), str(tmp_path / "none.xml")]) == 2


def test_coverage_command(tmp_path: Path, capsys) -> None:
    script = tmp_path / "d.xml"
    script.write_text(_OLD.replace('<info id="i"><text>Words</text></info>', ""))
    assert main(["coverage", str(script)]) == 1
    told = capsys.readouterr().out
    assert 'No test comes to "f".' in told
    assert "tests pass 2 of 3 nodes and 1 of 2 ways." in told
    script.write_text(
        script.read_text().replace("<test", '<test name="y"><answer question="a" value="y"/></test><test')
    )
    assert main(["coverage", str(script)]) == 0


def test_coverage_and_test_count_the_same_nodes(tmp_path: Path, capsys) -> None:
    script = tmp_path / "d.xml"
    event = '<on event="person"><go to="f"/></on>'
    text = _OLD.replace("</title>", f"</title>{event}").replace('<go to="f"/></question>', '<go to="e"/></question>')
    script.write_text(text.replace('<info id="i"><text>Words</text></info>', ""))
    main(["coverage", str(script)])
    assert "tests pass 2 of 2 nodes" in capsys.readouterr().out
    main(["test", str(script)])
    assert "1 of 1 tests passed, 2 of 2 nodes visited." in capsys.readouterr().out
