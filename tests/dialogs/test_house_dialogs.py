"""A whole house: a session on the web over kills of the core, its service and its mail counted at their ends."""

import http.client
import json
import subprocess
import sys
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from dialogs_rig import SCRIPT, publish

from server.dialogs.outbox import IN_DOUBT
from tests.house.browser import Browser
from tests.house.house import House, until
from tests.house.sites import site
from tests.mail.smtp_server import Mailbox, smtp_server

pytestmark = pytest.mark.real

TOKEN = "0123456789abcdef0123456789abcdef"
PROGRAM = Path(__file__).parent / "orders_program.py"


@contextmanager
def orders(at: House, folder: Path) -> Iterator[None]:
    url = f"ws://127.0.0.1:{at.web_port}/services/v1"
    program = subprocess.Popen([sys.executable, str(PROGRAM), url, TOKEN, str(folder)], cwd=PROGRAM.parents[2])
    try:
        until("the company's service", lambda: _has(at, "orders"), 60)
        yield
    finally:
        program.terminate()
        program.wait(60)


def house(folder: Path, mail_port: int) -> House:
    more = f"""
[mail]
smtp = "smtp://127.0.0.1:{mail_port}"
from = "Test <calls@example.com>"
starttls = "never"
[[service]]
name = "orders"
token = "{TOKEN}"
interfaces = ["orders"]
"""
    text = site(agents=1, phone_port=39999, spare=1, more=more)
    return House(folder, text.replace("[web]", '[web]\ndialogs = ["order"]'))


def _has(at: House, interface: str) -> bool:
    return any(one.startswith(f"{interface} 1") and one.endswith(" up") for one in at.ask(ask="status")["services"])


def _asked(folder: Path) -> list[list[str]]:
    file = folder / "asked"
    return [line.split() for line in file.read_text().splitlines()] if file.exists() else []


def _killed(at: House) -> None:
    at.kill_core()
    until("dialogs and the company's service", lambda: _has(at, "dialogs") and _has(at, "orders"), 60)


def test_a_session_over_kills_of_the_core(tmp_path: Path) -> None:
    """Killed while the service is asked: what may be asked twice is, under the same key; mail is sent once."""
    script = _with_mail()
    box = Mailbox()
    publish(tmp_path / "data", script=script)
    with smtp_server(box) as port, house(tmp_path, port) as at, orders(at, tmp_path):
        until("the script is there", lambda: _has(at, "dialogs"), 60)
        one = Browser(at)
        one.go("/dialogs/order?lang=en")
        one.press("begin")
        assert "Which article?" in one.text()
        hanging = _in_background(one, "answer", **{"q.article": "7"})
        until("the service is asked", lambda: len(_asked(tmp_path)) == 1, 60)
        [row] = at.ask(ask="dialogs")
        assert (row["script"], row["version"], row["channel"], row["status"]) == ("order", "1", "web", "running")
        (tmp_path / "may-price").touch()
        _killed(at)
        hanging.join(60)
        one.go(urllib.parse.urlsplit(one.url).path)
        assert "Your code?" in one.text()
        assert [operation for operation, _ in _asked(tmp_path)] == ["price", "price"]
        assert len({key for _, key in _asked(tmp_path)}) == 1

        one.press("answer", **{"q.code": "8842"})
        assert "12.5" in one.text()
        _killed(at)  # between two steps nothing is lost
        (tmp_path / "may-place").touch()
        one.go(urllib.parse.urlsplit(one.url).path)
        one.press("answer", **{"q.sure": "yes"})
        assert "Thank you." in one.text()
        _killed(at)
        until("the mail is sent", lambda: _over(at), 60)
        assert len(box.taken) == 1
        assert [operation for operation, _ in _asked(tmp_path)].count("place") == 1
        assert [operation for operation, _ in _asked(tmp_path)].count("thank") <= 1
        facts = [entry for entry in at.entries() if entry["t"].startswith("dialog-")]
        assert "8842" not in json.dumps(facts)
        [ended] = {
            fact["number"]: fact for fact in facts if fact["t"] == "dialog-ended"
        }.values()  # told again, perhaps
        assert (ended["outcome"], ended["disposition"]) == ("success", "ordered")
        [row] = at.ask(ask="dialogs", ended=True)
        assert (row["status"], row["disposition"]) == ("ended", "ordered")
        assert at.ask(ask="dialogs") == []
        assert _ctl(at) == "No session of a dialog script can go on.\n"
        table = _ctl(at, "--all").splitlines()
        assert table[0].split()[:5] == ["ID", "SCRIPT", "VERSION", "STATUS", "CHANNEL"]
        assert table[1].split()[1:5] == ["order", "1", "ended", "web"]
        assert at.metric("caruso_dialog_actions_waiting") == 0


def test_an_action_that_may_not_be_done_twice_fails_after_a_kill(tmp_path: Path) -> None:
    """The order was at the company's service when the core died: nobody knows, so a person goes on, nothing else."""
    for operation in ("price", "place"):
        (tmp_path / f"may-{operation}").touch()
    publish(tmp_path / "data", script=_with_mail())
    box = Mailbox()
    with smtp_server(box) as port, house(tmp_path, port) as at, orders(at, tmp_path):
        until("the script is there", lambda: _has(at, "dialogs"), 60)
        one = Browser(at)
        one.go("/dialogs/order?lang=en")
        one.press("begin")
        one.press("answer", **{"q.article": "7"})
        one.press("answer", **{"q.code": "8842"})
        (tmp_path / "may-place").unlink()
        hanging = _in_background(one, "answer", **{"q.sure": "yes"})
        until("the service is asked", lambda: [what for what, _ in _asked(tmp_path)] == ["price", "place"], 60)
        _killed(at)
        hanging.join(60)
        one.go(urllib.parse.urlsplit(one.url).path)
        assert "One moment." in one.text()
        [row] = at.ask(ask="dialogs", ended=True)
        assert (row["status"], row["disposition"]) == ("ended", "to-agent")
        assert [what for what, _ in _asked(tmp_path)] == ["price", "place"]
        facts = [entry for entry in at.entries() if entry["t"] == "dialog-acted" and entry["action"] == "orders.place"]
        assert {(fact["came"], fact["why"]) for fact in facts} == {("failed", IN_DOUBT)}
        assert box.taken == []


def _ctl(at: House, *words: str) -> str:
    command = [str(Path(sys.executable).parent / "caruso"), "ctl", "--data", str(at.data), "dialogs", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def _over(at: House) -> bool:
    mails = at.ask(ask="mail", ended=True)
    return bool(mails) and all(mail["state"] == "sent" for mail in mails)


def _with_mail() -> str:
    """The script, with a mail to an address that needs no customer."""
    return SCRIPT.replace('value="customer.email"', "value=\"'ana@example.com'\"")


def _in_background(browser: Browser, do: str, **fields: str) -> threading.Thread:
    """Press a button whose answer nobody will get: the core dies meanwhile."""

    def press() -> None:
        with suppress(OSError, http.client.HTTPException):
            browser.press(do, **fields)

    thread = threading.Thread(target=press, daemon=True)
    thread.start()
    return thread
