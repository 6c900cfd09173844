"""`caruso script lint`: its forms, its exit status, what it needs."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parent))
from pairs import path_of

from scriptengine.cli.main import main
from scriptengine.publishing import Shelf

_FIELDS = {"file", "code", "line", "column", "severity", "message", "hint"}


def _lint(capsys, *words: object) -> tuple[int, str]:
    status = main(["lint", *map(str, words)])
    return status, capsys.readouterr().out


def test_json_is_one_array_of_findings(capsys) -> None:
    path = path_of("D06-misspelt-in-a-condition", "wrong")
    status, written = _lint(capsys, "--json", path, path_of("D10-never-used", "wrong"))
    findings = json.loads(written)
    assert status == 1
    assert [set(finding) for finding in findings] == [_FIELDS] * 3
    assert findings[0]["file"] == str(path)
    assert (findings[0]["code"], findings[0]["line"], findings[0]["column"]) == ("D06", 6, 25)
    assert findings[0]["hint"] == "Did you mean houses?"
    assert [finding["severity"] for finding in findings] == ["error", "warning", "warning"]


def test_warnings_alone_are_no_failure(capsys) -> None:
    status, written = _lint(capsys, path_of("D10-never-used", "wrong"))
    assert status == 0
    assert written.splitlines()[-1].endswith(": 0 errors, 2 warnings.")


def test_nothing_wrong_is_an_empty_array(capsys) -> None:
    assert _lint(capsys, "--json", path_of("D19-node-and-way", "right")) == (0, "[]\n")


def test_file_that_is_not_there(capsys, tmp_path: Path) -> None:
    status, written = _lint(capsys, "--json", tmp_path / "none.xml", path_of("D10-never-used", "right"))
    assert status == 2
    assert [finding["code"] for finding in json.loads(written)] == ["L01", "D19"]


def test_a_pipe_is_no_script_and_not_waited_for(capsys, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xml")
    os.mkfifo(tmp_path / "interfaces.interfaces.toml")
    status, written = _lint(capsys, "--json", tmp_path / "pipe.xml")
    assert status == 2
    found = [(finding["code"], finding["message"]) for finding in json.loads(written)]
    assert found == [("L01", "The file cannot be read: it is a pipe, not a file.")]
    script = tmp_path / "script.xml"
    script.write_bytes(Path(path_of("D19-node-and-way", "right")).read_bytes())
    assert _lint(capsys, "--json", script) == (0, "[]\n")


def test_what_the_dtd_forbids_is_a_finding(capsys, tmp_path: Path) -> None:
    path = tmp_path / "wrong.xml"
    path.write_text('<dialog id="d" version="1" xml:lang="en" start="e">\n<title>T</title>\n<ende id="e"/></dialog>')
    status, written = _lint(capsys, "--json", path)
    assert status == 1
    assert {finding["code"][0] for finding in json.loads(written)} == {"L"}


def test_interfaces_are_read_beside_the_script_and_where_they_are_named(capsys, tmp_path: Path) -> None:
    path = tmp_path / "meters.xml"
    path.write_text(
        '<dialog id="d" version="1" xml:lang="en" start="i" channels="desk"><title>T</title>\n'
        '<use class="Meter" as="meter" key="caller.number"/>\n'
        '<info id="i"><text>Meter <value of="meter.serial" else="none"/></text></info>\n'
        '<end id="e" outcome="success" disposition="d"/></dialog>'
    )
    company = '[classes.Meter]\nkey = "serial"\nattributes = { serial = "string" }\n'
    assert _lint(capsys, path)[0] == 1
    elsewhere = tmp_path / "company.toml"
    elsewhere.write_text(company)
    assert _lint(capsys, "--interfaces", elsewhere, path)[0] == 0
    (tmp_path / "interfaces.toml").write_text(company)
    assert _lint(capsys, path)[0] == 0


def test_published_versions_are_found_in_their_folder(capsys, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "published")
    changed = path_of("D20-another-disposition", "wrong")
    assert _lint(capsys, "--published", tmp_path, "--json", changed)[1].count('"D20"') == 0
    assert main(["lint", "--published", str(tmp_path), str(changed)]) == 0
    assert f"{tmp_path}: nothing is published here" in capsys.readouterr().err
    shelf.publish(path_of("D20-another-disposition", "right").with_name("D20.published.xml"), datetime.now(UTC))
    _, written = _lint(
        capsys, "--published", tmp_path / "published", "--json", changed, path_of("D17-no-disposition", "right")
    )
    assert [(f["code"], Path(f["file"]) == changed) for f in json.loads(written) if f["code"] == "D20"][:1] == [
        ("D20", True)
    ]


def test_sarif_names_rule_place_and_level(capsys) -> None:
    path = path_of("D13-attribute", "wrong")
    status, written = _lint(capsys, "--sarif", path, path_of("D01-jumped-over", "wrong"))
    log = json.loads(written)
    run = log["runs"][0]
    assert status == 1
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["D01", "D13", "D19"]
    assert [(r["ruleId"], r["ruleIndex"], r["level"]) for r in run["results"]] == [
        ("D19", 2, "warning"),
        ("D13", 1, "warning"),
        ("D01", 0, "error"),
    ]
    place = run["results"][1]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == path.absolute().as_uri()
    assert place["region"] == {"startLine": 7, "startColumn": 29}


def test_it_needs_neither_server_nor_desk() -> None:
    path = path_of("D01-jumped-over", "right")
    script = (
        "import sys; from server.commands.app import main; status = main(['script', 'lint', sys.argv[1]]);"
        "print([n for n in sys.modules if n.split('.')[0] in ('twisted', 'sqlalchemy', 'PySide6')], status)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[] 0", done.stderr


def test_unknown_tool_is_told(capsys) -> None:
    assert main(["lnit"]) == 2
    assert 'did you mean "lint"?' in capsys.readouterr().err


def test_findings_are_what_the_array_holds(capsys) -> None:
    from scriptengine.findings import Finding

    _, written = _lint(capsys, "--json", path_of("D08-number-in-quotes", "wrong"))
    found = msgspec.json.decode(written, type=list[Finding])
    assert [finding.code for finding in found] == ["D08"]
