"""The components find one another, in whatever order they start."""

from pathlib import Path

import pytest_twisted
from core_rig import SITE, running
from twisted.internet import reactor
from twisted.internet.defer import Deferred

from server import clock
from server.app.components import COMPONENTS, storage
from server.app.core import Core, Frame, Stop
from server.app.ending import Ending
from server.config.load import parse_site

PATIENCE_SECONDS = 60
"""A first start imports much; on a machine that does other things that may take long."""


@pytest_twisted.ensureDeferred
async def test_a_storage_that_comes_late_is_waited_for(tmp_path: Path) -> None:
    may_begin: Deferred[None] = Deferred()

    async def late_storage(frame: Frame) -> Stop | None:
        await may_begin
        return await storage(frame)

    backwards = dict(reversed((COMPONENTS | {"storage": late_storage}).items()))
    async with running(tmp_path, backwards) as core:
        await core.frame.pause(0.5)  # whoever did not wait would be there
        early = {service.interface for service in core.frame.directory.services()}
        assert not early & {"storage", "records", "acd", "telephony", "edge", "desk", "web", "control"}
        assert core.frame.ready() == dict.fromkeys(("ledger", "cards", "edge", "web", "control"), False)
        may_begin.callback(None)
        await core.ready.addTimeout(PATIENCE_SECONDS, reactor)
        offered = {service.interface for service in core.frame.directory.services()}
        assert offered >= {"storage", "customers", "records", "acd", "telephony", "edge", "desk", "web", "control"}
        assert {service.state for service in core.frame.directory.services()} == {"up"}
        code, conditions = await core.ask("GET", "/readyz")
        assert code == 200, conditions


def test_who_refuses_new_calls_is_not_ready(tmp_path: Path) -> None:
    frame = Frame(reactor, parse_site(SITE), tmp_path, {}, clock.now)
    frame.conditions = dict.fromkeys(frame.conditions, True)
    edge = Edge()
    frame.directory.provide("edge", "1.0", edge)
    assert frame.is_ready()
    Ending(Core(frame, {}), lambda _status: None).begin()
    assert edge.refuses
    assert frame.ready() == {"ledger": True, "cards": True, "edge": False, "web": True, "control": True}
    frame.directory.stop()


class Edge:
    """Notes that it is to take no new calls."""

    refuses = False

    def stop_new_calls(self) -> None:
        self.refuses = True


@pytest_twisted.ensureDeferred
async def test_the_same_data_directory_opens_again(tmp_path: Path) -> None:
    for _ in range(2):
        async with running(tmp_path, COMPONENTS) as core:
            await core.ready.addTimeout(PATIENCE_SECONDS, reactor)
