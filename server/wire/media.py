"""edge -> card: where a far end's sound over IPv6 is, one msgpack message in one datagram.

pjsua2 as we have it speaks RTP over IPv4 only. An SDP with IPv6 addresses is therefore rewritten by the edge before a
card sees it: to an address of 127.64.0.0/10 and a port of the RTP range, where the card's relay stands in for the far
end. The message tells the relay for whom. It goes from the edge's socket for cards to the address `NOTES_HOST` and the
card's SIP port, before the SIP message that holds the SDP; so it is there even while the card has no core.

Towards the far end the card's ports stay as they are: the relay binds the ports of pjsua2's IPv4 sockets over IPv6 too.
"""

from ipaddress import IPv4Address, IPv4Network

import msgspec

NOTES_HOST = "127.0.0.6"
"""Where a card hears these messages, at the number of its SIP port; not where pjsua2 hears SIP."""
STAND_INS = IPv4Network("127.64.0.0/10")
"""Addresses that stand for far ends. Loopback: they are nobody else's, and no packet to them leaves the machine."""
MAX_STREAMS = 8
"""Media lines of one SDP."""
MAX_NOTE_OCTETS = 4096


class FarStream(msgspec.Struct, frozen=True, array_like=True):
    """One media line. `stand_in_port`: the (even) RTP port that the card's SDP names instead, RTCP is the next one.

    `host`, `port`, `rtcp_host`, `rtcp_port`: where the far end's SDP wants RTP and RTCP; IPv6 addresses as
    `inet_ntop` writes them.
    """

    stand_in_port: int
    host: str
    port: int
    rtcp_host: str
    rtcp_port: int


class FarMedia(msgspec.Struct, frozen=True, tag_field="t", tag="far-media"):
    """The far ends of one SDP. `stand_in`: the IPv4 address that the card's SDP names instead of theirs."""

    stand_in: str
    streams: list[FarStream]


class BadNote(Exception):
    """Octets that are no such message."""


_decoder = msgspec.msgpack.Decoder(FarMedia)


def encode(note: FarMedia) -> bytes:
    """The datagram."""
    return msgspec.msgpack.encode(note)


def decode(octets: bytes) -> FarMedia:
    """The message in a datagram. Raises `BadNote`, also for a stand-in outside of `STAND_INS`."""
    try:
        note = _decoder.decode(octets)
        is_stand_in = IPv4Address(note.stand_in) in STAND_INS
    except (msgspec.DecodeError, ValueError) as error:
        raise BadNote(f"not a note about far media: {error}") from error
    if not is_stand_in or len(note.streams) > MAX_STREAMS:
        raise BadNote("a note about far media names what it must not")
    return note
