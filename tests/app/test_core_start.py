"""The components find one another, in whatever order they start."""

from pathlib import Path

import pytest_twisted
from core_rig import running
from twisted.internet import reactor

from server import clock
from server.app.components import COMPONENTS, storage
from server.app.core import Frame, Stop

LATE_SECONDS = 2.0
PATIENCE_SECONDS = 20


async def late_storage(frame: Frame) -> Stop | None:
    await frame.pause(LATE_SECONDS)
    return await storage(frame)


@pytest_twisted.ensureDeferred
async def test_a_storage_that_comes_late_is_waited_for(tmp_path: Path) -> None:
    backwards = dict(reversed((COMPONENTS | {"storage": late_storage}).items()))
    began = clock.now().mono
    async with running(tmp_path, backwards) as core:
        await core.frame.pause(LATE_SECONDS / 2)
        early = {service.interface for service in core.frame.directory.services()}
        assert not early & {"storage", "records", "acd", "telephony", "edge", "desk", "web", "control"}
        assert core.frame.ready() == dict.fromkeys(("ledger", "cards", "edge", "web", "control"), False)
        await core.ready.addTimeout(PATIENCE_SECONDS, reactor)
        assert clock.now().mono - began >= LATE_SECONDS
        offered = {service.interface for service in core.frame.directory.services()}
        assert offered >= {"storage", "customers", "records", "acd", "telephony", "edge", "desk", "web", "control"}
        assert {service.state for service in core.frame.directory.services()} == {"up"}
        code, conditions = await core.ask("GET", "/readyz")
        assert code == 200, conditions


@pytest_twisted.ensureDeferred
async def test_the_same_data_directory_opens_again(tmp_path: Path) -> None:
    for _ in range(2):
        async with running(tmp_path, COMPONENTS) as core:
            await core.ready.addTimeout(PATIENCE_SECONDS, reactor)
