"""Asks phones with OPTIONS whether they are there: every 5 s, fixed ones with `verify = true` and registered ones.

A registration says only where a phone was when it last spoke. A phone that is switched off or cut from the network is
missed within 10 s by this (5 s until it is asked, 4 s for the answer), but only while its agent is ready and could get
a call: during a talk the line card listens for its sound. After a restart of the core all are asked within 5 s.

Some phones never answer OPTIONS, or stand behind something that lets no question through. So the rules hold a phone
only to what it has done since it registered (`server.callflow.agents.phone_probed`), which outlives the core.
"""

from collections.abc import Awaitable
from typing import Any, Protocol

import structlog
from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall

from server.call.events import PhoneProbed
from server.call.ports import Switchboard
from server.call.states import Presence, WorkState
from server.config.site import SiteFile

log = structlog.get_logger()

FIXED_SECONDS = 5.0
REGISTERED_SECONDS = 5


class Prober(Protocol):
    """The edge, as far as probing needs it."""

    def probe(self, uri: str) -> Awaitable[bool]: ...

    def probe_phone(self, user: str) -> Awaitable[bool]: ...

    def registered(self, user: str) -> bool: ...


class Probing:
    """Tells the switchboard which phones answer."""

    def __init__(self, reactor: Any, site: SiteFile, prober: Prober, switchboard: Switchboard) -> None:
        self._fixed = {agent.id: agent.phone for agent in site.agent if agent.verify and agent.phone.startswith("sip")}
        self._registered = [agent.id for agent in site.agent if agent.phone == "registered"]
        self._prober = prober
        self._switchboard = switchboard
        self._seconds = 0
        self._loops: list[tuple[LoopingCall, float]] = []
        if self._fixed:
            self._loops.append((LoopingCall(self._ask_fixed), FIXED_SECONDS))
        if self._registered:
            self._loops.append((LoopingCall(self._ask_registered), 1.0))
        for loop, _ in self._loops:
            loop.clock = reactor

    def start(self) -> None:
        """Probe now, and from now on."""
        for loop, seconds in self._loops:
            loop.start(seconds)

    def stop(self) -> None:
        """No more probes."""
        for loop, _ in self._loops:
            if loop.running:
                loop.stop()

    def _ask_fixed(self) -> None:
        for agent, uri in self._fixed.items():
            Deferred.fromCoroutine(self._ask_one(agent, uri)).addErrback(_failed, agent)

    async def _ask_one(self, agent: str, uri: str) -> None:
        await self._switchboard.tell(PhoneProbed(agent, await self._prober.probe(uri)))

    def _ask_registered(self) -> None:
        """A fifth of them each second."""
        for agent in self._registered[self._seconds % REGISTERED_SECONDS :: REGISTERED_SECONDS]:
            if self._is_wanted(agent):
                Deferred.fromCoroutine(self._ask_phone(agent)).addErrback(_failed, agent)
        self._seconds += 1

    def _is_wanted(self, agent: str) -> bool:
        """Whether it matters if the phone is there: its agent could get a call, or could if it answered again."""
        known = self._switchboard.agent(agent)
        if known is None or known.presence == Presence.LOGGED_OUT or not self._prober.registered(agent):
            return False
        return not known.reachable or (known.presence == Presence.READY and known.work_state == WorkState.IDLE)

    async def _ask_phone(self, agent: str) -> None:
        there = await self._prober.probe_phone(agent)
        if self._prober.registered(agent):
            await self._switchboard.tell(PhoneProbed(agent, there))


def _failed(failure: object, agent: str) -> None:
    log.warning("probe-failed", agent=agent, error=str(failure))
