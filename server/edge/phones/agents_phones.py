"""Agents' phones: registration, its end, and the proof of who calls."""

from collections.abc import Callable, Iterable

from server.call.now import Now
from server.call.ports import Credentials, StoredBinding
from server.config.site import Sip
from server.edge.actions import AuthenticationFailed, PhoneCame, SaveBindings, Send
from server.edge.outbox import Outbox
from server.edge.phones.digest import Digest, Verdict
from server.edge.phones.digest_limits import DigestLimits
from server.edge.phones.location import Locations
from server.edge.phones.registrar import Registrar
from server.edge.signing import Signer
from server.edge.sip.errors import Refusal
from server.edge.sip.uri import Uri, parse
from server.edge.transit import Incoming


class Phones:
    """The registrar with its bindings and digests. `boot` as in `Digest`."""

    def __init__(self, sip: Sip, signer: Signer, boot: str, credentials: Credentials, outbox: Outbox) -> None:
        self.locations = Locations()
        self._signer = signer
        self._outbox = outbox
        self._digest = Digest(sip.domain, signer, boot, credentials, DigestLimits(self.locations))
        self._registrar = Registrar(
            self._digest, self.locations, sip.minimum_registration_seconds, sip.registration_seconds
        )
        self._watch = outbox.agenda.at(0, lambda _: None)

    def load(self, stored: Iterable[StoredBinding], now: Now) -> set[str]:
        """Take over the registrations that were kept; returns the users who have one."""
        users = self.locations.load(stored, now)
        self._watch_bindings()
        return users

    def register(self, incoming: Incoming, is_for_us: Callable[[Uri], bool], now: Now) -> None:
        """A REGISTER; `is_for_us`: whether a URI means us. Raises `Refusal`, `BadMessage`."""
        read = incoming.read
        outcome = self._registrar.register(read, incoming.flow, is_for_us, self._signer.tag(read.transaction), now)
        if outcome.verdict.failed:
            self._note_failure(incoming, outcome.verdict)
        if outcome.changed:
            self._outbox.emit(SaveBindings(outcome.changed))
            self._watch_bindings()
        self._outbox.emit(Send(incoming.back, outcome.answer.octets()))
        if outcome.came:
            self._outbox.emit(PhoneCame(outcome.verdict.user))

    def proved(self, incoming: Incoming, now: Now) -> str:
        """The agent who asks something of us, proved by digest. Raises `Refusal`: 401 until it is proved."""
        return self._proved(incoming, now, 401, "authorization", "WWW-Authenticate")

    def proved_caller(self, incoming: Incoming, now: Now) -> str:
        """The agent who calls, proved by digest and named in From. Raises `Refusal`: 407 until it is proved."""
        return self._proved(incoming, now, 407, "proxy-authorization", "Proxy-Authenticate")

    def _proved(self, incoming: Incoming, now: Now, status: int, answered_in: str, asked_in: str) -> str:
        proof = self._digest.verify(incoming.read.message, answered_in, incoming.flow, now)
        if proof.failed:
            self._note_failure(incoming, proof)
        if not proof.user:
            challenges = tuple((asked_in, value) for value in self._digest.challenge(now, proof.stale))
            raise Refusal(status, "", challenges)
        if parse(incoming.read.from_.uri).user != proof.user:
            raise Refusal(403)
        return proof.user

    def _watch_bindings(self) -> None:
        """Be woken when the next binding ends."""
        self._watch.cancel()
        deadline = self.locations.next_deadline()
        if deadline is not None:
            self._watch = self._outbox.agenda.at(deadline, self._bindings_ended)

    def _bindings_ended(self, now: Now) -> None:
        for user in self.locations.expire(now):
            self._outbox.emit(SaveBindings(user))
        self._watch_bindings()

    def _note_failure(self, incoming: Incoming, proof: Verdict) -> None:
        self._outbox.counters["failed_authentications"] += 1
        method = incoming.read.message.method
        self._outbox.emit(AuthenticationFailed(incoming.flow.host, method, proof.claimed, proof.limited))
