"""The service manager in one process: objects behind registrations.

Components start in any order: who needs a service waits for it with `find`, or takes a `proxy` that asks for the best
provider at each call.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar, cast

import structlog
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from server.services.errors import ServiceMissing
from server.services.interfaces import Interface
from server.services.proxy import Rebinding
from server.services.registry import Change, Policy, Registered, Registry, State
from server.wire.desk import ServiceView

log = structlog.get_logger()

P = TypeVar("P")
FIND_SECONDS = 10.0


class Registration:
    """A service's own end of its registration."""

    def __init__(self, directory: "Directory", interface: str, instance: str, epoch: int) -> None:
        self._directory = directory
        self.interface = interface
        self.instance = instance
        self.epoch = epoch

    def report(self, state: State | str, load: float = 0.0) -> None:
        """A heartbeat. `load`: 0 to 1. `NotRegistered` if the lease ended or another took the place."""
        self._directory.report(self, State(state), load)

    def drop(self) -> None:
        """The connection to the service is gone: suspect until it reports again or its lease ends."""
        self._directory.drop(self)

    def withdraw(self) -> None:
        """The service is offered no more."""
        self._directory.withdraw(self)


class _Wait:
    """Somebody waits for a service."""

    def __init__(self, interface: str, versions: str) -> None:
        self.interface = interface
        self.versions = versions
        self.done: Deferred[Any] = Deferred()
        self.timer: IDelayedCall | None = None


class Directory:
    """`mono` reads the monotonic clock, `reactor` arms the timers of leases and waits."""

    def __init__(self, reactor: IReactorTime, mono: Callable[[], float], registry: Registry | None = None) -> None:
        self._reactor = reactor
        self._mono = mono
        self.registry = registry if registry is not None else Registry()
        self._objects: dict[int, object] = {}
        self._waits: list[_Wait] = []
        self._best: dict[tuple[str, str], tuple[Registered, Any]] = {}
        """By rank, until anything changes: stand-ins ask with every call."""
        self._timer: IDelayedCall | None = None
        self._timer_at = 0.0
        self.registry.watch(self._changed)

    def provide(
        self,
        interface: str,
        version: str,
        service: object,
        *,
        instance: str = "",
        rank: int = 0,
        properties: Mapping[str, str] | None = None,
        lease_seconds: float = 0,
        state: State | str = State.UP,
    ) -> Registration:
        """Offer `service` under an interface. `instance` names it, the interface's own name if empty.

        The highest rank is asked, of equals the oldest. `lease_seconds` 0: for as long as the process lives.
        """
        name = instance or interface
        if (before := self.registry.current(interface, name)) is not None:
            self._objects.pop(before.epoch, None)
        # The object must be there before the registry tells those who wait: it is registered first, then raised.
        epoch = self.registry.register(
            interface,
            version,
            name,
            self._mono(),
            properties=properties,
            rank=rank,
            lease_seconds=lease_seconds,
            state=State.STARTING,
        )
        self._objects[epoch] = service
        registration = Registration(self, interface, name, epoch)
        if State(state) is not State.STARTING:
            registration.report(state)
        self._arm()
        log.info("service-registered", interface=interface, version=version, instance=name, rank=rank)
        return registration

    def find(self, interface: str, versions: str = "", timeout_seconds: float = FIND_SECONDS) -> Deferred[Any]:
        """The best provider's object, as soon as there is one. Fails with `ServiceMissing` after the time."""
        wait = _Wait(interface, versions)
        found = self.best(interface, versions)
        if found is not None:
            wait.done.callback(found[1])
            return wait.done
        wait.timer = self._reactor.callLater(timeout_seconds, self._gave_up, wait)
        self._waits.append(wait)
        return wait.done

    def best(
        self, interface: str, versions: str = "", without: frozenset[str] = frozenset(), policy: Policy = Policy.RANK
    ) -> tuple[Registered, Any] | None:
        """The provider to ask now, with its object; None: there is none. `without`: instances tried already."""
        is_plain = policy is Policy.RANK and not without
        if is_plain and (known := self._best.get((interface, versions))) is not None:
            return known
        registered = self.registry.look_up(interface, versions, without=without, policy=policy)
        if registered is None:
            return None
        found = (registered, self._objects[registered.epoch])
        if is_plain:
            self._best[interface, versions] = found
        return found

    def proxy(self, interface: str, versions: str, protocol: Callable[..., P], idempotent: Collection[str] = ()) -> P:
        """A stand-in that has the operations of `protocol` and asks the best provider anew at each call.

        An operation that fails because its provider is lost (`ConnectionError`) is tried with the next provider if it
        is one of `idempotent`, else it fails with `ServiceLost`; without any provider with `ServiceMissing`. Whatever
        else a provider raises comes through as it is.
        """
        return cast(P, Rebinding(self.best, interface, versions, protocol, frozenset(idempotent)))

    def stand_in(self, interface: Interface[P]) -> P:
        """A proxy for an interface of the house."""
        return self.proxy(interface.name, interface.versions, interface.protocol, interface.idempotent)

    def providers(self, interface: str) -> list[Any]:
        """The objects of everybody who offers an interface, whatever their state."""
        registered = [self.registry.current(interface, one.instance) for one in self.registry.services(interface)]
        return [self._objects[one.epoch] for one in registered if one is not None and one.epoch in self._objects]

    def services(self, interface: str = "") -> list[ServiceView]:
        """What there is, for status pages and desks."""
        return self.registry.services(interface)

    def report(self, registration: Registration, state: State, load: float) -> None:
        """See `Registration.report`."""
        self._best.clear()
        r = registration
        self.registry.beat(r.interface, r.instance, r.epoch, self._mono(), state, load)
        self._arm()

    def drop(self, registration: Registration) -> None:
        """See `Registration.drop`."""
        self._best.clear()
        self.registry.drop(registration.interface, registration.instance, registration.epoch)
        if self.registry.current(registration.interface, registration.instance) is None:
            self._objects.pop(registration.epoch, None)

    def withdraw(self, registration: Registration) -> None:
        """See `Registration.withdraw`."""
        self._best.clear()
        self.registry.withdraw(registration.interface, registration.instance, registration.epoch)
        self._objects.pop(registration.epoch, None)

    def stop(self) -> None:
        """No timer is left; who still waits gets `ServiceMissing`."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for wait in list(self._waits):
            if wait.timer is not None:
                wait.timer.cancel()
            self._gave_up(wait)

    def _changed(self, change: Change) -> None:
        self._best.clear()
        for wait in [w for w in self._waits if w.interface == change.service.interface]:
            found = self.best(wait.interface, wait.versions)
            if found is not None:
                self._waits.remove(wait)
                if wait.timer is not None:
                    wait.timer.cancel()
                wait.done.callback(found[1])

    def _gave_up(self, wait: _Wait) -> None:
        self._waits.remove(wait)
        wait.done.errback(ServiceMissing(wait.interface, wait.versions))

    def _arm(self) -> None:
        """One timer, for the lease that ends first."""
        deadline = self.registry.next_deadline()
        if deadline is None or (self._timer is not None and self._timer_at <= deadline):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = deadline
        self._timer = self._reactor.callLater(max(deadline - self._mono(), 0), self._time_passed)

    def _time_passed(self) -> None:
        self._timer = None
        for service in self.registry.expire(self._mono()):
            self._objects.pop(service.epoch, None)
            log.warning("service-lease-ended", interface=service.interface, instance=service.instance)
        self._arm()
