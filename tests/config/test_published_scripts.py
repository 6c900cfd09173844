"""What `check` says of the scripts that a site names: are they published, for that channel, and where do they lead?"""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scriptengine.publishing import Shelf
from server.config.findings import Finding
from server.config.load import check_site

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SITE = """
[sip]
domain = "house.example"
[[trunk]]
name = "pstn"
target = "10.0.0.1"
[[queue]]
id = "service"
{queue}
[[agent]]
id = "ana"
queues = ["service"]
[[number]]
dial = "1"
to = "{to}"
{otherwise}
[web]
dialogs = [{web}]
"""
SCRIPT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE dialog PUBLIC "-//CARUSO//DTD Dialog Script 1.0//EN" "dialog.dtd">
<dialog id="hello" version="{version}" xml:lang="en" start="ask" channels="{channel}">
  <title>Hello</title>
  <info id="ask"><text>Hello.</text><go to="over"/></info>
  <end id="over" outcome="transfer" queue="{queue}" disposition="done"><text>Goodbye.</text></end>
  <test name="on" channel="desk"><expect node="over"/></test>
</dialog>
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory in which the sample for meter readings is published."""
    Shelf(tmp_path / "dialogs").publish(ROOT / "dialogs" / "meter-reading.xml", NOW)
    return tmp_path


def publish(data: Path, queue: str, channel: str = "desk", version: str = "1") -> None:
    file = data / "hello.xml"
    file.write_text(SCRIPT.format(queue=queue, channel=channel, version=version), encoding="utf-8")
    Shelf(data / "dialogs").publish(file, NOW)


def findings(
    data: Path, queue: str = "", to: str = "queue:service", web: str = "", known: bool = True
) -> list[Finding]:
    file = data / "site.toml"
    otherwise = 'otherwise = "queue:service"' if to.startswith("dialog:") else ""
    file.write_text(SITE.format(queue=queue, to=to, web=web, otherwise=otherwise), encoding="utf-8")
    site, found = check_site(file, data if known else None)
    assert site is not None
    assert all(finding.severity == "warning" for finding in found)
    return found


def shown(found: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.path, finding.message) for finding in found]


def test_what_is_published_is_right_wherever_it_is_named(data: Path) -> None:
    queue = 'dialog = "meter-reading"\nsurvey = "meter-reading"'
    assert findings(data, queue, "dialog:meter-reading", '"meter-reading"') == []


def test_a_script_that_is_not_published_is_told_for_each_place_with_line_and_cure(data: Path) -> None:
    found = findings(data, 'dialog = "moving-house"\nsurvey = "how-was-it"', "dialog:outage", '"meter-readin"')
    assert shown(found) == [
        ("queue[0].dialog", f'the script "moving-house" is not published in {data}/dialogs'),
        ("queue[0].survey", f'the script "how-was-it" is not published in {data}/dialogs'),
        ("number[0].to", f'the script "outage" is not published in {data}/dialogs'),
        ("web.dialogs[0]", f'the script "meter-readin" is not published in {data}/dialogs'),
    ]
    assert [one.line for one in found] == [9, 10, 16, 19]
    assert found[0].cure == f"Run caruso script publish moving-house.xml --data {data}"
    assert found[3].cure == 'Did you mean "meter-reading"?'


def test_scripts_to_which_queues_lead_are_looked_for_too(data: Path) -> None:
    queue = (
        'when_closed = "dialog:outage"\nmax_wait_seconds = 9\nwhen_too_long = "dialog:meter-reading"\n'
        'exit = [{ key = "1", to = "dialog:meter-readin" }]'
    )
    assert [one.path for one in findings(data, queue)] == ["queue[0].when_closed", "queue[0].exit[0].to"]


def test_a_script_that_hands_over_to_the_queue_that_led_to_it_is_told(data: Path) -> None:
    publish(data, "service", "ivr")
    (found,) = findings(data, 'when_closed = "dialog:hello"\nmax_wait_seconds = 9\nwhen_too_long = "dialog:hello"')
    circle = "service -> dialog:hello -> queue:service"
    assert found.path == "queue[0].when_closed"
    assert found.message == f"who wants a person there comes back, and hears goodbye: {circle}"


def test_nothing_is_said_of_scripts_while_no_data_directory_is_known(data: Path) -> None:
    assert findings(data, 'dialog = "moving-house"', known=False) == []


def test_a_hand_over_to_a_queue_that_is_not_there_is_told_where_the_script_is_named(data: Path) -> None:
    publish(data, "sales")
    message = 'the script "hello" (version 1) hands over to the queue "sales", which is not there'
    assert shown(findings(data, 'dialog = "hello"')) == [("queue[0].dialog", message)]
    (nowhere,) = findings(data)
    assert (nowhere.path, nowhere.line, nowhere.message) == ("", None, message)
    assert nowhere.cure == 'Add a [[queue]] with id = "sales", or publish a version that names another queue'
    publish(data, "service", version="2")
    assert findings(data, 'dialog = "hello"') == [], "the current version counts"
    Shelf(data / "dialogs").rollback("hello", NOW)
    assert shown(findings(data)) == [("", message)], "and the one that was gone back to"


def test_a_script_for_other_channels_is_told(data: Path) -> None:
    publish(data, "service")
    found = findings(data, 'survey = "hello"\ndialog = "hello"', "dialog:hello", '"hello"')
    assert shown(found) == [
        ("queue[0].survey", 'the script "hello" (version 1) is not for use on the telephone'),
        ("number[0].to", 'the script "hello" (version 1) is not for use on the telephone'),
        ("web.dialogs[0]", 'the script "hello" (version 1) is not for use on the web'),
    ]


def test_a_record_of_before_says_nothing_of_queues_until_it_is_published_again(data: Path) -> None:
    record = data / "dialogs" / "hello" / "published.json"
    publish(data, "elsewhere")
    before = {"version": "1", "hash": _hash(data), "at": "2026-01-01T00:00:00+00:00", "what": "published"}
    record.write_text(json.dumps({"history": [before]}), encoding="utf-8")
    assert findings(data, 'dialog = "hello"\nsurvey = "hello"') == []
    publish(data, "elsewhere")
    assert len(findings(data, 'dialog = "hello"')) == 1
    (only,) = Shelf(data / "dialogs").record("hello").history
    assert (only.at[:10], only.queues, only.channels) == ("2026-01-01", ("elsewhere",), ("desk",))


def _hash(data: Path) -> str:
    current = Shelf(data / "dialogs").record("hello").current
    assert current is not None
    return current.hash


def test_a_record_that_cannot_be_read_is_told_and_hides_no_other(data: Path) -> None:
    publish(data, "elsewhere")
    (data / "dialogs" / "meter-reading" / "published.json").write_text("{", encoding="utf-8")
    broken, lost = findings(data, 'dialog = "meter-reading"')
    assert 'of the script "meter-reading" cannot be read from' in broken.message
    assert "it is no record of publications" in broken.message
    assert "elsewhere" in lost.message


def test_check_does_not_import_the_engine_for_it(data: Path) -> None:
    findings(data, 'dialog = "moving-house"')
    program = (
        "import sys; from server.commands.check import main; "
        f"status = main(['{data}/site.toml', '--data', '{data}']); "
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'lxml', 'sqlalchemy', 'twisted'}), "
        "[name for name in sys.modules if name in ('scriptengine.loading', 'scriptengine.interpreter')], status)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert ended.stdout.splitlines()[-1] == "[] [] 0"
    assert "moving-house" in ended.stderr
