"""Connections over which dialogs run: known as long as they do, and nobody's by what a far end says."""

import pytest
from edge_lab import DOMAIN, PHONE, Lab, Sent, answer_to, authorization, card_flow, from_card, request

from server.call.now import Now
from server.edge import talks
from server.edge.sip.flows import Flow
from server.edge.talks import LONGEST_SECONDS, Talks

CARD = card_flow("card-0")
URI = f"sip:100@{DOMAIN}"
AGENT = f"<sip:ana@{DOMAIN}>;tag=ft"
ANA = Flow("tcp", "203.0.113.9", 40000, 0, "run-1.1")
ANA_ANEW = Flow("tcp", "203.0.113.9", 40001, 0, "run-1.2")
DOOR = Flow("tcp", "203.0.113.5", 5060, 0, "run-1.3")
STRANGER = Flow("tcp", "198.51.100.66", 40000, 0, "run-1.4")


@pytest.fixture
def lab() -> Lab:
    return Lab()


def dialled(lab: Lab, at: Flow = ANA) -> Sent:
    """Ana's phone, which is not registered, calls a number with its password; gives the card's INVITE."""
    (challenged,) = lab.hear(request(at=at, from_=AGENT), at)
    value = authorization(challenged.message.lines("proxy-authenticate")[0], "ana", "secret-a", "INVITE", URI)
    extra = f"Proxy-Authorization: {value}"
    lab.hear(request(at=at, from_=AGENT, cseq=2, branch="z9hG4bKtwo", extra=extra), at)
    (invite,) = lab.card()
    return invite


def by_ana(method: str, ok: Sent, at: Flow = ANA, cseq: int = 3) -> str:
    routes = list(reversed(ok.message.lines("record-route")))
    contact = ok.message.lines("contact")[0].strip("<>")
    branch = f"z9hG4bK{method}{cseq}"
    to = f"<{URI}>;tag=tt"
    return request(method, contact, at=at, routes=routes, from_=AGENT, to=to, cseq=cseq, branch=branch)


def test_a_callers_connection_is_known_from_the_cards_answer_to_the_callers_bye(lab: Lab) -> None:
    invite = dialled(lab)
    assert not lab.proxy.knows(ANA, lab.now)
    (ok,) = lab.hear(answer_to(invite, 200), CARD)
    assert ok.flow == ANA
    assert lab.proxy.knows(ANA, lab.now)
    assert not lab.proxy.knows(ANA_ANEW, lab.now)
    (bye,) = lab.hear(by_ana("BYE", ok), ANA)
    assert bye.flow == CARD
    assert not lab.proxy.knows(ANA, lab.now)


def test_a_card_that_refuses_makes_nothing_known(lab: Lab) -> None:
    lab.hear(answer_to(dialled(lab), 486), CARD)
    assert not lab.proxy.knows(ANA, lab.now)


def test_what_a_far_end_repeats_makes_nothing_known_and_forgets_nothing(lab: Lab) -> None:
    """Also with the right Route, which whoever is in the dialog has."""
    (ok,) = lab.hear(answer_to(dialled(lab), 200), CARD)
    for method in ("ACK", "INFO", "INVITE"):
        (sent,) = lab.hear(by_ana(method, ok, STRANGER), STRANGER)
        assert sent.flow == CARD
        assert not lab.proxy.knows(STRANGER, lab.now)
    lab.hear(answer_to(sent, 481), CARD)
    assert not lab.proxy.knows(STRANGER, lab.now)
    assert lab.proxy.knows(ANA, lab.now)
    lab.hear(by_ana("BYE", ok), ANA)
    lab.hear(by_ana("ACK", ok), ANA)
    assert not lab.proxy.knows(ANA, lab.now)


def test_a_dialog_that_has_moved_keeps_its_new_connection_only(lab: Lab) -> None:
    (ok,) = lab.hear(answer_to(dialled(lab), 200), CARD)
    (again,) = lab.hear(by_ana("INVITE", ok, ANA_ANEW), ANA_ANEW)
    lab.hear(answer_to(again, 200), CARD)
    assert lab.proxy.knows(ANA_ANEW, lab.now)
    assert not lab.proxy.knows(ANA, lab.now)


def test_a_fixed_phones_connection_is_known_from_the_cards_ack_to_the_cards_bye(lab: Lab) -> None:
    (invite,) = lab.hear(from_card(uri="sip:door@203.0.113.5;transport=tcp"), CARD)
    contact = "<sip:door@203.0.113.5;transport=tcp>"
    (ok,) = lab.hear(answer_to(invite, 200, contact=contact), DOOR)
    assert not lab.proxy.knows(DOOR, lab.now)
    named = {
        "uri": "sip:door@203.0.113.5;transport=tcp",
        "routes": list(reversed(ok.message.lines("record-route"))),
        "to": "<sip:door@203.0.113.5;transport=tcp>;tag=tt",
    }
    (ack,) = lab.hear(from_card("ACK", **named), CARD)
    assert (ack.flow.host, ack.flow.port) == (DOOR.host, DOOR.port)
    assert lab.proxy.knows(DOOR, lab.now)
    lab.hear(from_card("BYE", cseq=2, branch="z9hG4bKbye", **named), CARD)
    assert not lab.proxy.knows(DOOR, lab.now)


def test_datagrams_have_no_connection() -> None:
    kept, now = Talks(), Now(0.0, 0.0)
    kept.goes_on("card-0", "call", PHONE, now)
    assert not kept.run_over(PHONE, now)


def test_two_dialogs_over_one_connection_are_two() -> None:
    kept, now = Talks(), Now(0.0, 0.0)
    for call in ("one", "two", "one"):
        kept.goes_on("card-0", call, ANA, now)
    kept.ended("card-0", "one")
    assert kept.run_over(ANA, now)
    kept.ended("card-1", "two")
    assert kept.run_over(ANA, now)
    kept.ended("card-0", "two")
    kept.ended("card-0", "two")
    assert not kept.run_over(ANA, now)
    assert not kept._ways


def test_a_dialog_whose_end_was_never_told_counts_for_half_a_day() -> None:
    kept = Talks()
    kept.goes_on("card-0", "one", ANA, Now(0.0, 0.0))
    kept.goes_on("card-0", "two", DOOR, Now(0.0, 60.0))
    kept.goes_on("card-0", "one", ANA, Now(0.0, 120.0))
    assert kept.run_over(DOOR, Now(0.0, LONGEST_SECONDS + 59.0))
    later = Now(0.0, LONGEST_SECONDS + 60.0)
    assert not kept.run_over(DOOR, later)
    assert kept.run_over(ANA, later)
    assert not kept.run_over(ANA, Now(0.0, LONGEST_SECONDS + 120.0))
    assert not kept._flows
    assert not kept._ways


def test_of_more_than_so_many_the_oldest_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talks, "MOST_TALKS", 3)
    kept, now = Talks(), Now(0.0, 0.0)
    flows = [Flow("tcp", "203.0.113.9", 40000 + number, 0, f"run-1.{number}") for number in range(4)]
    for flow in flows:
        kept.goes_on("card-0", flow.connection, flow, now)
    assert [kept.run_over(flow, now) for flow in flows] == [False, True, True, True]
    assert len(kept._ways) == 6
