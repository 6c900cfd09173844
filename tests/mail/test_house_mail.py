"""A whole house sends mail: through a killed core, through a mail server that is away, and reports at their times."""

import json
import sqlite3
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import msgspec
import pytest
from smtp_server import Mailbox, smtp_server

from tests.house.house import House, free_ports, until
from tests.house.sites import site

pytestmark = pytest.mark.real


def house(folder: Path, port: int, more: str = "", mail: str = "") -> House:
    settings = f'[mail]\nsmtp = "smtp://127.0.0.1:{port}"\nfrom = "Test <calls@example.com>"\nstarttls = "never"\n'
    return House(folder, site(agents=1, phone_port=39999, spare=1, more=settings + mail + more), standby=True)


def send(at: House, key: str) -> dict[str, Any]:
    """A test mail, as `caruso ctl mail test` asks for it."""
    (kept,) = at.ask(ask="mail", action="test", to="ana@example.com", key=key)
    assert isinstance(kept, dict)
    return kept


def mails(at: House) -> dict[str, dict[str, Any]]:
    return {mail["key"].removeprefix("test:"): mail for mail in at.ask(ask="mail", ended=True)}


def new_core(at: House, killed: int) -> None:
    until("another core", lambda: at.pids().get("core", killed) != killed)
    at.wait_ready()
    has_mail(at)


def has_mail(at: House) -> None:
    until("the mail service", lambda: any(one.startswith("mail 1") for one in at.ask(ask="status")["services"]))


def test_a_core_that_is_killed_around_sending_sends_nothing_twice(tmp_path: Path) -> None:
    """Killed before the text is asked for, after it was handed over, and amid a dozen mails; counted at the server."""
    box = Mailbox()
    with smtp_server(box) as port, house(tmp_path, port) as at:
        has_mail(at)
        until("a warm standby", (at.data / "standby.pid").exists)
        box.hold.clear()
        doubtful = send(at, "handed over")
        assert box.arrived.acquire(timeout=60)  # the mail server has it, and has not answered
        assert mails(at)["handed over"]["state"] == "sending"
        new_core(at, at.kill("core"))
        box.hold.set()
        failed = until("it is reported", lambda: (m := mails(at)["handed over"])["state"] == "failed" and m)
        assert (failed["cause"], failed["id"]) == ("in-doubt", doubtful["id"])
        assert len(box.taken) == 1

        for number in range(12):
            send(at, f"k{number}")
        new_core(at, at.kill("core"))
        until("all are over", lambda: all(m["state"] in ("sent", "failed") for m in mails(at).values()))
        ids = [str(message["Message-ID"]).strip("<").partition(".")[0] for _, message in box.taken]
        assert len(ids) == len(set(ids)), "a mail was sent twice"
        for key, mail in mails(at).items():
            assert (mail["id"] in ids) or mail["cause"] == "in-doubt", key
            assert mail["state"] == "sent" or mail["cause"] == "in-doubt", key
        figures = urllib.request.urlopen(f"http://127.0.0.1:{at.web_port}/metrics", timeout=60).read().decode()
        assert 'caruso_mail_total{what="sent"}' in figures
        assert "caruso_mail_waiting 0.0" in figures
        log = at.log.read_text(encoding="utf-8")
        assert "ana@example.com" not in log
        assert "Caruso: test" not in log


REPORT = '[[report]]\nname = "calls"\nto = ["sofia@example.com"]\nat = "00:00"\nqueue = ["sales"]\n'


def test_the_mail_server_comes_back_and_a_report_that_was_missed_is_sent_once(tmp_path: Path) -> None:
    box, (port,) = Mailbox(), free_ports(1)
    box.data = ["550 5.7.1 no"]
    with house(tmp_path, port, REPORT) as at:
        has_mail(at)
        database = sqlite3.connect(at.data / "caruso.db")
        until("the schedule is known", lambda: _known(database))
        assert ctl(at) == "No mail waits, and none failed.\n"  # a new schedule begins with its next due time
        assert "queued" in ctl(at, "test", "ana@example.com")
        until("an attempt", lambda: at.ask(ask="mail")[0]["attempts"] >= 1)
        with smtp_server(box, port):
            failed = until("the answer", lambda: (m := at.ask(ask="mail")[0])["state"] == "failed" and m)
            assert (failed["cause"], failed["error"], failed["to"]) == ("refused", "550 5.7.1 no", ["ana@example.com"])
            assert "failed (refused)" in ctl(at)
            assert "queued" in ctl(at, "retry", failed["id"])
            until("it is over", lambda: not at.ask(ask="mail"))
            assert json.loads(ctl(at, "--all", "--json"))[0]["state"] == "sent"
            assert box.subjects() == ["Caruso: test"]
        with pytest.raises(RuntimeError, match="only one that failed can be retried"):
            at.ask(ask="mail", action="retry", id=failed["id"])
        with pytest.raises(RuntimeError, match="is not a mail address"):
            at.ask(ask="mail", action="test", to="nobody", key="x")
    known = {name: seconds - 3 * 86_400 for name, seconds in _known(database).items()}
    with database:
        row = (msgspec.msgpack.encode(known),)
        database.execute("UPDATE checkpoint SET body = ? WHERE name = 'report-schedules'", row)
    database.close()
    with smtp_server(box, port), house(tmp_path, port, REPORT) as at:
        until("the report", lambda: len(box.taken) == 2)
        until("it is noted", lambda: [m["state"] for m in mails(at).values()] == ["sent", "sent"])
        new_core(at, at.kill("core"))
        until("the new core has looked", lambda: at.log.read_text(encoding="utf-8").count("reports-looked-at") >= 3)
        assert [key for key in mails(at) if key.startswith("report:calls:") and key.endswith("T00:00")]
    assert len(box.taken) == 2
    recipients, message = box.taken[1]
    assert recipients == ["sofia@example.com"]
    assert str(message["Subject"]).startswith("Calls per queue and interval, ")
    assert message.get_body(("html",)) is not None
    (file,) = message.iter_attachments()
    assert file.get_content_type() == "text/csv"
    assert file.get_payload(decode=True).startswith(b"queue,interval,offered")


def ctl(at: House, *words: str) -> str:
    command = [str(Path(sys.executable).parent / "caruso"), "ctl", "--data", str(at.data), "mail", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def _known(database: sqlite3.Connection) -> dict[str, float]:
    row = database.execute("SELECT body FROM checkpoint WHERE name = 'report-schedules'").fetchone()
    return {} if row is None else msgspec.msgpack.decode(row[0])
