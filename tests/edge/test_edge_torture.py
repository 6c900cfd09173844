"""Cases of RFC 4475, in messages of our own: what is wrong is refused with the right code, what is right is understood.

After each, an ordinary call works.
"""

import pytest
from edge_lab import DOMAIN, PHONE, TRUNK, Lab, answer_to, card_flow, request, wire

from server.edge.sip import headers, uri


def options(**changes: str) -> bytes:
    """An OPTIONS with some header lines changed; an empty value leaves the line out."""
    lines = {
        "Via": "SIP/2.0/UDP 10.9.1.1:5060;branch=z9hG4bKt;rport",
        "Max-Forwards": "70",
        "From": "<sip:far@10.9.1.1>;tag=ft",
        "To": f"<sip:100@{DOMAIN}>",
        "Call-ID": "torture-1",
        "CSeq": "1 OPTIONS",
    }
    start = changes.pop("start", f"OPTIONS sip:100@{DOMAIN} SIP/2.0")
    lines |= {name.replace("_", "-"): value for name, value in changes.items()}
    return wire("\n".join([start, *[f"{name}: {value}" for name, value in lines.items() if value]]) + "\n\n")


def start(line: str) -> bytes:
    """The same with another first line."""
    return options(start=line)


INVITE = wire(request(body="v=0\n", call_id="torture-1"))

CASES: dict[str, tuple[bytes, int]] = {
    "extraneous separators in Via": (options(Via="SIP/2.0/UDP 10.9.1.1;;,;,,"), 400),
    "Content-Length larger than the body": (INVITE.replace(b"Content-Length: 5", b"Content-Length: 9999"), 400),
    "negative Content-Length": (INVITE.replace(b"Content-Length: 5", b"Content-Length: -999"), 400),
    "several Content-Lengths": (INVITE.replace(b"Content-Length: 5", b"Content-Length: 5\r\nContent-Length: 3"), 400),
    "CSeq beyond 32 bits": (options(CSeq="36893488147419103232 OPTIONS"), 400),
    "quotes not closed": (options(To=f'"Mr. X <sip:100@{DOMAIN}>'), 400),
    "request URI in angle brackets": (start(f"OPTIONS <sip:100@{DOMAIN}> SIP/2.0"), 400),
    "white space in the request URI": (start(f"OPTIONS sip:100@{DOMAIN}; lr SIP/2.0"), 400),
    "several spaces in the first line": (start(f"OPTIONS  sip:100@{DOMAIN}  SIP/2.0"), 400),
    "white space after the first line": (start(f"OPTIONS sip:100@{DOMAIN} SIP/2.0  "), 400),
    "headers in the request URI": (start(f"OPTIONS sip:100@{DOMAIN}?Route=%3Csip:x%3E SIP/2.0"), 400),
    "an IPv6 address that is none": (start("OPTIONS sip:100@[:::1] SIP/2.0"), 400),
    "an empty list of Vias": (options(Via=","), 400),
    "a broken escape": (start(f"OPTIONS sip:1%zz@{DOMAIN} SIP/2.0"), 400),
    "spaces within an address": (options(To=f"< sip:100@{DOMAIN} >"), 400),
    "a display name that needs quotes": (options(To=f"Bell, Alexander <sip:100@{DOMAIN}>"), 400),
    "CSeq of another method": (options(CSeq="1 INVITE"), 400),
    "unknown method, CSeq of another": (start(f"NEWMETHOD sip:100@{DOMAIN} SIP/2.0"), 400),
    "unknown method": (options(start=f"NEWMETHOD sip:100@{DOMAIN} SIP/2.0", CSeq="1 NEWMETHOD"), 501),
    "escapes in a method's name": (options(start=f"RE%47IST%45R sip:{DOMAIN} SIP/2.0", CSeq="1 RE%47IST%45R"), 501),
    "no Call-ID": (options(Call_ID=""), 400),
    "no From": (options(From=""), 400),
    "no To": (options(To=""), 400),
    "no CSeq": (options(CSeq=""), 400),
    "two Froms": (options(Subject="x\nFrom: <sip:second@10.9.1.1>;tag=x"), 400),
    "two Call-IDs": (options(Subject="x\nCall-ID: second"), 400),
    "two Max-Forwards": (options(Subject="x\nMax-Forwards: 5"), 400),
    "Max-Forwards is no number": (options(Max_Forwards="many"), 400),
    "version 7.0": (start(f"OPTIONS sip:100@{DOMAIN} SIP/7.0"), 505),
    "unknown scheme": (start("OPTIONS nobodyKnowsThisScheme:opaque SIP/2.0"), 416),
    "a scheme like a host": (start("OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0"), 416),
    "unknown extension for proxies": (options(Proxy_Require="nothingSupportsThis, orThis"), 420),
    "unknown extension": (options(Require="nothingSupportsThis"), 420),
    "no body type that we know": (INVITE.replace(b"application/sdp", b"application/unknown"), 415),
    "no answer type that we have": (
        INVITE.replace(b"Content-Type", b"Accept: text/nobodyKnowsThis\r\nContent-Type"),
        406,
    ),
    "no hops left, for elsewhere": (options(start="OPTIONS sip:x@elsewhere.example SIP/2.0", Max_Forwards="0"), 483),
    "no hops left, for us": (options(Max_Forwards="0"), 200),
    "a URI too long": (start(f"OPTIONS sip:{'1' * 3000}@{DOMAIN} SIP/2.0"), 414),
    "folded lines, odd case, compact names": (
        options(
            Via="",
            v="SIP  / 2.0\n /UDP\n    10.9.1.1:5060 ;rport;\n  branch = z9hG4bKt",
            From="",
            fROM='"J \\\\\\""   <sip:far@10.9.1.1>\n  ;tag = 98',
        ),
        200,
    ),
    "unusual but right characters": (
        options(
            From="<sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d@10.9.1.1>;tag=a-.!%*_+`'~"
        ),
        200,
    ),
    "semicolons in the user part": (start(f"OPTIONS sip:user;par=u%40example.net@{DOMAIN} SIP/2.0"), 200),
    "no space before the angle bracket": (options(From="caller<sip:far@10.9.1.1>;tag=ft"), 200),
    "unknown transports in Via": (
        options(Via="SIP/2.0/UNKNOWN 10.9.1.1;branch=z9hG4bKt, SIP/2.0/SCTP x;branch=z9hG4bKu"),
        200,
    ),
    "an empty branch": (options(Via="SIP/2.0/UDP 10.9.1.1:5060;branch=z9hG4bK;rport"), 200),
    "no branch and no tag": (options(Via="SIP/2.0/UDP 10.9.1.1", From="<sip:far@10.9.1.1>"), 200),
    "an unusual date": (options(Date="Fri, 01 Jan 2010 16:00:00 EST"), 200),
    "a NUL in a quoted pair": (options(To=f'"NUL:\\\0" <sip:100@{DOMAIN}>'), 200),
    "a From of another scheme": (options(From="<http://www.example.com>;tag=1"), 200),
    "very long values": (options(Subject="x" * 5000, From=f'"{"long " * 50}" <sip:far@10.9.1.1>;tag={"1" * 500}'), 200),
}


def an_ordinary_call_works(lab: Lab) -> None:
    assert [one.message.code for one in lab.hear(request(call_id="after", branch="z9hG4bKafter"), TRUNK)] == [100]
    (invite,) = lab.card()
    assert [one.message.code for one in lab.hear(answer_to(invite, 200), card_flow("card-0"))] == [200]


@pytest.mark.parametrize("case", CASES)
def test_each_case_is_answered_as_it_must_be(case: str):
    octets, code = CASES[case]
    lab = Lab()
    answers = [one.message.code for one in lab.hear(octets, TRUNK)]
    assert answers == [code]
    an_ordinary_call_works(lab)


DROPPED = {
    "a status code beyond all": b"SIP/2.0 4294967301 better not\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\n\r\n",
    "an answer of somebody else's": wire(
        "SIP/2.0 200 OK\nVia: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bKx\n"
        "Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bKy\nCall-ID: b\nCSeq: 35 INVITE\n"
        "From: sip:a@b;tag=1\nTo: sip:c@d;tag=2\n\n"
    ),
    "an answer with numbers beyond all": wire(
        "SIP/2.0 503 Service Unavailable\nVia: SIP/2.0/TCP h;branch=z9hG4bKz;received=192.0.2.129\nTo: <sip:a@b>\n"
        "From: <sip:c@d>;tag=2\nCSeq: 9292394834772304023312 OPTIONS\nCall-ID: s\n"
        "Retry-After: 949302838503028349304023988\n\n"
    ),
    "an answer without Via": b"SIP/2.0 200 OK\r\n\r\n",
    "an ACK that belongs to nothing": wire(request("ACK")),
    "a malformed ACK": wire(request("ACK").replace("CSeq: 1 ACK", "CSeq: 1 BYE")),
    "no SIP at all": b"\x16\x03\x01\x02\x00\x01\x00",
}


@pytest.mark.parametrize("case", DROPPED)
def test_what_needs_no_answer_gets_none(case: str):
    lab = Lab()
    assert lab.hear(DROPPED[case], TRUNK) == []
    an_ordinary_call_works(lab)


REGISTER = "\n".join(
    [
        f"REGISTER sip:{DOMAIN} SIP/2.0",
        "Via: SIP/2.0/UDP 172.16.0.9:40000;branch=z9hG4bKt;rport",
        "Max-Forwards: 70",
        f"From: <sip:ana@{DOMAIN}>;tag=1",
        f"To: <sip:ana@{DOMAIN}>",
        "Call-ID: t",
        "CSeq: 2 REGISTER",
    ]
)


@pytest.mark.parametrize("scheme", ["NoOneKnowsThisScheme", "Basic", "digest"])
def test_an_unknown_way_to_log_in_is_challenged(scheme: str):
    text = f"{REGISTER}\nAuthorization: {scheme} opaque-data=here\nContact: <sip:ana@172.16.0.9>\n\n"
    assert [one.message.code for one in Lab().hear(text, PHONE)] == [401]


def test_what_is_wrong_with_a_registration_is_said_before_anybody_logs_in():
    lab = Lab()
    bad_contact = f"{REGISTER}\nContact: sip:ana@172.16.0.9?Route=%3Csip:x%3E\n\n"
    assert [one.message.code for one in lab.hear(bad_contact, PHONE)] == [400]
    bad_record = REGISTER.replace(f"To: <sip:ana@{DOMAIN}>", "To: isbn:2983792873") + "\nContact: <name:John>\n\n"
    assert [one.message.code for one in lab.hear(bad_record, PHONE)] == [404]


def test_two_requests_in_one_datagram_are_one():
    first = wire(f"{REGISTER}\nContact: <sip:ana@172.16.0.9>\n\n")
    lab = Lab()
    assert [one.message.code for one in lab.hear(first + wire(request()), PHONE)] == [401]
    assert lab.other == []


def test_parameters_of_the_address_and_of_the_header_are_told_apart():
    assert headers.name_address("<sip:a@b;unknownparam>;q=0.5").parameters == {"q": "0.5"}
    assert headers.name_address("sip:a@b;unknownparam").parameters == {"unknownparam": None}
    with pytest.raises(headers.BadMessage):
        headers.name_address("sip:user@example.com?Route=%3Csip:sip.example.com%3E")
    assert uri.parse("sip:user@example.com?Route=%3Csip:x%3E").headers == "?Route=%3Csip:x%3E"


def test_escapes_are_decoded_once():
    assert uri.parse("sip:sips%3Auser%40example.com@example.net").user == "sips:user@example.com"
    assert uri.parse("sip:null-%00-null@example.com").user == "null-\0-null"
    assert uri.parse("sip:+1650;phone-context=x@Example.COM:5070;LR;user=phone").host == "example.com"
    assert uri.parse("sip:[2001:DB8::9]:5070").host == "2001:db8::9"
