"""The registrar (RFC 3261 section 10, Path of RFC 3327). Pure: a request and the moment in, an answer out."""

from collections.abc import Callable
from typing import NamedTuple

from server.call.now import Now
from server.call.ports import StoredBinding
from server.edge.checks import Read, require_nothing_unknown
from server.edge.phones.digest import Digest, Verdict
from server.edge.phones.location import Binding, Locations
from server.edge.sip import flows, headers, uri
from server.edge.sip.errors import BadMessage, Refusal
from server.edge.sip.flows import Flow
from server.edge.sip.message import Message
from server.edge.sip.replies import reply

MAX_CONTACTS = 10
MAX_CONTACT_CHARACTERS = 512
MAX_PATHS = 8
MAX_PATH_CHARACTERS = 512
LARGEST_EXPIRES = 2**32 - 1
OUR_EXTENSIONS = frozenset({"path"})


class Outcome(NamedTuple):
    """What a REGISTER came to. `changed`: the user whose bindings are to be stored, or empty. `verdict`: its digest.
    `came`: a phone is new here or was started anew (section 10.2: one Call-ID for all registrations of one boot)."""

    answer: Message
    changed: str
    verdict: Verdict
    came: bool = False


class Asked(NamedTuple):
    """One Contact of a REGISTER. `seconds` 0: to be removed."""

    text: str
    contact: uri.Uri
    seconds: int
    q: float
    instance: str


class Registrar:
    """Checks and keeps registrations. `minimum` and `maximum`: seconds that a registration may live."""

    def __init__(self, digest: Digest, locations: Locations, minimum: int, maximum: int) -> None:
        self._digest = digest
        self._locations = locations
        self._minimum = minimum
        self._maximum = max(maximum, minimum)

    def register(self, read: Read, flow: Flow, is_for_us: Callable[[uri.Uri], bool], tag: str, now: Now) -> Outcome:
        """Answer a REGISTER that came over `flow`. `is_for_us`: whether a URI means us.

        Raises `Refusal`, `BadMessage`.
        """
        request = read.message
        require_nothing_unknown(request, OUR_EXTENSIONS)
        if not is_for_us(read.target):
            raise Refusal(403, "no registrar for that domain")
        record = _record(read)
        contacts = _contacts(request)
        verdict = self._digest.verify(request, "authorization", flow, now)
        if not verdict.user:
            challenges = [("WWW-Authenticate", value) for value in self._digest.challenge(now, verdict.stale)]
            return Outcome(reply(request, 401, tag, challenges), "", verdict)
        if record.is_tel or record.user != verdict.user or uri.parse(read.from_.uri).user != verdict.user:
            raise Refusal(403, "only an address of record of one's own")
        if not is_for_us(record):
            raise Refusal(404, "no such address of record")
        before = {one.stored.call_id for one in self._locations.of(verdict.user, now)}
        changed = self._apply(read, contacts, flow, verdict.user, now)
        after = {one.stored.call_id for one in self._locations.of(verdict.user, now)}
        came = read.call_id in after - before
        answer = self._accepted(read, tag, verdict.user, now)
        return Outcome(answer, verdict.user if changed else "", verdict, came)

    def _apply(self, read: Read, contacts: list[str], flow: Flow, user: str, now: Now) -> bool:
        """Carry out what the request asks; whether anything changed (section 10.3 steps 6 and 7)."""
        bindings = self._locations.of(user, now)
        if not contacts:
            return False
        if "*" in contacts:
            if len(contacts) > 1 or (read.message.first("expires") or "").strip() != "0":
                raise BadMessage(400, "Contact * needs Expires 0 and stands alone", read.message)
            for binding in bindings:
                _in_order(binding.stored, read)
            self._locations.replace(user, [])
            return bool(bindings)
        return self._merge(read, flow, user, [self._asked(read, item) for item in contacts], now)

    def _merge(self, read: Read, flow: Flow, user: str, asked: list[Asked], now: Now) -> bool:
        bindings = self._locations.of(user, now)
        paths = _paths(read.message)
        changed = False
        for one in asked:
            old = next((b for b in bindings if _is_same(b, one)), None)
            if old is not None:
                if not _in_order(old.stored, read):
                    continue
                bindings.remove(old)
            changed |= old is not None or one.seconds > 0
            if one.seconds > 0:
                stored = self._stored(read, flow, user, one, paths, now)
                bindings.append(Binding(stored, one.contact, flow, now.mono + one.seconds))
        if len(bindings) > MAX_CONTACTS:
            raise Refusal(403, f"at most {MAX_CONTACTS} contacts")
        if changed:
            self._locations.replace(user, bindings)
        return changed

    def _stored(self, read: Read, flow: Flow, user: str, one: Asked, paths: list[str], now: Now) -> StoredBinding:
        return StoredBinding(
            user=user,
            contact=one.text,
            call_id=read.call_id,
            cseq=read.number,
            expires_at=now.wall + one.seconds,
            flow=flows.to_text(flow),
            path=paths,
            q=one.q,
            instance=one.instance,
            user_agent=(read.message.first("user-agent") or "")[:128],
        )

    def _asked(self, read: Read, value: str) -> Asked:
        """Read one Contact. Raises `Refusal` 423 for a life too short, `BadMessage` for a contact nobody can call."""
        address = headers.name_address(value)
        contact = uri.parse(address.uri)
        if len(address.uri) > MAX_CONTACT_CHARACTERS or contact.is_tel:
            raise BadMessage(400, "the Contact cannot be called", read.message)
        seconds = self._seconds(address.parameters.get("expires") or read.message.first("expires"))
        if 0 < seconds < self._minimum:
            raise Refusal(423, "", (("Min-Expires", str(self._minimum)),))
        instance = (address.parameters.get("+sip.instance") or "")[:128]
        return Asked(address.uri, contact, min(seconds, self._maximum), _q(address.parameters.get("q")), instance)

    def _seconds(self, text: str | None) -> int:
        """Seconds asked for; a malformed number counts as none (section 10.2.1.1)."""
        if text is None:
            return self._maximum
        try:
            return headers.number(text, LARGEST_EXPIRES)
        except BadMessage:
            return self._maximum

    def _accepted(self, read: Read, tag: str, user: str, now: Now) -> Message:
        """200 with all bindings."""
        lines = [
            ("Contact", f"<{one.stored.contact}>;expires={max(1, round(one.until - now.mono))};q={one.stored.q:g}")
            for one in self._locations.of(user, now)
        ]
        lines += [("Path", value) for value in _paths(read.message)]
        return reply(read.message, 200, tag, [*lines, ("Supported", "path")])


def _record(read: Read) -> uri.Uri:
    """The address of record. Raises `Refusal` 404 for one that cannot be ours."""
    try:
        return uri.parse(read.to.uri)
    except Refusal:
        raise Refusal(404, "no such address of record") from None


def _contacts(message: Message) -> list[str]:
    """Contact values. Raises `BadMessage` for one that is malformed (also before anybody has proved who they are)."""
    values = [item for line in message.lines("contact") for item in headers.split_list(line)]
    if len(values) > 2 * MAX_CONTACTS:  # all that there can be, in place of all that there were
        raise BadMessage(400, "there are too many Contacts", message)
    for value in values:
        if value != "*":
            headers.name_address(value)
    return values


def _is_same(binding: Binding, asked: Asked) -> bool:
    """Whether a Contact names that binding: the same phone by its instance (RFC 5626), or the same URI."""
    if asked.instance and binding.stored.instance:
        return asked.instance == binding.stored.instance
    return uri.same(binding.contact, asked.contact)


def _in_order(old: StoredBinding, read: Read) -> bool:
    """Whether the request is newer than the binding. False: it is the same one again. Raises `Refusal` for an older."""
    if old.call_id != read.call_id or read.number > old.cseq:
        return True
    if read.number == old.cseq:
        return False
    raise Refusal(500, "the CSeq is older than the registration")


def _paths(message: Message) -> list[str]:
    """Path values. Raises `BadMessage` for one that is no URI with `lr`, or too many."""
    values = [item for line in message.lines("path") for item in headers.split_list(line)]
    if len(values) > MAX_PATHS or any(len(value) > MAX_PATH_CHARACTERS for value in values):
        raise BadMessage(400, "there are too many or too long Path values", message)
    for value in values:
        uri.parse(headers.name_address(value).uri)
    return values


def _q(text: str | None) -> float:
    """The q of a Contact, 0 to 1; malformed or none: 1."""
    try:
        return min(1.0, max(0.0, float(text))) if text and len(text) <= 5 else 1.0
    except ValueError:
        return 1.0
