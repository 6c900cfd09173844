"""Calls of cards to phones and trunks: one contact, several contacts, addresses outside; and what cards may not do."""

import msgspec
import pytest
from edge_lab import (
    CARD_SIDE,
    DOMAIN,
    EDGE,
    PHONE,
    SECRET,
    SITE,
    STRANGER,
    Lab,
    Sent,
    answer_to,
    card_flow,
    from_card,
    register,
    request,
    wire,
)

from server.call.card_route import card_route
from server.edge.actions import Resolve
from server.edge.sip import framing
from server.edge.sip.flows import Flow

CARD = card_flow("card-0")
SECOND = Flow("udp", "172.16.0.10", 40001)
DESK = Flow("tcp", "172.16.0.11", 55555, 0, "abc.7")


@pytest.fixture
def lab() -> Lab:
    """Ana has one phone."""
    lab = Lab()
    assert register(lab).code == 200
    return lab


@pytest.fixture
def three(lab: Lab) -> Lab:
    """Ana has three phones, one of them over TCP."""
    assert register(lab, contact="<sip:ana@172.16.0.10:40001>", flow=SECOND, call_id="reg-2").code == 200
    contact = "<sip:ana@172.16.0.11:5060;transport=tcp>;q=0.5"
    assert register(lab, contact=contact, flow=DESK, call_id="reg-3").code == 200
    return lab


def invited(lab: Lab) -> list[Sent]:
    """A card calls ana; gives the INVITEs that go out, by the phones' order."""
    trying, *invites = lab.hear(from_card(), CARD)
    assert trying.message.code == 100
    return invites


def test_a_card_calls_an_agents_one_phone_without_state(lab: Lab):
    (invite,) = lab.hear(from_card(extra="X-Caruso-Call: 7\nP-Asserted-Identity: <sip:x@y>"), CARD)
    assert str(invite) == "udp 172.16.0.9:40000 INVITE sip:ana@172.16.0.9:40000 SIP/2.0"
    assert not invite.message.has("x-caruso-call")
    assert not invite.message.has("p-asserted-identity")
    assert not invite.message.has("route")
    far, near = invite.message.lines("record-route")
    assert far.startswith(f"<sip:{EDGE};lr;card=card-0;sig=")
    assert near.startswith(f"<sip:{CARD_SIDE};lr;card=card-0;flow=u0*172.16.0.9*40000;sig=")
    lab.restart()
    (ok,) = lab.hear(answer_to(invite, 200), PHONE)
    assert str(ok) == "card 127.0.0.1:40000 SIP/2.0 200 OK"


def test_both_ways_in_the_dialog_over_the_phones_flow(lab: Lab):
    (invite,) = lab.hear(from_card(), CARD)
    # The phone is behind a NAT: its Contact in the answer is private.
    (ok,) = lab.hear(answer_to(invite, 200, contact="<sip:ana@192.168.1.5:5060>"), PHONE)
    lab.restart()
    routes = list(reversed(ok.message.lines("record-route")))
    to = f"<sip:ana@{DOMAIN}>;tag=tt"
    ack = from_card("ACK", "sip:ana@192.168.1.5:5060", routes=routes, to=to)
    (sent,) = lab.hear(ack, CARD)
    assert str(sent) == "udp 172.16.0.9:40000 ACK sip:ana@192.168.1.5:5060 SIP/2.0"
    bye = request(
        "BYE",
        "sip:callee@127.0.0.1:40000",
        at=PHONE,
        routes=ok.message.lines("record-route"),
        from_=to,
        to="<sip:caller@127.0.0.1>;tag=ct",
    )
    (sent,) = lab.hear(bye, PHONE)
    assert str(sent) == "card 127.0.0.1:40000 BYE sip:callee@127.0.0.1:40000 SIP/2.0"


def test_a_cancel_follows_its_invite_even_after_the_phone_registered_anew(lab: Lab):
    (invite,) = lab.hear(from_card(), CARD)
    register(lab, contact="<sip:ana@172.16.0.10:40001>", flow=SECOND, call_id="reg-2")
    (cancel,) = lab.hear(from_card("CANCEL"), CARD)
    assert str(cancel) == "udp 172.16.0.9:40000 CANCEL sip:ana@172.16.0.9:40000 SIP/2.0"
    assert cancel.message.lines("via")[0] == invite.message.lines("via")[0]
    (ended,) = lab.hear(answer_to(invite, 487), PHONE)
    assert ended.flow == CARD
    (ack,) = lab.hear(from_card("ACK", to=ended.message.first("to")), CARD)
    assert (ack.flow, ack.message.lines("via")[0]) == (PHONE, invite.message.lines("via")[0])


def test_a_restarted_edge_forwards_the_cancel_of_a_call_to_one_phone(lab: Lab):
    (invite,) = lab.hear(from_card(), CARD)
    stored = [one.stored for one in lab.proxy.locations.of("ana", lab.now)]
    lab.restart()
    assert lab.proxy.load(stored, lab.now) == {"ana"}
    (cancel,) = lab.hear(from_card("CANCEL"), CARD)
    assert (cancel.flow, cancel.message.lines("via")[0]) == (PHONE, invite.message.lines("via")[0])


def test_no_phone_is_480():
    lab = Lab()
    assert lab.hear(from_card(), CARD)[0].message.code == 480
    refused = lab.hear(from_card(), CARD)[0].message
    assert lab.hear(from_card("ACK", to=refused.first("to")), CARD) == []


def test_all_phones_ring_and_the_first_answer_wins(three: Lab):
    invites = invited(three)
    assert {(one.flow.kind, one.flow.host) for one in invites} == {
        ("udp", "172.16.0.9"),
        ("udp", "172.16.0.10"),
        ("tcp", "172.16.0.11"),
    }
    assert len({one.message.lines("via")[0] for one in invites}) == 3
    first, second, third = invites
    assert three.hear(answer_to(first, 100), first.flow) == []
    assert [one.message.code for one in three.hear(answer_to(first, 180), first.flow)] == [180]
    assert [one.message.code for one in three.hear(answer_to(second, 180), second.flow)] == [180]
    three.hear(answer_to(third, 180), third.flow)
    ok, *cancels = three.hear(answer_to(second, 200), second.flow)
    assert (ok.message.code, ok.flow) == (200, CARD)
    assert {one.flow for one in cancels} == {first.flow, third.flow}
    assert {one.message.first("reason") for one in cancels} == {'SIP;cause=200;text="Call completed elsewhere"'}
    # Their 487 is acknowledged here and goes no further.
    (ack,) = three.hear(answer_to(first, 487), first.flow)
    assert (ack.message.method, ack.flow) == ("ACK", first.flow)
    assert ack.message.first("to") == f"<sip:ana@{DOMAIN}>;tag=tt"


def test_two_answers_at_once_both_reach_the_card(three: Lab):
    first, second, _ = invited(three)
    assert three.hear(answer_to(first, 200, "one"), first.flow)[0].message.code == 200
    assert three.hear(answer_to(second, 200, "two"), second.flow)[0].message.code == 200


def test_the_best_refusal_goes_back_when_all_refuse(three: Lab):
    first, second, third = invited(three)
    assert [one.message.method for one in three.hear(answer_to(first, 503), first.flow)] == ["ACK"]
    assert [one.message.method for one in three.hear(answer_to(second, 486), second.flow)] == ["ACK"]
    ack, refused = three.hear(answer_to(third, 408), third.flow)
    assert (ack.message.method, refused.message.code, refused.flow) == ("ACK", 486, CARD)
    assert len(refused.message.lines("via")) == 1
    assert [one.message.code for one in three.sleep(0.6)] == [486]
    assert three.hear(from_card("ACK", to=refused.message.first("to")), CARD) == []
    assert three.sleep(40) == []


def test_a_6xx_ends_the_other_phones(three: Lab):
    first, second, third = invited(three)
    for leg in (second, third):
        three.hear(answer_to(leg, 180), leg.flow)
    ack, *cancels = three.hear(answer_to(first, 603), first.flow)
    assert ack.message.method == "ACK"
    assert {one.flow for one in cancels} == {second.flow, third.flow}
    three.hear(answer_to(second, 487), second.flow)
    assert three.hear(answer_to(third, 487), third.flow)[-1].message.code == 603


def test_the_cards_cancel_ends_all_phones(three: Lab):
    invites = invited(three)
    for leg in invites:
        three.hear(answer_to(leg, 180), leg.flow)
    ok, *cancels = three.hear(from_card("CANCEL"), CARD)
    assert ok.message.code == 200
    assert {one.flow for one in cancels} == {one.flow for one in invites}
    answers = [one for leg in invites for one in three.hear(answer_to(leg, 487), leg.flow)]
    assert [one.message.code for one in answers if one.message.code] == [487]


def test_a_restarted_edge_cancels_a_fork_it_never_saw(three: Lab):
    invites = invited(three)
    stored = [one.stored for one in three.proxy.locations.of("ana", three.now)]
    three.restart()
    three.proxy.load(stored, three.now)
    ok, *cancels = three.hear(from_card("CANCEL"), CARD)
    assert ok.message.code == 200
    assert {(one.flow, one.message.lines("via")[0]) for one in cancels} == {
        (one.flow, one.message.lines("via")[0]) for one in invites
    }
    (answered,) = three.hear(answer_to(invites[0], 200), invites[0].flow)
    assert answered.flow == CARD


def test_silent_phones_are_408_in_the_end(three: Lab):
    invited(three)
    codes = [one.message.code for one in three.sleep(32) if one.message.code]
    assert codes == [408]


def test_a_phone_whose_connection_is_gone_counts_as_refusing(three: Lab):
    invites = invited(three)
    over_tcp = next(one for one in invites if one.flow.kind == "tcp")
    others = [one for one in invites if one is not over_tcp]
    assert three.done(three.proxy.undeliverable(over_tcp.message.octets(), three.now)) == []
    for leg in others:
        last = three.hear(answer_to(leg, 480), leg.flow)
    assert last[-1].message.code == 480


def test_an_unreachable_phone_is_503_without_state():
    lab = Lab()
    register(lab, contact="<sip:ana@172.16.0.11:5060;transport=tcp>", flow=DESK)
    (invite,) = lab.hear(from_card(), CARD)
    (refused,) = lab.done(lab.proxy.undeliverable(invite.message.octets(), lab.now))
    assert (refused.message.code, refused.flow) == (503, CARD)
    assert len(refused.message.lines("via")) == 1


def test_a_card_calls_an_address_outside():
    lab = Lab()
    (invite,) = lab.hear(from_card(uri="sip:+4930555@10.9.1.1:5060", extra="P-Asserted-Identity: <sip:x@y>"), CARD)
    assert str(invite) == "udp 10.9.1.1:5060 INVITE sip:+4930555@10.9.1.1:5060 SIP/2.0"
    assert invite.message.has("p-asserted-identity")  # the trunk is trusted
    assert ";flow=" not in invite.message.lines("record-route")[1]
    (invite,) = lab.hear(from_card(uri="sip:door@203.0.113.5;transport=tcp", branch="z9hG4bKtcp"), CARD)
    assert invite.flow == Flow("tcp", "203.0.113.5", 5060)


def test_a_telephone_number_goes_over_the_trunk():
    (invite,) = Lab().hear(from_card(uri="tel:+49-30-555"), CARD)
    assert str(invite) == "udp 10.9.1.1:5060 INVITE sip:+4930555@10.9.1.1:5060 SIP/2.0"
    lab = Lab(site=msgspec.structs.replace(SITE, trunk=[]))
    assert lab.hear(from_card(uri="tel:+4930555"), CARD)[0].message.code == 404


def test_a_name_is_looked_up_first():
    lab = Lab()
    assert lab.hear(from_card(uri="sip:door@phones.example"), CARD) == []
    assert [one.host for one in lab.other if isinstance(one, Resolve)] == ["phones.example"]
    (invite,) = lab.resolve("2001:db8::5", "203.0.113.9")  # there is no socket for IPv6 here
    assert str(invite) == "udp 203.0.113.9:5060 INVITE sip:door@phones.example SIP/2.0"
    (cancel,) = lab.hear(from_card("CANCEL", uri="sip:door@phones.example"), CARD)
    assert cancel.flow == invite.flow
    assert lab.hear(from_card(uri="sip:door@nowhere.example", branch="z9hG4bKn"), CARD) == []
    assert lab.resolve()[0].message.code == 503


def test_what_is_refused_after_a_name_was_looked_up_is_answered_like_anything_else():
    lab = Lab()
    assert lab.hear(from_card(uri="sip:door@phones.example", hops=0), CARD) == []
    assert [str(sent) for sent in lab.resolve("203.0.113.9")] == ["card 127.0.0.1:40000 SIP/2.0 483 Too Many Hops"]
    assert lab.hear(from_card("ACK", uri="sip:door@phones.example", hops=0, branch="z9hG4bKa"), CARD) == []
    assert lab.resolve("203.0.113.9") == [], "nobody answers an ACK"
    assert lab.proxy.counters["stray_acks"] == 1


def test_routes_beyond_ours_are_followed():
    lab = Lab()
    ours = card_route(SECRET, "card-0", "127.0.0.1", 5999)
    loose = [ours, "<sip:203.0.113.1;lr>", "<sip:203.0.113.2;lr>"]
    (sent,) = lab.hear(from_card(uri="sip:x@203.0.113.9", routes=loose), CARD)
    assert str(sent) == "udp 203.0.113.1:5060 INVITE sip:x@203.0.113.9 SIP/2.0"
    assert sent.message.lines("route") == ["<sip:203.0.113.1;lr>", "<sip:203.0.113.2;lr>"]
    strict = [ours, "<sip:203.0.113.1>", "<sip:203.0.113.2>"]
    (sent,) = lab.hear(from_card(uri="sip:x@203.0.113.9", routes=strict, branch="z9hG4bKs"), CARD)
    assert str(sent) == "udp 203.0.113.1:5060 INVITE sip:203.0.113.1 SIP/2.0"
    assert sent.message.lines("route") == ["<sip:203.0.113.2>", "<sip:x@203.0.113.9>"]


def test_a_strict_router_before_us(lab: Lab):
    (invite,) = lab.hear(from_card(), CARD)
    far, near = invite.message.lines("record-route")
    bye = request(
        "BYE",
        far.strip("<>"),
        at=PHONE,
        routes=[near, "<sip:callee@127.0.0.1:40000>"],
        from_=f"<sip:ana@{DOMAIN}>;tag=tt",
        to="<sip:caller@127.0.0.1>;tag=ct",
    )
    (sent,) = lab.hear(bye, PHONE)
    assert str(sent) == "card 127.0.0.1:40000 BYE sip:callee@127.0.0.1:40000 SIP/2.0"


def test_a_path_is_followed():
    lab = Lab()
    register(lab, extra="Supported: path\nPath: <sip:172.16.0.1;lr>", flow=PHONE)
    (invite,) = lab.hear(from_card(), CARD)
    assert (invite.flow, invite.message.lines("route")) == (PHONE, ["<sip:172.16.0.1;lr>"])


def test_only_cards_are_believed_at_the_card_socket(lab: Lab):
    stranger = Flow("card", "127.0.0.1", 61000)
    assert lab.hear(from_card(), stranger) == []
    assert lab.proxy.counters["strangers_at_card_socket"] == 1
    assert lab.hear(from_card(routes=[]), CARD) == []
    assert lab.proxy.counters["unsigned_from_cards"] == 1
    other = card_route(SECRET, "card-1", "127.0.0.1", 5999)
    assert lab.hear(from_card(routes=[other]), CARD) == []
    assert lab.proxy.counters["unsigned_from_cards"] == 2
    forged = card_route("guessed", "card-0", "127.0.0.1", 5999)
    assert lab.hear(from_card(routes=[forged]), CARD) == []
    assert lab.proxy.counters["bad_routes"] == 1
    (invite,) = lab.hear(from_card(), CARD)
    assert lab.hear(answer_to(invite, 200), stranger) == []


def test_a_cards_route_is_no_pass_for_others(lab: Lab):
    outside = from_card(routes=[card_route(SECRET, "card-0", "127.0.0.1", 5999)])
    assert lab.hear(outside, STRANGER)[0].message.code == 403


def test_forged_answers_go_nowhere(lab: Lab):
    (invite,) = lab.hear(from_card(), CARD)
    forged = answer_to(invite, 200)
    forged.replace_first("via", f"Via: {forged.lines('via')[0].replace('40000', '40002')}")
    assert lab.hear(forged, STRANGER) == []
    assert lab.proxy.counters["forged_answers"] == 1


def test_a_loop_is_found():
    lab = Lab()
    (invite,) = lab.hear(from_card(uri="sip:x@10.9.1.1:5060"), CARD)
    back = invite.message
    # The far end sends it back to us as it is.
    vias = back.lines("via")
    text = request(
        uri="sip:x@10.9.1.1:5060", call_id="call-1", from_="<sip:caller@127.0.0.1>;tag=ct", branch="z9hG4bKfar"
    )
    looped = text.replace("Max-Forwards", f"Via: {vias[0]}\nMax-Forwards", 1).replace(
        "Max-Forwards: 70", f"Max-Forwards: 68\nRoute: {card_route(SECRET, 'card-0', '127.0.0.1', 5999)}"
    )
    assert lab.hear(looped, Flow("udp", "10.9.1.1", 5060))[0].message.code == 482


def test_too_many_hops():
    lab = Lab()
    assert lab.hear(from_card(uri="sip:x@203.0.113.9", hops=0), CARD)[0].message.code == 483


def test_what_a_dead_card_would_have_said_is_passed_on(lab: Lab):
    (invite,) = lab.hear(from_card(), CARD)
    (ok,) = lab.hear(answer_to(invite, 200), PHONE)
    del lab.pool.cards_now["card-0"]
    routes = list(reversed(ok.message.lines("record-route")))
    bye = from_card("BYE", "sip:ana@172.16.0.9:40000", routes=routes, to=f"<sip:ana@{DOMAIN}>;tag=tt", cseq=2)
    assert lab.hear(bye, CARD) == []
    message = framing.datagram(wire(bye))
    assert message is not None
    (sent,) = lab.done(lab.proxy.receive(message, CARD, lab.now, "card-0"))
    assert str(sent) == "udp 172.16.0.9:40000 BYE sip:ana@172.16.0.9:40000 SIP/2.0"
    message = framing.datagram(wire(bye))
    assert message is not None
    assert lab.done(lab.proxy.receive(message, CARD, lab.now, "card-1")) == []  # not in another card's name
