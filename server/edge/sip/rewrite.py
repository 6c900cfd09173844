"""Requests as they are passed on (RFC 3261 section 16.6), and those that we make for one hop."""

from server.edge.sip.message import Message, serialise

IDENTITY = frozenset({"p-asserted-identity", "p-preferred-identity", "remote-party-id"})
NO_IDENTITY: frozenset[str] = frozenset()
_LENGTH = frozenset({"content-length"})
_REWRITTEN = frozenset({"route", "max-forwards"})


def request_octets(
    request: Message,
    uri: str,
    via: str,
    added: list[str],
    routes: list[str],
    max_forwards: int,
    stripped: frozenset[str] = IDENTITY,
    body: bytes | None = None,
) -> bytes:
    """`request` as it is passed on.

    `via`: our Via line. `added`: whole header lines (Record-Route, X-Caruso-...). `routes`: Route values that are left.
    `max_forwards`: already counted down. `stripped`: keys that are left out; `X-Caruso-...` of others always is.
    `body`: in place of the request's own.
    """
    lines = [f"{request.method} {uri} SIP/2.0", via, f"Max-Forwards: {max_forwards}", *added]
    if routes:
        lines += [f"Route: {value}" for value in routes]
    if body is None:
        lines += request.without(_REWRITTEN | stripped)
        return serialise(lines, request.body)
    lines += request.without(_REWRITTEN | stripped | _LENGTH)
    return serialise([*lines, f"Content-Length: {len(body)}"], body)


def for_leg(method: str, request: Message, uri: str, via: str, routes: list[str], to: str, reason: str = "") -> bytes:
    """ACK (to a refusal) or CANCEL of an INVITE that we passed on: made by us for that hop alone (sections 9.1,
    17.1.1.3). `to`: the To value; `reason`: value of a Reason header (RFC 3326), or empty."""
    number = (request.first("cseq") or "").split()[0]
    lines = [f"{method} {uri} SIP/2.0", via, "Max-Forwards: 70"]
    lines += [f"Route: {value}" for value in routes]
    lines += [
        f"From: {request.first('from')}",
        f"To: {to}",
        f"Call-ID: {request.first('call-id')}",
        f"CSeq: {number} {method}",
    ]
    if reason:
        lines.append(f"Reason: {reason}")
    lines.append("Content-Length: 0")
    return serialise(lines, b"")
