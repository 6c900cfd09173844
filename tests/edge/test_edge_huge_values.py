"""Values as long as a datagram: reading them costs what their length costs, and no more, so that one message from a
stranger does not hold up everybody's calls. Counted is this thread's CPU, not the time on the wall."""

import time

import pytest
from edge_lab import DOMAIN, STRANGER, TRUNK, Lab, request, wire

from server.edge import card_room, routes, signing
from server.edge.actions import PutBack
from server.edge.sip.framing import MAX_MESSAGE_OCTETS

OCTETS = 50_000
MOST_CPU_SECONDS = 1.0
"""A value read in one pass takes some milliseconds; one that is searched anew from each of its characters, seconds."""
FILLINGS = [
    " ",
    "\t ",
    "\r\n ",
    ",",
    ";",
    "; ",
    ";a",
    ";a=b",
    "; a = b",
    '"',
    '\\"',
    "\\",
    "<",
    ">",
    "<>",
    "a",
    "1",
    "%41",
    "%",
]
FILLINGS += ["a:", ":", "@", ".", "[", "]", "=", "/", "?", "é", "*", "+1", ",<a:b>", ',"a"', ", ", '""']
LEAD = {
    "X-Odd": "a",
    "Via": "SIP/2.0/UDP 198.51.100.66",
    "From": f"<sip:far@{DOMAIN}>",
    "To": f"<sip:100@{DOMAIN}>",
    "CSeq": "1",
    "Call-ID": "c",
    "Max-Forwards": "7",
    "Content-Length": "0",
    "Route": "<sip:192.0.2.1:5060;lr>",
    "Contact": "<sip:far@198.51.100.66>",
    "Path": "<sip:far@198.51.100.66;lr>",
    "Require": "path",
    "Proxy-Require": "path",
    "Expires": "60",
    "Event": "message-summary",
    "Accept": "application/sdp",
    "Authorization": 'Digest username="ana"',
    "Proxy-Authorization": 'Digest username="ana"',
}


def with_long(name: str, filling: str, method: str) -> bytes:
    """A request in which the header has a long value: its usual beginning, the filling, an end that fits nowhere."""
    value = f"{LEAD[name]}{filling * (OCTETS // len(filling.encode()))}!"
    uri = f"sip:{DOMAIN}" if method == "REGISTER" else f"sip:100@{DOMAIN}"
    lines = wire(request(method, uri, at=STRANGER, from_=f"<sip:ana@{DOMAIN}>;tag=x")).decode().split("\r\n")
    kept = [line for line in lines if not line.startswith(f"{name}:")]
    kept.insert(1, f"{name}: {value}")
    return "\r\n".join(kept).encode()


@pytest.mark.parametrize("method", ["INVITE", "REGISTER", "SUBSCRIBE"])
@pytest.mark.parametrize("name", LEAD)
def test_a_long_value_costs_what_its_length_costs(name: str, method: str):
    slow = []
    for filling in FILLINGS:
        lab = Lab()
        octets = with_long(name, filling, method)
        assert len(octets) < MAX_MESSAGE_OCTETS
        began = time.thread_time()
        lab.hear(octets, STRANGER)
        if time.thread_time() - began > MOST_CPU_SECONDS:
            slow.append(filling)
    assert slow == []


def test_who_makes_up_endless_routes_fills_no_memory():
    lab = Lab()
    book = lab.proxy._requests._routes
    for number in range(20):
        made_up = f"<sip:x;lr;card={number}{'a' * 2000};flow={'b' * 2000};sig=0123456789abcdef01>"
        assert lab.hear(request("BYE", at=STRANGER, routes=[made_up], call_id=f"c{number}"), STRANGER) == []
    assert lab.proxy.counters["bad_routes"] == 20
    assert book._signer.route.cache_info().currsize == 0


def invite_with(lines: dict[str, str]) -> bytes:
    """An INVITE of the trunk, with these lines in place of its own or besides them."""
    head, _, body = wire(request("INVITE", f"sip:100@{DOMAIN}", at=TRUNK, body="v=0\n")).decode().partition("\r\n\r\n")
    kept = [line for line in head.split("\r\n") if line.partition(":")[0] not in lines]
    return ("\r\n".join([*kept, *(f"{name}: {value}" for name, value in lines.items())]) + "\r\n\r\n" + body).encode()


@pytest.mark.parametrize(
    "lines",
    [
        {"From": f'"{"n" * 3000}" <sip:+4930123@10.9.1.1>;tag=x'},
        {"Contact": f"<sip:{'c' * 2800}@10.9.1.1>"},
        {"X-Data": "x" * 3500},
        {"Contact": f"<sip:{'c' * 1000}@10.9.1.1>", "From": f'"{"n" * 1800}" <sip:+4930123@10.9.1.1>;tag=x'},
    ],
    ids=["name", "contact", "other", "together"],
)
def test_a_call_that_no_card_can_take_is_refused_at_once(lines: dict[str, str]):
    lab = Lab()
    octets = invite_with(lines)
    lab.hear(octets, TRUNK)
    sent = lab.card("card-0")
    assert [one.message.code for one in sent] == [513]
    assert sent[0].flow == TRUNK
    assert PutBack("card-0") in lab.other


@pytest.mark.parametrize(
    "lines",
    [
        {"From": f'"{"n" * 1000}" <sip:+4930123@10.9.1.1>;tag=x'},
        {"Contact": f"<sip:{'c' * 1000}@10.9.1.1>"},
        {"X-Data": "x" * 2500},
    ],
    ids=["name", "contact", "other"],
)
def test_a_call_that_is_long_and_fits_goes_to_its_card(lines: dict[str, str]):
    lab = Lab()
    lab.hear(invite_with(lines), TRUNK)
    (sent,) = lab.card("card-0")
    assert sent.flow.kind == "card"
    assert len(sent.message.octets()) <= card_room.MOST_OCTETS


def test_what_we_write_ourselves_is_short_enough_to_be_believed():
    longest = routes.RouteBook(signing.Signer(b"k" * 32), Lab().proxy._calls._places, "secret")
    flow = f"tffffff.1000000*{'2001~db8' * 4}~1%verylongifname1*65535"
    for line in longest.record(
        f"<sip:{'h' * 253}:65535;transport=tcp;lr", "card-" + "f" * 32, "c" * 512, flow, True, True
    ):
        assert len(line.partition(": ")[2]) <= routes.LONGEST_OWN


def test_a_registration_with_contacts_without_end_is_refused():
    lab = Lab()
    contacts = ", ".join(f"<sip:a@10.0.{n // 250}.{n % 250}>" for n in range(21))
    uri = f"sip:{DOMAIN}"
    text = request(
        "REGISTER", uri, at=STRANGER, from_=f"<sip:ana@{DOMAIN}>;tag=x", to=f"<sip:ana@{DOMAIN}>", contact=contacts
    )
    assert [sent.message.code for sent in lab.hear(text, STRANGER)] == [400]
