"""A card's leg that rings at several agents' phones: who rings, who wins, who drops out, what the rules are told."""

import msgspec
import pytest
from edge_lab import DOMAIN, SITE, Lab, Sent, answer_to, card_flow, from_card, register

from server.call.commands import RingAgents, RingNoLonger
from server.call.events import PhoneDeclined, PhonePickedUp, PhoneRang
from server.config.site import Agent
from server.edge.sip.flows import Flow

CARD = card_flow("card-0")
ANA = Flow("udp", "172.16.0.9", 40000)
ANA_TOO = Flow("udp", "172.16.0.10", 40001)
CARLA = Flow("udp", "10.3.3.3", 5070)
DORA = Flow("udp", "10.4.4.4", 5060)
LEG = f"sip:sales@{DOMAIN};ring=agent-1.c1"
WITH_AGENTS = msgspec.structs.replace(
    SITE,
    agent=[
        Agent(id="ana"),
        Agent(id="bob"),
        Agent(id="carla", phone="sip:c@10.3.3.3:5070"),
        Agent(id="dora", phone="sip:d@phone.example"),
        Agent(id="mobile", phone="tel:+491511"),
    ],
)


class RingLab(Lab):
    """With what the rules ask for, and are told."""

    def ring(self, *agents: str, leg: str = "agent-1") -> list[Sent]:
        return self.done(self.proxy.ring(RingAgents("c1", leg, list(agents)), self.now))

    def no_longer(self, agent: str, result: str = "withdrawn") -> list[Sent]:
        return self.done(self.proxy.ring_no_longer(RingNoLonger("c1", "agent-1", agent, result), self.now))

    def invite(self) -> list[Sent]:
        """The card dials; its INVITEs, without the 100."""
        trying, *invites = self.hear(from_card(uri=LEG), CARD)
        assert trying.message.code == 100
        return invites


@pytest.fixture
def lab() -> RingLab:
    """Ana has registered a phone, carla and dora have fixed ones, bob has none."""
    lab = RingLab(site=WITH_AGENTS)
    assert register(lab).code == 200
    return lab


@pytest.fixture
def two(lab: RingLab) -> tuple[RingLab, Sent, Sent]:
    """Ana's and carla's phones ring."""
    assert lab.ring("ana", "carla") == []
    first, second = lab.invite()
    for one in (first, second):
        assert lab.hear(answer_to(one, 180), one.flow) == []
    return lab, first, second


def test_every_agents_phones_ring_and_the_card_hears_only_of_the_one_who_picks_up(lab: RingLab) -> None:
    assert register(lab, contact="<sip:ana@172.16.0.10:40001>", flow=ANA_TOO, call_id="reg-2").code == 200
    lab.ring("ana", "carla")
    invites = lab.invite()
    assert [one.flow for one in invites] == [ANA, ANA_TOO, CARLA]
    assert len({one.message.lines("via")[0] for one in invites}) == 3
    first, too, third = invites
    assert first.message.uri == "sip:ana@172.16.0.9:40000"
    assert lab.hear(answer_to(too, 183), ANA_TOO) == []
    assert lab.other == [PhoneRang("c1", "agent-1", "ana")]
    lab.hear(answer_to(first, 180), ANA)
    assert lab.other == []
    lab.hear(answer_to(third, 180), CARLA)
    assert lab.other == [PhoneRang("c1", "agent-1", "carla")]
    actions = lab.proxy.receive(answer_to(third, 200, "won"), CARLA, lab.now)
    assert actions[0] == PhonePickedUp("c1", "agent-1", "carla")  # before the card hears of it
    ok, *cancels = lab.done(actions)
    assert (ok.flow, ok.message.code) == (CARD, 200)
    assert {one.flow for one in cancels} == {ANA, ANA_TOO}
    reasons = {one.message.first("reason") for one in cancels}
    assert reasons == {'SIP;cause=200;text="Call completed elsewhere"'}
    for one in (first, too):
        (ack,) = lab.hear(answer_to(one, 487), one.flow)
        assert (ack.message.method, ack.flow) == ("ACK", one.flow)
        assert lab.other == []


def test_a_second_pick_up_goes_to_the_card_and_the_rules_hear_of_one(two: tuple[RingLab, Sent, Sent]) -> None:
    lab, first, second = two
    lab.hear(answer_to(first, 200, "won"), ANA)
    assert lab.other == [PhonePickedUp("c1", "agent-1", "ana")]
    (late,) = lab.hear(answer_to(second, 200, "late"), CARLA)
    assert (late.flow, late.message.code) == (CARD, 200)
    assert lab.other == []


def test_an_agent_is_added_while_it_rings(two: tuple[RingLab, Sent, Sent]) -> None:
    lab, _, second = two
    assert register(lab, "bob", "secret-b", "<sip:bob@172.16.0.10:40001>", flow=ANA_TOO, call_id="r2").code == 200
    (third,) = lab.ring("bob")
    assert (third.flow, third.message.method) == (ANA_TOO, "INVITE")
    cancels = lab.hear(answer_to(second, 200), CARLA)[1:]
    assert [one.flow for one in cancels] == [ANA]  # bob's has not answered yet: a CANCEL could overtake the INVITE
    (cancel,) = lab.hear(answer_to(third, 180), ANA_TOO)
    assert (cancel.flow, cancel.message.method) == (ANA_TOO, "CANCEL")


@pytest.mark.parametrize(
    ("code", "cause"), [(486, "busy"), (603, "rejected"), (600, "busy"), (480, "no-answer"), (404, "unreachable")]
)
def test_who_declines_drops_out_alone(two: tuple[RingLab, Sent, Sent], code: int, cause: str) -> None:
    lab, first, second = two
    (ack,) = lab.hear(answer_to(first, code), ANA)
    assert ack.message.method == "ACK"
    assert lab.other == [PhoneDeclined("c1", "agent-1", "ana", cause)]
    assert lab.hear(answer_to(second, 200), CARLA)[0].message.code == 200


def test_a_person_who_declines_at_one_phone_has_no_other_ring_on(lab: RingLab) -> None:
    assert register(lab, contact="<sip:ana@172.16.0.10:40001>", flow=ANA_TOO, call_id="reg-2").code == 200
    lab.ring("ana", "carla")
    first, too, third = lab.invite()
    for one in (first, too, third):
        lab.hear(answer_to(one, 180), one.flow)
    _, cancel = lab.hear(answer_to(first, 603), ANA)
    assert (cancel.flow, cancel.message.method, lab.other) == (ANA_TOO, "CANCEL", [])
    lab.hear(answer_to(too, 487), ANA_TOO)
    assert lab.other == [PhoneDeclined("c1", "agent-1", "ana", "rejected")]


def test_one_busy_phone_of_an_agent_is_no_refusal(lab: RingLab) -> None:
    assert register(lab, contact="<sip:ana@172.16.0.10:40001>", flow=ANA_TOO, call_id="reg-2").code == 200
    lab.ring("ana")
    first, too = lab.invite()
    lab.hear(answer_to(first, 486), ANA)
    assert lab.other == []
    lab.hear(answer_to(too, 200), ANA_TOO)
    assert lab.other == [PhonePickedUp("c1", "agent-1", "ana")]


def test_the_rules_take_one_out_of_it(two: tuple[RingLab, Sent, Sent]) -> None:
    lab, first, second = two
    (cancel,) = lab.no_longer("ana", "no-answer")
    assert (cancel.flow, cancel.message.method) == (ANA, "CANCEL")
    assert cancel.message.first("reason") == 'SIP;cause=487;text="no-answer"'
    lab.hear(answer_to(first, 487), ANA)
    assert lab.other == []
    assert lab.hear(answer_to(second, 200), CARLA)[0].message.code == 200


def test_a_cancel_that_was_lost_is_repeated_after_somebody_else_picked_up(two: tuple[RingLab, Sent, Sent]) -> None:
    lab, first, second = two
    (cancel,) = lab.no_longer("ana")
    assert cancel.flow == ANA
    lab.hear(answer_to(second, 200, "won"), CARLA)
    again = lab.sleep(4)
    assert {(one.message.method, one.flow) for one in again} == {("CANCEL", ANA)}
    assert len(again) >= 3
    lab.hear(answer_to(first, 487), ANA)
    assert lab.sleep(20) == []


def test_who_was_taken_out_before_the_card_dialled_does_not_ring(lab: RingLab) -> None:
    lab.ring("ana", "carla")
    assert lab.no_longer("ana") == []
    assert [one.flow for one in lab.invite()] == [CARLA]


def test_who_cannot_be_reached_is_told_at_once(lab: RingLab) -> None:
    lab.ring("bob", "mobile", "carla")
    assert [one.flow for one in lab.invite()] == [CARLA]
    assert lab.other == [
        PhoneDeclined("c1", "agent-1", "bob", "unreachable"),
        PhoneDeclined("c1", "agent-1", "mobile", "unreachable"),
    ]


def test_a_fixed_phone_by_name_rings_when_its_address_is_known(lab: RingLab) -> None:
    lab.ring("dora")
    assert lab.invite() == []
    (invite,) = lab.resolve("10.4.4.4")
    assert (invite.flow, invite.message.uri) == (DORA, "sip:d@phone.example")
    lab.hear(answer_to(invite, 200), DORA)
    assert lab.other == [PhonePickedUp("c1", "agent-1", "dora")]


def test_a_name_without_an_address_is_out_of_reach(lab: RingLab) -> None:
    lab.ring("dora")
    lab.invite()
    assert lab.resolve() == []
    assert lab.other == [PhoneDeclined("c1", "agent-1", "dora", "unreachable")]


def test_a_silent_phone_is_asked_again_and_then_out_of_reach(lab: RingLab) -> None:
    lab.ring("carla")
    (invite,) = lab.invite()
    again = lab.sleep(31)
    assert {one.message.start_line for one in again} == {invite.message.start_line}
    assert len(again) >= 5
    lab.sleep(2)
    assert lab.other == [PhoneDeclined("c1", "agent-1", "carla", "unreachable")]


def test_the_cards_cancel_ends_all_and_is_answered_when_they_have_ended(two: tuple[RingLab, Sent, Sent]) -> None:
    lab, first, second = two
    ok, *cancels = lab.hear(from_card("CANCEL", LEG), CARD)
    assert (ok.message.code, {one.flow for one in cancels}) == (200, {ANA, CARLA})
    lab.hear(answer_to(first, 487), ANA)
    _, ended = lab.hear(answer_to(second, 487), CARLA)
    assert (ended.message.code, ended.flow) == (487, CARD)
    assert lab.ring("carla") == []


def test_nobody_left_is_the_rules_business_and_ends_by_itself_if_they_forget_it(lab: RingLab) -> None:
    lab.ring("carla")
    (invite,) = lab.invite()
    (ack,) = lab.hear(answer_to(invite, 486), CARLA)
    assert ack.message.method == "ACK"  # and nothing to the card: somebody may be added
    (second,) = lab.ring("ana")
    lab.hear(answer_to(second, 486), ANA)
    assert lab.hear(from_card("CANCEL", LEG), CARD)[-1].message.code == 487
    lab.sleep(40)
    lab.ring("carla", leg="agent-2")
    (invite,) = lab.hear(from_card(uri=LEG.replace("agent-1", "agent-2"), branch="z9hG4bK2"), CARD)[1:]
    lab.hear(answer_to(invite, 486), CARLA)
    assert 480 in [one.message.code for one in lab.sleep(11)]


def test_a_leg_that_nobody_asked_for_is_refused(lab: RingLab) -> None:
    assert [one.message.code for one in lab.hear(from_card(uri=LEG), CARD)] == [480]
    lab.ring("carla")
    lab.sleep(40)
    assert [one.message.code for one in lab.hear(from_card(uri=LEG, branch="z9hG4bK2"), CARD)] == [480]


def test_a_new_core_cancels_what_the_old_one_rang(two: tuple[RingLab, Sent, Sent]) -> None:
    lab, first, second = two
    stored = [one.stored for one in lab.proxy.locations.of("ana", lab.now)]
    lab.restart()
    lab.proxy.load(stored, lab.now)
    assert lab.hear(from_card("CANCEL", LEG), CARD)[0].message.code == 481
    lab.ring("ana", "carla")  # the rules have read it in the ledger
    *cancels, ok = lab.hear(from_card("CANCEL", LEG), CARD)
    assert ok.message.code == 200
    assert {(one.flow, one.message.lines("via")[0]) for one in cancels} == {
        (one.flow, one.message.lines("via")[0]) for one in (first, second)
    }
