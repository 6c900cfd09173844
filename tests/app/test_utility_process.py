"""A company's program in a process of its own, on a whole core: found, killed, back, sent away."""

import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
import treq
from core_rig import FakeTelephony, RunningCore, running
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread
from twisted.web.client import Agent

from server.app.components import COMPONENTS
from server.call.events import RequestRefused
from server.services.directory import Directory
from server.wire import services as wire
from tests.fakes.utility_process import INTERFACES, TOKEN, UtilityProcess, service_table
from tests.fakes.web_sockets import SocketRefused, open_socket

SECONDS = 60
"""On a machine that has much else to do a program takes long to start."""
METER = 20010017
YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)
"""Nowhere still to come."""


@asynccontextmanager
async def core(folder: Path) -> AsyncIterator[RunningCore]:
    cards = FakeTelephony()
    parts = {name: COMPONENTS[name] for name in ("storage", "acd", "desk", "web")} | {"telephony": cards.component}
    async with running(folder, parts, service_table()) as made:
        await made.frame.find("web")
        yield made


def until(directory: Directory, holds: Callable[[dict[str, str]], bool]) -> "Deferred[None]":
    """Fires as soon as the states of the company's interfaces are as wished."""
    fired: Deferred[None] = Deferred()

    def look(_: object = None) -> None:
        if not fired.called and holds(states(directory)):
            reactor.callLater(0, watch.end)
            fired.callback(None)

    watch = directory.registry.watch(look)
    look()
    return fired.addTimeout(SECONDS, reactor)


def states(directory: Directory) -> dict[str, str]:
    return {one.interface: one.state for one in directory.services() if one.interface in INTERFACES}


def all_are(state: str) -> Callable[[dict[str, str]], bool]:
    return lambda found: found == dict.fromkeys(INTERFACES, state)


def service(directory: Directory, interface: str) -> Any:
    found = directory.best(interface, "1.0")
    assert found is not None, f"nobody offers {interface}: {directory.services()}"
    return found[1]


async def metrics(made: RunningCore) -> str:
    client = treq.client.HTTPClient(Agent(reactor))
    answer = await client.request("GET", f"http://{made.web}/metrics", headers={"Connection": "close"})
    return str(await treq.text_content(answer))


@pytest_twisted.ensureDeferred
async def test_a_program_registers_and_answers(tmp_path: Path) -> None:
    async with core(tmp_path / "data") as made:
        directory = made.frame.directory
        with UtilityProcess(tmp_path, made.web) as program:
            await until(directory, all_are("up"))
            meters = service(directory, "meters")
            assert await meters.call("find_meter", {"meter": METER}, "s:1") == {"found": True, "last": 20418}
            taken = {"meter": METER, "value": 20500, "day": YESTERDAY}
            receipt = await meters.call("submit_reading", taken, "s:2")
            assert await meters.call("submit_reading", taken, "s:2") == receipt
            with pytest.raises(RequestRefused, match="This day lies in the future"):
                await meters.call("submit_reading", taken | {"day": date(2199, 1, 1)}, "s:3")
            for wrong in ({}, {"meter": "20010017"}, {"meter": METER, "or": 1}, {"meter": -1}):
                with pytest.raises(RequestRefused, match=r"^The service meters could not do it\.$"):
                    await meters.call("find_meter", wrong, "s:4")
            with pytest.raises(RequestRefused):
                await meters.call("__init__", {}, "s:5")
            assert 'caruso_services_connected{service="utility"} 1.0' in await metrics(made)
            program.kill()
            await until(directory, all_are("suspect"))
            assert 'caruso_services_connected{service="utility"} 0.0' in await metrics(made)


@pytest_twisted.ensureDeferred
async def test_killed_while_it_is_asked_it_is_suspect_at_once_and_is_used_again(tmp_path: Path) -> None:
    async with core(tmp_path / "data") as made:
        directory = made.frame.directory
        with UtilityProcess(tmp_path, made.web) as program:
            await until(directory, all_are("up"))
            meters = service(directory, "meters")
            taken = {"meter": METER, "value": 20500, "day": YESTERDAY}
            receipt = await meters.call("submit_reading", taken, "s:1")
            epochs = {one.interface: one.epoch for one in directory.registry._services.values()}

            program.kill(signal.SIGSTOP)  # it cannot answer
            asked = meters.call("find_meter", {"meter": METER}, "s:2")
            program.kill()
            with pytest.raises(RequestRefused, match="The service meters was lost while it was asked"):
                await asked.addTimeout(SECONDS, reactor)
            assert states(directory) == dict.fromkeys(INTERFACES, "suspect")
            assert directory.best("meters", "1.0") is None

            program.start()
            await until(directory, all_are("up"))
            again = service(directory, "meters")
            assert await again.call("submit_reading", taken, "s:1") == receipt, "done under a key is done once"
            found = {one.interface: one for one in directory.registry._services.values()}
            assert all(found[name].epoch > epochs[name] for name in INTERFACES)
            assert found["meters"].instance == "utility"


@pytest_twisted.ensureDeferred
async def test_on_sigterm_it_withdraws_and_is_not_suspect(tmp_path: Path) -> None:
    async with core(tmp_path / "data") as made:
        directory = made.frame.directory
        with UtilityProcess(tmp_path, made.web) as program:
            await until(directory, all_are("up"))
            seen: list[str] = []
            directory.registry.watch(lambda change: seen.append("gone" if change.gone else change.service.state))
            program.kill(signal.SIGTERM)
            await until(directory, lambda found: found == {})
            assert await deferToThread(program.process.wait, SECONDS) == 0  # type: ignore[union-attr]
            assert sorted(seen) == sorted(["draining", "gone"] * len(INTERFACES))


@pytest_twisted.ensureDeferred
async def test_the_server_restarts_and_the_program_comes_by_itself(tmp_path: Path) -> None:
    from tests.house.house import free_ports

    (port,) = free_ports(1)
    with UtilityProcess(tmp_path, f"127.0.0.1:{port}") as program:
        for _ in range(2):
            async with core(tmp_path / "data") as made:
                relay = made.frame.directory
                door = reactor.listenTCP(port, made.frame.present("web")._site, interface="127.0.0.1")
                await until(relay, all_are("up"))
                answer = await service(relay, "meters").call("find_meter", {"meter": METER}, "")
                assert answer["found"] is True
                await door.stopListening()
    assert "the server says: the server ends" in program.said()


@pytest_twisted.ensureDeferred
async def test_a_wrong_token_and_a_second_program_are_told_plainly(tmp_path: Path) -> None:
    async with core(tmp_path / "data") as made:
        directory = made.frame.directory
        for name in ("first", "second", "stranger"):
            (tmp_path / name).mkdir()
        with UtilityProcess(tmp_path / "first", made.web) as first:
            await until(directory, all_are("up"))
            with UtilityProcess(tmp_path / "second", made.web):
                assert await deferToThread(first.process.wait, SECONDS) == 1  # type: ignore[union-attr]
                assert "cannot go on: Another program registered utility for" in first.said()
                await until(directory, all_are("up"))
        with UtilityProcess(tmp_path / "stranger", made.web, "x" * 30) as stranger:
            await deferToThread(_wait_for, stranger, "the token is not known")
            assert stranger.process is not None
            assert stranger.process.poll() is None, "it may be let in later"


@pytest_twisted.ensureDeferred
async def test_pages_and_other_protocols_are_kept_out(tmp_path: Path) -> None:
    async with core(tmp_path / "data") as made:
        for origin in (f"http://{made.web}", "https://evil.example"):
            with pytest.raises(SocketRefused, match="403"):
                await open_socket(made.web, wire.PATH, [wire.SUBPROTOCOL], origin=origin)
        with pytest.raises(SocketRefused, match="400"):
            await open_socket(made.web, wire.PATH, ["caruso.v1.json"])
        long = await open_socket(made.web, wire.PATH, [wire.SUBPROTOCOL])
        long.say(t="hello", token=TOKEN)
        await long.next("welcome")
        long.sendMessage(b" " * (wire.MAX_MESSAGE_OCTETS + 1))
        assert await long.ended() == 1009
        binary = await open_socket(made.web, wire.PATH, [wire.SUBPROTOCOL])
        binary.sendMessage(b"{}", isBinary=True)
        assert await binary.ended() == 4409
        silent = await open_socket(made.web, wire.PATH, [wire.SUBPROTOCOL])
        assert await silent.closed.addTimeout(SECONDS, reactor) == (4401, "no hello came in time")


def _wait_for(program: UtilityProcess, text: str) -> None:
    from tests.house.house import until as wait_until

    wait_until(text, lambda: text in program.said(), SECONDS)
