"""Messages out of octets: datagrams and streams, whatever comes."""

import contextlib

import pytest
from edge_lab import request, wire
from hypothesis import given, strategies as st

from server.edge import checks
from server.edge.sip import framing, headers, message
from server.edge.sip.errors import BadMessage, SipError, UnsafeValue
from server.edge.sip.framing import KEEP_ALIVE, MAX_MESSAGE_OCTETS, StreamFramer, datagram
from server.edge.sip.message import MAX_HEADERS, Message, serialise

WHOLE = wire(request(body="v=0\n"))


def test_a_datagram_is_one_message_and_nothing_else():
    message = datagram(WHOLE + b"REGISTER sip:second SIP/2.0\r\n\r\n")
    assert message is not None
    assert (message.method, message.body) == ("INVITE", b"v=0\r\n")
    assert message.octets() == WHOLE


def test_a_datagram_without_content_length_ends_with_itself():
    message = datagram(b"OPTIONS sip:a@b SIP/2.0\r\nSubject: x\r\n\r\nabc")
    assert message is not None
    assert (message.body, message.first("content-length")) == (b"abc", "3")


@pytest.mark.parametrize("octets", [b"", b"\r\n", b"\r\n\r\n", b"\0\0\0\0"])
def test_keep_alives_are_no_messages(octets: bytes):
    assert datagram(octets) is None


def test_names_are_folded_and_lines_unfolded():
    message = datagram(
        b"OPTIONS sip:a@b SIP/2.0\r\nv: SIP/2.0/UDP h\r\n ;branch=z9hG4bKx\r\n"
        b"FROM :\r\n\t<sip:x@y>;tag=1\r\nX-Own: 1\r\n\r\n"
    )
    assert message is not None
    assert message.first("via") == "SIP/2.0/UDP h ;branch=z9hG4bKx"
    assert message.first("from") == "<sip:x@y>;tag=1"
    assert message.first("x-own") == "1"


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (WHOLE.replace(b"Content-Length: 5", b"Content-Length: 6"), 400),
        (WHOLE.replace(b"Content-Length: 5", b"Content-Length: -5"), 400),
        (WHOLE.replace(b"Content-Length: 5", b"Content-Length: 5\r\nl: 5"), 400),
        (WHOLE.replace(b"Content-Length: 5", "Content-Length: ٥".encode()), 400),
        (WHOLE.replace(b"Content-Length: 5", b"Content-Length: 99999999999999999999"), 400),
        (WHOLE.replace(b"SIP/2.0\r\n", b"SIP/7.0\r\n", 1), 505),
        (WHOLE.replace(b"Call-ID: ", b"Call-ID: \n"), 400),
        (WHOLE.replace(b"Call-ID: ", b"Call-ID: \r"), 400),
        (WHOLE.replace(b"Call-ID: ", b"Call-ID: \0"), 400),
        (WHOLE.replace(b"Call-ID: ", b"Call ID: "), 400),
        (WHOLE.replace(b"Call-ID: call-1", b"nonsense"), 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"SIP/2.0 4294967301 big\r\n\r\n", 400),
        (b"\xff\xfe\xfd", 400),
        (b"OPTIONS sip:a@b SIP/2.0\r\n" + b"a: b\r\n" * (MAX_HEADERS + 1) + b"\r\n", 513),
        (b"x" * (MAX_MESSAGE_OCTETS + 1), 513),
    ],
)
def test_what_is_no_message_says_so(octets: bytes, code: int):
    with pytest.raises(BadMessage) as refused:
        datagram(octets)
    assert refused.value.code == code


def test_a_stream_in_pieces():
    framer = StreamFramer()
    stream = b"\r\n\r\n" + WHOLE + b"\r\n" + WHOLE
    found = [item for octet in stream for item in framer.feed(bytes([octet]))]
    assert found[0] is KEEP_ALIVE
    assert [item.octets() for item in found[1:] if isinstance(item, Message)] == [WHOLE, WHOLE]
    assert not framer.in_message
    framer.feed(b"INVITE")
    assert framer.in_message


def test_a_body_in_pieces_does_not_have_its_header_read_again(monkeypatch: pytest.MonkeyPatch):
    heads = []
    monkeypatch.setattr(framing, "parse_head", lambda head: heads.append(head) or message.parse_head(head))
    head = b"OPTIONS sip:a@b SIP/2.0\r\nSubject: x\r\nContent-Length: 300\r\n\r\n"
    framer = StreamFramer()
    found = [item for octet in head + b"b" * 300 + WHOLE for item in framer.feed(bytes([octet]))]
    assert [item.body for item in found if isinstance(item, Message)] == [b"b" * 300, framing.datagram(WHOLE).body]
    assert len(heads) == 3


def test_a_stream_all_at_once():
    found = StreamFramer().feed(WHOLE * 3 + b"\r\n\r\n\r\n\r\n")
    assert [type(item) for item in found] == [Message] * 3 + [framing.KeepAlive] * 2


def test_a_stream_needs_content_length():
    with pytest.raises(BadMessage):
        StreamFramer().feed(b"OPTIONS sip:a@b SIP/2.0\r\nSubject: x\r\n\r\n")


def test_a_stream_is_bounded():
    framer = StreamFramer()
    for _ in range(8):
        framer.feed(b"x" * 8000)
    with pytest.raises(BadMessage) as refused:
        framer.feed(b"x" * 8000)
    assert refused.value.code == 513
    with pytest.raises(BadMessage):
        StreamFramer().feed(WHOLE.replace(b"Content-Length: 5", b"Content-Length: 65530"))


@pytest.mark.parametrize("value", ["a\r\nEvil: yes", "a\nb", "a\rb", "a\0b"])
def test_no_value_of_ours_breaks_a_line(value: str):
    message = Message(code=200, reason="OK")
    message.add("Subject", value)
    with pytest.raises(UnsafeValue):
        message.octets()


def test_octets_that_are_not_utf_8_go_through_unharmed():
    odd = WHOLE.replace(b"Call-ID: ", b"Subject: J\xfcrgen\r\nCall-ID: ")
    message = datagram(odd)
    assert message is not None
    assert message.octets() == odd


def read_all(octets: bytes) -> None:
    """Everything that the edge does to what comes in before it decides anything."""
    message = datagram(octets)
    if message is not None:
        assert len(serialise([message.start_line], b"")) > 0
        checks.read_request(message)
        message.octets()


@given(st.binary(max_size=400))
def test_any_octets_give_a_message_or_a_declared_error(octets: bytes):
    with contextlib.suppress(SipError):
        read_all(octets)


_LINE = st.one_of(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=40),
    st.sampled_from(
        [
            "Via: SIP/2.0/UDP h;branch=z9hG4bKa",
            "From: <sip:a@b>;tag=1",
            'To: "x" <sip:c@d>',
            "CSeq: 1 INVITE",
            "Call-ID: x",
            "Content-Length: 3",
            "l: 3",
            " folded",
            "Via: SIP/2.0/TCP [::1]:5060, SIP/2.0/UDP x",
            "To: <<>>",
            'From: "',
            "Route: ,",
        ]
    ),
)


@given(st.lists(_LINE, max_size=12), st.binary(max_size=10), st.integers(1, 50))
def test_anything_like_a_message_gives_one_or_a_declared_error(lines: list[str], body: bytes, step: int):
    octets = "\r\n".join(["INVITE sip:a@b SIP/2.0", *lines]).encode() + b"\r\n\r\n" + body
    with contextlib.suppress(SipError):
        read_all(octets)
    framer = StreamFramer()
    with contextlib.suppress(BadMessage):
        for start in range(0, len(octets), step):
            framer.feed(octets[start : start + step])


_FOLDED = st.lists(st.sampled_from(["X-A: 1", "x-b :2 ", "Subject:", " ", "\t", "  y ", "\t;z=1", " \t "]), max_size=9)


@given(_FOLDED)
def test_a_line_goes_on_where_the_next_begins_with_white_space(lines: list[str]):
    whole: list[str] = []
    for line in lines:
        if line[0] in " \t" and whole:
            whole[-1] = f"{whole[-1].rstrip()} {line.lstrip()}"
        elif line[0] not in " \t":
            whole.append(line)
    while lines and lines[0][0] in " \t":  # it would go on with the first line
        lines = lines[1:]
    found = message.parse_head("\r\n".join(["OPTIONS sip:a@b SIP/2.0", *lines]).encode())
    assert [line.split() for line in found.header_lines] == [line.split() for line in whole]
    assert found.keys == [line.partition(":")[0].strip().lower() for line in whole]


@pytest.mark.parametrize("text", [";rport=", ";rport=;a", ";a=b;", ";a;;b", ';a="x', ";a=b=c"])
def test_parameters_with_something_missing_are_refused(text: str):
    with pytest.raises(BadMessage):
        headers.parameters(text)
    with pytest.raises(BadMessage):
        headers.via(f"SIP/2.0/UDP h{text}")


@pytest.mark.parametrize("text", ['a"b,c', "a,<b", '<a>,"b\\"', "a<b,c"])
def test_a_list_with_something_left_open_is_refused(text: str):
    with pytest.raises(BadMessage):
        headers.split_list(text)
