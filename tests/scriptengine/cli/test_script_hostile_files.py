"""Files that no analyst writes: without an end, or made to speak to the terminal. Each is refused in a sentence."""

from pathlib import Path

import pytest

from scriptengine.cli.main import main
from tests.scriptengine.small import xml

ENDLESS = "/dev/zero"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small.xml"
    file.write_text(xml('<question id="a" name="a" type="yesno"><text>?</text></question>'))
    return file


@pytest.mark.parametrize("words", [["lint"], ["test"], ["fmt"], ["fmt", "--check"], ["doc"], ["i18n", "export", "pt"]])
def test_a_file_without_an_end_is_refused(words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    words = [words[0], words[1], ENDLESS, *words[2:]] if words[0] == "i18n" else [*words, ENDLESS]
    assert main(words) == 2
    said = capfd.readouterr()
    assert "more than 1048576" in said.err + said.out


def test_so_are_translations_and_visits_without_an_end(small: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["i18n", "import", str(small), ENDLESS]) == 1
    assert main(["graph", str(small), "--heat", ENDLESS]) == 2
    assert capfd.readouterr().err.count(" octets") == 2


def test_visits_that_are_nested_without_end_are_no_visits(small: Path, capfd: pytest.CaptureFixture[str]) -> None:
    heat = small.with_name("heat.json")
    heat.write_text('{"more":' + "[" * 200_000)
    assert main(["graph", str(small), "--heat", str(heat)]) == 2
    assert "The visits cannot be read" in capfd.readouterr().err


def test_what_a_script_says_to_the_terminal_is_shown_and_not_done(
    small: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    small.write_text(small.read_text().replace("yesno", "\x9b31mred\u202eden"))
    assert main(["lint", str(small)]) == 1
    said = capfd.readouterr()
    assert "\\x9b31mred\\u202eden" in said.out + said.err
    assert not {"\x9b", "\u202e"} & {*said.out, *said.err}
