"""kill -9: what was acknowledged after its commit is there, all of it, without gaps."""

import signal
import subprocess
import sys
from pathlib import Path

from pytest_twisted import ensureDeferred
from storage_rig import running

from server.call.facts import CallArrived

CHILD = """
import os, structlog, sys
from pathlib import Path
from twisted.internet import reactor
from twisted.internet.defer import Deferred
sys.path.insert(0, {here!r})
structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
from storage_rig import Clock, URL, call, site
from server.storage.storage import Storage

async def work():
    storage = Storage(reactor, URL, Path({data!r}), site(), Clock())
    await storage.start()
    number = 0
    while True:
        number += 1
        entries = await storage.ledger.append(call(f"{{os.getpid()}}-{{number}}", number * 20.0))
        print(entries[-1].position, flush=True)

def stopped(failure):
    print(failure, file=sys.stderr)
    reactor.stop()

reactor.callWhenRunning(lambda: Deferred.fromCoroutine(work()).addErrback(stopped))
reactor.run()
"""


@ensureDeferred
async def test_acknowledged_facts_survive_kill_9(tmp_path: Path) -> None:
    code = CHILD.format(here=str(Path(__file__).parent), data=str(tmp_path))
    acknowledged = 0
    for rounds in (20, 60):
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        for _ in range(rounds):
            acknowledged = int(child.stdout.readline())
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read().split()
        acknowledged = int(rest[-1]) if rest else acknowledged
        assert child.wait() == -signal.SIGKILL
        child.stdout.close()
        async with running(tmp_path) as storage:
            entries = [entry async for page in storage.ledger.iterate() for entry in page]
            assert len(entries) >= acknowledged
            assert [entry.position for entry in entries] == list(range(1, len(entries) + 1))
            assert len(await storage.records.all()) == sum(isinstance(entry.fact, CallArrived) for entry in entries)
