"""New calls from outside to a card: transcripts of messages in and out."""

from edge_lab import (
    CARD_SIDE,
    CARDS,
    DOMAIN,
    EDGE,
    PHONE,
    STRANGER,
    TRUNK,
    Lab,
    Sent,
    answer_to,
    authorization,
    card_flow,
    request,
    wire,
)

from server.edge.actions import GiveUpCard, PutBack, Resolve, TakeCard
from server.edge.sip import framing
from server.edge.sip.flows import Flow


def arrived(lab: Lab, card: str = "card-0", **more: object) -> Sent:
    """A call from the trunk, at a card now; gives the INVITE that the card gets."""
    trying = lab.hear(request(body="v=0\n", **more), TRUNK)  # type: ignore[arg-type]
    assert [str(one) for one in trying] == ["udp 10.9.1.1:5060 SIP/2.0 100 Trying"]
    (sent,) = lab.card(card)
    return sent


def in_dialog(method: str, invite: Sent, flow: Flow, cseq: int = 1, tags: tuple[str, str] = ("ft", "tt")) -> str:
    """A request in the dialog of `invite` from its caller at the trunk."""
    routes = list(reversed(invite.message.lines("record-route")))
    uri = f"sip:callee@{invite.flow.address}"
    return request(
        method,
        uri,
        at=flow,
        branch=f"z9hG4bK{method}{cseq}",
        routes=routes,
        cseq=cseq,
        from_=f"<sip:+4915112345@10.9.1.1>;tag={tags[0]}",
        to=f"<sip:100@{DOMAIN}>;tag={tags[1]}",
    )


def test_a_call_from_the_trunk_goes_to_a_card_and_back():
    lab = Lab()
    invite = arrived(lab, extra="X-Caruso-Agent: forged\nP-Asserted-Identity: <sip:+4930999@telco>")
    assert str(invite) == "card 127.0.0.1:40000 INVITE sip:100@127.0.0.1:40000 SIP/2.0"
    assert invite.message.lines("x-caruso-trunk") == ["telco"]
    assert not invite.message.has("x-caruso-agent")
    assert invite.message.lines("p-asserted-identity") == ["<sip:+4930999@telco>"]
    assert invite.message.first("max-forwards") == "69"
    near, far = invite.message.lines("record-route")
    assert near.startswith(f"<sip:{CARD_SIDE};lr;card=card-0;")
    assert far.startswith(f"<sip:{EDGE};lr;card=card-0;")
    assert invite.message.lines("via")[1] == "SIP/2.0/UDP 10.9.1.1:5060;branch=z9hG4bKone;rport=5060;received=10.9.1.1"
    assert invite.message.body == b"v=0\r\n"

    (ringing,) = lab.hear(answer_to(invite, 180), card_flow("card-0"))
    assert (ringing.flow, ringing.message.code) == (TRUNK, 180)
    (ok,) = lab.hear(answer_to(invite, 200), card_flow("card-0"))
    assert str(ok) == "udp 10.9.1.1:5060 SIP/2.0 200 OK"
    assert len(ok.message.lines("via")) == 1

    (ack,) = lab.hear(in_dialog("ACK", invite, TRUNK), TRUNK)
    assert str(ack) == "card 127.0.0.1:40000 ACK sip:callee@127.0.0.1:40000 SIP/2.0"
    assert not ack.message.has("route")
    (bye,) = lab.hear(in_dialog("BYE", invite, TRUNK, 2), TRUNK)
    assert str(bye) == "card 127.0.0.1:40000 BYE sip:callee@127.0.0.1:40000 SIP/2.0"
    (done,) = lab.hear(answer_to(bye, 200), card_flow("card-0"))
    assert str(done) == "udp 10.9.1.1:5060 SIP/2.0 200 OK"


def test_the_card_hangs_up():
    lab = Lab()
    invite = arrived(lab)
    lab.hear(answer_to(invite, 200), card_flow("card-0"))
    (sent,) = lab.hear(cards_bye(invite), card_flow("card-0"))
    assert str(sent) == "udp 10.9.1.1:5060 BYE sip:far@10.9.1.1:5060 SIP/2.0"
    (done,) = lab.hear(answer_to(sent, 200), TRUNK)
    assert str(done) == "card 127.0.0.1:40000 SIP/2.0 200 OK"
    assert lab.sleep(60) == []


def cards_bye(invite: Sent, to: str = "sip:far@10.9.1.1:5060") -> str:
    """The BYE of the card that got the INVITE."""
    return request(
        "BYE",
        to,
        at=card_flow("card-0"),
        routes=invite.message.lines("record-route"),
        from_=f"<sip:100@{DOMAIN}>;tag=tt",
        to="<sip:+4915112345@10.9.1.1>;tag=ft",
    )


def dead_card(to: str = "sip:far@10.9.1.1:5060") -> tuple[Lab, list[Sent]]:
    """A conversation whose card died, and what goes out in its name."""
    lab = Lab()
    invite = arrived(lab)
    lab.hear(answer_to(invite, 200), card_flow("card-0"))
    lab.sleep(60)
    del lab.pool.cards_now["card-0"]
    message = framing.datagram(wire(cards_bye(invite, to)))
    assert message is not None
    return lab, lab.done(lab.proxy.farewell(message, card_flow("card-0"), lab.now, "card-0"))


def dead_cards_bye() -> tuple[Lab, Sent]:
    lab, (sent,) = dead_card()
    assert str(sent) == "udp 10.9.1.1:5060 BYE sip:far@10.9.1.1:5060 SIP/2.0"
    return lab, sent


def test_the_bye_of_a_dead_card_is_sent_until_it_is_answered():
    lab, bye = dead_cards_bye()
    again = lab.sleep(4)
    assert [one.message.octets() for one in again] == [bye.message.octets()] * 3, "after 0.5, 1.5 and 3.5 s"
    assert lab.hear(answer_to(bye, 100), TRUNK) == []
    assert len(lab.sleep(4)) == 1
    assert lab.hear(answer_to(bye, 200), TRUNK) == [], "nobody is there to want the answer"
    assert lab.sleep(60) == []


def test_a_bye_that_nobody_answers_is_given_up_after_32_seconds():
    lab, _ = dead_cards_bye()
    assert len(lab.sleep(100)) == 10
    assert lab.proxy.counters["farewells_unanswered"] == 1


def test_the_bye_to_a_name_is_sent_until_it_is_answered_as_well():
    lab, sent = dead_card("sip:far@phones.example")
    assert sent == []
    (bye,) = lab.resolve("10.9.1.7")
    assert str(bye) == "udp 10.9.1.7:5060 BYE sip:far@phones.example SIP/2.0"
    again = lab.sleep(4)
    assert [one.message.octets() for one in again] == [bye.message.octets()] * 3
    assert lab.hear(answer_to(bye, 200), bye.flow) == []
    assert lab.sleep(60) == []


def test_a_name_that_is_not_found_is_looked_up_again():
    lab, _ = dead_card("sip:far@phones.example")
    lab.resolve()
    lab.sleep(0.4)
    assert asked(lab) == []
    lab.sleep(0.2)
    assert asked(lab) == ["phones.example"]
    lab.resolve()
    lab.sleep(1)
    (bye,) = lab.resolve("10.9.1.7")
    assert str(bye).startswith("udp 10.9.1.7:5060 BYE")
    assert len(lab.sleep(4)) == 3
    assert len(lab.sleep(60)) == 6, "the 32 s are counted from the card's death"
    assert lab.proxy.counters["farewells_unanswered"] == 1


def test_a_name_that_nobody_knows_is_given_up_after_32_seconds():
    lab, _ = dead_card("sip:far@phones.example")
    began, tries = lab.now.mono, 0
    while asked(lab):
        tries += 1
        lab.resolve()
        while not asked(lab) and (due := lab.proxy.next_deadline()) is not None:
            lab.sleep(due - lab.now.mono)
    assert tries == 11, "at once, after 0.5, 1.5, 3.5 s, and then every 4 s"
    assert lab.now.mono - began < 32
    assert lab.proxy.counters["farewells_unanswered"] == 1


def asked(lab: Lab) -> list[str]:
    """Names that are looked up now."""
    return [one.host for one in lab.other if isinstance(one, Resolve)]


def test_a_restarted_edge_knows_answers_ack_and_bye_of_calls_it_never_saw():
    lab = Lab()
    invite = arrived(lab)
    lab.restart()
    (ok,) = lab.hear(answer_to(invite, 200), card_flow("card-0"))
    assert str(ok) == "udp 10.9.1.1:5060 SIP/2.0 200 OK"
    lab.restart()
    (ack,) = lab.hear(in_dialog("ACK", invite, TRUNK), TRUNK)
    assert ack.flow == card_flow("card-0")
    lab.restart()
    (bye,) = lab.hear(in_dialog("BYE", invite, TRUNK, 2), TRUNK)
    assert bye.flow == card_flow("card-0")
    lab.restart()
    (done,) = lab.hear(answer_to(bye, 200), card_flow("card-0"))
    assert done.flow == TRUNK


def test_a_restarted_edge_brings_a_cancel_to_the_right_card():
    lab = Lab()
    invite = arrived(lab, "card-1")
    lab.restart()
    ok, *cancels = lab.hear(request("CANCEL"), TRUNK)
    assert str(ok) == "udp 10.9.1.1:5060 SIP/2.0 200 OK"
    assert [one.flow.port for one in cancels] == [card.port for card in CARDS.values()]
    theirs = cancels[1].message
    assert theirs.lines("via") == invite.message.lines("via")[:1]
    assert theirs.first("call-id") == "call-1"
    assert theirs.first("cseq") == "1 CANCEL"
    assert lab.hear(answer_to(cancels[0], 481), card_flow("card-0")) == []
    (ended,) = lab.hear(answer_to(invite, 487), card_flow("card-1"))
    assert str(ended) == "udp 10.9.1.1:5060 SIP/2.0 487 Request Terminated"


def test_a_retransmitted_invite_takes_no_second_card():
    lab = Lab()
    lab.hear(request(), TRUNK)
    asked = lab.other
    assert [str(one) for one in lab.hear(request(), TRUNK)] == ["udp 10.9.1.1:5060 SIP/2.0 100 Trying"]
    assert lab.other == []
    lab.other = asked
    (invite,) = lab.card()
    assert [one.message.code for one in lab.hear(request(), TRUNK)] == [100]
    lab.hear(answer_to(invite, 180), card_flow("card-0"))
    assert [one.message.code for one in lab.hear(request(), TRUNK)] == [180]
    lab.hear(answer_to(invite, 200), card_flow("card-0"))
    assert lab.hear(request(), TRUNK) == []  # the card sends its 200 again by itself
    assert lab.other == []


def test_a_merged_request_is_refused():
    lab = Lab()
    arrived(lab)
    (refused,) = lab.hear(request(branch="z9hG4bKanother"), TRUNK)
    assert refused.message.code == 482


def test_the_caller_gives_up_while_waiting_for_a_card():
    lab = Lab()
    lab.hear(request(), TRUNK)
    (asked,) = lab.other
    assert isinstance(asked, TakeCard)
    sent = lab.hear(request("CANCEL"), TRUNK)
    assert [(one.message.code, one.message.first("cseq")) for one in sent] == [(200, "1 CANCEL"), (487, "1 INVITE")]
    assert lab.other == [GiveUpCard(asked.key)]
    # The card comes too late: it goes back.
    assert lab.done(lab.proxy.card_ready(asked.key, CARDS["card-0"], lab.now)) == []
    assert lab.other == [PutBack("card-0")]
    # The refusal is repeated until the ACK comes.
    assert [one.message.code for one in lab.sleep(1.6)] == [487, 487]
    to = sent[1].message.first("to")
    assert lab.hear(request("ACK", to=to or ""), TRUNK) == []
    assert lab.sleep(40) == []


def test_the_caller_gives_up_while_the_card_rings():
    lab = Lab()
    invite = arrived(lab)
    lab.hear(answer_to(invite, 180), card_flow("card-0"))
    ok, cancel = lab.hear(request("CANCEL"), TRUNK)
    assert ok.message.code == 200
    assert cancel.flow == card_flow("card-0")
    assert cancel.message.lines("via") == invite.message.lines("via")[:1]
    assert lab.hear(answer_to(cancel, 200), card_flow("card-0")) == []
    ack, ended = lab.hear(answer_to(invite, 487), card_flow("card-0"))
    assert (ack.message.method, ack.flow) == ("ACK", card_flow("card-0"))
    assert (ended.message.code, ended.flow) == (487, TRUNK)


def test_a_cancel_before_the_cards_first_answer_waits_for_it():
    lab = Lab()
    invite = arrived(lab)
    assert [one.message.code for one in lab.hear(request("CANCEL"), TRUNK)] == [200]
    (cancel,) = lab.hear(answer_to(invite, 100), card_flow("card-0"))
    assert cancel.message.method == "CANCEL"


def test_a_cancel_from_elsewhere_or_for_nothing_is_refused():
    lab = Lab()
    arrived(lab)
    assert lab.hear(request("CANCEL"), STRANGER)[0].message.code == 481
    assert (
        lab.hear(request("CANCEL", uri=f"sip:999@{DOMAIN}", branch="z9hG4bKno", call_id="no"), TRUNK)[0].message.code
        == 481
    )


def test_no_card_means_try_again_later():
    lab = Lab()
    lab.hear(request(), TRUNK)
    (refused,) = lab.no_card()
    assert (refused.message.code, refused.message.first("retry-after")) == (503, "10")


def test_the_wait_for_a_card_ends():
    lab = Lab()
    lab.hear(request(), TRUNK)
    sent = lab.sleep(30)
    assert [one.message.code for one in sent] == [503]
    assert [type(one) for one in lab.other] == [GiveUpCard]


def test_an_invite_is_repeated_until_the_card_says_something():
    lab = Lab()
    invite = arrived(lab)
    again = lab.sleep(1.6)
    assert [one.message.octets() for one in again] == [invite.message.octets()] * 2
    lab.hear(answer_to(invite, 100), card_flow("card-0"))
    assert lab.sleep(200) == []


def test_a_silent_card_is_given_up():
    lab = Lab()
    arrived(lab)
    sent = lab.sleep(4)
    assert [str(one).split(maxsplit=2)[2] for one in sent[-2:]] == [
        "CANCEL sip:100@127.0.0.1:40000 SIP/2.0",
        "SIP/2.0 503 Service Unavailable",
    ]
    assert lab.other == [PutBack("card-0")]


def test_when_the_house_closes_new_calls_are_refused_and_others_go_on():
    lab = Lab()
    invite = arrived(lab)
    lab.hear(answer_to(invite, 200), card_flow("card-0"))
    lab.proxy.stop_new_calls()
    assert lab.hear(request(call_id="new", branch="z9hG4bKnew"), TRUNK)[0].message.code == 503
    (bye,) = lab.hear(in_dialog("BYE", invite, TRUNK, 2), TRUNK)
    assert bye.flow == card_flow("card-0")


def test_a_dialog_whose_card_is_gone_is_gone():
    lab = Lab()
    invite = arrived(lab)
    lab.hear(answer_to(invite, 200), card_flow("card-0"))
    del lab.pool.cards_now["card-0"]
    (refused,) = lab.hear(in_dialog("BYE", invite, TRUNK, 2), TRUNK)
    assert refused.message.code == 481
    assert lab.hear(in_dialog("ACK", invite, TRUNK), TRUNK) == []


def test_what_only_a_former_cores_card_can_answer_waits_for_it():
    lab = Lab()
    invite = arrived(lab)
    lab.hear(answer_to(invite, 200), card_flow("card-0"))
    back = lab.pool.cards_now.pop("card-0")
    lab.restart()
    lab.proxy.cards_expected()
    bye, cancel = in_dialog("BYE", invite, TRUNK, 2), request("CANCEL", branch="z9hG4bKother", call_id="ringing")
    assert lab.hear(bye, TRUNK) == lab.hear(bye, TRUNK) == []
    assert [one.message.code for one in lab.hear(cancel, TRUNK)] == [200]
    lab.pool.cards_now = {"card-0": back}
    sent = lab.done(lab.proxy.cards_counted())
    assert [(one.flow, one.message.method) for one in sent] == [
        (card_flow("card-0"), "BYE"), (card_flow("card-0"), "CANCEL")
    ]  # fmt: skip
    del lab.pool.cards_now["card-0"]
    assert [one.message.code for one in lab.hear(bye, TRUNK)] == [481]


def test_a_card_that_does_not_come_back_has_no_dialog():
    lab = Lab()
    invite = arrived(lab)
    lab.hear(answer_to(invite, 200), card_flow("card-0"))
    del lab.pool.cards_now["card-0"]
    lab.proxy.cards_expected()
    assert lab.hear(in_dialog("BYE", invite, TRUNK, 2), TRUNK) == lab.hear(in_dialog("ACK", invite, TRUNK), TRUNK) == []
    assert [one.message.code for one in lab.done(lab.proxy.cards_counted())] == [481]


def test_a_route_counts_only_in_its_own_dialog_and_with_its_own_card():
    lab = Lab()
    invite = arrived(lab)
    stolen = in_dialog("BYE", invite, STRANGER, 2)
    assert lab.hear(stolen.replace("Call-ID: call-1", "Call-ID: call-2"), STRANGER) == []
    assert lab.hear(stolen.replace("card=card-0", "card=card-1"), STRANGER) == []
    assert lab.proxy.counters["bad_routes"] == 2


def test_dialled_numbers_are_found_as_written_and_as_e164():
    for uri in (
        f"sip:+493012345678@{DOMAIN}",
        "tel:+49-30-12345678",
        f"sip:03012345678@{EDGE}",
        f"sip:%2B493012345678@{DOMAIN}",
        "sip:03012345678@192.0.2.1",
        "sip:03012345678@192.0.2.1:5090",
        "sip:03012345678@[2001:DB8:0::1]:5060",
    ):
        lab = Lab(ipv6=True)
        lab.hear(request(uri=uri), TRUNK)
        (invite,) = lab.card()
        assert invite.message.uri == "sip:+493012345678@127.0.0.1:40000", uri


def test_who_may_not_call():
    lab = Lab()
    assert lab.hear(request(uri=f"sip:999@{DOMAIN}"), TRUNK)[0].message.code == 404
    assert lab.hear(request(uri="sip:100@elsewhere.example"), TRUNK)[0].message.code == 404
    assert lab.hear(request(), STRANGER)[0].message.code == 403
    assert lab.other == []


def test_an_agents_phone_dials_a_number():
    lab = Lab()
    from_ = f"<sip:ana@{DOMAIN}>;tag=ft"
    (challenged,) = lab.hear(request(at=PHONE, from_=from_), PHONE)
    assert challenged.message.code == 407
    assert lab.hear(request("ACK", at=PHONE, from_=from_, to=challenged.message.first("to") or ""), PHONE) == []
    uri = f"sip:100@{DOMAIN}"
    for challenge in challenged.message.lines("proxy-authenticate"):
        lab = Lab()
        (challenged,) = lab.hear(request(at=PHONE, from_=from_), PHONE)
        offered = [one for one in challenged.message.lines("proxy-authenticate") if challenge.split(", ")[3] in one]
        value = authorization(offered[0], "ana", "secret-a", "INVITE", uri)
        again = request(at=PHONE, from_=from_, cseq=2, branch="z9hG4bKtwo", extra=f"Proxy-Authorization: {value}")
        assert [one.message.code for one in lab.hear(again, PHONE)] == [100]
        (invite,) = lab.card()
        assert invite.message.lines("x-caruso-agent") == ["ana"]
        assert not invite.message.has("proxy-authorization")
        assert not invite.message.has("x-caruso-trunk")
        # Requests of the card go back to where the phone sends from, whatever its Contact says.
        assert ";flow=u0*172.16.0.9*40000;" in invite.message.lines("record-route")[0]


def test_an_agents_phone_dials_nothing_else():
    lab = Lab()
    uri = "sip:+4930555@10.9.1.1"
    from_ = f"<sip:ana@{DOMAIN}>;tag=ft"
    (challenged,) = lab.hear(request(uri=uri, at=PHONE, from_=from_), PHONE)
    value = authorization(challenged.message.lines("proxy-authenticate")[0], "ana", "secret-a", "INVITE", uri)
    again = request(uri=uri, at=PHONE, from_=from_, cseq=2, branch="z9hG4bKtwo", extra=f"Proxy-Authorization: {value}")
    assert lab.hear(again, PHONE)[0].message.code == 403
    assert lab.other == []


def test_nobody_calls_under_a_colleagues_name():
    lab = Lab()
    from_ = f"<sip:bob@{DOMAIN}>;tag=ft"
    (challenged,) = lab.hear(request(at=PHONE, from_=from_), PHONE)
    value = authorization(
        challenged.message.lines("proxy-authenticate")[0], "ana", "secret-a", "INVITE", f"sip:100@{DOMAIN}"
    )
    again = request(at=PHONE, from_=from_, cseq=2, branch="z9hG4bKtwo", extra=f"Proxy-Authorization: {value}")
    assert lab.hear(again, PHONE)[0].message.code == 403


def test_what_no_card_could_answer_is_refused_before_one_is_taken():
    lab = Lab()
    unknown = request(body="x\n").replace("application/sdp", "application/unknown")
    assert lab.hear(unknown, TRUNK)[0].message.code == 415
    assert lab.hear(request(extra="Accept: text/nothing", call_id="b", branch="z9hG4bKb"), TRUNK)[0].message.code == 406
    assert lab.other == []


def test_a_tcp_connection_is_remembered_in_the_route():
    lab = Lab()
    flow = Flow("tcp", "10.9.1.1", 33333, 0, "abc.1")
    lab.hear(request(at=flow), flow)
    (invite,) = lab.card()
    near, far = invite.message.lines("record-route")
    assert ";flow=tabc.1*10.9.1.1*33333;" in near
    assert far.startswith(f"<sip:{EDGE};transport=tcp;lr;")
    bye = request(
        "BYE",
        "sip:far@10.9.1.1:5070;transport=tcp",
        at=card_flow("card-0"),
        routes=[near, far],
        from_=f"<sip:100@{DOMAIN}>;tag=tt",
        to="<sip:+4915112345@10.9.1.1>;tag=ft",
    )
    (sent,) = lab.hear(bye, card_flow("card-0"))
    assert sent.flow == Flow("tcp", "10.9.1.1", 5070, 0, "abc.1")
    assert sent.message.lines("via")[0].startswith(f"SIP/2.0/TCP {EDGE};")


def test_a_proxy_before_us_may_try_again_after_our_refusal():
    lab = Lab()
    lab.hear(request(), TRUNK)
    assert [one.message.code for one in lab.no_card()] == [503]
    assert [one.message.code for one in lab.hear(request(branch="z9hG4bKagain"), TRUNK)] == [100]
    (invite,) = lab.card()
    assert invite.flow == card_flow("card-0")
