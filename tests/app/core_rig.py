"""A whole core in the test's reactor: real components, a real data directory, sockets opened as the supervisor does."""

import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import treq
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.web.client import Agent

from server import clock
from server.app.components import ENDING_ORDER
from server.app.core import Component, Core, Frame, Stop
from server.app.ending import Ending
from server.call.events import CardsCounted
from server.config.load import parse_site
from server.handover import inherited_sockets
from server.supervisor.folder import prepare
from server.supervisor.loop import Loop
from server.supervisor.notes import Notes
from server.supervisor.sockets import Sockets
from server.wire import linecard, processes

SITE = """
[site]
country = "DE"
[sip]
listen = ["udp:127.0.0.1:0", "tcp:127.0.0.1:0"]
domain = "caruso.test"
[web]
listen = "127.0.0.1:0"
[linecards]
spare = 1
[[number]]
dial = "800"
to = "queue:sales"
[[queue]]
id = "sales"
[[agent]]
id = "ana"
queues = ["sales"]
phone = "sip:ana@127.0.0.1:5999"
password = "ana's word"
"""


class RunningCore:
    """`ready` fires when the core says that it is; it fails when a component does."""

    def __init__(self, core: Core, web: str) -> None:
        self.frame = core.frame
        self.web = web
        self.ready: Deferred[None] = Deferred()
        core.on_ready = lambda: self.ready.callback(None)
        core.on_failure = lambda _name, error: self.ready.errback(error)

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Status and JSON of the answer."""
        client = treq.client.HTTPClient(Agent(reactor))
        answer = await client.request(method, f"http://{self.web}{path}", json=body, headers={"Connection": "close"})
        return answer.code, await treq.json_content(answer)


@asynccontextmanager
async def running(
    data: Path, components: Mapping[str, Component], more: str = "", site: str = SITE
) -> AsyncIterator[RunningCore]:
    """A core of these components; nothing of it is left afterwards. `more`: further tables of the site file."""
    read = parse_site(site + more)
    prepare(data)
    sockets = Sockets(data, Notes(data, Loop()))
    sockets.open_for(read)
    copies = {name: os.dup(descriptor) for name, descriptor in json.loads(sockets.describe()).items()}  # as a child has
    inherited = inherited_sockets({processes.SOCKETS_VARIABLE: json.dumps(copies)})
    core = Core(Frame(reactor, read, data, inherited, clock.now), components)
    made = RunningCore(core, sockets.addresses()[processes.WEB])
    core.frame.directory.provide("ending", "1.0", Ending(core, lambda _status: None))
    core.start()
    try:
        yield made
    finally:
        await core.stop(ENDING_ORDER)
        core.frame.directory.stop()
        for listener in inherited.values():
            listener.close()
        sockets.close()


class FakeTelephony:
    """Cards whose far ends do as they are asked: one card for each call, named as the call.

    A customer is answered at once; an agent's phone rings until `agent_answers`.
    """

    def __init__(self) -> None:
        self._seq = 0
        self._dialled: dict[str, str] = {}
        self._exchange: Any = None

    async def component(self, frame: Frame) -> Stop | None:
        """In the place of the pool of line cards."""
        self._exchange = await frame.find("acd")
        frame.directory.provide("telephony", "1.0", self)
        await self._exchange.tell(CardsCounted())
        return None

    @property
    def counters(self) -> dict[str, int]:
        """Nothing is counted."""
        return {}

    def counts(self) -> dict[str, int]:
        """There are no cards to count."""
        return {}

    has_bank = False
    """Nor is there anybody who would make some."""

    def customer_calls(self, call: str, caller: str) -> None:
        self._say(linecard.Arrived, call, leg=linecard.CUSTOMER, caller=caller, caller_name="", dialled="800")

    def agent_answers(self, call: str) -> None:
        self._say(linecard.Answered, call, leg=self._dialled[call])

    def customer_hangs_up(self, call: str) -> None:
        self._release(call, linecard.CUSTOMER, "far-end")

    def send(self, card: str, *commands: linecard.AnyCommand) -> None:
        for command in commands:
            reactor.callLater(0, self._obey, command)

    def acknowledge(self, card: str, seq: int) -> None:
        """Nothing is kept."""

    def _obey(self, command: linecard.AnyCommand) -> None:
        match command:
            case linecard.Answer(call=call, leg=leg):
                self._say(linecard.Answered, call, leg=leg)
            case linecard.Dial(call=call, leg=leg):
                self._dialled[call] = leg
                self._say(linecard.Progressed, call, leg=leg, code=180)
            case linecard.Release(call=call, leg=leg):
                self._release(call, leg, "core")
            case linecard.Close(call=call):
                self._say(linecard.Idle, call)

    def _release(self, call: str, leg: str, by: str) -> None:
        self._say(linecard.Released, call, leg=leg, by=by, code=200, cause="normal")

    def _say(self, kind: Any, call: str, **fields: Any) -> None:
        self._seq += 1
        now = clock.now()
        self._exchange.card_said(call, kind(call=call, seq=self._seq, mono=now.mono, wall=now.wall, **fields))
