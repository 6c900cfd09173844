"""The core that stands by: takes over, is kept warm, and ends with the house."""

import json
import os
import signal
from pathlib import Path

import pytest
from supervisor_rig import PATIENCE_SECONDS, SITE, Run, ask, is_alive

from server.supervisor.child import is_over, name_of
from server.supervisor.loop import Loop

SIP = "sip:udp:127.0.0.1:0"


def warm(run: Run) -> int:
    """Wait until a core stands by; its pid, as everybody can see it."""
    pid = run.first("standby-warm")["pid"]
    assert run.pid("standby") == pid
    assert json.loads((run.data / "standby.process").read_text())["pid"] == pid
    return int(pid)


def test_the_standby_is_the_next_core(site: Path, data: Path) -> None:
    run = Run(site, data).up()
    first = run.pid("core")
    for _ in range(2):
        waiting = warm(run)
        assert waiting != first
        os.kill(run.pid("core"), signal.SIGKILL)
        assert run.expect("started", who="core")["pid"] == waiting
        run.expect("ready")
        assert ask(run.address(SIP)) == run.pid("core") == waiting
    assert run.close() == 0


def test_a_core_that_asks_for_a_restart_is_followed_by_the_standby(site: Path, data: Path) -> None:
    run = Run(site, data).up()
    waiting = warm(run)
    ask(run.address(SIP), "exit 75")
    run.expect("ended", who="core", status=75)
    run.expect("ready")
    assert ask(run.address(SIP)) == waiting
    assert run.close() == 0


def test_one_that_is_still_warming_up_is_taken_too(site: Path, data: Path) -> None:
    data.mkdir()
    (data / "cold").touch()
    run = Run(site, data).up()
    waiting = run.first("started", who="standby")["pid"]
    assert not (data / "standby.pid").exists()
    os.kill(run.pid("core"), signal.SIGKILL)
    run.expect("ready")
    assert ask(run.address(SIP)) == waiting
    assert run.close() == 0


def test_a_standby_that_dies_is_started_again(site: Path, data: Path) -> None:
    run = Run(site, data).up()
    core, waiting = run.pid("core"), warm(run)
    os.kill(waiting, signal.SIGKILL)
    run.expect("ended", who="standby", status=-signal.SIGKILL)
    assert warm(run) != waiting
    assert ask(run.address(SIP)) == core
    assert run.close() == 0


def test_both_die_at_once_and_there_is_a_core_all_the_same(site: Path, data: Path) -> None:
    run = Run(site, data).up()
    core, waiting = run.pid("core"), warm(run)
    os.kill(run.process.pid, signal.SIGSTOP)
    os.kill(core, signal.SIGKILL)
    os.kill(waiting, signal.SIGKILL)
    os.kill(run.process.pid, signal.SIGCONT)
    run.expect("ready")
    assert ask(run.address(SIP)) == run.pid("core")
    assert run.pid("core") not in (core, waiting)
    assert run.close() == 0


@pytest.mark.parametrize("sockets", ['"tcp:127.0.0.1:0"', '"udp:[::1]:0"'])
def test_after_a_hang_up_a_fresh_one_is_warm_before_the_core_makes_room(site: Path, data: Path, sockets: str) -> None:
    run = Run(site, data).up()
    waiting = name_of(warm(run))
    site.write_text(SITE.replace('"tcp:127.0.0.1:0"', sockets), encoding="utf-8")
    run.process.send_signal(signal.SIGHUP)
    fresh = run.expect("standby-warm")["pid"]
    assert fresh != waiting.pid
    assert not is_alive(waiting)
    run.expect("ended", who="core", status=75)
    run.expect("ready")
    assert ask(run.address(SIP)) == fresh
    run.expect("standby-warm")
    assert run.close() == 0


def test_a_core_that_dies_before_the_fresh_one_is_warm_is_not_replaced_twice(site: Path, data: Path) -> None:
    run = Run(site, data).up()
    warm(run)
    (data / "cold").touch()
    run.process.send_signal(signal.SIGHUP)
    fresh = run.expect("started", who="standby")["pid"]
    os.kill(run.pid("core"), signal.SIGKILL)
    (data / "cold").unlink()
    run.expect("ended", who="core", status=-signal.SIGKILL)
    run.expect("ready")
    for _ in range(2):
        os.kill(warm(run), signal.SIGKILL)
    assert ask(run.address(SIP)) == fresh
    assert run.close() == 0


def test_a_fresh_one_that_does_not_get_warm_is_not_waited_for_for_ever(
    site: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_PATIENCE_SECONDS", "1")
    run = Run(site, data).up()
    warm(run)
    (data / "cold").touch()
    run.process.send_signal(signal.SIGHUP)
    fresh = run.expect("started", who="standby")["pid"]
    run.expect("ended", who="core", status=75)
    run.expect("ready")
    assert ask(run.address(SIP)) == fresh
    assert run.close() == 0


def test_it_ends_with_its_supervisor_and_the_next_has_its_own(site: Path, data: Path) -> None:
    first = Run(site, data).up()
    core, waiting = first.pid("core"), name_of(warm(first))
    with os.fdopen(os.pidfd_open(waiting.pid), "rb", buffering=0) as descriptor:
        first.process.kill()
        first.process.wait()
        assert is_over(descriptor.fileno(), PATIENCE_SECONDS)
    second = Run(site, data)
    second.expect("adopted", who="core")
    own = warm(second)
    assert own not in (core, waiting.pid)
    os.kill(core, signal.SIGKILL)
    second.expect("ready")
    assert ask(second.address(SIP)) == own
    assert second.close() == 0


def test_nothing_of_it_is_left_when_the_house_closes(site: Path, data: Path) -> None:
    run = Run(site, data).up()
    core, waiting = run.pid("core"), name_of(warm(run))
    assert ask(run.address(SIP), "exit 0") == core  # the core ends by itself, as with `caruso ctl stop`
    assert run.process.wait(PATIENCE_SECONDS) == 0
    assert not is_alive(waiting)
    assert not (data / "standby.pid").exists()
    assert not (data / "standby.process").exists()


def test_it_can_be_switched_off(site: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARUSO_NO_STANDBY", "1")
    run = Run(site, data).up()
    os.kill(run.pid("core"), signal.SIGKILL)
    run.expect("ready")
    run.process.send_signal(signal.SIGHUP)
    run.expect("ended", who="core", status=75)
    run.expect("ready")
    assert run.close() == 0
    run.expect("closed")
    assert not [line for line in run.seen if line.get("who") == "standby" or line["event"].startswith("standby")]


def test_an_action_may_forget_what_has_happened_too() -> None:
    loop = Loop()
    ends = [os.pipe(), os.pipe()]
    heard = []

    def hear(mine: int, other: int) -> None:
        heard.append(mine)
        loop.forget(other)
        os.close(other)

    for mine, other in ((0, 1), (1, 0)):
        loop.watch(ends[mine][0], lambda mine=mine, other=other: hear(ends[mine][0], ends[other][0]))
        os.write(ends[mine][1], b"x")
    loop.turn()
    assert len(heard) == 1
    loop.close()
    for descriptor in (heard[0], ends[0][1], ends[1][1]):
        os.close(descriptor)
