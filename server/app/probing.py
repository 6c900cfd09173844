"""Probes fixed `sip:` phones with `verify = true`: OPTIONS every 30 s."""

from collections.abc import Awaitable
from typing import Any, Protocol

import structlog
from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall

from server.call.events import PhoneProbed
from server.call.ports import Switchboard
from server.config.site import SiteFile

log = structlog.get_logger()

PROBE_SECONDS = 30.0


class Prober(Protocol):
    """The edge, as far as probing needs it."""

    def probe(self, uri: str) -> Awaitable[bool]: ...


class Probing:
    """Tells the switchboard which fixed phones answer."""

    def __init__(self, reactor: Any, site: SiteFile, prober: Prober, switchboard: Switchboard) -> None:
        self._phones = {agent.id: agent.phone for agent in site.agent if agent.verify and agent.phone.startswith("sip")}
        self._prober = prober
        self._switchboard = switchboard
        self._loop = LoopingCall(self._all)
        self._loop.clock = reactor

    def start(self) -> None:
        """Probe now, and from now on."""
        if self._phones:
            self._loop.start(PROBE_SECONDS)

    def stop(self) -> None:
        """No more probes."""
        if self._loop.running:
            self._loop.stop()

    def _all(self) -> None:
        for agent, uri in self._phones.items():
            Deferred.fromCoroutine(self._one(agent, uri)).addErrback(_failed, agent)

    async def _one(self, agent: str, uri: str) -> None:
        await self._switchboard.tell(PhoneProbed(agent, await self._prober.probe(uri)))


def _failed(failure: object, agent: str) -> None:
    log.warning("probe-failed", agent=agent, error=str(failure))
