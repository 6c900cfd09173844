"""Requests of our own to phones: OPTIONS, whether one is there (RFC 3261 section 11), NOTIFY, what waits (RFC 3842)."""

from collections.abc import Sequence
from typing import NamedTuple

from server.call.now import Now
from server.edge.actions import Probed, Send
from server.edge.forwarder import Forwarder
from server.edge.outbox import Outbox
from server.edge.places import Places
from server.edge.signing import Signer
from server.edge.sip import uri
from server.edge.sip.errors import Refusal
from server.edge.sip.flows import Flow
from server.edge.sip.message import serialise

PROBE_SECONDS = 4.0
_FIRST_REPEAT_SECONDS = 0.5


class Question(NamedTuple):
    """What a phone is asked or told: method, header lines of that method, and a body."""

    method: str
    headers: tuple[str, ...]
    body: bytes = b""


ARE_YOU_THERE = Question("OPTIONS", ("Accept: application/sdp",))


def notice(event: str, content_type: str, body: bytes) -> Question:
    """A NOTIFY that nobody subscribed to: telephones take it for the lamp of their mailbox, and the subscription that
    there never was is told to be over (as RFC 6665 section 4.1.3 wants a state)."""
    headers = (f"Event: {event}", "Subscription-State: terminated;reason=noresource", f"Content-Type: {content_type}")
    return Question("NOTIFY", headers, body)


def is_summary(question: Question) -> bool:
    """Whether it tells what waits in mailboxes, to which phones may have subscribed."""
    return question.method == "NOTIFY" and "Event: message-summary" in question.headers


class Probes:
    """Probes under way, by their branch."""

    def __init__(self, signer: Signer, places: Places, forwarder: Forwarder, outbox: Outbox) -> None:
        self._signer = signer
        self._places = places
        self._forwarder = forwarder
        self._outbox = outbox
        self._numbers: dict[str, int] = {}
        self._notices: set[str] = set()

    def begin(self, number: int, target: str, now: Now) -> None:
        """Ask `target`, a sip: URI. Raises `SipError` if it is none, or cannot be reached at all."""
        where = uri.parse(target)
        if where.is_tel:
            raise Refusal(416, "a telephone number cannot be asked")
        branch = self._branch(number, target, now)
        self._forwarder.next_hop(
            where,
            [],
            lambda flow: self._ask(target, branch, flow, now, ARE_YOU_THERE),
            lambda _: self._end(branch, False),
        )

    def begin_at(
        self, number: int, contacts: Sequence[tuple[str, Flow]], now: Now, question: Question = ARE_YOU_THERE
    ) -> None:
        """Ask every contact of a registered phone where it registered from: it is there if one of them answers."""
        branches = [self._branch(number, target, now) for target, _ in contacts]
        if question.method != ARE_YOU_THERE.method:
            self._notices.update(branches)
        for branch, (target, flow) in zip(branches, contacts, strict=True):
            self._ask(target, branch, flow, now, question)
        if not contacts:
            self._outbox.emit(Probed(number, False))

    def _branch(self, number: int, target: str, now: Now) -> str:
        branch = self._signer.branch(f"probe|{number}|{now.mono}", target)
        self._numbers[branch] = number
        self._outbox.agenda.at(now.mono + PROBE_SECONDS, lambda _: self._end(branch, False))
        return branch

    def answered(self, branch: str, code: int) -> bool:
        """Whether an answer belongs to one of them. A final one ends it: a phone that was asked is there, unless it is
        our own 503; one that was told something has taken it if it says so."""
        if branch not in self._numbers:
            return False
        if code >= 200:
            self._outbox.counters["probes_answered"] += 1
            self._end(branch, code < 300 if branch in self._notices else code not in (408, 503))
        return True

    def _ask(self, target: str, branch: str, flow: Flow, now: Now, question: Question) -> None:
        tag = self._signer.tag(branch)
        lines = [
            f"{question.method} {target} SIP/2.0",
            self._forwarder.via(flow, branch, flow),
            "Max-Forwards: 70",
            f"From: <sip:{self._places.domain}>;tag={tag}",
            f"To: <{target}>",
            f"Call-ID: {branch.removeprefix('z9hG4bK')}",
            f"CSeq: 1 {question.method}",
            f"Contact: <sip:{self._places.domain}>",
            *question.headers,
            f"Content-Length: {len(question.body)}",
        ]
        self._send(branch, flow, serialise(lines, question.body), _FIRST_REPEAT_SECONDS, now)

    def _send(self, branch: str, flow: Flow, octets: bytes, interval: float, now: Now) -> None:
        """Send, and over UDP again until there is an answer (timer E)."""
        if branch not in self._numbers:
            return
        self._outbox.emit(Send(flow, octets))
        if not flow.is_reliable:
            self._outbox.agenda.at(
                now.mono + interval, lambda moment: self._send(branch, flow, octets, interval * 2, moment)
            )

    def _end(self, branch: str, reachable: bool) -> None:
        number = self._numbers.pop(branch, None)
        self._notices.discard(branch)
        if number is None:
            return
        others = [one for one, asked in self._numbers.items() if asked == number]
        if reachable or not others:
            self._outbox.emit(Probed(number, reachable))
            for other in others:
                del self._numbers[other]
                self._notices.discard(other)
