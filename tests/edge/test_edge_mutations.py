"""Messages of a call with something wrong in them: none meets a fault of ours, and what goes out can be read."""

from edge_lab import DOMAIN, PHONE, STRANGER, TRUNK, Lab, answer_to, card_flow, from_card, request, wire
from hypothesis import example, given, strategies as st

from server.edge.sip.flows import Flow

CARD = card_flow("card-0")
ROUTE = "<sip:192.0.2.1:5060;lr;card=card-0;sig=0123456789abcdef01>"
BITS = rb"""[::1] [ ] " < > ; , : = @ * \ %zz %ff -1 65536 99999999999999999999 ;lr ;ring=x.y tel:+1 sips:""".split()
BITS += [b"\xff", b"\x00", b"\r\n", b"\r", b"\n", b"\t", b" ", b"\xc2\xb2", b"\xd9\xa3"]
BITS += [b";card=\xff;sig=0123456789abcdef01>", b"c=IN IP6 ::1\r\n", b"m=audio 1 RTP/AVP 0\r\n"]


def _messages() -> list[tuple[bytes, Flow]]:
    """What a trunk, a phone and a card say in a call and outside one."""
    lab = Lab()
    lab.hear(request(body="v=0\n"), TRUNK)
    (invite,) = lab.card()
    (ok,) = lab.hear(answer_to(invite, 200), CARD)
    routes = ok.message.lines("record-route")[::-1]
    target, to = "sip:callee@127.0.0.1:40000", f"<sip:100@{DOMAIN}>;tag=tt"
    back: dict[str, object] = {
        "from_": to,
        "to": "<sip:+4915112345@10.9.1.1>;tag=ft",
        "at": CARD,
        "routes": routes[::-1],
    }
    said = [
        (wire(request(body="v=0\n")), TRUNK),
        (answer_to(invite, 200).octets(), CARD),
        (wire(request("ACK", target, to=to, routes=routes, branch="z9hG4bKack")), TRUNK),
        (wire(request("BYE", target, to=to, routes=routes, branch="z9hG4bKbye", cseq=2)), TRUNK),
        (wire(request("BYE", "sip:far@10.9.1.1", branch="z9hG4bKback", cseq=2, **back)), CARD),  # type: ignore[arg-type]
        (wire(from_card(uri="sip:a@203.0.113.4", body="v=0\n")), CARD),
        (wire(request("BYE", target, to=to, routes=[ROUTE], branch="z9hG4bKforged")), STRANGER),
        (wire(request("OPTIONS", at=STRANGER)), STRANGER),
        (wire(request("CANCEL")), TRUNK),
    ]
    for method, extra in (("REGISTER", "Expires: 60"), ("SUBSCRIBE", "Event: message-summary")):
        proof = f'Authorization: Digest username="ana", realm="{DOMAIN}", nonce="n", uri="sip:{DOMAIN}", response="0"'
        ana = f"<sip:ana@{DOMAIN}>"
        text = request(method, f"sip:{DOMAIN}", at=PHONE, from_=f"{ana};tag=x", to=ana, extra=f"{extra}\n{proof}")
        said.append((wire(text), PHONE))
    return said


SAID = _messages()
FORGED = next(octets for octets, flow in SAID if b"z9hG4bKforged" in octets)


@given(st.data())
def test_whatever_is_wrong_with_a_message_it_meets_no_fault(data: st.DataObject):
    lab = Lab()
    for _ in range(5):
        octets, flow = data.draw(st.sampled_from(SAID))
        for _ in range(data.draw(st.integers(0, 3))):
            begin = data.draw(st.integers(0, len(octets)))
            end = begin + data.draw(st.integers(0, 12))
            octets = octets[:begin] + data.draw(st.sampled_from([b"", *BITS])) + octets[end:]
        lab.hear(octets, flow)


@example(b"card-\xff")
@example(b"card-0\xff")
@given(st.binary(min_size=1, max_size=20).filter(lambda name: not set(b"\r\n;<>\0") & set(name)))
def test_a_route_of_a_card_that_never_was_is_dropped(name: bytes):
    lab = Lab()
    assert lab.hear(FORGED.replace(b"card=card-0", b"card=" + name), STRANGER) == []
    assert lab.proxy.counters["bad_routes"] == 1


def test_what_they_say_is_right_when_nothing_is_wrong_with_it():
    lab = Lab()
    for octets, flow in SAID:
        lab.hear(octets, flow)
    assert lab.proxy.counters["bad_messages"] == 0
