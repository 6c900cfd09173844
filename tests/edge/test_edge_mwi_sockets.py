"""A telephone subscribes to its mailboxes over real sockets, UDP and TCP, and is told by the rules' own messages."""

from collections.abc import Iterator

import msgspec
import pytest
from edge_lab import DOMAIN, Sent as Got, answer_to, authorization, request, wire
from edge_peers import House, TcpPeer, UdpPeer
from pytest_twisted import blockon, ensureDeferred
from twisted.internet.defer import Deferred

from server.app.lamps import Lamps
from server.config.site import Sip
from server.edge.sip.message import Message
from tests.callflow.transcript import MAILBOXES, Runner

NOBODY = ("", "")
ANA = ("ana", "secret-a")
LEAVES = ("arrived {0} +491 851", "answered {0} customer", "played {0} customer mailbox-1", "recorded {0} ana/{0}-1 12",
          "digit {0} customer 1")  # fmt: skip


class Telephone:
    """Subscribes to the mailboxes of `mailbox`, takes each NOTIFY, and keeps what it was told."""

    def __init__(self, house: House, peer: UdpPeer | TcpPeer, mailbox: str = "ana") -> None:
        self._house, self._peer, self._mailbox = house, peer, mailbox
        self._cseq = 0
        self._tag = ""
        self._came: list[Message] = []

    async def subscribe(self, who: tuple[str, str] = ANA, expires: int = 600) -> Message:
        """Ask, prove who it is if it can, and give the last answer. The second time it is a refresh."""
        uri = f"sip:{self._mailbox}@{DOMAIN}"
        answer = await self._ask(uri, expires)
        if who == NOBODY or answer.code != 401:
            return answer
        proof = authorization(answer.lines("www-authenticate")[0], *who, "SUBSCRIBE", uri)
        answer = await self._ask(uri, expires, f"\nAuthorization: {proof}")
        if answer.code == 200:
            self._tag = (answer.first("to") or "").partition(";tag=")[2]
        return answer

    async def _ask(self, uri: str, expires: int, proof: str = "") -> Message:
        self._cseq += 1
        text = request(
            "SUBSCRIBE",
            uri,
            at=self._peer.flow,
            branch=f"z9hG4bKs{self._cseq}",
            from_=f"<{uri}>;tag=phone",
            to=f"<{uri}>;tag={self._tag}" if self._tag else f"<{uri}>",
            call_id="mwi",
            cseq=self._cseq,
            contact=f"<sip:{self._mailbox}@{self._peer.flow.address};transport={self._peer.flow.kind}>",
            extra=f"Event: message-summary\nAccept: application/simple-message-summary\nExpires: {expires}{proof}",
        )
        self._say(wire(text))
        return await self._next(is_request=False)

    async def told(self) -> tuple[str, list[str]]:
        """The next NOTIFY: state of the subscription, lines of its body. It is answered 200."""
        notify = await self._next(is_request=True)
        assert (notify.method, notify.first("event")) == ("NOTIFY", "message-summary")
        assert notify.first("call-id") == "mwi"
        self._say(answer_to(Got(self._peer.flow, notify), 200).octets())
        return (notify.first("subscription-state") or "").partition(";")[0], notify.body.decode().split("\r\n")

    @property
    def nothing_more(self) -> bool:
        return not self._came and not self._peer.queue.pending

    async def _next(self, *, is_request: bool) -> Message:
        """The next request, or answer; what comes of the other kind meanwhile is kept."""
        while True:
            found = next((one for one in self._came if bool(one.method) == is_request), None)
            if found is not None:
                self._came.remove(found)
                return found
            self._came.append(await self._peer.queue.get())

    def _say(self, octets: bytes) -> None:
        if isinstance(self._peer, TcpPeer):
            assert self._peer.transport is not None
            self._peer.transport.write(octets)
        else:
            self._peer.say(octets, self._house.ports["udp"])


class Company:
    """An edge on loopback sockets whose lamps are those of real rules with mailboxes."""

    def __init__(self) -> None:
        self.house = House()
        self.runner = Runner(MAILBOXES | {"agent": [{"id": "ana", "queues": ["billing"]}, {"id": "bob"}]})
        site = msgspec.structs.replace(self.runner.site, sip=Sip(domain=DOMAIN))
        blockon(Deferred.fromCoroutine(self.house.open()))
        self._lamps = Lamps(site, self.runner.flow, self.house.edge)
        self.house.edge.on_summary_wanted = self._lamps.tell

    def happens(self, *lines: str) -> None:
        """In the rules; what they note is told to the lamps, as after its commit."""
        before = len(self.runner.ledger)
        for line in lines:
            self.runner.line(line.split())
        self._lamps(self.runner.ledger[before:])

    async def telephone(self, transport: str, mailbox: str = "ana") -> Telephone:
        peer = self.house.peer() if transport == "udp" else await self.house.tcp_peer()
        return Telephone(self.house, peer, mailbox)


@pytest.fixture
def company() -> Iterator[Company]:
    made = Company()
    yield made
    blockon(Deferred.fromCoroutine(made.house.close()))


def summary(waiting: bool, new: int, old: int = 0) -> list[str]:
    yes = "yes" if waiting else "no"
    return [f"Messages-Waiting: {yes}", f"Message-Account: sip:ana@{DOMAIN}", f"Voice-Message: {new}/{old} (0/0)", ""]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@ensureDeferred
async def test_told_at_once_and_at_each_change_until_it_ends(company: Company, transport: str) -> None:
    phone = await company.telephone(transport)
    answer = await phone.subscribe()
    assert (answer.code, answer.first("expires")) == (200, "600")
    assert await phone.told() == ("active", summary(False, 0))
    company.happens(*(line.format("c1") for line in LEAVES))
    assert await phone.told() == ("active", summary(True, 1))
    company.happens("mailbox ana ana-c1-1 save ana")
    assert await phone.told() == ("active", summary(False, 0, 1))
    answer = await phone.subscribe(expires=120)
    assert (answer.code, answer.first("expires")) == (200, "120")
    assert await phone.told() == ("active", summary(False, 0, 1)), "a refresh is told again"
    answer = await phone.subscribe(expires=0)
    assert (answer.code, answer.first("expires")) == (200, "0")
    assert await phone.told() == ("terminated", summary(False, 0, 1))
    assert not company.house.edge.subscribed("ana")
    company.happens(*(line.format("c2") for line in LEAVES))
    assert (await phone.subscribe(NOBODY)).code == 401, "what was asked later is answered, and nothing was told before"
    assert phone.nothing_more
    assert company.house.edge.counters["faults"] == 0


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@ensureDeferred
async def test_a_stranger_a_wrong_word_and_a_foreign_mailbox_are_refused(company: Company, transport: str) -> None:
    stranger = await company.telephone(transport)
    assert (await stranger.subscribe(NOBODY)).code == 401
    assert (await stranger.subscribe(("ana", "wrong"))).code == 401
    foreign = await company.telephone(transport, mailbox="bob")
    assert (await foreign.subscribe(ANA)).code == 403
    company.happens(*(line.format("c1") for line in LEAVES))
    assert (await stranger.subscribe(NOBODY)).code == 401
    assert stranger.nothing_more
    assert foreign.nothing_more
    assert not company.house.edge.subscribed("ana")
    assert not company.house.edge.subscribed("bob")
