"""Where the agents' phones are: bindings of address of record and contact, with their end (RFC 3261 section 10.3)."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from server.call.now import Now
from server.call.ports import StoredBinding
from server.edge.sip import flows, uri
from server.edge.sip.errors import SipError
from server.edge.sip.flows import Flow


class Binding(NamedTuple):
    """A registered contact. `until`: `Now.mono` seconds at which it ends, so that no jump of the clock ends it."""

    stored: StoredBinding
    contact: uri.Uri
    flow: Flow
    until: float


class Locations:
    """All bindings, by user."""

    def __init__(self) -> None:
        self._by_user: dict[str, list[Binding]] = {}
        self._sources: Counter[tuple[str, int]] = Counter()

    def load(self, stored: Iterable[StoredBinding], now: Now) -> set[str]:
        """Take over what was kept; what has ended, or cannot be read any more, is left out. Returns the users."""
        found: dict[str, list[Binding]] = {}
        for one in stored:
            flow = flows.from_text(one.flow)
            try:
                contact = uri.parse(one.contact)
            except SipError:
                continue
            if flow is not None and one.expires_at > now.wall:
                left = one.expires_at - now.wall
                found.setdefault(one.user, []).append(Binding(one, contact, flow, now.mono + left))
        for user, bindings in found.items():
            self.replace(user, bindings)
        return set(found)

    def of(self, user: str, now: Now) -> list[Binding]:
        """Live bindings of a user, those with the highest q first."""
        return [one for one in self._by_user.get(user, ()) if one.until > now.mono]

    def has(self, user: str, now: Now) -> bool:
        """Whether the user has a live binding."""
        return any(one.until > now.mono for one in self._by_user.get(user, ()))

    def is_source(self, host: str, port: int) -> bool:
        """Whether a registered phone sends from there."""
        return (host, port) in self._sources

    def replace(self, user: str, bindings: list[Binding]) -> None:
        """Put `bindings` in the place of all that the user had."""
        for one in self._by_user.pop(user, ()):
            self._count(one, -1)
        if bindings:
            self._by_user[user] = sorted(bindings, key=lambda one: -one.stored.q)
        for one in bindings:
            self._count(one, 1)

    def next_deadline(self) -> float | None:
        """When the next binding ends (`Now.mono`); None: there is none."""
        return min((one.until for bindings in self._by_user.values() for one in bindings), default=None)

    def expire(self, now: Now) -> list[str]:
        """Remove what has ended. Returns the users who lost a binding."""
        changed = [user for user, all_ in self._by_user.items() if any(one.until <= now.mono for one in all_)]
        for user in changed:
            self.replace(user, self.of(user, now))
        return changed

    def _count(self, binding: Binding, step: int) -> None:
        source = (binding.flow.host, binding.flow.port)
        self._sources[source] += step
        if self._sources[source] <= 0:
            del self._sources[source]


def flow_to(binding: Binding) -> Flow:
    """The flow to a registered phone; over TCP to its Contact, should the connection be gone."""
    flow = binding.flow
    if flow.kind != "tcp":
        return flow
    host = binding.contact.host if uri.address_family(binding.contact.host) else flow.host
    return Flow("tcp", host, binding.contact.port or uri.DEFAULT_PORT, 0, flow.connection)
