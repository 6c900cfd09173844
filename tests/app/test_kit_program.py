"""A program on servicekit in a process of its own: slow work, coroutines, faults, and a polite end."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import pytest_twisted
from core_rig import FakeTelephony, running
from test_utility_process import SECONDS, service
from twisted.internet import reactor
from twisted.internet.defer import Deferred, DeferredList
from twisted.internet.threads import deferToThread

from server.app.components import COMPONENTS
from server.call.events import RequestRefused
from server.services.directory import Directory
from tests.fakes.utility_process import ROOT, TOKEN

PROGRAM = """
import asyncio, logging, sys, time
from pathlib import Path
from servicekit import Offer, Program, Refused

logging.basicConfig(level=logging.INFO)
folder = Path(sys.argv[2])

class Slow:
    def wait(self, name: str) -> dict:
        (folder / f"{name}.began").touch()
        while not (folder / f"{name}.go").exists():
            time.sleep(0.01)
        return {"waited": name}

    async def add(self, left: int, right: int) -> dict:
        await asyncio.sleep(0)
        return {"sum": left + right}

    def fail(self) -> None:
        raise RuntimeError("a secret of the database")

    def refuse(self) -> None:
        raise Refused("Not on Sundays.")

    def nothing(self) -> None: ...

Program(sys.argv[1], sys.argv[3], [Offer("slow", "1.0", Slow())], instance="one").run()
"""


def state(directory: Directory) -> str:
    return next((one.state for one in directory.services("slow")), "")


async def becomes(directory: Directory, wished: str) -> None:
    fired: Deferred[None] = Deferred()

    def look(_: object = None) -> None:
        if not fired.called and state(directory) == wished:
            reactor.callLater(0, watch.end)
            fired.callback(None)

    watch = directory.registry.watch(look)
    look()
    await fired.addTimeout(SECONDS, reactor)


async def appears(file: Path) -> None:
    from tests.house.house import until

    await deferToThread(until, file.name, file.exists, SECONDS)


@pytest_twisted.ensureDeferred
async def test_what_runs_at_sigterm_is_finished_and_nothing_new_is_asked(tmp_path: Path) -> None:
    parts = {name: COMPONENTS[name] for name in ("storage", "acd", "desk", "web")}
    parts["telephony"] = FakeTelephony().component
    table = f'[[service]]\nname = "shop"\ntoken = "{TOKEN}"\ninterfaces = ["slow"]\n'
    async with running(tmp_path / "data", parts, table) as core:
        await core.frame.find("web")
        directory = core.frame.directory
        words = [f"ws://{core.web}/services/v1", str(tmp_path), TOKEN]
        with subprocess.Popen([sys.executable, "-c", PROGRAM, *words], cwd=ROOT) as program:
            await becomes(directory, "up")
            assert directory.services("slow")[0].instance == "shop/one"
            slow = service(directory, "slow")
            assert await slow.call("add", {"left": 2, "right": 3}, "") == {"sum": 5}
            assert await slow.call("nothing", {}, "") == {}
            with pytest.raises(RequestRefused, match=r"^The service slow could not do it\.$"):
                await slow.call("fail", {}, "")
            with pytest.raises(RequestRefused, match=r"^Not on Sundays\.$"):
                await slow.call("refuse", {}, "")

            several = [slow.call("wait", {"name": f"w{n}"}, "") for n in range(2)]
            await appears(tmp_path / "w0.began")
            await appears(tmp_path / "w1.began")
            assert await slow.call("add", {"left": 1, "right": 1}, "") == {"sum": 2}, "slow ones do not keep others"

            program.send_signal(signal.SIGTERM)
            await becomes(directory, "draining")
            assert directory.best("slow", "1.0") is None
            assert program.poll() is None
            for n in range(2):
                (tmp_path / f"w{n}.go").touch()
            answers = await DeferredList(several).addTimeout(SECONDS, reactor)
            assert [answer for _, answer in answers] == [{"waited": "w0"}, {"waited": "w1"}]
            assert await deferToThread(program.wait, SECONDS) == 0
            await becomes(directory, "")
