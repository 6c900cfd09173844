"""`caruso script run` and `caruso script test`: output, exit status, the terminal, and nothing but the base install."""

import json
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from scriptengine.cli.main import main
from scriptengine.cli.playing import Playing
from scriptengine.cli.terminal import talk
from scriptengine.loading import load_file
from scriptengine.program import prepare_checked
from scriptengine.testing.cases import TODAY
from tests.scriptengine.interpreter.test_walking import PAGE, ask
from tests.scriptengine.small import small, xml

EXAMPLE = Path(__file__).parents[1] / "scripts" / "power-outage.xml"
Ran = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ran(capsys: pytest.CaptureFixture[str]) -> Ran:
    def run(*words: object) -> tuple[int, str, str]:
        status = main([str(word) for word in words])
        told = capsys.readouterr()
        return status, told.out, told.err

    return run


def test_a_file_of_answers(ran: Ran, tmp_path: Path) -> None:
    answers = tmp_path / "a.json"
    answers.write_text('{"who": "12345678", "cause": "street"}')
    status, out, _ = ran("run", EXAMPLE, "--answers", answers, "--json")
    told = json.loads(out)
    assert status == 0
    assert (told["outcome"], told["disposition"], told["node"]) == ("success", "outage", "done")
    assert told["answers"] == {"who": 12345678, "cause": "street"}
    assert [one["action"] for one in told["actions"]] == ["find", "call"]
    status, out, _ = ran("run", EXAMPLE, "--answers", answers)
    assert "End done: success, outage." in out


def test_the_whole_start_of_a_session(ran: Ran, tmp_path: Path) -> None:
    answers = tmp_path / "a.json"
    start = {"answers": {"cause": "house"}, "given": {"customer.name": "Ana"}, "channel": "web", "language": "nl"}
    answers.write_text(json.dumps(start))
    status, out, _ = ran("run", EXAMPLE, "--answers", answers, "--json")
    told = json.loads(out)
    assert (status, told["channel"], told["language"], told["queue"]) == (0, "web", "nl", "technical")


@pytest.mark.parametrize(
    ("content", "status", "text"),
    [
        ('{"who": "12345678"}', 1, "The question cause has no answer."),
        ('{"who": "1"}', 1, "The answer to who is not accepted: Eight digits, please."),
        ("{}", 1, "The question who has no answer."),
        ('{"who": "12345678", "cuase": "street"}', 1, "The script has no question cuase."),
        ('{"who": "12345678", "cuase": "street"}', 1, "Did you mean cause?"),
        ('{"answers": {"who": "12345678"}, "cause": "street"}', 1, "The script has no question answers."),
        ("[]", 2, "An object with the answers is wanted."),
        ("{", 2, "This is no JSON"),
        ('{"answers": {}, "given": {"customer.nam": 1}}', 1, "given customer.nam"),
    ],
)
def test_answers_that_do_not_lead_to_an_end(ran: Ran, tmp_path: Path, content: str, status: int, text: str) -> None:
    answers = tmp_path / "a.json"
    answers.write_text(content)
    found, out, err = ran("run", EXAMPLE, "--answers", answers, "--json")
    assert found == status
    assert text in out + err


def test_pages_rounds_and_the_same_question_again(ran: Ran, tmp_path: Path) -> None:
    file, answers = tmp_path / "s.xml", tmp_path / "a.json"
    body = PAGE.format("page") + '<group id="r" repeat="2">' + ask("w") + "</group>" + ask("t", "yesno")
    file.write_text(xml(body))
    answers.write_text('{"x": 5, "w": {"each": ["one", "two"]}, "t": true}')
    status, out, _ = ran("run", file, "--answers", answers, "--json")
    assert (status, json.loads(out)["answers"]) == (0, {"x": 5, "w[1]": "one", "w[2]": "two", "t": True})


def test_no_file_and_wrong_scripts(ran: Ran, tmp_path: Path) -> None:
    assert ran("run", tmp_path / "none.xml", "--json")[0] == 2
    assert ran("test", tmp_path / "none.xml")[0] == 2
    wrong = tmp_path / "w.xml"
    wrong.write_text(xml('<decision id="a"><go to="done" if="nn == 1"/><go to="done"/></decision>'))
    status, out, _ = ran("test", "--json", wrong)
    assert (status, [one["code"] for one in json.loads(out)]) == (1, ["D06"])
    assert ran("run", wrong)[0] == 1


@pytest.mark.parametrize("tool", ["run", "graph"])
def test_a_language_that_the_script_has_not(ran: Ran, tmp_path: Path, tool: str) -> None:
    (tmp_path / "answers.json").write_text('{"who": "12345678", "cause": "house"}', encoding="utf-8")
    rest = ["--answers", str(tmp_path / "answers.json")] if tool == "run" else ["-o", str(tmp_path / "picture.svg")]
    status, out, err = ran(tool, str(EXAMPLE), "--language", "fr", *rest)
    assert status == 1
    assert "The script has no language fr. Known here: en, nl." in out + err
    assert ran(tool, str(EXAMPLE), "--language", "nl-BE", *rest)[0] == 0


def test_tests_as_text_and_json(ran: Ran, tmp_path: Path) -> None:
    assert ran("test", EXAMPLE)[0] == 0
    status, out, _ = ran("test", "--json", EXAMPLE)
    assert (status, json.loads(out)) == (0, [])
    broken = tmp_path / "b.xml"
    broken.write_text(EXAMPLE.read_text().replace('<expect node="done"', '<expect node="agent"'))
    status, out, _ = ran("test", EXAMPLE, broken)
    assert status == 1
    assert "street: failed" in out
    assert "0 of 1 tests passed" in out
    status, out, _ = ran("test", "--json", broken)
    (found,) = json.loads(out)
    assert list(found) == ["file", "code", "line", "column", "severity", "message", "hint"]
    assert broken.read_text().splitlines()[found["line"] - 1][found["column"] - 1 :].startswith("agent")


def at_terminal(
    program: object, typed: str, given: dict[str, str] | None = None, channel: str = "desk"
) -> tuple[int, str]:
    """Exit status and what was shown for the lines that were typed."""
    playing = Playing(program, given or {}, TODAY)  # type: ignore[arg-type]
    assert playing.wrong == []
    playing.begin(channel, "")
    target = StringIO()
    return talk(playing, StringIO(typed), target), target.getvalue()


def test_the_terminal_with_back_and_what_if() -> None:
    program = prepare_checked(load_file(EXAMPLE))
    given = {"Customer.number": "12345678", "Customer.name": "Jansen"}
    typed = "12\n12345678\n:path\n:why\n:what-if cause=street\n:back\n\n:what-if who=5\n2\n"
    status, shown = at_terminal(program, typed, given)
    assert status == 0
    for text in (
        "! Eight digits, please.",
        "Is the whole street dark, Jansen?",
        "1. Whole street",
        "who > cause",
        "to done: It does not hold: cause is unanswered.",
        "End done: success, outage.",
        "[12345678]",
        "! Eight digits",
        "End agent: transfer, to-agent, to the queue technical.",
    ):
        assert text in shown


def test_the_terminal_s_other_commands() -> None:
    body = '<info id="a"><text>Hi</text><go to="b" label="On"/></info>' + PAGE.format("page").replace(
        'id="a"', 'id="p"'
    )
    program = prepare_checked(small(body + ask("b", "choice", '<choice value="k"/>') + ask("c")))
    status, shown = at_terminal(program, ":help\n:press 7\n:press 0\n:jump p\nx=4\nhello\n1\n:hangup\n")
    assert status == 1
    for text in ("an answer, or the number", "no button 7", "1. k", "y: y?", "The session rests."):
        assert text in shown
    assert at_terminal(program, "\n:quit\n")[1].endswith("Left.\n")
    assert at_terminal(program, "")[0] == 1


def test_the_terminal_on_the_phone() -> None:
    program = prepare_checked(load_file(EXAMPLE))
    status, shown = at_terminal(program, ":noinput\n12345678\nyes\n2\n", channel="ivr")
    assert status == 0
    assert "Please enter your eight digit customer number." in shown
    assert "12345678 - is that right?" in shown


def test_it_runs_with_the_base_install_alone() -> None:
    program = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("twisted", "sqlalchemy", "structlog", "PySide6", "pjsua2", "numpy"):
            raise ModuleNotFoundError(name=name)
sys.meta_path.insert(0, Refuse())
from server.commands.app import main
sys.exit(main(["script", "test", sys.argv[1]]))
"""
    ran = subprocess.run(
        [sys.executable, "-c", program, str(EXAMPLE)], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "1 of 1 tests passed" in ran.stdout


@pytest.mark.parametrize(
    ("type", "local", "of_a_zone"),
    [
        ("datetime", "2026-03-01T10:00", "2026-03-01T10:00+02:00"),
        ("datetime", "2026-03-01T10:00:30", "2026-03-01T10:00:30Z"),
        ("time", "10:00", "10:00+02:00"),
    ],
)
def test_a_moment_of_another_zone_is_refused(ran: Ran, tmp_path: Path, type: str, local: str, of_a_zone: str) -> None:
    file, answers = tmp_path / "s.xml", tmp_path / "a.json"
    file.write_text(xml(ask("a", type)))
    answers.write_text(json.dumps({"a": of_a_zone}))
    status, _, err = ran("run", file, "--answers", answers)
    assert status == 1
    assert "Please write the local time, without a time zone." in err
    status, _, err = ran("run", file, "--answers", answers, "--zone", "Europe/Lisbon")
    assert (status, err) == (0, "")
    answers.write_text(json.dumps({"a": local}))
    status, _, err = ran("run", file, "--answers", answers)
    assert (status, err) == (0, "")


def test_a_moment_becomes_one_of_the_zone_that_is_named(ran: Ran, tmp_path: Path) -> None:
    file, answers = tmp_path / "s.xml", tmp_path / "a.json"
    file.write_text(xml(ask("a", "datetime")))
    answers.write_text('{"a": "2026-07-01T16:30Z"}')
    _, out, _ = ran("run", file, "--answers", answers, "--json", "--zone", "America/Sao_Paulo")
    assert json.loads(out)["answers"] == {"a": "2026-07-01T13:30:00"}


@pytest.mark.parametrize("zone", ["Berlin", "", "../etc/passwd", "Europe"])
def test_a_zone_that_there_is_not(ran: Ran, capsys: pytest.CaptureFixture[str], zone: str) -> None:
    with pytest.raises(SystemExit):
        ran("run", EXAMPLE, "--zone", zone)
    assert "there is no time zone" in capsys.readouterr().err


def test_a_script_runs_on_its_own_channels_only(ran: Ran, tmp_path: Path) -> None:
    file, answers = tmp_path / "s.xml", tmp_path / "a.json"
    file.write_text(xml(ask("a"), attributes='channels="web ivr"'))
    answers.write_text('{"a": "x"}')
    _, out, _ = ran("run", file, "--answers", answers, "--json")
    assert json.loads(out)["channel"] == "web"
    status, _, err = ran("run", file, "--answers", answers, "--channel", "desk")
    assert status == 1
    assert "A02: The script is not for desk: its channels are web, ivr." in err


def test_an_answer_that_is_not_accepted_names_the_line_of_its_question(ran: Ran, tmp_path: Path) -> None:
    file, answers = tmp_path / "s.xml", tmp_path / "a.json"
    file.write_text(xml("\n" + ask("a", "integer") + "\n" + ask("b", "integer")))
    answers.write_text('{"a": 1, "b": "x"}')
    status, _, err = ran("run", file, "--answers", answers)
    assert status == 1
    assert "s.xml:3:1: error R01: The answer to b is not accepted" in err
