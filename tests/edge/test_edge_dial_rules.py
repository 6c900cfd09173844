"""The whole table of who may do what, walked through: as a table, and as messages of every kind of sender."""

import pytest
from edge_lab import DOMAIN, PHONE, STRANGER, TRUNK, Lab, answer_to, authorization, card_flow, from_card, request

from server.edge.dial_rules import METHODS, TABLE, Rule, Sender, verdict

A, C = Rule.ALLOW, Rule.CHALLENGE
EXPECTED = {
    #            card trunk phone claimant stranger party
    "INVITE": (A, A, A, C, 403, A),
    "ACK": (A, A, A, A, A, A),
    "CANCEL": (A, A, A, A, A, A),
    "OPTIONS": (A, A, A, A, A, A),
    "REGISTER": (403, C, C, C, C, 403),
    "BYE": (481, 481, 481, 481, 481, A),
    "UPDATE": (481, 481, 481, 481, 481, A),
    "PRACK": (481, 481, 481, 481, 481, A),
    "INFO": (481, 481, 481, 481, 481, A),
    "NOTIFY": (481, 481, 481, 481, 481, A),
    "REFER": (403, 403, 403, 403, 403, A),
    "SUBSCRIBE": (405, C, C, C, C, A),
    "MESSAGE": (405,) * 6,
    "PUBLISH": (405,) * 6,
    "NEWMETHOD": (501,) * 6,
}
CLAIM = f"<sip:ana@{DOMAIN}>;tag=ft"


def test_the_table_is_what_it_is_meant_to_be():
    senders = list(Sender)
    assert {method: tuple(verdict(method, sender) for sender in senders) for method in EXPECTED} == EXPECTED
    assert set(TABLE) == set(METHODS) == set(EXPECTED) - {"NEWMETHOD"}


def codes(lab: Lab, text: str, flow: object) -> list[int]:
    """Codes of the answers, 0 for a request that was forwarded."""
    return [one.message.code for one in lab.hear(text, flow)]  # type: ignore[arg-type]


@pytest.mark.parametrize("method", EXPECTED)
def test_messages_of_every_sender_meet_the_table(method: str):
    """What each sender gets for a request outside a dialog at one of our numbers."""
    ours = {
        Sender.TRUNK: (request(method), TRUNK),
        Sender.CLAIMANT: (request(method, at=PHONE, from_=CLAIM), PHONE),
        Sender.STRANGER: (request(method, at=STRANGER), STRANGER),
        Sender.CARD: (from_card(method, f"sip:100@{DOMAIN}"), card_flow("card-0")),
    }
    # What ALLOW and CHALLENGE come to for a method; CANCEL meets no call, ACK is never answered.
    allowed = {"INVITE": 100, "OPTIONS": 200, "CANCEL": 481}
    for sender, (text, flow) in ours.items():
        rule = verdict(method, sender)
        if method == "ACK":
            expected = []
        elif method == "CANCEL" and sender is Sender.TRUNK:
            expected = [200, 0, 0, 0]  # perhaps of a call before a restart: all cards are asked
        elif method == "INVITE" and sender is Sender.CARD:
            expected = [480]  # nobody of that name is registered
        elif rule is Rule.CHALLENGE:
            expected = [401 if method in ("REGISTER", "SUBSCRIBE") else 407]
        else:
            expected = [allowed[method] if rule is Rule.ALLOW else int(rule)]
        assert codes(Lab(), text, flow) == expected, sender


@pytest.mark.parametrize("method", EXPECTED)
def test_a_party_of_a_dialog(method: str):
    lab = Lab()
    lab.hear(request(), TRUNK)
    (invite,) = lab.card()
    lab.hear(answer_to(invite, 200), card_flow("card-0"))
    routes = list(reversed(invite.message.lines("record-route")))
    text = request(
        method, "sip:c@127.0.0.1:40000", routes=routes, to=f"<sip:100@{DOMAIN}>;tag=tt", branch="z9hG4bKp", cseq=2
    )
    rule = verdict(method, Sender.PARTY)
    assert codes(lab, text, TRUNK) == ([0] if rule is Rule.ALLOW else [rule])


def test_a_phone_that_proves_itself():
    lab = Lab()
    (challenged,) = lab.hear(request(at=PHONE, from_=CLAIM), PHONE)
    value = authorization(
        challenged.message.lines("proxy-authenticate")[0], "ana", "secret-a", "INVITE", f"sip:100@{DOMAIN}"
    )
    text = request(at=PHONE, from_=CLAIM, branch="z9hG4bK2", cseq=2, extra=f"Proxy-Authorization: {value}")
    assert codes(lab, text, PHONE) == [100]


def test_nothing_is_relayed_for_people_outside():
    lab = Lab()
    assert codes(lab, request(uri="sip:+4930555@10.9.1.1", at=STRANGER), STRANGER) == [403]
    assert codes(lab, request(routes=["<sip:10.9.1.1;lr>"], branch="z9hG4bKb"), TRUNK) == [403]
    assert codes(lab, request("OPTIONS", "sip:x@elsewhere.example", at=STRANGER), STRANGER) == [404]
