"""The core process: its components, each started as soon as what it needs is there.

The components register with the service manager (`server.services`) and are found through it, so that they start in
any order: the one that needs the ledger waits until a storage has registered, be it two seconds later.

    storage    -> ledger, records, customers, accounts, sessions, credentials, bindings, mail-store
    acd        <- ledger                    the exchange with the rules, recovered
    figures    <- ledger, acd               the figures of now, folded while the others work already
    reports    <- ledger                    worked out by processes of their own
    telephony  <- acd                       the pool of line cards
    edge       <- telephony, credentials, bindings, acd
    desk, web  <- acd, customers, records, sessions
    control    <- acd, records, ledger
    mail       <- mail-store                outgoing mail; scheduled reports use it
    dialogs    <- dialog-store, acd, mail   sessions of scripts; customers, records and a company's services at need
"""

import os
import socket
from collections.abc import Callable, Coroutine, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import structlog
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import deferLater
from twisted.python.failure import Failure

from server.app.recovery import Counting
from server.call.now import Now
from server.config.site import SiteFile
from server.services.directory import Directory
from server.storage.errors import LedgerConflict, StorageRefused
from server.wire import processes

log = structlog.get_logger()

WAIT_SECONDS = 7 * 86_400.0
"""No component gives up waiting for another; `/readyz` says meanwhile what is missing."""


def version() -> str:
    """Caruso's version."""
    return metadata.version("caruso")


class Frame:
    """What every component is given: the reactor, the site, the data directory, sockets, clocks, the directory."""

    def __init__(
        self, reactor: Any, site: SiteFile, data: Path, sockets: Mapping[str, socket.socket], now: Callable[[], Now]
    ) -> None:
        self.reactor = reactor
        self.site = site
        self.data = data
        self.sockets = sockets
        self.now = now
        self.directory = Directory(reactor, lambda: now().mono)
        self.conditions: dict[str, bool] = dict.fromkeys(("ledger", "cards", "edge", "web", "control"), False)
        """What `/readyz` names."""
        self.counting: Counting | None = None

    def find(self, interface: str) -> "Deferred[Any]":
        """The service of an interface, as soon as there is one. A core waits for its database as long as it takes."""
        return self.directory.find(interface, "1", timeout_seconds=WAIT_SECONDS)

    def present(self, interface: str) -> Any:
        """The service of an interface, or None if there is none now."""
        found = self.directory.best(interface, "1")
        return None if found is None else found[1]

    def secret(self, name: str) -> str:
        """A secret file of the data directory (hexadecimal)."""
        return (self.data / name).read_text(encoding="ascii").strip()

    def sip_sockets(self) -> list[socket.socket]:
        """The listening SIP sockets, in the order of the site file."""
        return [sock for name, sock in self.sockets.items() if name.startswith(processes.SIP_PREFIX)]

    def ready(self) -> dict[str, bool]:
        """The conditions as they are now."""
        if self.counting is not None:
            self.conditions["cards"] = self.counting.counted
        return dict(self.conditions)

    def is_ready(self) -> bool:
        """Whether all of them hold."""
        return all(self.ready().values())

    async def pause(self, seconds: float) -> None:
        """Let others work for a while."""
        await deferLater(self.reactor, seconds)


Component = Callable[[Frame], Coroutine[Any, Any, "Stop | None"]]
"""Starts something, registers it, and gives what ends it."""
Stop = Callable[[], Any]


class Core:
    """The components of one core process."""

    def __init__(self, frame: Frame, components: Mapping[str, Component]) -> None:
        self.frame = frame
        self._components = components
        self._stops: dict[str, Stop] = {}
        self._starting: dict[str, Deferred[None]] = {}
        self.on_ready: Callable[[], None] = lambda: None
        self.on_failure: Callable[[str, BaseException], None] = lambda _name, _error: None
        self._said_ready = False

    def start(self) -> None:
        """Start all components at once; each waits for what it needs."""
        for name, component in self._components.items():
            self._starting[name] = Deferred.fromCoroutine(self._start(name, component))
            self._starting[name].addErrback(self._failed, name)
        self._watch()

    async def _start(self, name: str, component: Component) -> None:
        stop = await component(self.frame)
        if stop is not None:
            self._stops[name] = stop
        log.info("component-up", component=name)

    def _failed(self, failure: Failure, name: str) -> None:
        error = failure.value
        if error is None or isinstance(error, CancelledError):
            return
        if isinstance(error, StorageRefused | LedgerConflict):  # nothing of ours is wrong: a sentence says what to do
            log.critical("component-failed", component=name, error=str(error))
        else:
            log.critical("component-failed", component=name, error=repr(error), exc_info=error)
        self.on_failure(name, error)

    def _watch(self) -> None:
        """Say once that everything is ready."""
        if self._said_ready:
            return
        if self.frame.is_ready():
            self._said_ready = True
            log.info("ready", pid=os.getpid())
            self.on_ready()
            return
        self.frame.reactor.callLater(0.02, self._watch)

    async def stop(self, order: Sequence[str]) -> None:
        """End the components in this order; one that fails at it does not keep the others."""
        self._said_ready = True
        for name, starting in self._starting.items():
            if name not in self._stops:
                starting.cancel()
        for name in order:
            stop = self._stops.pop(name, None)
            if stop is None:
                continue
            try:
                result = stop()
                if isinstance(result, Coroutine | Deferred):
                    await result
            except Exception as error:  # noqa: BLE001 - the others must still be ended
                log.error("component-did-not-end", component=name, error=repr(error))
