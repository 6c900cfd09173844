"""Who subscribes to what waits in the own mailboxes: SUBSCRIBE and its NOTIFYs (RFC 6665, package of RFC 3842). Pure.

A subscription lives in memory. Its To tag is a MAC of the dialog's names, so that a new core knows a refresh of one
that it never saw for what it is, and begins to tell again; CSeqs of NOTIFYs go on from the wall clock's seconds for the
same reason. Each SUBSCRIBE is proved by digest; nobody subscribes but to the own account.
"""

from collections.abc import Callable
from dataclasses import dataclass

from server.call.now import Now
from server.edge.actions import Send, SummaryWanted
from server.edge.forwarder import Forwarder
from server.edge.outbox import Outbox
from server.edge.places import Places
from server.edge.signing import Signer
from server.edge.sip import headers, uri
from server.edge.sip.errors import BadMessage, Refusal
from server.edge.sip.flows import Flow
from server.edge.sip.message import Message, serialise
from server.edge.sip.replies import reply
from server.edge.transit import Incoming

EVENT = "message-summary"
CONTENT_TYPE = "application/simple-message-summary"
USUAL_SECONDS, LEAST_SECONDS, MOST_SECONDS = 3600, 60, 3600
MOST_OF_USER = 10
FIRST_REPEAT_SECONDS, GIVE_UP_SECONDS = 0.5, 32.0
"""Timers E and F (RFC 3261 section 17.1.2.2)."""
MOST_ROUTES = 8


@dataclass
class Subscription:
    """One dialog. `until`: `Now.mono` at which it ends; `over`: the next NOTIFY is its last."""

    user: str
    call_id: str
    local: str
    remote: str
    contact: str
    flow: Flow
    routes: list[str]
    asked: int
    until: float
    cseq: int
    over: bool = False


class Subscriptions:
    """`proved` gives the agent whom a request's digest proves; it raises `Refusal` otherwise."""

    def __init__(
        self,
        signer: Signer,
        places: Places,
        forwarder: Forwarder,
        outbox: Outbox,
        proved: Callable[[Incoming, Now], str],
    ) -> None:
        self._signer = signer
        self._places = places
        self._forwarder = forwarder
        self._outbox = outbox
        self._proved = proved
        self._dialogs: dict[str, Subscription] = {}
        self.unanswered: dict[str, str] = {}
        """NOTIFYs without an answer: branch to dialog."""

    def has(self, user: str) -> bool:
        """Whether somebody of the user's subscribes."""
        return any(one.user == user for one in self._dialogs.values())

    def subscribe(self, incoming: Incoming, now: Now) -> None:
        """Begin, refresh or end. Raises `Refusal`, `BadMessage`."""
        read = incoming.read
        message = read.message
        user = self._proved(incoming, now)
        if (message.first("event") or "").partition(";")[0].strip().lower() != EVENT:
            raise Refusal(489, "", (("Allow-Events", EVENT),))
        accept = ",".join(message.lines("accept")).lower()
        if accept and CONTENT_TYPE not in accept and "*/*" not in accept and "application/*" not in accept:
            raise Refusal(406)
        seconds = _seconds(message)
        if read.to.uri and uri.parse(read.to.uri).user != user:
            raise Refusal(403, "only an account of one's own")
        key = f"{read.call_id}|{read.from_.tag}"
        tag = self._signer.tag(f"subscription|{key}")
        if read.to.tag and read.to.tag != tag:
            raise Refusal(481)
        known = self._dialogs.get(key)
        if known is not None and read.number < known.asked:
            raise Refusal(500, "the CSeq is older than the subscription")
        is_new = known is None or read.number > known.asked
        if is_new:
            self._dialogs[key] = self._made(incoming, user, tag, seconds, known, now)
        local = self._contact(user, incoming.flow)
        answer = reply(message, 200, tag, [("Expires", str(seconds)), ("Contact", local), ("Allow-Events", EVENT)])
        self._outbox.emit(Send(incoming.back, answer.octets()))
        if is_new:
            self._outbox.emit(SummaryWanted(user))

    def _made(
        self, incoming: Incoming, user: str, tag: str, seconds: int, known: Subscription | None, now: Now
    ) -> Subscription:
        read = incoming.read
        others = sum(one.user == user for one in self._dialogs.values())
        if known is None and others >= MOST_OF_USER:
            raise Refusal(403, f"at most {MOST_OF_USER} subscriptions")
        contact = headers.name_address(read.message.first("contact") or "").uri
        if uri.parse(contact).is_tel:
            raise BadMessage(400, "the Contact cannot be told", read.message)
        routes = [item for line in read.message.lines("record-route") for item in headers.split_list(line)]
        if len(routes) > MOST_ROUTES:
            raise BadMessage(400, "there are too many Record-Route values", read.message)
        made = Subscription(
            user=user,
            call_id=read.call_id,
            local=f"<{read.to.uri}>;tag={tag}",
            remote=f"<{read.from_.uri}>;tag={read.from_.tag}",
            contact=contact,
            flow=incoming.flow,
            routes=routes or (known.routes if known is not None else []),
            asked=read.number,
            until=now.mono + seconds,
            cseq=known.cseq if known is not None else int(now.wall) % 2**31,
            over=not seconds,
        )
        key = f"{read.call_id}|{read.from_.tag}"
        if seconds:
            self._outbox.agenda.at(made.until, lambda moment: self._ended(key, moment))
        return made

    def _ended(self, key: str, now: Now) -> None:
        """The time of a subscription has passed, unless it was refreshed."""
        known = self._dialogs.get(key)
        if known is not None and known.until <= now.mono:
            known.over = True
            self._tell(key, known, b"", now)

    def notify(self, user: str, body: bytes, now: Now) -> set[Flow]:
        """Tell every subscriber of the user; the flows over which they were told."""
        told = set()
        for key, one in list(self._dialogs.items()):
            if one.user == user:
                told.add(one.flow)
                self._tell(key, one, body, now)
        return told

    def _tell(self, key: str, one: Subscription, body: bytes, now: Now) -> None:
        one.cseq += 1
        branch = self._signer.branch(f"notify|{key}|{one.cseq}", one.contact)
        left = max(1, round(one.until - now.mono))
        state = "terminated;reason=timeout" if one.over else f"active;expires={left}"
        if one.over:
            del self._dialogs[key]
        lines = [
            f"NOTIFY {one.contact} SIP/2.0",
            self._forwarder.via(one.flow, branch, one.flow),
            *[f"Route: {route}" for route in one.routes],
            "Max-Forwards: 70",
            f"From: {one.local}",
            f"To: {one.remote}",
            f"Call-ID: {one.call_id}",
            f"CSeq: {one.cseq} NOTIFY",
            f"Contact: {self._contact(one.user, one.flow)}",
            f"Event: {EVENT}",
            f"Subscription-State: {state}",
            *([f"Content-Type: {CONTENT_TYPE}"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self.unanswered[branch] = key
        octets = serialise(lines, body)
        self._send(branch, one.flow, octets, FIRST_REPEAT_SECONDS, now)
        self._outbox.agenda.at(now.mono + GIVE_UP_SECONDS, lambda _: self._given_up(branch))

    def _send(self, branch: str, flow: Flow, octets: bytes, interval: float, now: Now) -> None:
        """Send, and over UDP again until there is an answer."""
        if branch not in self.unanswered:
            return
        self._outbox.emit(Send(flow, octets))
        if not flow.is_reliable:
            later = min(interval * 2, 4.0)
            self._outbox.agenda.at(now.mono + interval, lambda moment: self._send(branch, flow, octets, later, moment))

    def _given_up(self, branch: str) -> None:
        if branch in self.unanswered:
            self.answered(branch, 408)

    def answered(self, branch: str, code: int) -> None:
        """A NOTIFY was answered. Who knows of no subscription, or is not there, has none any more."""
        if code >= 200:
            key = self.unanswered.pop(branch)
            if code in (404, 408, 410, 481, 489, 503):
                self._dialogs.pop(key, None)

    def _contact(self, user: str, flow: Flow) -> str:
        """Where the dialog's further requests reach us: the socket that the first one came to."""
        place = self._places.outside_route(flow).removeprefix("<sip:").removesuffix(";lr")
        return f"<sip:{user}@{place}>"


def _seconds(message: Message) -> int:
    """For how long; 0 ends it. Raises `Refusal` 423 for a life too short."""
    text = message.first("expires")
    try:
        seconds = USUAL_SECONDS if text is None else headers.number(text, 2**32 - 1)
    except BadMessage:
        seconds = USUAL_SECONDS
    if 0 < seconds < LEAST_SECONDS:
        raise Refusal(423, "", (("Min-Expires", str(LEAST_SECONDS)),))
    return min(seconds, MOST_SECONDS)
