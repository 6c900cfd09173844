"""SDP between IPv6 outside and IPv4 at the cards: what is rewritten, what stays, and what is refused."""

import string
from collections.abc import Iterable

import pytest
from hypothesis import given, strategies as st

from server.edge.sip import sdp
from server.edge.sip.sdp import BadSdp
from server.wire.media import FarMedia, FarStream


class Fixed:
    """Stand-ins in order."""

    def address(self, far: str) -> str:
        """Always the same."""
        return "127.64.0.1"

    def ports(self, fars: Iterable[str]) -> list[int]:
        """20000 and on."""
        return [20000 + 2 * number for number, _ in enumerate(fars)]


def text(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()


HEAD = ("v=0", "o=x 1 1 IN IP6 2001:db8::9", "s=-")
AUDIO = "m=audio 4000 RTP/AVP 8 101"


def test_a_plain_offer_gets_a_stand_in() -> None:
    body, far = sdp.to_card(text(*HEAD, "c=IN IP6 2001:DB8:0::9", "t=0 0", AUDIO, "a=rtpmap:8 PCMA/8000"), Fixed())
    assert body == text(*HEAD, "c=IN IP4 127.64.0.1", "t=0 0", "m=audio 20000 RTP/AVP 8 101", "a=rtpmap:8 PCMA/8000")
    assert far == FarMedia("127.64.0.1", [FarStream(20000, "2001:db8::9", 4000, "2001:db8::9", 4001)])


def test_each_media_line_has_its_own_far_end() -> None:
    offer = text(
        *HEAD, "c=IN IP6 2001:db8::9", "t=0 0",
        AUDIO, "a=rtcp:4007",
        "m=audio 5000 RTP/AVP 0", "c=IN IP6 2001:db8::7", "a=rtcp:5003 IN IP6 2001:db8::8",
        "m=audio 6000 RTP/AVP 0", "c=IN IP4 192.0.2.7", "a=rtcp:6003",
        "m=video 0 RTP/AVP 31",
        "m=audio 7000 RTP/AVP 0", "c=IN IP6 ::",
    )  # fmt: skip
    body, far = sdp.to_card(offer, Fixed())
    assert far is not None
    assert far.streams == [
        FarStream(20000, "2001:db8::9", 4000, "2001:db8::9", 4007),
        FarStream(20002, "2001:db8::7", 5000, "2001:db8::8", 5003),
    ]
    assert body == text(
        *HEAD, "c=IN IP4 127.64.0.1", "t=0 0",
        "m=audio 20000 RTP/AVP 8 101",
        "m=audio 20002 RTP/AVP 0", "c=IN IP4 127.64.0.1",
        "m=audio 6000 RTP/AVP 0", "c=IN IP4 192.0.2.7", "a=rtcp:6003",
        "m=video 0 RTP/AVP 31",
        "m=audio 7000 RTP/AVP 0", "c=IN IP4 0.0.0.0",
    )  # fmt: skip


def test_a_hold_by_address_needs_no_stand_in() -> None:
    body, far = sdp.to_card(text(*HEAD, "c=IN IP6 ::", AUDIO), Fixed())
    assert (body, far) == (text(*HEAD, "c=IN IP4 0.0.0.0", AUDIO), None)


@pytest.mark.parametrize(
    "lines",
    [
        ("c=IN IP6 ff02::1", AUDIO),
        ("c=IN IP6 fe80::1", AUDIO),
        ("c=IN IP6 2001:db8::1%eth0", AUDIO),
        ("c=IN IP6 ::ffff:192.0.2.1", AUDIO),
        ("c=IN IP6 host.example", AUDIO),
        ("c=IN IP6 2001:db8::1/2", AUDIO),
        ("c=IN IP6 2001:db8::1", "c=IN IP6 2001:db8::2", AUDIO),
        ("c=IN IP6 2001:db8::1", "m=audio 4000/2 RTP/AVP 8"),
        ("c=IN IP6 2001:db8::1", "m=audio 65535 RTP/AVP 8"),
        ("c=IN IP6 2001:db8::1", "m=audio 70000 RTP/AVP 8"),
        ("c=IN IP6 2001:db8::1", "m=audio"),
        ("c=IN IP6 2001:db8::1", AUDIO, "a=rtcp:0"),
        ("c=IN IP6 2001:db8::1", AUDIO, "a=rtcp:5000 IN IP4 192.0.2.1"),
        ("c=IN IP6 2001:db8::1", AUDIO, "a=rtcp:"),
        ("c=IN IP6 2001:db8::1", *[AUDIO] * 9),
        ("c=IN IP6 2001:db8::1", AUDIO, "a=x\ry"),
        ("c=IN IP6 2001:db8::1", AUDIO, "a=" + "x" * 20_000),
    ],
)
def test_what_cannot_be_carried_is_refused(lines: tuple[str, ...]) -> None:
    with pytest.raises(BadSdp):
        sdp.to_card(text(*HEAD, *lines), Fixed())


def test_which_offers_want_ipv6() -> None:
    assert sdp.has_ipv6_media(text(*HEAD, "c=IN IP6 2001:db8::1", AUDIO))
    assert not sdp.has_ipv6_media(text(*HEAD, "c=IN IP4 192.0.2.1", AUDIO)), "its origin counts for nothing"
    assert not sdp.has_ipv6_media(text(*HEAD, "c=IN IP6 2001:db8::1", AUDIO, "c=IN IP4 192.0.2.1"))


def test_a_cards_answer_names_our_address() -> None:
    answer = text(
        "v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=pjmedia", "c=IN IP4 127.0.0.1", "t=0 0", "m=audio 20002 RTP/AVP 8",
        "c=IN IP4 127.0.0.1", "a=rtcp:20003 IN IP4 127.0.0.1", "a=note:IN IP4 127.0.0.1",
    )  # fmt: skip
    assert sdp.to_outside(answer, "2001:db8::1") == text(
        "v=0", "o=- 1 2 IN IP6 2001:db8::1", "s=pjmedia", "c=IN IP6 2001:db8::1", "t=0 0", "m=audio 20002 RTP/AVP 8",
        "c=IN IP6 2001:db8::1", "a=rtcp:20003 IN IP6 2001:db8::1", "a=note:IN IP4 127.0.0.1",
    )  # fmt: skip
    assert sdp.to_outside(text("c=IN IP4 0.0.0.0"), "2001:db8::1") == text("c=IN IP6 ::"), "a hold stays one"


hosts4 = st.ip_addresses(v=4).map(lambda address: f"IN IP4 {address}")
hosts6 = st.ip_addresses(v=6, network="2001:db8::/32").map(lambda address: f"IN IP6 {address}")
attributes = st.text(string.printable.replace("\r", "").replace("\n", ""), max_size=30).map(lambda one: f"a=x:{one}")


@st.composite
def offers(draw: st.DrawFn, hosts: st.SearchStrategy[str]) -> list[str]:
    """SDPs with addresses here and there."""
    lines = ["v=0", f"o=x 1 1 {draw(hosts)}", f"c={draw(hosts)}", "t=0 0", *draw(st.lists(attributes, max_size=2))]
    for port in draw(st.lists(st.integers(0, 65534), max_size=4)):
        lines.append(f"m=audio {port} RTP/AVP 8")
        lines += [f"c={host}" for host in draw(st.lists(hosts, max_size=1))]
        lines += draw(st.lists(attributes, max_size=3))
    return lines


@given(offers(hosts4 | hosts6))
def test_nothing_but_addresses_and_their_ports_changes(lines: list[str]) -> None:
    given_body = text(*lines)
    body, far = sdp.to_card(given_body, Fixed())
    assert b"\nc=IN IP6" not in body
    after = body.decode().split("\r\n")
    assert len(after) == len(lines) + 1
    for before, now in zip(lines, after, strict=False):
        if before.startswith("c=IN IP6"):
            assert now == f"c=IN IP4 {far.stand_in if far else '0.0.0.0'}"
        elif before.startswith("m=") and before != now:
            assert now.split()[1] in [str(stream.stand_in_port) for stream in far.streams] if far else False
            assert now.split()[2:] == before.split()[2:]
        else:
            assert now == before
    assert sdp.to_card(body, Fixed()) == (body, None), "a card's SDP needs no second rewriting"
    wanted = [s.port for s in far.streams] if far else []
    assert sdp.has_ipv6_media(given_body) or not wanted


@given(offers(hosts4))
def test_ipv4_goes_through_octet_by_octet(lines: list[str]) -> None:
    assert sdp.to_card(text(*lines), Fixed()) == (text(*lines), None)


@given(offers(hosts4))
def test_ports_stay_towards_the_far_end(lines: list[str]) -> None:
    after = sdp.to_outside(text(*lines), "2001:db8::1").decode().split("\r\n")
    for before, now in zip(lines, after, strict=False):
        if before.startswith(("c=", "o=")):
            assert now.endswith((" IN IP6 2001:db8::1", "=IN IP6 2001:db8::1", "=IN IP6 ::"))
        else:
            assert now == before


@given(st.binary(max_size=300))
def test_hostile_octets_are_refused_by_name(octets: bytes) -> None:
    try:
        sdp.to_card(b"c=IN IP6 2001:db8::1\r\n" + octets, Fixed())
    except BadSdp:
        return
