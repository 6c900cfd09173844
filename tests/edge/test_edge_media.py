"""Calls whose sound goes over IPv6: SDP on both sides of the edge, and what a card's relay is told before."""

from ipaddress import IPv4Address

import msgspec
import pytest
from edge_lab import DOMAIN, SITE, TRUNK, Lab, Sent, answer_to, card_flow, from_card, register, request

from server.config.site import Media, Trunk
from server.edge.actions import Action, TellRelay
from server.edge.sip.flows import Flow
from server.edge.sip.message import Message
from server.wire.media import STAND_INS, decode, encode

NEW_TRUNK = Flow("udp", "2001:db8:9::1", 5060, 2)
NEW_PHONE = Flow("udp", "2001:db8:9::2", 40000, 2)
CARD = card_flow("card-0")
BOTH = msgspec.structs.replace(
    SITE,
    media=Media(address=["192.0.2.1", "2001:db8::1"]),
    trunk=[*SITE.trunk, Trunk(name="new", accept_from=["2001:db8:9::1"])],
)


def offer(address: str = "2001:db8:9::5", port: int = 4000) -> str:
    version = "IP6" if ":" in address else "IP4"
    return f"v=0\no=x 1 1 IN {version} {address}\ns=-\nc=IN {version} {address}\nt=0 0\nm=audio {port} RTP/AVP 8\n"


def sound(message: Message) -> tuple[str, int]:
    """Address and port of the first stream of an SDP; its Content-Length is right."""
    assert message.first("content-length") == str(len(message.body))
    lines = message.body.decode().splitlines()
    (connection,) = [line for line in lines if line.startswith("c=")]
    (media,) = [line for line in lines if line.startswith("m=")]
    return connection.split()[-1], int(media.split()[1])


def with_sdp(message: Message, address: str, port: int) -> Message:
    message.body = offer(address, port).replace("\n", "\r\n").encode()
    message.replace_first("content-length", f"Content-Length: {len(message.body)}")
    message.add("Content-Type", "application/sdp")
    return message


def told(actions: list[Action]) -> list[TellRelay]:
    return [one for one in actions if isinstance(one, TellRelay)]


@pytest.fixture
def lab() -> Lab:
    return Lab(site=BOTH, ipv6=True)


def arrived(lab: Lab, flow: Flow = NEW_TRUNK, body: str = "", **more: object) -> Sent:
    """A call comes and is given a card; the INVITE to the card."""
    lab.hear(request(at=flow, body=body, from_=f"<sip:far@{DOMAIN}>;tag=ft", **more), flow)  # type: ignore[arg-type]
    invite = lab.card()[0]
    assert invite.flow == CARD
    return invite


def test_a_call_over_ipv6_reaches_the_card_over_ipv4_and_is_answered_over_ipv6(lab: Lab) -> None:
    invite = arrived(lab, body=offer())
    (tell,) = told(lab.other)
    host, port = sound(invite.message)
    assert tell.card == CARD
    assert tell.far.stand_in == host
    assert [(s.stand_in_port, s.host, s.port, s.rtcp_port) for s in tell.far.streams] == [
        (port, "2001:db8:9::5", 4000, 4001)
    ]
    assert decode(encode(tell.far)) == tell.far
    assert 20000 <= port <= 23998
    assert port % 2 == 0
    (answer,) = lab.hear(with_sdp(answer_to(invite, 200), "192.0.2.1", 20010), CARD)
    assert answer.flow == NEW_TRUNK
    assert sound(answer.message) == ("2001:db8::1", 20010)


def test_the_same_offer_has_the_same_stand_in_after_a_restart_and_another_a_new_one(lab: Lab) -> None:
    first = arrived(lab, body=offer())
    answer = lab.hear(with_sdp(answer_to(first, 200), "192.0.2.1", 20010), CARD)[0].message
    routes = list(reversed(answer.lines("record-route")))
    lab.restart()

    def again(body: str, cseq: int) -> Sent:
        to = answer.first("to") or ""
        invite = request(
            uri="sip:callee@127.0.0.1:40000", at=NEW_TRUNK, body=body, routes=routes, cseq=cseq, to=to,
            from_=f"<sip:far@{DOMAIN}>;tag=ft", branch=f"z9hG4bKagain{cseq}",
        )  # fmt: skip
        (sent,) = lab.hear(invite, NEW_TRUNK)
        assert sent.flow == CARD
        return sent

    same = again(offer(), 2)
    assert sound(same.message) == sound(first.message)
    assert told(lab.other)
    other = again(offer(port=4002), 3)
    assert sound(other.message) != sound(first.message)
    late = again("", 4)
    assert not told(lab.other)
    (answer_late,) = lab.hear(with_sdp(answer_to(late, 200), "192.0.2.1", 20010), CARD)
    assert sound(answer_late.message) == ("2001:db8::1", 20010), "the dialog is one of IPv6"
    back = again(offer("192.0.2.77"), 5)
    assert sound(back.message) == ("192.0.2.77", 4000), "who goes over to IPv4 gets IPv4"
    (answer_back,) = lab.hear(with_sdp(answer_to(back, 200), "192.0.2.1", 20010), CARD)
    assert sound(answer_back.message) == ("192.0.2.1", 20010)


def test_a_cards_new_offer_in_a_dialog_keeps_its_version_whatever_carries_sip(lab: Lab) -> None:
    for flow, far, wanted in (
        (NEW_TRUNK, "2001:db8:9::5", "2001:db8::1"),
        (NEW_TRUNK, "192.0.2.5", "192.0.2.1"),
        (TRUNK, "2001:db8:9::5", "2001:db8::1"),
        (TRUNK, "192.0.2.5", "192.0.2.1"),
    ):
        call_id = f"{flow.host}{far}"
        invite = arrived(lab, flow, offer(far), call_id=call_id, branch=f"z9hG4bK{call_id.replace(':', '')}")
        routes = invite.message.lines("record-route")
        again = request(
            uri=f"sip:far@{flow.host if '.' in flow.host else f'[{flow.host}]'}:5060", at=CARD, routes=routes,
            call_id=call_id, from_=f"<sip:100@{DOMAIN}>;tag=tt", to=f"<sip:far@{DOMAIN}>;tag=ft",
            body=offer("192.0.2.1", 20010), branch="z9hG4bKours",
        )  # fmt: skip
        (sent,) = lab.hear(again, CARD)
        assert (sent.flow.host, sound(sent.message)) == (flow.host, (wanted, 20010))


def test_a_phone_over_ipv6_is_offered_ipv6_and_one_over_ipv4_is_not(lab: Lab) -> None:
    (new,) = lab.hear(from_card(uri="sip:x@[2001:db8:9::2]:40000", body=offer("192.0.2.1", 20010)), CARD)
    assert (new.flow.host, sound(new.message)) == ("2001:db8:9::2", ("2001:db8::1", 20010))
    (back,) = lab.hear(with_sdp(answer_to(new, 200), "2001:db8:9::2", 6000), NEW_PHONE)
    (tell,) = told(lab.other)
    assert back.flow == CARD
    assert sound(back.message) == (tell.far.stand_in, tell.far.streams[0].stand_in_port)
    plain = from_card(uri="sip:x@172.16.0.9:40000", body=offer("192.0.2.1", 20012), call_id="c2", branch="z9hG4bKtwo")
    (old,) = lab.hear(plain, CARD)
    assert sound(old.message) == ("192.0.2.1", 20012)
    assert b"media=6" not in old.message.octets()


def test_phones_of_both_versions_ring_for_one_offer(lab: Lab) -> None:
    assert register(lab).code == 200
    contact = "<sip:ana@[2001:db8:9::2]:40000>"
    assert register(lab, contact=contact, flow=NEW_PHONE, call_id="reg-2").code == 200
    _, *invites = lab.hear(from_card(body=offer("192.0.2.1", 20010)), CARD)
    assert {one.flow.host: sound(one.message) for one in invites} == {
        "172.16.0.9": ("192.0.2.1", 20010), "2001:db8:9::2": ("2001:db8::1", 20010),
    }  # fmt: skip
    (new,) = [one for one in invites if ":" in one.flow.host]
    back, *_ = lab.hear(with_sdp(answer_to(new, 200), "2001:db8:9::2", 6000), NEW_PHONE)
    assert len(told(lab.other)) == 1
    assert sound(back.message)[0] == told(lab.other)[0].far.stand_in


def test_an_offer_of_a_version_that_we_have_not_is_refused_and_the_card_goes_back() -> None:
    for keys, far, code in (
        (Media(address="192.0.2.1"), "2001:db8:9::5", 488),
        (Media(address="2001:db8::1"), "192.0.2.5", 488),
        (Media(address=["192.0.2.1", "2001:db8::1"]), "ff02::1", 488),
    ):
        lab = Lab(site=msgspec.structs.replace(BOTH, media=keys), ipv6=True)
        lab.hear(request(at=NEW_TRUNK, body=offer(far), from_=f"<sip:far@{DOMAIN}>;tag=ft"), NEW_TRUNK)
        sent = lab.card()
        assert [one.message.code for one in sent] == [code], "nothing went to the card"
        assert sent[0].message.has("warning")
        assert not told(lab.other)
        assert lab.other, "the card is put back"


def test_ipv4_pays_nothing_and_sees_nothing_of_it(lab: Lab) -> None:
    plain = Lab(ipv6=True)
    body = offer("192.0.2.5")
    octets = [arrived(one, TRUNK, body).message.octets() for one in (lab, plain)]
    assert octets[0] == octets[1]
    assert not told(lab.other)


def test_an_answer_that_cannot_be_carried_is_the_cards_to_refuse(lab: Lab) -> None:
    (new,) = lab.hear(from_card(uri="sip:x@[2001:db8:9::2]:40000", body=offer("192.0.2.1", 20010)), CARD)
    (back,) = lab.hear(with_sdp(answer_to(new, 200), "ff02::1", 6000), NEW_PHONE)
    assert sound(back.message) == ("ff02::1", 6000)
    assert not told(lab.other)
    assert lab.proxy.counters["bad_media_answers"] == 1


def test_only_ipv6_offers_ipv6_to_everybody() -> None:
    lab = Lab(site=msgspec.structs.replace(BOTH, media=Media(address="2001:db8::1")), ipv6=True)
    (sent,) = lab.hear(from_card(uri="sip:x@172.16.0.9:40000", body=offer("127.0.0.1", 20010)), CARD)
    assert sound(sent.message) == ("2001:db8::1", 20010)


def test_a_hold_and_its_end_over_ipv6_need_no_new_ports(lab: Lab) -> None:
    invite = arrived(lab, body=offer("::"))
    assert sound(invite.message) == ("0.0.0.0", 4000)
    assert not told(lab.other)


def test_other_bodies_go_through(lab: Lab) -> None:
    first = arrived(lab, body=offer())
    answer = lab.hear(with_sdp(answer_to(first, 200), "192.0.2.1", 20010), CARD)[0].message
    info = request(
        "INFO", "sip:callee@127.0.0.1:40000", at=NEW_TRUNK, routes=list(reversed(answer.lines("record-route"))),
        cseq=2, to=answer.first("to") or "", from_=f"<sip:far@{DOMAIN}>;tag=ft", branch="z9hG4bKinfo",
        extra="Content-Type: text/plain",
    )  # fmt: skip
    (sent,) = lab.hear(info + "c=IN IP6 2001:db8::7", NEW_TRUNK)
    assert sent.message.body == b"c=IN IP6 2001:db8::7"


def test_stand_ins_are_loopback_and_apart(lab: Lab) -> None:
    seen = set()
    for number in range(50):
        invite = arrived(lab, body=offer(), call_id=f"call-{number}", branch=f"z9hG4bK{number}")
        host, port = sound(invite.message)
        assert told(lab.other)[0].far.stand_in == host
        assert IPv4Address(host) in STAND_INS
        seen.add((host, port))
    assert len(seen) == 50


def test_a_range_of_two_ports_has_room_for_one_stream() -> None:
    keys = Media(address=["192.0.2.1", "2001:db8::1"], rtp_ports="20001-20003")
    lab = Lab(site=msgspec.structs.replace(BOTH, media=keys), ipv6=True)
    assert sound(arrived(lab, body=offer()).message)[1] == 20002
    two = offer() + "m=audio 4010 RTP/AVP 8\n"
    lab.hear(request(at=NEW_TRUNK, body=two, call_id="c2", branch="z9hG4bKtwo"), NEW_TRUNK)
    assert [one.message.code for one in lab.card()] == [488]
