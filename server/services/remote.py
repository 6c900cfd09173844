"""What a company's program may say over its connection, and what comes of it: octets in, messages out, no socket.

A program is believed nothing but what its token allows. Whatever it says wrongly is refused in a sentence; one that is
wrong again and again is disconnected.
"""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import msgspec
import structlog
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime

from server.services import versions as v
from server.services.calls import Calls
from server.services.directory import Directory, Registration
from server.services.errors import NotRegistered, VersionRefused
from server.services.grants import Grant, Grants
from server.services.registry import Change, State
from server.web_socket import GOING_AWAY
from server.wire import services as wire

MOST_FAULTS = 20
FAULT_SECONDS = 60.0
"""A connection that collects so many refusals in so short a time is closed."""
MOST_REGISTRATIONS = 50

log = structlog.get_logger()
_decode = msgspec.json.Decoder(wire.FromService).decode
_encode = msgspec.json.Encoder().encode


class Wire(Protocol):
    """A connection's outward side."""

    def send(self, payload: bytes) -> None:
        """Send one text frame."""
        ...

    def end(self, code: int, reason: str) -> None:
        """Close; what was sent before goes out first."""
        ...


class House(msgspec.Struct, frozen=True):
    """What all connections share. `holders`: which connection has a place (interface, instance) now."""

    directory: Directory
    grants: Grants
    reactor: IReactorTime
    version: str
    holders: dict[tuple[str, str], "RemoteService"]


class RemoteProvider:
    """Stands in the directory for a registration; see `server.call.dialogs.ScriptService`."""

    def __init__(self, calls: Calls, interface: str, instance: str) -> None:
        self._calls = calls
        self._interface = interface
        self._instance = instance

    def call(self, operation: str, arguments: Mapping[str, Any], key: str) -> Deferred[Mapping[str, Any]]:
        """Carry out an operation. Fails with `RequestRefused`, and with `CalleeLost`, which is one, if the program is
        lost meanwhile. Dates, times and decimal numbers come back as texts."""
        return self._calls.ask(self._interface, self._instance, operation, arguments, key)


class _Fault(Exception):
    """A message is refused. `problem` and text as in `wire.Refused`."""

    def __init__(self, problem: str, detail: str) -> None:
        self.problem = problem
        super().__init__(detail)


class _AnyId(msgspec.Struct):
    id: int = 0


class RemoteService:
    """One program's connection, from `hello` to the end. `logged_in` is called when its token was a good one."""

    def __init__(self, house: House, wire_: Wire, logged_in: Callable[[], None]) -> None:
        self._house = house
        self._wire = wire_
        self._logged_in = logged_in
        self._grant: Grant | None = None
        self._calls: Calls | None = None
        self._registrations: dict[int, Registration] = {}
        self._end_watch: Callable[[], None] = lambda: None
        self._faults: deque[float] = deque(maxlen=MOST_FAULTS)
        self._is_over = False

    @property
    def name(self) -> str:
        """Of the `[[service]]`; empty before it has logged in."""
        return self._grant.name if self._grant is not None else ""

    @property
    def running(self) -> int:
        """Calls without an answer."""
        return self._calls.running if self._calls is not None else 0

    def received(self, payload: bytes) -> None:
        """A frame came."""
        if self._is_over:
            return
        try:
            message = _decode(payload)
        except (msgspec.MsgspecError, RecursionError) as error:
            self._refuse(_id_of(payload), _Fault("not-understood", f"{error}."))
            return
        if isinstance(message, wire.Hello):
            self._hello(message)
        elif self._grant is None or self._calls is None:
            self._end(wire.PROTOCOL_ERROR, "hello comes first")
        elif isinstance(message, wire.Done):
            self._calls.done(message)
        elif isinstance(message, wire.Failed):
            self._calls.failed(message)
        else:
            self._answer(self._grant, self._calls, message)

    def lost(self) -> None:
        """The connection is gone: what it offered is suspect at once, and its calls have failed."""
        if self._is_over:
            return
        self._is_over = True
        self._end_watch()
        for registration in self._registrations.values():
            registration.drop()
            self._leave(registration)
        self._registrations.clear()
        if self._calls is not None:
            self._calls.lost()
            log.warning("service-disconnected", service=self.name)

    def drain(self, reason: str) -> None:
        """The connection is about to be closed; what runs may still be answered."""
        if self._grant is not None and not self._is_over:
            self._say(wire.Drain(reason=reason))

    def end(self, reason: str) -> None:
        """The server ends: close the connection."""
        self._end(GOING_AWAY, reason)

    def turn_out(self) -> None:
        """Others want to come in, and this one has not said who it is."""
        self._end(wire.NOT_KNOWN, "no hello came in time")

    def give_up(self, interface: str, instance: str, is_own: bool) -> None:
        """A place is registered anew: by this connection itself, or by another one, which this one is told."""
        for epoch, one in list(self._registrations.items()):
            if (one.interface, one.instance) == (interface, instance):
                del self._registrations[epoch]
                if not is_own:
                    log.warning("service-taken-over", service=self.name, interface=interface, instance=instance)
                    detail = f"Another program registered {instance} for {interface}."
                    self._say(wire.Refused(id=0, problem="taken-over", detail=detail))

    # -- inside ----------------------------------------------------------------------------------------------------

    def _hello(self, hello: wire.Hello) -> None:
        if self._grant is not None:
            self._end(wire.PROTOCOL_ERROR, "hello is said once")
            return
        grant = self._house.grants.of(hello.token)
        if grant is None:
            log.warning("service-not-known")
            self._end(wire.NOT_KNOWN, "the token is not known")
            return
        self._grant = grant
        self._calls = Calls(self._house.reactor, grant.name, grant.timeout_seconds, self._wire.send)
        self._logged_in()
        log.info("service-connected", service=grant.name)
        self._say(
            wire.Welcome(
                name=grant.name,
                interfaces=sorted(grant.interfaces),
                may_watch=grant.may_watch,
                version=self._house.version,
            )
        )

    def _answer(
        self, grant: Grant, calls: Calls, message: wire.Register | wire.Beat | wire.Withdraw | wire.Find | wire.Watch
    ) -> None:
        try:
            match message:
                case wire.Register():
                    self._register(grant, calls, message)
                case wire.Beat():
                    self._own(message.epoch).report(State(message.state), message.load)
                    self._say(wire.Accepted(id=message.id))
                case wire.Withdraw():
                    own = self._own(message.epoch)
                    own.withdraw()
                    self._leave(own)
                    del self._registrations[message.epoch]
                    self._say(wire.Accepted(id=message.id))
                case wire.Find():
                    self._may_watch(grant)
                    self._find(message)
                case wire.Watch():
                    self._may_watch(grant)
                    self._watch(message)
        except _Fault as fault:
            self._refuse(message.id, fault)
        except VersionRefused as error:
            self._refuse(message.id, _Fault("version-invalid", f"{error}."))
        except NotRegistered:
            self._registrations.pop(getattr(message, "epoch", 0), None)
            self._refuse(message.id, _Fault("not-registered", "The lease has ended; register again."))

    def _register(self, grant: Grant, calls: Calls, asked: wire.Register) -> None:
        if not grant.allows(asked.interface):
            detail = f'[[service]] "{grant.name}" in the site file does not name the interface "{asked.interface}".'
            raise _Fault("not-allowed", detail)
        if any(not isinstance(one, RemoteProvider) for one in self._house.directory.providers(asked.interface)):
            raise _Fault("not-allowed", f'"{asked.interface}" is a service of the house.')
        instance = grant.instance(asked.instance)
        holder = self._house.holders.get((asked.interface, instance))
        if holder is not self and len(self._registrations) >= MOST_REGISTRATIONS:
            raise _Fault("too-many", f"A connection has at most {MOST_REGISTRATIONS} registrations.")
        v.parsed(asked.version)  # before anything changes
        if holder is not None:
            holder.give_up(asked.interface, instance, is_own=holder is self)
        registration = self._house.directory.provide(
            asked.interface,
            asked.version,
            RemoteProvider(calls, asked.interface, instance),
            instance=instance,
            rank=asked.rank,
            properties={**asked.properties, "service": grant.name},
            lease_seconds=asked.lease_seconds,
            state=asked.state,
        )
        self._registrations[registration.epoch] = registration
        self._house.holders[asked.interface, instance] = self
        self._say(wire.IsRegistered(id=asked.id, epoch=registration.epoch, instance=instance))

    def _own(self, epoch: int) -> Registration:
        registration = self._registrations.get(epoch)
        if registration is None:
            raise _Fault("not-registered", f"There is no registration of epoch {epoch} here; register again.")
        return registration

    def _leave(self, registration: Registration) -> None:
        place = (registration.interface, registration.instance)
        if self._house.holders.get(place) is self:
            del self._house.holders[place]

    def _may_watch(self, grant: Grant) -> None:
        if not grant.may_watch:
            raise _Fault("not-allowed", f'[[service]] "{grant.name}" in the site file has no may_watch = true.')

    def _find(self, asked: wire.Find) -> None:
        registry = self._house.directory.registry
        found = [one for one in registry.services(asked.interface) if v.is_in(one.version, asked.versions)]
        self._say(wire.Services(id=asked.id, number=registry.number, services=found))

    def _watch(self, asked: wire.Watch) -> None:
        def changed(change: Change) -> None:
            self._say(wire.Changed(number=change.number, service=change.service, gone=change.gone))

        self._end_watch()
        watch = self._house.directory.registry.watch(changed, asked.interface)
        self._end_watch = watch.end
        self._say(wire.Services(id=asked.id, number=watch.number, services=watch.services))

    def _refuse(self, number: int, fault: _Fault) -> None:
        if self._grant is None:
            self._end(wire.PROTOCOL_ERROR, str(fault))
            return
        now = self._house.reactor.seconds()
        self._faults.append(now)
        self._say(wire.Refused(id=number, problem=fault.problem, detail=str(fault)))
        if len(self._faults) == MOST_FAULTS and now - self._faults[0] < FAULT_SECONDS:
            log.warning("service-speaks-wrongly", service=self.name, last=str(fault)[:200])
            self._end(wire.PROTOCOL_ERROR, "too many messages were refused")

    def _say(self, message: wire.FromServiceManager) -> None:
        self._wire.send(_encode(message))

    def _end(self, code: int, reason: str) -> None:
        if not self._is_over:
            self._wire.end(code, reason)
            self.lost()


def _id_of(payload: bytes) -> int:
    """The id of a message that is wrong otherwise; 0 if it has none."""
    try:
        found = msgspec.json.decode(payload, type=_AnyId).id
    except (msgspec.MsgspecError, RecursionError):
        return 0
    return found if 0 <= found <= 2**53 else 0
