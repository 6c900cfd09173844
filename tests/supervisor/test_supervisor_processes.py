"""The supervisor over real processes: starts, restarts, hands sockets down, adopts, closes."""

import contextlib
import json
import os
import resource
import select
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from supervisor_rig import HERE, PATIENCE_SECONDS, SITE, Run, ask, is_alive

from server.supervisor.child import name_of
from server.supervisor.leftovers import end_all


def test_it_opens_the_house(site: Path, data: Path) -> None:
    run = Run(site, data).up()
    sip = run.address("sip:udp:127.0.0.1:0")
    assert ask(sip) == run.pid("core")
    assert run.pid("supervisor") == run.process.pid
    options = run.seen[[line["event"] for line in run.seen].index("bank-up")]["options"]
    host, port = run.address("cards-sip")
    assert options[:4] == ["--data", str(data), "--edge", f"{host}:{port}"]
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    for name in ("cards.sock", "bank.sock", "control.sock", "cards.key", "edge.key"):
        assert stat.S_IMODE((data / name).stat().st_mode) == 0o600
    assert len((data / "cards.key").read_text().strip()) == 64
    assert (data / "cards.key").read_text() != (data / "edge.key").read_text()
    for name in ("sip:tcp:127.0.0.1:0", "web"):
        socket.create_connection(run.address(name), PATIENCE_SECONDS).close()
    assert run.close() == 0


def test_a_second_supervisor_is_turned_away(site: Path, data: Path) -> None:
    run = Run(site, data).up()
    other = subprocess.run(
        [sys.executable, str(HERE / "fake_house.py"), str(site), str(data)],
        capture_output=True, text=True, timeout=PATIENCE_SECONDS, cwd=HERE.parent.parent,
        env={**os.environ, "PYTHONPATH": str(HERE.parent.parent)},
    )  # fmt: skip
    assert other.returncode != 0
    assert f"in use by another supervisor (pid {run.process.pid})" in other.stderr
    assert ask(run.address("sip:udp:127.0.0.1:0")) == run.pid("core")
    assert run.close() == 0


def test_a_dead_core_is_replaced_and_datagrams_wait_for_it(site: Path, data: Path) -> None:
    run = Run(site, data).up()
    core, bank, sip = run.pid("core"), run.pid("bank"), run.address("sip:udp:127.0.0.1:0")
    os.kill(core, signal.SIGSTOP)  # from now on it reads nothing: what we send stays in the socket
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.settimeout(PATIENCE_SECONDS)
        phone.connect(sip)
        for _ in range(50):
            phone.send(b"pid")
        os.kill(core, signal.SIGKILL)
        ended = run.expect("ended", who="core")
        run.expect("ready")
        answers = {int(phone.recv(100)) for _ in range(50)}
    assert ended["status"] == -signal.SIGKILL
    assert answers == {run.pid("core")}
    assert answers != {core}
    assert run.pid("bank") == bank
    assert run.close() == 0


def test_a_core_that_hangs_is_replaced(site: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_SILENT_SECONDS", "2")
    run = Run(site, data).up()
    core, bank, sip = run.pid("core"), run.pid("bank"), run.address("sip:udp:127.0.0.1:0")
    os.kill(core, signal.SIGSTOP)
    run.expect("core-does-not-answer", pid=core)
    run.expect("ended", who="core", pid=core, status=-signal.SIGKILL)
    assert ask(sip) != core
    assert run.pid("bank") == bank
    assert run.close() == 0


def test_one_that_hangs_is_left_alone_on_request(site: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody looks at it with a debugger."""
    monkeypatch.setenv("FAKE_SILENT_SECONDS", "0.1")
    monkeypatch.setenv("CARUSO_NO_CORE_WATCH", "1")
    run = Run(site, data).up()
    core = run.pid("core")
    os.kill(core, signal.SIGSTOP)
    for _ in range(2):  # each takes the supervisor longer than the core was given
        before = run.first("started", who="standby")["pid"]
        run.first("standby-warm", pid=before)
        os.kill(before, signal.SIGKILL)
    os.kill(core, signal.SIGCONT)
    assert ask(run.address("sip:udp:127.0.0.1:0")) == core
    assert run.close() == 0


def test_a_dead_bank_is_replaced_and_its_cards_live_on(site: Path, data: Path) -> None:
    run = Run(site, data)
    cards = [name_of(pid) for pid in run.expect("bank-up")["cards"]]
    core, bank = run.pid("core"), run.pid("bank")
    os.kill(bank, signal.SIGKILL)
    assert run.expect("bank-up")["pid"] == run.pid("bank") != bank
    assert run.pid("core") == core
    assert all(is_alive(card) for card in cards)
    assert run.close() == 0
    assert end_all(cards) == 1  # the one that was noted nowhere, whose bank had died


def test_a_machine_that_gives_nothing_is_asked_again(site: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No descriptor, no process, no memory: the supervisor stays, and starts what died when there is some again."""
    monkeypatch.setenv("CARUSO_NO_STANDBY", "1")
    run = Run(site, data).up()
    core, bank = run.first("started", who="core")["pid"], run.first("started", who="bank")["pid"]
    before = resource.prlimit(run.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(run.process.pid, resource.RLIMIT_NOFILE, (3, before[1]))
    for pid in (core, bank):
        os.kill(pid, signal.SIGKILL)
    for who in ("core", "bank"):
        run.first("not-started", who=who)
    resource.prlimit(run.process.pid, resource.RLIMIT_NOFILE, before)
    assert run.first("started", who="bank")["pid"] == run.pid("bank") != bank
    assert run.first("started", who="core")["pid"] == run.pid("core") != core
    assert ask(run.address("sip:udp:127.0.0.1:0")) == run.pid("core")
    assert run.close() == 0


def test_a_standby_that_cannot_be_had_is_tried_again(site: Path, data: Path) -> None:
    run = Run(site, data).up()
    core, waiting = run.pid("core"), run.first("standby-warm")["pid"]
    before = resource.prlimit(run.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(run.process.pid, resource.RLIMIT_NOFILE, (3, before[1]))
    os.kill(waiting, signal.SIGKILL)
    run.first("standby-not-started")
    resource.prlimit(run.process.pid, resource.RLIMIT_NOFILE, before)
    assert run.first("standby-warm")["pid"] != waiting
    assert ask(run.address("sip:udp:127.0.0.1:0")) == core
    assert run.close() == 0


def test_a_full_disk_ends_no_house(site: Path, data: Path) -> None:
    """What cannot be noted is noted later. A limit on the size of files stands for the disk."""
    run = Run(site, data).up()
    core, waiting = run.pid("core"), run.first("standby-warm")["pid"]
    before = resource.prlimit(run.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(run.process.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    os.kill(core, signal.SIGKILL)
    run.first("not-noted", who="core")
    assert ask(run.address("sip:udp:127.0.0.1:0")) == waiting
    assert not (data / "core.pid").exists()
    site.write_text(SITE.replace('"tcp:127.0.0.1:0"', '"udp:[::1]:0"'), encoding="utf-8")
    run.process.send_signal(signal.SIGHUP)
    run.first("not-noted", who="listening.json")
    run.expect("ended", who="core", status=75)
    fresh = run.expect("started", who="core")["pid"]
    resource.prlimit(run.process.pid, resource.RLIMIT_FSIZE, before)
    resource.prlimit(fresh, resource.RLIMIT_FSIZE, before)
    run.first("noted", who="core", pid=fresh)
    assert run.pid("core") == fresh == ask(run.address("sip:udp:127.0.0.1:0"))
    run.first("noted", who="listening.json")
    assert "sip:udp:[::1]:0" in json.loads((data / "listening.json").read_text())
    assert run.close() == 0
    assert not list(data.glob(".*")), "half-written files"


def test_its_own_death_ends_nothing_and_its_successor_adopts(site: Path, data: Path) -> None:
    first = Run(site, data).up()
    core, bank, sip = first.pid("core"), first.pid("bank"), first.address("sip:udp:127.0.0.1:0")
    first.process.kill()
    first.process.wait()
    assert ask(sip) == core
    second = Run(site, data)
    assert second.expect("adopted", who="core")["pid"] == core
    second.expect("ready")
    assert (second.pid("core"), second.pid("bank")) == (core, bank)
    assert second.address("sip:udp:127.0.0.1:0") == sip
    os.kill(core, signal.SIGKILL)
    second.expect("ended", who="core", status=None)
    second.expect("ready")
    assert ask(sip) == second.pid("core") != core
    os.kill(bank, signal.SIGKILL)
    second.expect("bank-up")
    assert second.close() == 0


def test_an_adopted_core_that_stops_on_purpose_closes_the_house(site: Path, data: Path) -> None:
    first = Run(site, data).up()
    core, sip = first.pid("core"), first.address("sip:udp:127.0.0.1:0")
    first.process.kill()
    first.process.wait()
    second = Run(site, data)
    second.expect("ready")
    assert ask(sip, "exit 0") == core
    assert second.process.wait(PATIENCE_SECONDS) == 0


def test_a_core_that_does_not_give_its_sockets_is_replaced(
    site: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_PATIENCE_SECONDS", "0.5")
    first = Run(site, data).up()
    core = name_of(first.pid("core"))
    first.process.kill()
    first.process.wait()
    (data / "control.sock").unlink()
    second = Run(site, data)
    second.expect("core-not-adopted")
    second.expect("ready")
    assert not is_alive(core)
    assert second.close() == 0


def test_closing_leaves_no_process_and_no_note(site: Path, data: Path) -> None:
    data.mkdir()
    (data / "stubborn").touch()
    run = Run(site, data).up()
    cards = [name_of(pid) for line in run.seen if line["event"] == "bank-up" for pid in line["cards"]]
    assert len(cards) == 2
    run.first("standby-warm")
    processes = [name_of(run.pid(who)) for who in ("core", "standby", "bank")] + cards
    assert run.close(signal.SIGINT) == 0
    assert [name for name in processes if is_alive(name)] == []
    left = {file.name for file in data.iterdir()} - {"stubborn", "supervisor.lock"}
    assert left == {"cards", "cards.key", "edge.key", "core.exit", "listening.json", "site.path"}
    assert list((data / "cards").iterdir()) == []


def test_a_core_that_does_not_end_is_killed_when_asked_twice(site: Path, data: Path) -> None:
    run = Run(site, data).up()
    os.kill(run.pid("core"), signal.SIGSTOP)
    run.process.send_signal(signal.SIGTERM)
    run.expect("stopping")
    assert run.close() == 0
    run.expect("ended", who="core", status=-signal.SIGKILL)


def test_a_core_that_hangs_while_it_closes_is_ended(site: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where no time is set for calls to end, and so none after which it is killed."""
    monkeypatch.setenv("FAKE_SILENT_SECONDS", "2")
    site.write_text(site.read_text().replace("grace_seconds = 1", "grace_seconds = 0"))
    run = Run(site, data).up()
    core = run.pid("core")
    os.kill(core, signal.SIGSTOP)
    assert run.close() == 0
    run.expect("core-does-not-answer", pid=core)


def test_ports_that_the_system_chose_stay_over_a_restart(site: Path, data: Path) -> None:
    first = Run(site, data).up()
    before = json.loads((data / "listening.json").read_text())
    assert first.close() == 0
    second = Run(site, data).up()
    assert json.loads((data / "listening.json").read_text()) == before
    assert second.close() == 0


@pytest.mark.parametrize(("status", "goes_on"), [(0, False), (75, True), (1, True)])
def test_how_the_core_ends_says_what_follows(site: Path, data: Path, status: int, goes_on: bool) -> None:
    run = Run(site, data).up()
    core = ask(run.address("sip:udp:127.0.0.1:0"), f"exit {status}")
    run.expect("ended", who="core", status=status)
    if goes_on:
        run.expect("ready")
        assert run.pid("core") != core
        assert run.close() == 0
    else:
        assert run.process.wait(PATIENCE_SECONDS) == 0


def test_a_core_that_refuses_the_site_keeps_the_house_closed(site: Path, data: Path) -> None:
    data.mkdir()
    (data / "refuse").touch()
    assert Run(site, data).process.wait(PATIENCE_SECONDS) == 2


def test_hang_up_reads_the_site_again(site: Path, data: Path) -> None:
    run = Run(site, data).up()
    core, bank, sip = run.pid("core"), run.pid("bank"), run.address("sip:udp:127.0.0.1:0")
    (data / "cards.sock").unlink()
    ask(sip, "shut down bank.sock")
    site.write_text(SITE.replace('"tcp:127.0.0.1:0"', '"udp:[::1]:0"'), encoding="utf-8")
    run.process.send_signal(signal.SIGHUP)
    run.expect("ended", who="core", status=75)
    run.expect("ready")
    assert ask(sip) == run.pid("core") != core
    assert run.pid("bank") == bank
    for name in ("cards.sock", "bank.sock"):
        with socket.socket(socket.AF_UNIX) as card:
            card.connect(str(data / name))
    listening = json.loads((data / "listening.json").read_text())
    assert "sip:udp:[::1]:0" in listening
    assert "sip:tcp:127.0.0.1:0" not in listening

    for wrong, cure in (
        (SITE.replace("[sip]", "[spi]"), "Did you mean"),
        (SITE.replace('"tcp:127.0.0.1:0"', '""'), "Write udp:HOST:PORT"),
        (f'{SITE}[[queue]]\nid = "billing"\nmusic = "{"x" * 300}"\n', "Name a WAV file"),
        (f'{SITE}[[trunk]]\nname = "pstn"\naccept_from = ["127.0.0.1", ""]\n', "Write 192.0.2.1"),
    ):
        site.write_text(wrong, encoding="utf-8")
        run.process.send_signal(signal.SIGHUP)
        assert cure in run.expect("site", level="error")["finding"]
        assert ask(sip) == run.pid("core")

    site.write_text(SITE + "[media]\nclock_hz = 16000\n", encoding="utf-8")
    run.process.send_signal(signal.SIGHUP)
    run.expect("ended", who="bank")
    run.expect("bank-up")
    assert run.close() == 0


def test_a_new_address_of_the_web_is_taken_and_the_former_one_closed(site: Path, data: Path) -> None:
    run = Run(site, data).up()
    former = run.address("web")
    standby = os.pidfd_open(run.first("standby-warm")["pid"])  # it has inherited the former socket too
    site.write_text(SITE.replace('"127.0.0.1:0"\n[stopping]', '"127.0.0.2:0"\n[stopping]'), encoding="utf-8")
    run.process.send_signal(signal.SIGHUP)
    run.expect("ended", who="core", status=75)
    run.expect("ready")
    host, _ = here = run.address("web")
    assert host == "127.0.0.2"
    socket.create_connection(here, PATIENCE_SECONDS).close()
    assert select.select([standby], [], [], PATIENCE_SECONDS)[0]
    os.close(standby)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(former, PATIENCE_SECONDS)
    assert run.close() == 0


def test_systemd_is_told(site: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(PATIENCE_SECONDS)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        data.mkdir()
        (data / "busy").touch()
        site.write_text(SITE.replace("grace_seconds = 1", "grace_seconds = 0"), encoding="utf-8")
        run = Run(site, data).up()
        assert systemd.recv(100) == b"READY=1"
        run.process.send_signal(signal.SIGTERM)
        assert systemd.recv(100) == b"STOPPING=1"
        for _ in range(3):  # as long as there are calls, whatever TimeoutStopSec says
            assert systemd.recv(100) == b"EXTEND_TIMEOUT_USEC=60000000"
        os.kill(run.pid("core"), signal.SIGKILL)
        assert run.process.wait(PATIENCE_SECONDS) == 0


def test_an_address_that_is_taken_is_named(site: Path, data: Path) -> None:
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as other:
        other.bind(("127.0.0.1", 0))
        taken = f"udp:127.0.0.1:{other.getsockname()[1]}"
        site.write_text(SITE.replace("udp:127.0.0.1:0", taken), encoding="utf-8")
        run = Run(site, data)
        assert run.process.stderr is not None
        text = run.process.stderr.read().decode()
    assert run.process.wait() != 0
    assert f"cannot listen at {taken}: Address already in use" in text
    assert not (data / "core.pid").exists()
