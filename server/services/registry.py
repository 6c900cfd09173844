"""The registry: registrations, leases, look-up, numbered changes. [pure: the time is handed in]

An instance registers an interface in a version, with properties to be found by, a rank, and a lease that heartbeats
renew. It gets an epoch, larger than any before; a heartbeat with an older one is refused, so that a service that was
replaced, or came back from a long sleep, notices. Usable are those that are `up` or `degraded` and not suspect. Among
them the highest rank serves; the policy chooses between equals of that rank, and ties go to the oldest.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Mapping
from enum import StrEnum
from math import inf

import msgspec
from msgspec.structs import replace

from server.services import versions as v
from server.services.errors import NotRegistered
from server.wire.desk import ServiceView

CHANGES_KEPT = 1_000


class State(StrEnum):
    """What a service says of itself."""

    STARTING = "starting"
    UP = "up"
    DEGRADED = "degraded"
    DRAINING = "draining"
    DOWN = "down"


class Policy(StrEnum):
    """How one of several equals is chosen. `STICKY`: the same one for the same key, as long as it is there."""

    RANK = "rank"
    LEAST_LOAD = "least-load"
    ROUND_ROBIN = "round-robin"
    STICKY = "sticky"


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """One registration. `load`: 0 (idle) to 1 (full). `lease_ends`: monotonic seconds, infinite without a lease.

    `suspect`: its connection is gone, its lease not yet. `since`: number of the change by which it first registered.
    """

    interface: str
    version: str
    instance: str
    epoch: int
    since: int
    properties: dict[str, str]
    rank: int
    lease_seconds: float
    lease_ends: float
    state: State
    load: float = 0.0
    suspect: bool = False

    @property
    def is_usable(self) -> bool:
        """Whether it may be asked."""
        return self.state in (State.UP, State.DEGRADED) and not self.suspect

    def view(self) -> ServiceView:
        """As status pages and desks see it; a suspect shows as such."""
        return ServiceView(
            interface=self.interface,
            version=self.version,
            instance=self.instance,
            rank=self.rank,
            state="suspect" if self.suspect else self.state.value,
        )


class Change(msgspec.Struct, frozen=True):
    """Change `number` (1, 2, 3 ... without gaps): `service` is how it is now, `gone` if it is there no more."""

    number: int
    service: ServiceView
    gone: bool = False


class Watch(msgspec.Struct, frozen=True):
    """What there is after change `number`; the changes that follow go to the watcher."""

    number: int
    services: list[ServiceView]
    end: Callable[[], None]


class Registry:
    """Every registration, by interface and instance."""

    def __init__(self) -> None:
        self._services: dict[tuple[str, str], Registered] = {}
        self._epoch = 0
        self._number = 0
        self._turns: dict[str, int] = {}
        self._changes: deque[Change] = deque(maxlen=CHANGES_KEPT)
        self._watchers: list[Callable[[Change], None]] = []
        self._untold: deque[Change] = deque()
        self._is_telling = False

    # -- from the services ----------------------------------------------------------------------------------------

    def register(
        self,
        interface: str,
        version: str,
        instance: str,
        now: float,
        *,
        properties: Mapping[str, str] | None = None,
        rank: int = 0,
        lease_seconds: float = 0,
        state: State = State.STARTING,
    ) -> int:
        """Offer an interface; returns the epoch. An instance that registers again takes its own old place.

        `lease_seconds` 0: without a lease. `now` is monotonic. `VersionRefused` for what is no version.
        """
        v.parsed(version)
        self._epoch += 1
        before = self._services.get((interface, instance))
        self._keep(
            Registered(
                interface=interface,
                version=version,
                instance=instance,
                epoch=self._epoch,
                since=before.since if before is not None else self._number + 1,
                properties=dict(properties or {}),
                rank=rank,
                lease_seconds=lease_seconds,
                lease_ends=now + lease_seconds if lease_seconds else inf,
                state=state,
            )
        )
        return self._epoch

    def beat(self, interface: str, instance: str, epoch: int, now: float, state: State, load: float = 0.0) -> None:
        """A heartbeat: renews the lease, says state and load, ends a suspicion. `NotRegistered` if it is gone."""
        service = self._own(interface, instance, epoch)
        lease_ends = now + service.lease_seconds if service.lease_seconds else inf
        self._keep(replace(service, lease_ends=lease_ends, state=state, load=min(max(load, 0.0), 1.0), suspect=False))

    def drop(self, interface: str, instance: str, epoch: int) -> None:
        """Its connection is gone: suspect at once, gone when the lease ends. Without a lease it is gone now."""
        service = self._services.get((interface, instance))
        if service is None or service.epoch != epoch:
            return
        if service.lease_ends == inf:
            self._remove(service)
        else:
            self._keep(replace(service, suspect=True))

    def withdraw(self, interface: str, instance: str, epoch: int) -> None:
        """It is offered no more. A later registration of the same instance is left alone."""
        service = self._services.get((interface, instance))
        if service is not None and service.epoch == epoch:
            self._remove(service)

    # -- time -----------------------------------------------------------------------------------------------------

    def expire(self, now: float) -> list[Registered]:
        """Those whose lease has ended are gone; returns them."""
        over = [service for service in self._services.values() if service.lease_ends <= now]
        for service in over:
            self._remove(service)
        return over

    def next_deadline(self) -> float | None:
        """When `expire` is next worth a call (monotonic seconds); None: no lease runs."""
        ends = min((service.lease_ends for service in self._services.values()), default=inf)
        return None if ends == inf else ends

    # -- to those who ask -----------------------------------------------------------------------------------------

    def look_up(
        self,
        interface: str,
        versions: str = "",
        *,
        properties: Mapping[str, str] | None = None,
        policy: Policy = Policy.RANK,
        key: str = "",
        without: frozenset[str] = frozenset(),
    ) -> Registered | None:
        """The service to ask; None: there is none that is usable.

        `versions`: a range (see `versions`). `properties`: all must be as given. `key`: for `STICKY`. `without`:
        instances that were tried already. Raises `VersionRefused`.
        """
        able = [
            service
            for service in self._of(interface)
            if service.is_usable
            and service.instance not in without
            and v.is_in(service.version, versions)
            and (not properties or properties.items() <= service.properties.items())
        ]
        if not able:
            return None
        best = max(service.rank for service in able)
        equals = sorted((service for service in able if service.rank == best), key=lambda service: service.since)
        return self._chosen(interface, equals, policy, key)

    def current(self, interface: str, instance: str) -> Registered | None:
        """The registration of an instance as it is now; None: there is none."""
        return self._services.get((interface, instance))

    @property
    def number(self) -> int:
        """Of the last change; 0: nothing has changed yet."""
        return self._number

    def services(self, interface: str = "") -> list[ServiceView]:
        """What there is (of one interface; empty: of all), highest rank first within an interface."""
        found = [service for service in self._services.values() if interface in ("", service.interface)]
        return [service.view() for service in sorted(found, key=lambda s: (s.interface, -s.rank, s.since))]

    def watch(self, watcher: Callable[[Change], None], interface: str = "") -> Watch:
        """What there is now; every change from here on goes to `watcher` until `end` is called."""

        def chosen(change: Change) -> None:
            if interface in ("", change.service.interface):
                watcher(change)

        self._watchers.append(chosen)
        return Watch(self._number, self.services(interface), lambda: _removed(self._watchers, chosen))

    def changes_after(self, number: int) -> list[Change] | None:
        """The changes after `number`; None: they are no longer kept, a snapshot is needed."""
        if number < self._number - len(self._changes):
            return None
        return [change for change in self._changes if change.number > number]

    def _chosen(self, interface: str, equals: list[Registered], policy: Policy, key: str) -> Registered:
        match policy:
            case Policy.RANK:
                return equals[0]
            case Policy.LEAST_LOAD:
                return min(equals, key=lambda service: service.load)
            case Policy.ROUND_ROBIN:
                turn = self._turns.get(interface, -1) + 1
                self._turns[interface] = turn
                return equals[turn % len(equals)]
            case Policy.STICKY:  # highest random weight: when one goes, only its own keys move
                return max(equals, key=lambda service: _weight(key, service.instance))

    def _of(self, interface: str) -> list[Registered]:
        return [service for service in self._services.values() if service.interface == interface]

    def _own(self, interface: str, instance: str, epoch: int) -> Registered:
        service = self._services.get((interface, instance))
        if service is None or service.epoch != epoch:
            raise NotRegistered(f"{instance} is not registered for {interface} with epoch {epoch}")
        return service

    def _keep(self, service: Registered) -> None:
        place = (service.interface, service.instance)
        before = self._services.get(place)
        self._services[place] = service
        if before is None or before.view() != service.view():
            self._changed(Change(self._number + 1, service.view()))

    def _remove(self, service: Registered) -> None:
        del self._services[(service.interface, service.instance)]
        self._changed(Change(self._number + 1, service.view(), gone=True))

    def _changed(self, change: Change) -> None:
        """Tells the watchers, in order even if one of them changes something."""
        self._number = change.number
        self._changes.append(change)
        self._untold.append(change)
        if self._is_telling:
            return
        self._is_telling = True
        try:
            while self._untold:
                told = self._untold.popleft()
                for watcher in list(self._watchers):
                    watcher(told)
        finally:
            self._is_telling = False


def _weight(key: str, instance: str) -> bytes:
    return hashlib.sha256(f"{key}\0{instance}".encode()).digest()


def _removed(watchers: list[Callable[[Change], None]], watcher: Callable[[Change], None]) -> None:
    if watcher in watchers:
        watchers.remove(watcher)
