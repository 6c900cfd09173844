"""The SIP message that ends a leg, written in advance.

When a card's process dies, nobody is left who could end its dialogs; the core then puts these messages on the wire in
the card's name (RFC 3261 sections 9.1, 12.2.1.1 and 15).
"""

from server.linecard.worker.message import Message, split_values

_LATE_CSEQ = 2_000_000_000
"""Above every CSeq that pjsip uses (it begins below 2^16), below 2^31 (RFC 3261 section 8.1.1.5)."""


def cancel(invite: Message) -> bytes:
    """CANCEL of an INVITE that we sent; empty if the message is no INVITE."""
    number = invite.first("cseq").partition(" ")[0]
    if not invite.request_uri() or not number:
        return b""
    return _written(
        f"CANCEL {invite.request_uri()} SIP/2.0",
        [
            ("Via", split_values(invite.first("via"))[0]),
            *(("Route", route) for route in invite.all("route")),
            ("From", invite.first("from")),
            ("To", invite.first("to")),
            ("Call-ID", invite.first("call-id")),
            ("CSeq", f"{number} CANCEL"),
        ],
    )


def refusal(invite: Message, tag: str) -> bytes:
    """500 to an INVITE that came and was not answered yet. `tag`: our tag for To."""
    if not invite.request_uri():
        return b""
    to = invite.first("to")
    return _written(
        "SIP/2.0 500 Line Card Failed",
        [
            *(("Via", via) for via in invite.all("via")),
            ("From", invite.first("from")),
            ("To", to if ";tag=" in to else f"{to};tag={tag}"),
            ("Call-ID", invite.first("call-id")),
            ("CSeq", invite.first("cseq")),
        ],
    )


def bye_as_callee(invite: Message, ack: Message, via: str) -> bytes:
    """BYE of a call that came in. `invite` tells the way back, `ack` our own tag; `via`: `HOST:PORT` of ours."""
    route = _values(invite, "record-route")
    return _bye(_target(invite), route, ack.first("to"), ack.first("from"), ack.first("call-id"), via)


def bye_as_caller(answer: Message, via: str) -> bytes:
    """BYE of a call that we made. `answer`: the 2xx, which holds everything; `via`: `HOST:PORT` of ours."""
    route = _values(answer, "record-route")[::-1]
    return _bye(_target(answer), route, answer.first("from"), answer.first("to"), answer.first("call-id"), via)


def _bye(target: str, route: list[str], own: str, other: str, call_id: str, via: str) -> bytes:
    if not (target and own and other and call_id):
        return b""
    branch = "".join(sign for sign in call_id if sign.isalnum())[:40]
    return _written(
        f"BYE {target} SIP/2.0",
        [
            ("Via", f"SIP/2.0/UDP {via};rport;branch=z9hG4bKlast{branch}"),
            *(("Route", hop) for hop in route),
            ("From", own),
            ("To", other),
            ("Call-ID", call_id),
            ("CSeq", f"{_LATE_CSEQ} BYE"),
        ],
    )


def _target(message: Message) -> str:
    """The remote target: the URI of Contact."""
    contact = message.first("contact")
    return contact.partition("<")[2].partition(">")[0] if "<" in contact else contact.partition(";")[0]


def _values(message: Message, name: str) -> list[str]:
    return [value for line in message.all(name) for value in split_values(line)]


def _written(start: str, headers: list[tuple[str, str]]) -> bytes:
    lines = [start, *(f"{name}: {value}" for name, value in headers)]
    if not start.startswith("SIP/"):
        lines.insert(2, "Max-Forwards: 70")
        lines.append('Reason: SIP;cause=500;text="Line card failed"')
    return ("\r\n".join([*lines, "Content-Length: 0"]) + "\r\n\r\n").encode(errors="surrogateescape")
