"""A proxy without sockets: messages in as text, messages out as `Sent`; a pool of fake cards; two agents' passwords."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from server.call.card_route import card_route
from server.call.now import Now
from server.call.ports import CardAddress
from server.config.site import Number, Sip, SiteFile, Trunk
from server.edge.actions import Action, Resolve, Send, TakeCard
from server.edge.phones.digest import credentials
from server.edge.places import Listener, Places
from server.edge.proxy import Proxy
from server.edge.sip import framing
from server.edge.sip.flows import Flow
from server.edge.sip.message import Message
from server.edge.sip.replies import reply
from server.edge.sip.uri import shown_host

KEY = b"k" * 32
SECRET = "between cards and edge"
DOMAIN = "house.example"
SITE = SiteFile(
    sip=Sip(domain=DOMAIN),
    trunk=[
        Trunk(name="telco", target="10.9.1.1:5060", accept_from=["10.9.0.0/16"]),
        Trunk(name="other", accept_from=["10.9.7.7"]),
    ],
    number=[Number(dial="100", to="queue:a"), Number(dial="+493012345678", to="queue:b")],
)
TRUNK = Flow("udp", "10.9.1.1", 5060)
PHONE = Flow("udp", "172.16.0.9", 40000)
STRANGER = Flow("udp", "198.51.100.66", 5060)
CARDS = {name: CardAddress(name, "127.0.0.1", 40000 + n) for n, name in enumerate(("card-0", "card-1", "card-2"))}
EDGE = "192.0.2.1:5060"
CARD_SIDE = "127.0.0.1:5999"


def card_flow(name: str) -> Flow:
    """Where a card sends from."""
    return Flow("card", CARDS[name].host, CARDS[name].port)


class FakePool:
    """Three cards; `taken` and `back` keep what was asked."""

    def __init__(self) -> None:
        self.cards_now = dict(CARDS)
        self.back: list[str] = []

    async def take(self) -> CardAddress:
        return next(iter(self.cards_now.values()))

    def put_back(self, name: str) -> None:
        self.back.append(name)

    def address(self, name: str) -> CardAddress | None:
        return self.cards_now.get(name)

    def cards(self) -> list[CardAddress]:
        return list(self.cards_now.values())

    def card_at(self, host: str, port: int) -> str | None:
        return next((c.name for c in self.cards_now.values() if (c.host, c.port) == (host, port)), None)


class FakeCredentials:
    """ana and bob, with their passwords."""

    passwords = {"ana": "secret-a", "bob": "secret-b"}

    def ha1(self, user: str, algorithm: str) -> list[str]:
        password = self.passwords.get(user)
        if password is None:
            return []
        make = hashlib.md5 if algorithm == "MD5" else hashlib.sha256
        return [make(f"{user}:{DOMAIN}:{password}".encode()).hexdigest()]


@dataclass
class Sent:
    """One message that went out."""

    flow: Flow
    message: Message

    def __str__(self) -> str:
        return f"{self.flow.kind} {self.flow.address} {self.message.start_line}"


@dataclass
class Lab:
    """A proxy and its surroundings. `other` are the actions of the last turn that send nothing."""

    proxy: Proxy = field(init=False)
    pool: FakePool = field(default_factory=FakePool)
    now: Now = field(default_factory=lambda: Now(1_700_000_000.0, 1000.0))
    other: list[Action] = field(default_factory=list)
    runs: int = 0
    site: SiteFile = SITE
    ipv6: bool = False
    """Whether there is a UDP socket at 2001:db8::1 too."""

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """A new core with the same key."""
        self.runs += 1
        listeners = [
            Listener("udp", 0, 4, "192.0.2.1", 5060, frozenset({"192.0.2.1"})),
            Listener("tcp", 1, 4, "192.0.2.1", 5060, frozenset({"192.0.2.1"})),
        ]
        if self.ipv6:
            listeners.append(Listener("udp", 2, 6, "2001:db8::1", 5060, frozenset({"2001:db8::1"})))
        card_socket = Listener("card", 0, 4, "127.0.0.1", 5999, frozenset({"127.0.0.1"}))
        places = Places(DOMAIN, listeners, card_socket)
        boot = f"run-{self.runs}"
        self.proxy = Proxy(self.site, places, KEY, SECRET, boot, self.pool, FakeCredentials(), Counter())

    def hear(self, text: str | bytes | Message, flow: Flow) -> list[Sent]:
        """A message comes in."""
        octets = text.octets() if isinstance(text, Message) else wire(text) if isinstance(text, str) else text
        try:
            message = framing.datagram(octets)
        except framing.BadMessage as error:
            return self.done(self.proxy.malformed(error, flow))
        assert message is not None
        return self.done(self.proxy.receive(message, flow, self.now))

    def done(self, actions: list[Action]) -> list[Sent]:
        """What went out; the rest is in `other`."""
        self.other = [one for one in actions if not isinstance(one, Send)]
        found = []
        for one in actions:
            if isinstance(one, Send):
                message = framing.datagram(one.octets)
                assert message is not None
                found.append(Sent(one.flow, message))
        return found

    def card(self, name: str = "card-0") -> list[Sent]:
        """The pool gives a card to the call that asked last."""
        (asked,) = [one for one in self.other if isinstance(one, TakeCard)]
        return self.done(self.proxy.card_ready(asked.key, CARDS[name], self.now))

    def no_card(self) -> list[Sent]:
        """The pool has none."""
        (asked,) = [one for one in self.other if isinstance(one, TakeCard)]
        return self.done(self.proxy.no_card(asked.key, self.now))

    def resolve(self, *addresses: str) -> list[Sent]:
        """The resolver answers."""
        (asked,) = [one for one in self.other if isinstance(one, Resolve)]
        return self.done(self.proxy.resolved(asked.number, list(addresses), self.now))

    def sleep(self, seconds: float) -> list[Sent]:
        """Time passes; what is due is done at its time."""
        end = self.now.mono + seconds
        found: list[Sent] = []
        others: list[Action] = []
        while (deadline := self.proxy.next_deadline()) is not None and deadline <= end:
            self.pass_to(max(deadline, self.now.mono))
            found += self.done(self.proxy.wake(self.now))
            others += self.other
        self.pass_to(end)
        self.other = others
        return found

    def pass_to(self, mono: float) -> None:
        """Set the clock."""
        self.now = Now(self.now.wall + mono - self.now.mono, mono)


def wire(text: str) -> bytes:
    """A message as written in a test: lines of LF become CRLF, Content-Length is added where there is none."""
    head, _, body = text.lstrip("\n").partition("\n\n")
    head, body = head.rstrip("\n"), body.replace("\n", "\r\n")
    if "\nContent-Length" not in head and "\nl:" not in head:
        head += f"\nContent-Length: {len(body.encode())}"
    return (head.replace("\n", "\r\n") + "\r\n\r\n" + body).encode()


def request(
    method: str = "INVITE",
    uri: str = f"sip:100@{DOMAIN}",
    *,
    at: Flow = TRUNK,
    branch: str = "z9hG4bKone",
    from_: str = "<sip:+4915112345@10.9.1.1>;tag=ft",
    to: str = f"<sip:100@{DOMAIN}>",
    call_id: str = "call-1",
    cseq: int = 1,
    routes: tuple[str, ...] | list[str] = (),
    contact: str = "",
    extra: str = "",
    hops: int = 70,
    body: str = "",
) -> str:
    """A request as a peer at `at` writes it."""
    transport = "TCP" if at.kind == "tcp" else "UDP"
    here = f"{shown_host(at.host)}:{at.port}"
    lines = [
        f"{method} {uri} SIP/2.0",
        f"Via: SIP/2.0/{transport} {here};branch={branch};rport",
        *[f"Route: {route}" for route in routes],
        f"Max-Forwards: {hops}",
        f"From: {from_}",
        f"To: {to}",
        f"Call-ID: {call_id}",
        f"CSeq: {cseq} {method}",
        f"Contact: {contact or f'<sip:far@{here}>'}",
        *([extra] if extra else []),
        *(["Content-Type: application/sdp"] if body else []),
    ]
    return "\n".join(lines) + "\n\n" + body


def from_card(method: str = "INVITE", uri: str = f"sip:ana@{DOMAIN}", card: str = "card-0", **more: object) -> str:
    """A request of a card outside a dialog, with its signed Route."""
    flow = card_flow(card)
    host, _, port = CARD_SIDE.rpartition(":")
    more.setdefault("routes", [card_route(SECRET, card, host, int(port))])
    more.setdefault("from_", "<sip:caller@127.0.0.1>;tag=ct")
    more.setdefault("to", f"<{uri}>")
    return request(method, uri, at=flow, **more)  # type: ignore[arg-type]


def answer_to(
    sent: Sent, code: int, tag: str = "tt", contact: str = "", extra: tuple[tuple[str, str], ...] = ()
) -> Message:
    """The answer of whoever got `sent`, with Record-Route as it must be."""
    headers = [("Record-Route", value) for value in sent.message.lines("record-route")]
    headers.append(("Contact", contact or f"<sip:callee@{shown_host(sent.flow.host)}:{sent.flow.port}>"))
    return reply(sent.message, code, tag, [*headers, *extra])


def authorization(challenge: str, user: str, password: str, method: str, uri: str, nc: int = 1) -> str:
    """The value that answers a Digest challenge, worked out as RFC 7616 section 3.4 says."""
    fields = credentials(challenge)
    assert fields is not None
    make = hashlib.md5 if fields["algorithm"] == "MD5" else hashlib.sha256

    def h(text: str) -> str:
        return make(text.encode()).hexdigest()

    ha1 = h(f"{user}:{fields['realm']}:{password}")
    response = h(f"{ha1}:{fields['nonce']}:{nc:08x}:cn:auth:{h(f'{method}:{uri}')}")
    return (
        f'Digest username="{user}", realm="{fields["realm"]}", nonce="{fields["nonce"]}", uri="{uri}", '
        f'response="{response}", algorithm={fields["algorithm"]}, qop=auth, nc={nc:08x}, cnonce="cn"'
    )


def register(
    lab: Lab,
    user: str = "ana",
    password: str = "secret-a",
    contact: str = "<sip:ana@172.16.0.9:40000>",
    *,
    flow: Flow = PHONE,
    call_id: str = "reg-1",
    cseq: int = 1,
    extra: str = "",
    to_user: str = "",
) -> Message:
    """Register with digest; gives the final answer."""
    uri = f"sip:{DOMAIN}"
    record = f"<sip:{to_user or user}@{DOMAIN}>"
    common: dict[str, object] = {
        "at": flow,
        "from_": f"{record};tag=r",
        "to": record,
        "call_id": call_id,
        "contact": contact,
    }
    first = lab.hear(
        request("REGISTER", uri, branch=f"z9hG4bK{call_id}{cseq}a", cseq=cseq, extra=extra, **common), flow
    )  # type: ignore[arg-type]
    challenge = first[0].message.lines("www-authenticate")
    if not challenge:
        return first[0].message
    value = f"Authorization: {authorization(challenge[0], user, password, 'REGISTER', uri)}"
    extra = f"{extra}\n{value}" if extra else value
    second = lab.hear(
        request("REGISTER", uri, branch=f"z9hG4bK{call_id}{cseq}b", cseq=cseq + 1, extra=extra, **common), flow
    )  # type: ignore[arg-type]
    return second[0].message
