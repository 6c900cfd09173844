"""What fits into a line card. Its SIP stack (pjsip, `PJSIP_MAX_PKT_LEN`) reads and writes 4,000 octets a message: what
is longer it reads cut off, as a call without an offer, and an answer that would be longer it cannot send at all."""

from server.edge.sip.errors import Refusal

MOST_OCTETS = 4_000
OWN_OCTETS = 900
"""A card's own part of the longest message that it sends in a dialog, a 200 with SDP: some 560, and room."""
_REPEATED = frozenset((b"via", b"v", b"from", b"f", b"to", b"t", b"call-id", b"i", b"cseq", b"record-route"))
_TARGET = frozenset((b"contact", b"m"))


def check(octets: bytes) -> None:
    """Raises `Refusal` 513 for a request that a card cannot read whole, or not answer, or whose dialog it could not
    end: an answer repeats Via, From, To and Record-Route (RFC 3261 section 8.2.6.2), a BYE has the Contact in its first
    line in place of the Vias (section 12.2.1.1)."""
    if len(octets) + OWN_OCTETS <= MOST_OCTETS:
        return
    repeated = target = 0
    for line in octets.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]:
        name = line.partition(b":")[0].strip().lower()
        if name in _REPEATED:
            repeated += len(line) + 2
        elif name in _TARGET:
            target += len(line) + 2
    if len(octets) > MOST_OCTETS or repeated + target + OWN_OCTETS > MOST_OCTETS:
        raise Refusal(513, f"a line card takes {MOST_OCTETS} octets")
