"""What waits in the mailboxes, by SUBSCRIBE (RFC 6665, RFC 3842): who may, for how long, what is told, and its end."""

import pytest
from edge_lab import DOMAIN, PHONE, STRANGER, Lab, Sent, answer_to, authorization, register, request

from server.edge.actions import Probed, SummaryWanted
from server.edge.phones.probes import notice
from server.edge.phones.subscriptions import CONTENT_TYPE, EVENT
from server.edge.sip.message import Message

BODY = b"Messages-Waiting: yes\r\nVoice-Message: 1/0 (0/0)\r\n"
ANA = f"<sip:ana@{DOMAIN}>"


def subscribe(
    lab: Lab,
    *,
    expires: str = "600",
    event: str = EVENT,
    extra: str = "",
    to: str = ANA,
    cseq: int = 1,
    from_user: str = "ana",
    call_id: str = "sub-1",
) -> tuple[Message, list[Sent]]:
    """SUBSCRIBE with digest; the answer, and what else was sent."""
    uri = f"sip:ana@{DOMAIN}"
    headers = "\n".join(line for line in (f"Event: {event}", f"Expires: {expires}", extra) if line)
    common: dict[str, object] = {
        "at": PHONE, "from_": f"<sip:{from_user}@{DOMAIN}>;tag=s", "to": to, "call_id": call_id,
        "contact": "<sip:ana@172.16.0.9:40000>",
    }  # fmt: skip
    text = request("SUBSCRIBE", uri, branch=f"z9hG4bK{call_id}{cseq}a", cseq=cseq, extra=headers, **common)  # type: ignore[arg-type]
    (first,) = lab.hear(text, PHONE)
    assert first.message.code == 401
    challenge = first.message.lines("www-authenticate")[0]
    headers += f"\nAuthorization: {authorization(challenge, 'ana', 'secret-a', 'SUBSCRIBE', uri)}"
    text = request("SUBSCRIBE", uri, branch=f"z9hG4bK{call_id}{cseq}b", cseq=cseq + 1, extra=headers, **common)  # type: ignore[arg-type]
    answer, *others = lab.hear(text, PHONE)
    return answer.message, others


def told(lab: Lab, body: bytes = BODY) -> list[Sent]:
    """What is sent when ana's messages are told."""
    return lab.done(lab.proxy.notify(7, "ana", notice(EVENT, CONTENT_TYPE, body), lab.now))


def test_who_subscribes_is_told_at_once_and_at_every_change():
    lab = Lab()
    answer, others = subscribe(lab)
    assert (answer.code, answer.first("expires"), others) == (200, "600", [])
    assert answer.first("contact") == "<sip:ana@192.0.2.1:5060>"
    assert lab.other == [SummaryWanted("ana")]
    (first,) = told(lab)
    assert (first.flow, first.message.method, first.message.uri) == (PHONE, "NOTIFY", "sip:ana@172.16.0.9:40000")
    assert first.message.first("event") == EVENT
    assert first.message.first("subscription-state") == "active;expires=600"
    assert (first.message.first("call-id"), first.message.body) == ("sub-1", BODY)
    assert first.message.first("to") == f"<sip:ana@{DOMAIN}>;tag=s"
    assert first.message.first("from") == answer.first("to")
    lab.hear(answer_to(first, 200), PHONE)
    lab.pass_to(lab.now.mono + 100)
    (second,) = told(lab)
    assert second.message.first("subscription-state") == "active;expires=500"
    numbers = [int((one.message.first("cseq") or "").split()[0]) for one in (first, second)]
    assert numbers[1] == numbers[0] + 1
    assert lab.other == [Probed(7, True)]


def test_a_notify_is_repeated_until_it_is_answered_and_nobody_there_is_told_no_more():
    lab = Lab()
    subscribe(lab)
    (first,) = told(lab)
    assert [str(one) for one in lab.sleep(0.6)] == [str(first)]
    lab.hear(answer_to(first, 200), PHONE)
    assert lab.sleep(10) == []
    told(lab)
    assert lab.sleep(40), "repeated"
    assert not lab.proxy.subscriptions.has("ana")
    subscribe(lab, call_id="sub-2")
    (again,) = told(lab)
    lab.hear(answer_to(again, 481), PHONE)
    assert not lab.proxy.subscriptions.has("ana"), "the phone knows of none"


def test_a_registered_phone_that_subscribes_is_told_once():
    lab = Lab()
    register(lab)
    assert [one.message.first("subscription-state") for one in told(lab)] == ["terminated;reason=noresource"]
    subscribe(lab)
    assert [one.message.first("subscription-state") for one in told(lab)] == ["active;expires=600"]


def test_it_is_refreshed_ended_and_runs_out():
    lab = Lab()
    answer, _ = subscribe(lab)
    to = answer.first("to") or ""
    lab.pass_to(lab.now.mono + 500)
    answer, _ = subscribe(lab, to=to, cseq=5)
    assert answer.code == 200
    lab.sleep(200)
    assert lab.proxy.subscriptions.has("ana"), "refreshed"
    answer, _ = subscribe(lab, to=to, cseq=9, expires="0")
    assert (answer.code, answer.first("expires")) == (200, "0")
    (last,) = told(lab)
    assert last.message.first("subscription-state") == "terminated;reason=timeout"
    assert told(lab) == []
    subscribe(lab, call_id="sub-2", expires="60")
    (last,) = [one for one in lab.sleep(61) if one.message.first("call-id") == "sub-2"][:1]
    assert (last.message.first("subscription-state"), last.message.body) == ("terminated;reason=timeout", b"")


def test_a_new_core_goes_on_with_a_refresh_and_its_numbers_grow():
    lab = Lab()
    answer, _ = subscribe(lab)
    (before,) = told(lab)
    lab.restart()
    lab.pass_to(lab.now.mono + 30)
    assert subscribe(lab, to=answer.first("to") or "", cseq=5)[0].code == 200
    (after,) = told(lab)
    numbers = [int((one.message.first("cseq") or "").split()[0]) for one in (before, after)]
    assert numbers[1] > numbers[0]
    assert subscribe(lab, to=f"{ANA};tag=forged", cseq=9)[0].code == 481


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"event": "presence"}, 489),
        ({"expires": "10"}, 423),
        ({"extra": "Accept: text/plain"}, 406),
        ({"to": f"<sip:bob@{DOMAIN}>"}, 403),
        ({"from_user": "bob"}, 403),
    ],
)
def test_what_is_refused(asked: dict[str, str], code: int):
    lab = Lab()
    assert subscribe(lab, **asked)[0].code == code  # type: ignore[arg-type]
    assert not lab.proxy.subscriptions.has("ana")


def test_a_stranger_and_an_old_request_change_nothing():
    lab = Lab()
    text = request("SUBSCRIBE", f"sip:ana@{DOMAIN}", at=STRANGER, extra=f"Event: {EVENT}")
    assert [one.message.code for one in lab.hear(text, STRANGER)] == [401]
    answer, _ = subscribe(lab, cseq=10)
    assert subscribe(lab, to=answer.first("to") or "", cseq=4)[0].code == 500
    for number in range(9):
        assert subscribe(lab, call_id=f"more-{number}")[0].code == 200
    assert subscribe(lab, call_id="one-too-many")[0].code == 403
