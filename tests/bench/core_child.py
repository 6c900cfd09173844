"""The core of `core_calls`, in a process of its own: `python -m tests.bench.core_child FOLDER`.

A whole core on a real database, but for line cards and edge: cards whose far ends act after a few milliseconds each, as
network and telephones do, so that the core falls asleep between any two steps of a call. Prints one JSON object.
"""

from server.app import event_loop

event_loop.install()  # before anything takes the other one

import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections import Counter  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from twisted.internet import reactor as _reactor  # noqa: E402
from twisted.internet.defer import Deferred  # noqa: E402
from twisted.internet.task import deferLater  # noqa: E402
from twisted.python.failure import Failure  # noqa: E402

from server import clock, logs  # noqa: E402
from server.app.components import COMPONENTS  # noqa: E402
from server.app.core import Frame, Stop  # noqa: E402
from server.app.lamps import Lamps  # noqa: E402
from server.call.events import AgentAsked, CardsCounted  # noqa: E402
from server.storage import commits, quick_commits  # noqa: E402
from server.storage.workers import Workers  # noqa: E402
from server.wire import desk, linecard  # noqa: E402
from tests.app.core_rig import RunningCore, running  # noqa: E402

reactor: Any = _reactor
AGENTS, RATE, ROUNDS, CALLS = 20, 40, 5, 200
STEP_SECONDS, RING_SECONDS, TALK_SECONDS, WRAP_UP_SECONDS = 0.004, 0.03, 0.2, 0.1
SITE = f"""
[site]
country = "DE"
[sip]
listen = ["udp:127.0.0.1:0", "tcp:127.0.0.1:0"]
domain = "caruso.test"
[web]
listen = "127.0.0.1:0"
[[number]]
dial = "800"
to = "queue:sales"
[[queue]]
id = "sales"
wrap_up_seconds = {WRAP_UP_SECONDS}
""" + "".join(f'[[agent]]\nid = "a{n}"\nqueues = ["sales"]\nphone = "sip:a{n}@127.0.0.1:5999"\n' for n in range(AGENTS))


class Cards:
    """In the place of the pool: one card for each call."""

    def __init__(self) -> None:
        self.counters: dict[str, int] = {}
        self.ended = 0
        self._seq = 0
        self._exchange: Any = None

    async def component(self, frame: Frame) -> Stop | None:
        self._exchange = await frame.find("acd")
        frame.directory.provide("telephony", "1.0", self)
        await self._exchange.tell(CardsCounted())
        frame.conditions["cards"] = True
        return None

    def counts(self) -> dict[str, int]:
        return {}

    has_bank = False

    def customer_calls(self, call: str) -> None:
        caller = f"+49301234{int(call[1:]) % 1000:03}"
        self._say(linecard.Arrived, call, leg=linecard.CUSTOMER, caller=caller, caller_name="", dialled="800")

    def send(self, card: str, *commands: linecard.AnyCommand) -> None:
        for command in commands:
            call = command.call
            match command:
                case linecard.Answer(leg=leg):
                    self._soon(STEP_SECONDS, linecard.Answered, call, leg=leg)
                case linecard.Dial(leg=leg):
                    self._soon(2 * STEP_SECONDS, linecard.Progressed, call, leg=leg, code=180)
                    self._soon(RING_SECONDS, linecard.Answered, call, leg=leg)
                case linecard.Bridge():
                    over = {"leg": linecard.CUSTOMER, "by": "far-end", "code": 200, "cause": "normal"}
                    self._soon(TALK_SECONDS, linecard.Released, call, **over)
                case linecard.Close():
                    self._soon(STEP_SECONDS, linecard.Idle, call)

    def acknowledge(self, card: str, seq: int) -> None:
        """Nothing is kept."""

    def _soon(self, seconds: float, kind: Any, call: str, **fields: Any) -> None:
        reactor.callLater(seconds, self._say, kind, call, **fields)

    def _say(self, kind: Any, call: str, **fields: Any) -> None:
        self._seq += 1
        self.ended += kind is linecard.Idle
        at = clock.now()
        self._exchange.card_said(call, kind(call=call, seq=self._seq, mono=at.mono, wall=at.wall, **fields))


class Quiet:
    """In the place of the edge, as lamps see it."""

    def notify(self, user: str, event: str, content_type: str, body: bytes) -> Deferred[bool]:
        raise AssertionError("nobody has a lamp")

    def registered(self, user: str) -> bool:
        return False

    subscribed = registered


async def _edge(frame: Frame) -> Stop | None:
    exchange: Any = await frame.find("acd")
    frame.conditions["edge"] = True
    out: Stop = exchange.subscribe(Lamps(frame.site, exchange.flow, Quiet()))
    return out


class Steps:
    """Counts what a call costs other processes than time: wake-ups, jobs of threads, commits."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()
        self._python_calls = 0
        self._count(commits, "write", "commits")
        self._count(quick_commits, "write", "commits")
        self._count(Workers, "run", "jobs")
        poller, counted = reactor._poller, self.counted

        class Poller:
            def poll(self, timeout: float, most: int) -> Any:
                ready = poller.poll(timeout, most)
                if timeout:
                    counted["waits"] += 1
                    counted["waits-for-nothing"] += not ready
                return ready

            def __getattr__(self, name: str) -> Any:
                return getattr(poller, name)

        reactor._poller = Poller()

    def _count(self, kind: Any, name: str, what: str) -> None:
        original, counted = getattr(kind, name), self.counted

        def counting(*args: Any, **named: Any) -> Any:
            counted[what] += 1
            return original(*args, **named)

        setattr(kind, name, counting)

    def profile(self, on: bool) -> None:
        """Count calls of Python functions on this thread, from now on or no longer."""
        sys.setprofile(self._called if on else None)

    def _called(self, _frame: Any, event: str, _argument: Any) -> None:
        if event == "call":
            self._python_calls += 1

    @property
    def python_calls(self) -> int:
        return self._python_calls


async def _round(core: RunningCore, cards: Cards, number: int) -> float:
    """One round of calls at a steady rate; CPU seconds for each."""
    done = cards.ended + CALLS
    began, start = time.process_time(), clock.now().mono
    for n in range(CALLS):
        await deferLater(reactor, max(0.0, start + n / RATE - clock.now().mono))
        cards.customer_calls(f"c{number * CALLS + n}")
    exchange: Any = await core.frame.find("acd")
    while cards.ended < done or exchange.flow.live_count():
        await deferLater(reactor, 0.05)
    return (time.process_time() - began) / CALLS


async def _measure(folder: Path) -> dict[str, Any]:
    cards = Cards()
    steps = Steps()
    async with running(folder, {**COMPONENTS, "telephony": cards.component, "edge": _edge}, site=SITE) as core:
        await core.ready
        exchange: Any = await core.frame.find("acd")
        for n in range(AGENTS):
            await exchange.tell(AgentAsked(f"a{n}", "bench", desk.SetPresence(presence="ready")))
        await _round(core, cards, 0)
        steps.counted.clear()
        costs = [await _round(core, cards, number) for number in range(1, ROUNDS + 1)]
        counted = {name: round(count / ROUNDS / CALLS, 2) for name, count in steps.counted.items()}
        steps.profile(True)
        await _round(core, cards, ROUNDS + 1)
        steps.profile(False)
        records: Any = await core.frame.find("records")
        outcomes = Counter(str(record["outcome"]) for record in await records.all())
    return {
        "microseconds": [round(cost * 1e6) for cost in costs],
        "python_calls": round(steps.python_calls / CALLS),
        "outcomes": outcomes,
        **counted,
    }


def main(folder: str) -> None:
    logs.configure("core")

    def over(result: Any) -> None:
        if isinstance(result, Failure):
            result.printTraceback(sys.stderr)
        else:
            print(json.dumps(result), flush=True)
        reactor.stop()

    reactor.callWhenRunning(lambda: Deferred.fromCoroutine(_measure(Path(folder))).addBoth(over))
    reactor.run()


if __name__ == "__main__":
    main(sys.argv[1])
