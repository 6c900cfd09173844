import pytest
from hypothesis import given, strategies as st

from server.linecard.worker import farewell
from server.linecard.worker.addresses import (
    BadAddress,
    checked_header,
    checked_target,
    own_address,
    parse_address,
    user_of,
)
from server.linecard.worker.invite import read_invite
from server.linecard.worker.message import Message, split_values

INVITE = (
    "INVITE sip:%2B55%20x@edge.example;user=phone SIP/2.0\r\n"
    "v: SIP/2.0/UDP 127.0.0.1:5061;branch=z9hG4bKedge\r\n"
    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKphone\r\n"
    "Record-Route: <sip:127.0.0.1:5061;lr>,\r\n <sip:192.0.2.9;lr>\r\n"
    'f: "O\'Neil, \\"Jo\\"" <sip:+5511%20;phone-context=x@trunk>;tag=a\r\n'
    "t: <sip:100@edge.example>\r\n"
    'i: call@here\r\nCSeq: 7 INVITE\r\nm: "J" <sip:jo@192.0.2.1:5080;transport=udp>\r\n'
    "X-Caruso-Trunk: north\r\nX-Caruso-Agent: ana\r\nContent-Length: 0\r\n\r\nFrom: <sip:body@x>\r\n"
)


def test_an_invite_tells_who_calls_whom():
    invitation = read_invite(Message(INVITE))
    assert invitation.caller == "+5511 "
    assert invitation.caller_name == 'O\'Neil, "Jo"'
    assert invitation.dialled == "+55 x"
    assert (invitation.trunk, invitation.agent, invitation.sip_call_id) == ("north", "ana", "call@here")


def test_an_asserted_identity_comes_before_from():
    text = INVITE.replace("CSeq", "P-Asserted-Identity: Jo <sip:+4930@t>, <tel:+4931>\r\nCSeq")
    invitation = read_invite(Message(text))
    assert (invitation.caller, invitation.caller_name) == ("+4930", "Jo")


UNSEEN = {*map(chr, [*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]), *"\u2028\u2029"}


@pytest.mark.parametrize(
    ("value", "name", "user"),
    [
        ("<tel:+49-30;ext=1>;tag=x", "", "+49-30"),
        ("sip:bob@host;tag=x", "", "bob"),
        ("Bob <sips:bob:secret@host>", "Bob", "bob"),
        ("<sip:host>", "", ""),
        ('"unclosed <sip:bob@host>', '"unclosed', "bob"),
        ("", "", ""),
    ],
)
def test_addresses_in_every_form(value, name, user):
    assert parse_address(value) == (name, user)


@given(st.text())
def test_any_text_is_read_without_an_error(text):
    read_invite(Message(text))
    farewell.cancel(Message(text))
    farewell.refusal(Message(text), "t")
    farewell.bye_as_callee(Message(text), Message(text), "h:1")
    farewell.bye_as_caller(Message(text), "h:1")


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x9b", "\udc9b", "\u202e", "\u2066", "\u2028"])
def test_no_name_commands_a_terminal_or_turns_what_stands_beside_it(sign):
    assert parse_address(f'"A{sign}[31mB" <sip:%32{sign}1@h>') == ("A[31mB", "21")


@given(st.text(max_size=40), st.text(max_size=40))
def test_our_own_address_never_breaks_a_line_or_its_quotes(user, name):
    value = own_address(user, name, "caruso.local")
    assert not set("\r\n\x00") & set(value)
    if user:
        shown, read = parse_address(value)
        assert read == "".join(c for c in user if c not in UNSEEN)
        assert shown == "".join(c for c in name if c not in UNSEEN).strip()


def test_a_caller_without_a_number_is_anonymous():
    assert own_address("", "x", "d") == '"Anonymous" <sip:anonymous@anonymous.invalid>'


@pytest.mark.parametrize("uri", ["sip:a@b;transport=tcp", "sips:a@[::1]:5061", "tel:+49-30-1", "sip:b?X=y"])
def test_what_can_be_dialled(uri):
    assert checked_target(uri) == f"<{uri}>"


@pytest.mark.parametrize("uri", ["", "a@b", "sip:a b@c", "sip:a@b>", "sip:a\r\n@b", "http://x", "sip:" + "a" * 600])
def test_what_cannot_be_dialled(uri):
    with pytest.raises(BadAddress):
        checked_target(uri)


@pytest.mark.parametrize(("name", "value"), [("X A", "b"), ("", "b"), ("X-A", "b\nc"), ("X-A", "b\x00")])
def test_headers_that_would_break_a_message(name, value):
    with pytest.raises(BadAddress):
        checked_header(name, value)


def test_values_are_cut_outside_quotes_and_brackets():
    assert split_values('"a,b" <sip:x,y@h>, <sip:z@h>') == ['"a,b" <sip:x,y@h>', "<sip:z@h>"]


def test_user_of_is_decoded_and_clean():
    assert user_of("sip:%0d%0aEvil@h") == "Evil"


def lines(text):
    head = text.decode()
    assert head.endswith("\r\n\r\n")
    return head.split("\r\n")


def test_a_cancel_repeats_the_invites_top_via_and_number():
    found = lines(farewell.cancel(Message(INVITE)))
    assert found[0] == "CANCEL sip:%2B55%20x@edge.example;user=phone SIP/2.0"
    assert found[1] == "Via: SIP/2.0/UDP 127.0.0.1:5061;branch=z9hG4bKedge"
    assert "CSeq: 7 CANCEL" in found
    assert sum(line.startswith("Via") for line in found) == 1


def test_a_refusal_goes_back_over_every_via():
    found = lines(farewell.refusal(Message(INVITE), "card"))
    assert found[0].startswith("SIP/2.0 500 ")
    assert sum(line.startswith("Via") for line in found) == 2
    assert "To: <sip:100@edge.example>;tag=card" in found


def test_the_bye_of_a_call_that_came_goes_back_to_the_caller():
    ack = INVITE.replace("INVITE", "ACK").replace("t: <sip:100@edge.example>", "t: <sip:100@edge.example>;tag=me")
    found = lines(farewell.bye_as_callee(Message(INVITE), Message(ack), "127.0.0.1:7000"))
    assert found[0] == "BYE sip:jo@192.0.2.1:5080;transport=udp SIP/2.0"
    assert [line for line in found if line.startswith("Route")] == [
        "Route: <sip:127.0.0.1:5061;lr>",
        "Route: <sip:192.0.2.9;lr>",
    ]
    message = Message("\r\n".join(found))
    assert message.first("from") == "<sip:100@edge.example>;tag=me"
    assert message.first("to").endswith(";tag=a")
    assert message.first("via").startswith("SIP/2.0/UDP 127.0.0.1:7000;")


def test_the_bye_of_a_call_that_we_made_takes_the_route_backwards():
    answer = INVITE.replace(INVITE.split("\r\n")[0], "SIP/2.0 200 OK").replace("edge.example>", "edge.example>;tag=b")
    found = lines(farewell.bye_as_caller(Message(answer), "127.0.0.1:7000"))
    assert [line for line in found if line.startswith("Route")] == [
        "Route: <sip:192.0.2.9;lr>",
        "Route: <sip:127.0.0.1:5061;lr>",
    ]
    message = Message("\r\n".join(found))
    assert message.first("from").endswith(";tag=a")
    assert message.first("to").endswith(";tag=b")


def test_a_text_that_tells_too_little_gives_no_farewell():
    assert farewell.bye_as_caller(Message("SIP/2.0 200 OK\r\n\r\n"), "h:1") == b""
    assert farewell.cancel(Message("SIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\n\r\n")) == b""
