"""SDP between IPv6 outside and IPv4 at the cards: the lines `c=`, `o=`, `m=` and `a=rtcp` (RFC 8866, RFC 3605).

Everything else goes through as it came, octet by octet. Text in and out, no I/O and no state.
"""

import socket
from collections.abc import Iterable
from ipaddress import AddressValueError, IPv6Address
from itertools import pairwise
from typing import Protocol

import msgspec

from server.edge.sip.errors import SipError
from server.wire.media import MAX_STREAMS, FarMedia, FarStream

MAX_SDP_OCTETS = 16 * 1024
IPV6_MARK = b" IP6 "
"""An SDP without these octets has nothing that must be rewritten for a card."""
_ANY4, _ANY6 = "0.0.0.0", "::"


class StandIns(Protocol):
    """What names stand in for far ends; the same for the same SDP in the same dialog, whoever asks and when."""

    def address(self, far: str) -> str:
        """The IPv4 address for an SDP whose first far end is that."""
        ...

    def ports(self, fars: Iterable[str]) -> list[int]:
        """RTP ports for the media lines of one SDP, all different; each with room for RTCP behind it."""
        ...


class BadSdp(SipError):
    """An SDP that cannot be carried to a card; the text is one sentence."""


class _Section:
    """The session's lines or those of one media line, with what of them counts here."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.connection = ""
        """Connection address if it is an IPv6 one, empty: there is none, or it is another."""
        self.has_connection = False
        self.rtcp = ""
        for line in lines:
            if line.startswith("c="):
                if self.has_connection:
                    raise BadSdp("a part of the SDP has two connection lines")
                self.has_connection = True
                self.connection = _ipv6_of(line)
            elif line.startswith("a=rtcp:"):
                self.rtcp = line[len("a=rtcp:") :]


def has_ipv6_media(body: bytes) -> bool:
    """Whether an SDP wants sound over IPv6. Raises `BadSdp`."""
    if IPV6_MARK not in body:
        return False
    session, media = _sections(body)
    return any(_connection(session, one) for one in media)


def to_card(body: bytes, stand_ins: StandIns) -> tuple[bytes, FarMedia | None]:
    """An SDP from outside as a card can use it, and for which far ends something stands in; None: for none.

    An SDP without IPv6 comes back as it is. A stream that is on hold by its address (`::`) or refused (port 0) has no
    far end. Raises `BadSdp`.
    """
    session, media = _sections(body)
    fars = [_far(session, one) for one in media]
    texts = [f"{far.host} {far.port} {far.rtcp_host} {far.rtcp_port}" for far in fars if far]
    ports = iter(stand_ins.ports(texts))
    address = stand_ins.address(texts[0]) if texts else _ANY4
    streams, lines = [], _readdressed(session.lines, address)
    for one, far in zip(media, fars, strict=True):
        moved = one.lines
        if far is not None:
            stream = msgspec.structs.replace(far, stand_in_port=next(ports))
            streams.append(stream)
            kind, _, rest = moved[0].split(maxsplit=2)
            kept = [line for line in moved[1:] if not line.startswith("a=rtcp:")]
            moved = [f"{kind} {stream.stand_in_port} {rest}", *kept]
        lines += _readdressed(moved, address)
    return "\n".join(lines).encode("latin-1"), FarMedia(address, streams) if streams else None


def to_outside(body: bytes, address: str) -> bytes:
    """An SDP of a card as a far end over IPv6 gets it: all addresses become `address`, ports stay."""
    lines = []
    for line in body.decode("latin-1").split("\n"):
        if line.startswith(("c=IN IP4 ", "o=", "a=rtcp:")) and " IN IP4 " in line.replace("=", " ", 1):
            before, _, after = line.partition("IN IP4 ")
            given, end = after.rstrip("\r"), "\r" if after.endswith("\r") else ""
            on_hold = line.startswith("c=") and given == _ANY4
            line = f"{before}IN IP6 {_ANY6 if on_hold else address}{end}"
        lines.append(line)
    return "\n".join(lines).encode("latin-1")


def _sections(body: bytes) -> tuple[_Section, list[_Section]]:
    if len(body) > MAX_SDP_OCTETS:
        raise BadSdp(f"the SDP is longer than {MAX_SDP_OCTETS} octets")
    lines = body.decode("latin-1").split("\n")
    if any("\r" in line[:-1] for line in lines):
        raise BadSdp("a line of the SDP holds a single CR")
    starts = [number for number, line in enumerate(lines) if line.startswith("m=")]
    if len(starts) > MAX_STREAMS:
        raise BadSdp(f"the SDP has more than {MAX_STREAMS} media lines")
    session, *media = [_Section(lines[start:end]) for start, end in pairwise([0, *starts, len(lines)])]
    return session, media


def _connection(session: _Section, media: _Section) -> str:
    return media.connection if media.has_connection else session.connection


def _far(session: _Section, media: _Section) -> FarStream | None:
    """The far end of a media line, if it is one over IPv6; the stand-in is not known yet."""
    wanted = _connection(session, media)
    if not wanted:
        return None
    words = media.lines[0].split()
    if len(words) < 4:
        raise BadSdp("a media line of the SDP has no port")
    port = _port(words[1])
    if not port or wanted == _ANY6:
        return None
    host = _host(wanted)
    rtcp_port, rtcp_host = port + 1, host
    if media.rtcp:
        given = media.rtcp.split()
        rtcp_port = _port(given[0]) if given else 0
        if len(given) == 4 and given[1:3] == ["IN", "IP6"]:
            rtcp_host = _host(given[3])
        elif len(given) != 1:
            raise BadSdp("the SDP names an RTCP address that is not of IPv6")
    if not 0 < rtcp_port <= 65535:
        raise BadSdp("the SDP names no port for RTCP")
    return FarStream(0, host, port, rtcp_host, rtcp_port)


def _readdressed(lines: list[str], address: str) -> list[str]:
    """The lines with an IPv4 connection address where there was an IPv6 one."""
    found = []
    for line in lines:
        given = _ipv6_of(line) if line.startswith("c=") else ""
        new = _ANY4 if given == _ANY6 else address
        found.append(f"c=IN IP4 {new}{_end_of(line)}" if given else line)
    return found


def _end_of(line: str) -> str:
    return "\r" if line.endswith("\r") else ""


def _ipv6_of(line: str) -> str:
    words = line.removeprefix("c=").split()
    if len(words) != 3 or words[:2] != ["IN", "IP6"]:
        return ""
    return words[2]


def _port(text: str) -> int:
    """A port, 0 to 65535. Raises `BadSdp`, also for a number of ports (`49170/2`)."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535):
        raise BadSdp("the SDP names a port that is none")
    return int(text)


def _host(text: str) -> str:
    """An address to which RTP can be sent, as `inet_ntop` writes it. Raises `BadSdp`."""
    try:
        address = IPv6Address(text)
    except AddressValueError:
        raise BadSdp("the SDP names an address that is no IPv6 address") from None
    unfit = address.is_multicast or address.is_unspecified or address.is_link_local or address.ipv4_mapped is not None
    if unfit or address.scope_id is not None:
        raise BadSdp("the SDP names an IPv6 address to which no RTP can be sent")
    return socket.inet_ntop(socket.AF_INET6, address.packed)
