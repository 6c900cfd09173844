"""What every message must be before anybody looks at its meaning (RFC 3261 sections 8.1.1, 8.2.2, 16.3)."""

import msgspec

from server.edge.signing import MAGIC
from server.edge.sip import headers, uri
from server.edge.sip.errors import BadMessage, Refusal
from server.edge.sip.headers import NameAddress, Via
from server.edge.sip.message import Message
from server.edge.sip.remembered import remembered
from server.edge.sip.uri import Uri

_NEEDED = frozenset({"via", "from", "to", "call-id", "cseq"})
_SINGLE = ("from", "to", "call-id", "cseq", "max-forwards")
MAX_CALL_ID_CHARACTERS = 512
DEFAULT_MAX_FORWARDS = 70


class Read(msgspec.Struct, frozen=True):
    """A request with what the proxy needs of it, read once. `via` is the topmost; `vias` all values as written.

    `transaction`: the transaction's name, the same for an INVITE, its CANCEL and its ACK after a refusal (section
    17.2.3). `route`: the first Route line's value; None: there is no Route.
    """

    message: Message
    via: Via
    vias: list[str]
    call_id: str
    number: int
    from_: NameAddress
    to: NameAddress
    target: Uri
    max_forwards: int
    transaction: str
    route: str | None

    @property
    def merge_key(self) -> str:
        """The same for two copies of a request that came over different ways (section 8.2.2.2)."""
        return f"{self.call_id}|{self.from_.tag}|{self.number}"

    @property
    def routing_fields(self) -> str:
        """What decides the way of the request, the same for INVITE, CANCEL and ACK (section 16.6 step 8)."""
        return f"{self.message.uri}|{self.call_id}|{self.from_.tag}|{self.number}|{self.route}"


def all_vias(message: Message) -> list[str]:
    """Every Via value, topmost first."""
    lines = message.lines("via")
    if "," in "".join(lines):
        return [item for line in lines for item in headers.split_list(line)]
    return lines


def read_request(message: Message) -> Read:
    """Check a request and read it. Raises `BadMessage`, or `Refusal` for a scheme (416) or length (414) of its URI."""
    try:
        first = _first_lines(message)
        top = first["via"]
        vias = all_vias(message) if "," in top or message.keys.count("via") > 1 else [top.partition(":")[2].strip()]
        if not vias:
            raise BadMessage(400, "a Via is empty")
        number, method = headers.cseq_in(first["cseq"])
        if method != message.method:
            raise BadMessage(400, "the CSeq names another method")
        call_id = first["call-id"].partition(":")[2].strip()
        if not 0 < len(call_id) <= MAX_CALL_ID_CHARACTERS or " " in call_id or "\t" in call_id:
            raise BadMessage(400, "the Call-ID is malformed")
        from_ = headers.address_in(first["from"])
        to = headers.address_in(first["to"])
        target = uri.parse(message.uri)
        if target.headers:
            raise BadMessage(400, "the request URI has headers in it")
        via = headers.via(vias[0])
        if via.branch.startswith(MAGIC):
            transaction = f"{via.branch}|{via.sent_by}"
        else:  # of a sender of RFC 2543
            transaction = f"{via.sent_by}|{call_id}|{number}|{from_.tag}|{message.uri}"
        hops = _max_forwards(first["max-forwards"]) if "max-forwards" in first else DEFAULT_MAX_FORWARDS
        route = first["route"].partition(":")[2].strip() if "route" in first else None
        return Read(message, via, vias, call_id, number, from_, to, target, hops, transaction, route)
    except BadMessage as error:
        error.message = message
        raise


def _first_lines(message: Message) -> dict[str, str]:
    """The first header line of each key. Raises `BadMessage` when one that must be there is not, or is there twice."""
    keys = message.keys
    first = dict(zip(reversed(keys), reversed(message.header_lines), strict=True))
    if not first.keys() >= _NEEDED:
        raise BadMessage(400, "Via, From, To, Call-ID or CSeq is missing")
    if len(first) != len(keys):
        for key in _SINGLE:
            if keys.count(key) > 1:
                raise BadMessage(400, f"there are several {key} headers")
    return first


@remembered
def _max_forwards(line: str) -> int:
    """The number in a Max-Forwards line, at most 255."""
    text = line.partition(":")[2].strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        raise BadMessage(400, "Max-Forwards is not a number")
    return min(int(text), 255)


def require_nothing_unknown(message: Message, ours: frozenset[str], key: str = "require") -> None:
    """Raises `Refusal` 420 when the header `key` asks for an extension that is not in `ours` (section 8.2.2.3)."""
    unknown = [
        option
        for line in message.lines(key)
        for item in line.split(",")
        if (option := item.strip()) and option.lower() not in ours
    ]
    if unknown:
        raise Refusal(420, "", (("Unsupported", ", ".join(unknown)),))


def offers_what_a_card_can(message: Message) -> None:
    """Raises `Refusal` 415 for a body that no card understands, 406 when no SDP is accepted (section 8.2.3)."""
    accepted = message.lines("accept")
    if accepted and not any(
        kind.partition(";")[0].strip().lower() in ("application/sdp", "application/*", "*/*")
        for line in accepted
        for kind in line.split(",")
    ):
        raise Refusal(406, "the answer would be SDP")
    if not message.body:
        return
    kind = (message.first("content-type") or "").partition(";")[0].strip().lower()
    encoding = (message.first("content-encoding") or "identity").strip().lower()
    if encoding != "identity" or not (kind == "application/sdp" or kind.startswith("multipart/")):
        raise Refusal(415, "", (("Accept", "application/sdp"), ("Accept-Encoding", "identity")))
