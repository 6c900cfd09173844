"""The figures of a core: folded from what the ledger holds, then from what happens."""

import sys
from pathlib import Path

import pytest_twisted

sys.path.insert(0, str(Path(__file__).parents[1] / "simulator"))
sys.path.insert(0, str(Path(__file__).parents[1] / "reports"))
from core_rig import running
from filled import fill
from twisted.internet import reactor
from varied_day import VariedDay

from server.app.components import COMPONENTS
from server.call.events import AgentAsked
from server.wire import desk

DAY = VariedDay(9, hours=1)


@pytest_twisted.ensureDeferred
async def test_a_core_has_the_figures_of_what_came_before_it(tmp_path: Path) -> None:
    fill(tmp_path, [e for e in DAY.entries if e.position <= 200])
    async with running(tmp_path, COMPONENTS) as core:
        await core.ready.addTimeout(60, reactor)
        while (figures := core.frame.present("figures")) is None:
            await core.frame.pause(0.01)
        assert figures.position >= 200
        exchange = core.frame.present("acd")
        before = figures.position
        await exchange.tell(AgentAsked("ana", "ana", desk.SetPresence(presence="ready")))
        assert figures.position > before
        assert figures.queue_today("sales")["offered"] == 0
        assert figures.agent_today("ana")["idle_seconds"] >= 0
        kept = await core.frame.present("storage").kept("figures-day")
        assert kept is not None
        assert 0 < kept[0] <= 201
