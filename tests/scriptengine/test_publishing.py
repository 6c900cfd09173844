"""Publishing: what is refused, what is kept, what is current, and that nothing is ever half there."""

import errno
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scriptengine.cli.main import main
from scriptengine.publishing import Shelf, Unpublished

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SCRIPT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE dialog PUBLIC "-//CARUSO//DTD Dialog Script 1.0//EN" "dialog.dtd">
<dialog id="hello" version="{version}" xml:lang="en" start="ask">
  <title>Hello</title>
  <question id="ask" name="again" type="yesno">
    <text>{text}</text>
    <prompt>{text}</prompt>
    <noinput><prompt>Yes or no?</prompt></noinput>
    <noinput count="2"><prompt>Goodbye.</prompt><go to="over"/></noinput>
    <nomatch><prompt>Yes or no?</prompt></nomatch>
  </question>
  <end id="over" outcome="success" disposition="done"><text>Goodbye.</text><prompt>Goodbye.</prompt></end>
  <test name="yes"><answer question="ask" value="{answer}"/><expect node="over"/></test>
</dialog>
"""


def _write(folder: Path, *, version: str = "1.0", text: str = "Again?", answer: str = "yes") -> Path:
    file = folder / "hello.xml"
    file.write_text(SCRIPT.format(version=version, text=text, answer=answer), "utf-8")
    return file


def test_a_version_is_published_and_run(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    shelf.publish(_write(tmp_path), NOW)
    assert shelf.names() == ["hello"]
    assert shelf.program("hello").script.version == "1.0"
    shelf.publish(_write(tmp_path, version="1.1"), NOW)
    assert shelf.program("hello").script.version == "1.1"
    assert shelf.program("hello", "1.0").script.version == "1.0", "a session that has begun finishes on its version"


def test_back_and_again(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    for version in ("1.0", "1.1", "1.2"):
        shelf.publish(_write(tmp_path, version=version), NOW)
    assert shelf.rollback("hello", NOW).version == "1.1"
    assert shelf.rollback("hello", NOW, "1.0").version == "1.0"
    assert shelf.program("hello").script.version == "1.0"
    assert [one.what for one in shelf.record("hello").history] == ["published"] * 3 + ["rolled-back"] * 2
    with pytest.raises(Unpublished, match=r"no version 2\.0 .* published: 1\.0, 1\.1, 1\.2"):
        shelf.rollback("hello", NOW, "2.0")


def test_what_has_errors_or_fails_its_tests_is_refused_and_the_old_version_goes_on(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    shelf.publish(_write(tmp_path), NOW)
    with pytest.raises(Unpublished, match="fails its own tests") as refused:
        shelf.publish(_write(tmp_path, version="2.0", answer="maybe"), NOW)
    assert refused.value.findings[0].line > 1
    broken = _write(tmp_path, version="2.0")
    broken.write_text(broken.read_text("utf-8").replace('to="over"', 'to="nowhere"'), "utf-8")
    with pytest.raises(Unpublished, match="has errors"):
        shelf.publish(broken, NOW)
    broken.write_text("<dialog", "utf-8")
    with pytest.raises(Unpublished, match="has errors"):
        shelf.publish(broken, NOW)
    assert shelf.program("hello").script.version == "1.0"
    assert [path.name for path in (tmp_path / "shelf" / "hello").iterdir() if path.is_dir()] == ["1.0"]


def test_a_version_number_means_one_content(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    shelf.publish(_write(tmp_path), NOW)
    shelf.publish(_write(tmp_path), NOW)
    assert len(shelf.record("hello").history) == 1, "the same again changes nothing"
    with pytest.raises(Unpublished, match="another content"):
        shelf.publish(_write(tmp_path, text="Once more?"), NOW)


@pytest.mark.parametrize("name", ["..", "a/b", ".hidden", "", "x" * 65])
def test_a_name_is_never_a_path(tmp_path: Path, name: str) -> None:
    shelf = Shelf(tmp_path / "shelf")
    shelf.publish(_write(tmp_path), NOW)
    with pytest.raises(Unpublished):
        shelf.program(name)
    with pytest.raises(Unpublished):
        shelf.program("hello", name or "..")


def test_a_broken_record_is_told(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    shelf.publish(_write(tmp_path), NOW)
    (tmp_path / "shelf" / "hello" / "published.json").write_text("{")
    with pytest.raises(ValueError, match=r"published\.json is no record"):
        shelf.program("hello")


@pytest.mark.parametrize(("tool", "cure"), [("publish", "with --create"), ("rollback", "correct --data")])
def test_a_misspelt_data_directory_is_not_made(tmp_path: Path, capsys, tool: str, cure: str) -> None:
    wrong = tmp_path / "dtaa"
    with pytest.raises(SystemExit) as status:
        main([tool, "--data", str(wrong), str(_write(tmp_path))])
    assert status.value.code == 2
    said = capsys.readouterr().err
    assert f"there is no folder {wrong}: " in said
    assert cure in said
    assert not wrong.exists()


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(tmp_path / "data"), "--create"]
    assert main(["publish", *data, str(_write(tmp_path))]) == 0
    assert "version 1.0 is current (published)" in capsys.readouterr().out
    assert main(["publish", "--json", *data, str(_write(tmp_path, version="1.1", answer="maybe"))]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["refused"] == "it fails its own tests"
    assert told["findings"][0]["line"] > 1
    assert main(["publish", *data, str(tmp_path / "nothing.xml")]) == 2
    assert main(["publish", *data, str(_write(tmp_path, version="1.1"))]) == 0
    data.remove("--create")
    assert main(["rollback", *data, "hello"]) == 0
    assert "version 1.0 is current (rolled-back)" in capsys.readouterr().out
    assert main(["rollback", *data, "other"]) == 1


def test_what_changes_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(tmp_path)]
    assert main(["publish", *data, str(_write(tmp_path))]) == 0
    capsys.readouterr()
    assert main(["publish", *data, str(_write(tmp_path, version="1.1", text="Once more?"))]) == 0
    shown = capsys.readouterr().out
    assert "hello.xml:5:" in shown
    assert "version 1.1 is current" in shown
    assert main(["publish", "--json", *data, str(_write(tmp_path, version="1.2", text="Again?"))]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["version"] == "1.2"
    assert [one["line"] for one in told["changes"]] == [5]


def test_a_folder_that_cannot_be_written_is_told_with_the_cure(tmp_path: Path, capsys) -> None:
    (tmp_path / "dialogs").write_text("no folder")
    assert main(["publish", "--data", str(tmp_path), str(_write(tmp_path))]) == 2
    place = tmp_path / "dialogs/hello/published.json"
    assert capsys.readouterr().err == f"{tmp_path / 'hello.xml'}: {place}: Not a directory.\n"


def test_who_may_not_write_there_is_told_who_may(tmp_path: Path, capsys, monkeypatch) -> None:
    def forbidden(*_: object) -> None:  # root, who may run the tests, is forbidden nothing
        raise PermissionError(errno.EACCES, "Permission denied", "/srv/dialogs/hello")

    monkeypatch.setattr(Shelf, "rollback", forbidden)
    assert main(["rollback", "--data", str(tmp_path), "hello"]) == 2
    cure = "run this as the user who runs the server, or give this user the right to it."
    assert capsys.readouterr().err == f"hello: /srv/dialogs/hello: Permission denied; {cure}\n"
