"""The edge on real sockets: UDP and TCP, IPv4 and IPv6, cards, registration, faults."""

import socket
import sys

import msgspec
import pytest
from edge_lab import DOMAIN, SECRET, Sent as Got, answer_to, authorization, request, wire
from edge_peers import House, TcpPeer, UdpPeer
from pytest_twisted import blockon, ensureDeferred
from twisted.internet import reactor
from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IReadDescriptor
from twisted.internet.utils import getProcessOutputAndValue
from zope.interface import implementer

from server.call.card_route import card_route
from server.config.site import Sip
from server.edge.sip.flows import Flow
from server.edge.sip.message import Message
from server.edge.transport import streams
from server.edge.transport.sockets import listener_of, open_listener


@pytest.fixture
def house():
    """A house that is closed at the end."""
    made = House()
    blockon(Deferred.fromCoroutine(made.open()))
    yield made
    blockon(Deferred.fromCoroutine(made.close()))


async def answered(peer: UdpPeer | TcpPeer) -> Message:
    """The next message that the peer gets."""
    return await peer.queue.get()


def got(peer: UdpPeer, message: Message) -> Got:
    """A message as the peer got it."""
    return Got(peer.flow, message)


def in_dialog(method: str, invite: Message, card: UdpPeer, target: str) -> bytes:
    """A request of the card in the dialog of an INVITE that it answered."""
    return wire(
        request(
            method,
            target,
            at=card.flow,
            routes=invite.lines("record-route"),
            from_=f"<sip:100@{DOMAIN}>;tag=tt",
            to="<sip:+4915112345@10.9.1.1>;tag=ft",
        )
    )


@ensureDeferred
async def test_a_call_over_udp(house: House):
    trunk, card = house.peer(), house.peer("card-0")
    trunk.say(wire(request(at=trunk.flow)), house.ports["udp"])
    assert (await answered(trunk)).code == 100
    invite = await answered(card)
    assert invite.uri == f"sip:100@127.0.0.1:{card.flow.port}"
    card.say(answer_to(got(card, invite), 200).octets(), house.card_port)
    ok = await answered(trunk)
    assert (ok.code, ok.first("contact")) == (200, f"<sip:callee@{card.flow.address}>")
    card.say(in_dialog("BYE", invite, card, f"sip:far@{trunk.flow.address}"), house.card_port)
    bye = await answered(trunk)
    assert bye.method == "BYE"
    trunk.say(answer_to(got(trunk, bye), 200).octets(), house.ports["udp"])
    assert (await answered(card)).code == 200
    assert house.edge.counters["faults"] == 0


@ensureDeferred
async def test_a_call_over_tcp_and_back_over_the_same_connection(house: House):
    trunk, card = await house.tcp_peer(), house.peer("card-0")
    invite_text = wire(request(at=trunk.flow, contact="<sip:far@127.0.0.1:9;transport=tcp>"))
    trunk.transport.write(invite_text[:100])
    trunk.transport.write(invite_text[100:])
    assert (await answered(trunk)).code == 100
    invite = await answered(card)
    card.say(answer_to(got(card, invite), 200).octets(), house.card_port)
    assert (await answered(trunk)).code == 200
    card.say(in_dialog("BYE", invite, card, "sip:far@127.0.0.1:9;transport=tcp"), house.card_port)
    assert (await answered(trunk)).method == "BYE"


@ensureDeferred
async def test_options_over_ipv6(house: House):
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as phone:
        phone.bind(("::1", 0))
        here = Flow("udp", "::1", phone.getsockname()[1])
        phone.sendto(
            wire(request("OPTIONS", f"sip:[::1]:{house.ports['udp6']}", at=here)), ("::1", house.ports["udp6"])
        )
        phone.setblocking(False)
        octets = await readable(phone)
    assert octets.startswith(b"SIP/2.0 200 OK\r\n")
    assert b"Allow: INVITE, ACK" in octets


async def readable(opened: socket.socket) -> bytes:
    """What comes next on a plain socket, read by the reactor."""

    @implementer(IReadDescriptor)
    class Reader:
        def __init__(self) -> None:
            self.found: Deferred[bytes] = Deferred()

        def fileno(self) -> int:
            return opened.fileno()

        def logPrefix(self) -> str:
            return "reader"

        def doRead(self) -> None:
            reactor.removeReader(self)  # type: ignore[attr-defined]
            self.found.callback(opened.recv(65535))

        def connectionLost(self, reason: object) -> None:
            """Nothing to do."""

    reader = Reader()
    reactor.addReader(reader)  # type: ignore[attr-defined]
    return await reader.found


@ensureDeferred
async def test_a_keep_alive_on_a_stream_is_answered(house: House):
    peer = await house.tcp_peer()
    peer.transport.write(b"\r\n\r\n")
    assert await peer.raw.get() == b"\r\n"


@ensureDeferred
async def test_a_stream_out_of_step_is_told_so_and_closed(house: House):
    peer = await house.tcp_peer()
    peer.transport.write(wire(request("OPTIONS", at=peer.flow)).replace(b"Content-Length: 0", b"Content-Length: x"))
    assert (await answered(peer)).code == 400
    await peer.lost
    peer.lost = succeed(None)


@ensureDeferred
async def test_a_slow_stream_is_closed(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(streams, "MESSAGE_SECONDS", 0.05)
    peer = await house.tcp_peer()
    peer.transport.write(b"INVITE sip:")
    await peer.lost
    peer.lost = succeed(None)
    assert house.edge.counters["slow_connections"] == 1


@ensureDeferred
async def test_connections_are_bounded(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(streams, "MAX_CONNECTIONS", 1)
    first = await house.tcp_peer()
    first.transport.write(b"\r\n\r\n")
    await first.raw.get()
    second = await house.tcp_peer()
    await second.lost
    second.lost = succeed(None)
    assert house.edge.counters["refused_connections"] == 1


@ensureDeferred
async def test_of_one_address_a_stranger_makes_room_for_the_next_and_a_trunk_for_nobody(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(streams, "MAX_CONNECTIONS_PER_ADDRESS", 1)
    peers = [await house.tcp_peer(), await house.tcp_peer(), await house.tcp_peer("::1"), await house.tcp_peer("::1")]
    await peers[2].lost
    peers[2].lost = succeed(None)
    for staying in (peers[0], peers[1], peers[3]):
        staying.transport.write(b"\r\n\r\n")
        assert await staying.raw.get() == b"\r\n"
    assert house.edge.counters["turned_out_connections"] == 1


async def until(peer: TcpPeer, wanted: bytes) -> None:
    """Read away what comes before `wanted`."""
    while await peer.raw.get() != wanted:
        """Something else."""


async def registered(house: House, peer: UdpPeer | TcpPeer, contact: str) -> Message:
    """Register ana."""
    uri, record = f"sip:{DOMAIN}", f"<sip:ana@{DOMAIN}>"

    def say(extra: str, cseq: int) -> None:
        text = request(
            "REGISTER", uri, at=peer.flow, from_=f"{record};tag=r", to=record, contact=contact, extra=extra,
            cseq=cseq, branch=f"z9hG4bKr{cseq}",
        )  # fmt: skip
        if isinstance(peer, TcpPeer):
            peer.transport.write(wire(text))
        else:
            peer.say(wire(text), house.ports["udp"])

    say("", 1)
    challenge = (await answered(peer)).lines("www-authenticate")[0]
    say(f"Authorization: {authorization(challenge, 'ana', 'secret-a', 'REGISTER', uri)}", 2)
    return await answered(peer)


@ensureDeferred
async def test_a_registered_phone_makes_no_room_for_strangers(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(streams, "MAX_CONNECTIONS_PER_ADDRESS", 1)
    phone = await house.tcp_peer("::1")
    assert (await registered(house, phone, f"<sip:ana@[::1]:{phone.flow.port};transport=tcp>")).code == 200
    first, second = await house.tcp_peer("::1"), await house.tcp_peer("::1")
    await first.lost
    first.lost = succeed(None)
    for staying in (phone, second):
        staying.transport.write(b"\r\n\r\n")
        await until(staying, b"\r\n")


def call_to_ana(house: House, card: UdpPeer) -> bytes:
    """The INVITE of card-0 to ana."""
    route = card_route(SECRET, "card-0", "127.0.0.1", house.card_port)
    return wire(request(uri=f"sip:ana@{DOMAIN}", at=card.flow, routes=[route], to=f"<sip:ana@{DOMAIN}>"))


@ensureDeferred
async def test_registrations_are_stored_told_and_found_again_after_a_restart():
    house = await House().open()
    phone = house.peer()
    assert (await registered(house, phone, f"<sip:ana@{phone.flow.address}>")).code == 200
    assert house.seen == [("ana", True)]
    assert house.edge.registered("ana")
    assert not house.edge.registered("bob")
    assert [one.contact for one in house.store.kept["ana"]] == [f"sip:ana@{phone.flow.address}"]
    await house.close()
    house.seen.clear()
    await house.open()
    assert house.seen == [("ana", True)]
    await house.close()


@ensureDeferred
async def test_a_card_calls_a_phone_over_its_connection_and_learns_when_it_is_gone(house: House):
    phone, card = await house.tcp_peer(), house.peer("card-0")
    # Nothing listens at the phone's Contact: only its connection leads there.
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        contact = f"<sip:ana@127.0.0.1:{nobody.getsockname()[1]};transport=tcp>"
        assert (await registered(house, phone, contact)).code == 200
        card.say(call_to_ana(house, card), house.card_port)
        assert (await answered(phone)).method == "INVITE"
        phone.transport.loseConnection()
        await phone.lost
        phone.lost = succeed(None)
        card.say(call_to_ana(house, card).replace(b"z9hG4bKone", b"z9hG4bKtwo"), house.card_port)
        assert (await answered(card)).code == 503


@ensureDeferred
async def test_a_caller_who_gives_up_leaves_the_queue_for_cards(house: House):
    trunk = house.peer()
    trunk.say(wire(request(at=trunk.flow)), house.ports["udp"])
    assert (await answered(trunk)).code == 100
    assert len(house.pool.waiting) == 1
    trunk.say(wire(request("CANCEL", at=trunk.flow)), house.ports["udp"])
    assert [(await answered(trunk)).code, (await answered(trunk)).code] == [200, 487]
    assert house.pool.given_up == 1


@ensureDeferred
async def test_one_message_that_meets_a_fault_ends_nothing(house: House):
    trunk, card = house.peer(), house.peer("card-0")
    house.pool.fault = RuntimeError("a fault in the pool")
    card.say(wire(request("OPTIONS", at=card.flow)), house.card_port)
    trunk.say(wire(request("OPTIONS", at=trunk.flow)), house.ports["udp"])
    assert (await answered(trunk)).code == 200
    while not house.edge.counters["faults"]:
        trunk.say(wire(request("OPTIONS", at=trunk.flow)), house.ports["udp"])
        await answered(trunk)
    assert house.edge.counters["faults"] == 1


@ensureDeferred
async def test_probing_a_fixed_phone(house: House):
    phone = house.peer()
    asked = house.edge.probe(f"sip:door@{phone.flow.address}")
    options = await answered(phone)
    assert options.method == "OPTIONS"
    phone.say(answer_to(got(phone, options), 404).octets(), house.ports["udp"])
    assert await asked is True
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        assert await house.edge.probe(f"sip:door@127.0.0.1:{port};transport=tcp") is False
    assert await house.edge.probe("sip:bad uri") is False


@ensureDeferred
async def test_a_registered_phone_is_asked_where_it_registered_from(house: House):
    assert await house.edge.probe_phone("ana") is False, "nothing is registered"
    first, second = house.peer(), house.peer()
    for phone in (first, second):
        assert (await registered(house, phone, f"<sip:ana@{phone.flow.address}>")).code == 200
    asked = house.edge.probe_phone("ana")
    options = await answered(second)
    assert options.method == "OPTIONS"
    second.say(answer_to(got(second, options), 200).octets(), house.ports["udp"])
    assert await asked is True, "one of two is enough"


@ensureDeferred
@pytest.mark.parametrize(("code", "taken"), [(200, True), (489, False)])
async def test_a_registered_phone_is_told_what_waits(house: House, code: int, taken: bool):
    phone = house.peer()
    assert (await registered(house, phone, f"<sip:ana@{phone.flow.address}>")).code == 200
    told = house.edge.notify(
        "ana", "message-summary", "application/simple-message-summary", b"Messages-Waiting: yes\r\n"
    )
    notify = await answered(phone)
    assert (notify.method, notify.first("event"), notify.body) == (
        "NOTIFY", "message-summary", b"Messages-Waiting: yes\r\n",
    )  # fmt: skip
    assert notify.first("content-type") == "application/simple-message-summary"
    phone.say(answer_to(got(phone, notify), code).octets(), house.ports["udp"])
    assert await told is taken


@ensureDeferred
async def test_a_phone_known_by_name_is_looked_up(house: House):
    phone = house.peer()
    asked = house.edge.probe(f"sip:door@localhost:{phone.flow.port}")
    options = await answered(phone)
    phone.say(answer_to(got(phone, options), 200).octets(), house.ports["udp"])
    assert await asked is True


def test_sockets_are_opened_as_the_site_file_says():
    with open_listener("udp:127.0.0.1:0") as udp, open_listener("tcp:[::1]:0") as tcp6:
        shown = listener_of(udp, 0, "pbx.example")
        assert (shown.kind, shown.family, shown.shown) == ("udp", 4, "pbx.example")
        assert "127.0.0.1" in shown.hosts
        assert (listener_of(tcp6, 1, "").kind, listener_of(tcp6, 1, "").family) == ("tcp", 6)
    with open_listener("udp:0.0.0.0:0") as everywhere:
        assert listener_of(everywhere, 0, "").shown != "0.0.0.0"
    for wrong in ("sctp:127.0.0.1:5060", "udp:127.0.0.1", "udp:::1:5060"):
        with pytest.raises(ValueError, match="is not udp:HOST:PORT"):
            open_listener(wrong)


PHONE_OF_PJSIP = """
import sys, threading
import pjsua2 as pj
port, transport = sys.argv[1:]
codes = []
class Account(pj.Account):
    def onRegState(self, state):
        codes.append(state.code)
endpoint = pj.Endpoint()
endpoint.libCreate()
config = pj.EpConfig()
config.uaConfig.threadCnt = 0
config.uaConfig.mainThreadOnly = True
config.logConfig.level = 0
endpoint.libInit(config)
endpoint.audDevManager().setNullDev()
local = pj.TransportConfig()
local.boundAddress = "127.0.0.1"
kind = pj.PJSIP_TRANSPORT_TCP if transport == "tcp" else pj.PJSIP_TRANSPORT_UDP
endpoint.transportCreate(kind, local)
endpoint.libStart()
settings = pj.AccountConfig()
settings.idUri = "sip:ana@house.example"
settings.regConfig.registrarUri = "sip:house.example"
settings.sipConfig.proxies.append(f"sip:127.0.0.1:{port};transport={transport};lr")
settings.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "house.example", "ana", 0, "secret-a"))
account = Account()
account.create(settings)
for _ in range(1000):
    endpoint.libHandleEvents(10)
    if codes:
        break
print(codes)
sys.stdout.flush()
import os
os._exit(0 if codes == [200] else 1)
"""


@pytest.mark.real
@pytest.mark.parametrize("transport", ["udp", "tcp"])
@ensureDeferred
async def test_a_phone_of_another_make_registers_with_digest(house: House, transport: str):
    arguments = ["-c", PHONE_OF_PJSIP, str(house.ports[transport]), transport]
    output, errors, status = await getProcessOutputAndValue(sys.executable, arguments)
    assert (output.strip(), status) == (b"[200]", 0), errors[-2000:]
    assert house.edge.registered("ana")
    (kept,) = house.store.kept["ana"]
    assert kept.contact.startswith("sip:ana@127.0.0.1:")


@ensureDeferred
async def test_an_edge_without_tcp_or_names(monkeypatch: pytest.MonkeyPatch):
    house = House()
    sip = Sip(domain=DOMAIN, listen=["udp:127.0.0.1:0"], advertise="203.0.113.7")
    house.site = msgspec.structs.replace(house.site, sip=sip)
    await house.open()
    trunk, card = house.peer(), house.peer("card-0")
    trunk.say(wire(request(uri="sip:100@203.0.113.8", at=trunk.flow)), house.ports["udp"])
    assert (await answered(trunk)).code == 404  # that is somebody else's address
    uri = "sip:100@203.0.113.7"  # as we are known outside, where the port may be another
    trunk.say(wire(request(uri=uri, at=trunk.flow, call_id="b", branch="z9hG4bKb")), house.ports["udp"])
    assert (await answered(trunk)).code == 100
    invite = await answered(card)
    assert invite.lines("record-route")[1].startswith(f"<sip:203.0.113.7:{house.ports['udp']};lr;")
    await house.close()
