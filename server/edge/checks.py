"""What every message must be before anybody looks at its meaning (RFC 3261 sections 8.1.1, 8.2.2, 16.3)."""

from typing import NamedTuple

from server.edge import headers, uri
from server.edge.errors import BadMessage, Refusal
from server.edge.headers import NameAddress, Via
from server.edge.message import Message
from server.edge.signing import MAGIC
from server.edge.uri import Uri

_SINGLE = ("from", "to", "call-id", "cseq", "max-forwards")
MAX_CALL_ID_CHARACTERS = 512
DEFAULT_MAX_FORWARDS = 70


class Read(NamedTuple):
    """A request with what the proxy needs of it, read once. `via` is the topmost; `vias` all values as written.

    `transaction`: the transaction's name, the same for an INVITE, its CANCEL and its ACK after a refusal (section
    17.2.3).
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

    @property
    def from_tag(self) -> str:
        """The tag of From, or empty."""
        return self.from_.parameters.get("tag") or ""

    @property
    def in_dialog(self) -> bool:
        """Whether To has a tag."""
        return bool(self.to.parameters.get("tag"))

    @property
    def merge_key(self) -> str:
        """The same for two copies of a request that came over different ways (section 8.2.2.2)."""
        return f"{self.call_id}|{self.from_tag}|{self.number}"

    @property
    def routing_fields(self) -> str:
        """What decides the way of the request, the same for INVITE, CANCEL and ACK (section 16.6 step 8)."""
        return f"{self.message.uri}|{self.call_id}|{self.from_tag}|{self.number}|{self.message.first('route')}"


def all_vias(message: Message) -> list[str]:
    """Every Via value, topmost first."""
    lines = message.lines("via")
    if not any(["," in line for line in lines]):  # noqa: C419 - a list of one or two is faster than a generator
        return lines
    return [item for line in lines for item in headers.split_list(line)]


def read_request(message: Message) -> Read:
    """Check a request and read it. Raises `BadMessage`, or `Refusal` for a scheme (416) or length (414) of its URI."""
    try:
        _refuse_repeated(message)
        vias = all_vias(message)
        first = message.first
        from_text, to_text, call_id, cseq = first("from"), first("to"), first("call-id"), first("cseq")
        if not (vias and from_text and to_text and call_id and cseq):
            raise BadMessage(400, "Via, From, To, Call-ID or CSeq is missing")
        number, method = headers.cseq(cseq)
        if method != message.method:
            raise BadMessage(400, "the CSeq names another method")
        if len(call_id) > MAX_CALL_ID_CHARACTERS or " " in call_id or "\t" in call_id:
            raise BadMessage(400, "the Call-ID is malformed")
        from_ = headers.name_address(from_text)
        to = headers.name_address(to_text)
        target = uri.parse(message.uri)
        if target.headers:
            raise BadMessage(400, "the request URI has headers in it")
        via = headers.via(vias[0])
        max_forwards = _max_forwards(first("max-forwards"))
        if via.branch.startswith(MAGIC):
            transaction = f"{via.branch}|{via.sent_by}"
        else:  # of a sender of RFC 2543
            tag = from_.parameters.get("tag") or ""
            transaction = f"{via.sent_by}|{call_id}|{number}|{tag}|{message.uri}"
        return Read(message, via, vias, call_id, number, from_, to, target, max_forwards, transaction)
    except BadMessage as error:
        error.message = message
        raise


def _refuse_repeated(message: Message) -> None:
    """Raises `BadMessage` for a second header of which there must be one at most."""
    keys = message.keys
    if len(set(keys)) == len(keys):
        return
    for key in _SINGLE:
        if keys.count(key) > 1:
            raise BadMessage(400, f"there are several {key} headers", message)


def _max_forwards(text: str | None) -> int:
    if text is None:
        return DEFAULT_MAX_FORWARDS
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
