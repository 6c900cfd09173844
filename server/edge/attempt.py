"""One INVITE that the edge itself answers for, until it has its final response (RFC 3261 sections 16.7, 17; RFC 6026).

Used where the edge cannot be without state: while a new call waits for a card, and while a call is tried at several
contacts. Everything that gets lost with it after a restart can be worked out again from what is signed (`proxy`).

    waiting --card or contacts--> trying --2xx--> answered
       \\___________refusal, CANCEL_____\\--all refused--> refused --ACK--> over
"""

from collections.abc import Callable, Sequence
from enum import Enum, auto
from functools import partial

from server.call.now import Now
from server.edge.actions import GiveUpCard, PutBack, Send
from server.edge.agenda import Entry, Task
from server.edge.outbox import Outbox
from server.edge.sip.message import Message
from server.edge.sip.replies import reply
from server.edge.sip.rewrite import for_leg
from server.edge.transit import Incoming, Target

T1, T2, T4 = 0.5, 4.0, 5.0
"""RFC 3261 section 17.1.1.1, seconds."""
TRANSACTION_SECONDS = 64 * T1
RING_SECONDS = 240.0
"""Timer C: no answer at all for so long after the last provisional one."""
CARD_SECONDS = 4.0
"""A card that says nothing to an INVITE for so long is not there."""
GAVE_UP = 'SIP;cause=487;text="caller gave up"'
_CHALLENGES = ("WWW-Authenticate", "Proxy-Authenticate")
ELSEWHERE = 'SIP;cause=200;text="Call completed elsewhere"'
"""RFC 3326 section 2: a phone that rang shows no missed call."""


class State(Enum):
    """Where the attempt is."""

    WAITING = auto()
    TRYING = auto()
    ANSWERED = auto()
    REFUSED = auto()
    OVER = auto()


class Leg:
    """One target that is being tried."""

    __slots__ = ("cancel_octets", "cancel_sent", "cancel_wanted", "final", "heard", "ring_timer", "target")

    def __init__(self, target: Target) -> None:
        self.target = target
        self.heard = False
        self.final: Message | None = None
        self.cancel_wanted = ""
        self.cancel_sent = False
        self.cancel_octets = b""
        self.ring_timer: Entry | None = None


class Attempt:
    """See the module's text. `tag`: To tag of our own answers. `forget` is called when nothing is left to be done.

    Answers of legs are handed in without our Via. `card` is the name of the card that was taken for it, or empty;
    `is_refused`: it had a refusal as final answer.
    """

    def __init__(self, outbox: Outbox, incoming: Incoming, tag: str, forget: Callable[["Attempt", Now], None]) -> None:
        self._outbox = outbox
        self.incoming = incoming
        self._tag = tag
        self._forget = forget
        self.key = incoming.read.transaction
        self.merge_key = incoming.read.merge_key
        self.state = State.WAITING
        self.legs: dict[str, Leg] = {}
        self.card = ""
        self.is_refused = False
        self._timers: list[Entry] = []
        self._best: Message | None = None
        self._last = reply(incoming.read.message, 100, "").octets()
        self._send_back(self._last)

    def again(self) -> None:
        """The INVITE came once more: it gets the last answer again."""
        if self.state in (State.WAITING, State.TRYING, State.REFUSED):
            self._send_back(self._last)

    def wait_until(self, when: float) -> None:
        """Refuse with 503 if there is no card by then (`Now.mono`)."""
        self._timer(when, lambda now: self.refuse(503, now, (("Retry-After", "10"),)) if self._is_waiting else None)

    def go(self, targets: Sequence[Target], now: Now, card: str = "") -> None:
        """Try the targets all at once. `card`: the one that was taken, if they are its."""
        self.state = State.TRYING
        self.card = card
        for target in targets:
            leg = Leg(target)
            self.legs[target.branch] = leg
            self._outbox.emit(Send(target.flow, target.octets))
            if not target.flow.is_reliable:
                self._repeat(leg, target.octets, T1, now)
            patience = CARD_SECONDS if card else TRANSACTION_SECONDS
            self._timer(now.mono + patience, partial(self._silent, leg))

    def answer(self, branch: str, message: Message, now: Now) -> None:
        """A leg answered."""
        leg = self.legs[branch]
        if not (message.first("cseq") or "").endswith("INVITE"):
            return
        leg.heard = True
        if message.code >= 300:
            self._acknowledge(leg, message)
            if leg.final is None:
                self._leg_over(leg, message, now)
        elif message.code >= 200:
            self._answered(leg, message, now)
        elif leg.final is None:
            self._progress(leg, message, now)

    def unreachable(self, branch: str, code: int, now: Now) -> None:
        """A leg cannot be reached, or does not answer."""
        leg = self.legs[branch]
        if leg.final is None:
            self._leg_over(leg, self._own(code), now)

    def cancel(self, now: Now) -> None:
        """The caller gave up. The CANCEL itself was answered already."""
        if self.state is State.WAITING:
            self.refuse(487, now)
        elif self.state is State.TRYING:
            self._cancel_legs("", now)

    def refuse(self, code: int, now: Now, headers: tuple[tuple[str, str], ...] = ()) -> None:
        """Answer with a refusal of our own."""
        if self.state is State.WAITING:
            self._outbox.emit(GiveUpCard(self.key))
        self._final(self._own(code, headers), now)

    def acknowledged(self, now: Now) -> None:
        """The ACK for our refusal came."""
        if self.state is State.REFUSED:
            self.state = State.OVER
            self._cancel_timers()
            # Late answers of a leg are still acknowledged for a while.
            self._timer(now.mono + T4, lambda moment: self._forget(self, moment))

    @property
    def _is_waiting(self) -> bool:
        return self.state is State.WAITING

    def _progress(self, leg: Leg, message: Message, now: Now) -> None:
        if leg.cancel_wanted:
            self._cancel(leg, leg.cancel_wanted, now)
        if leg.ring_timer is not None:
            leg.ring_timer.cancel()
        if not self.card:  # a card may let its caller wait unanswered as long as the rules say
            leg.ring_timer = self._timer(now.mono + RING_SECONDS, lambda moment: self._rang_too_long(leg, moment))
        if message.code > 100 and self.state is State.TRYING:
            self._last = message.octets()
            self._send_back(self._last)

    def _answered(self, leg: Leg, message: Message, now: Now) -> None:
        """A 2xx always goes back at once (section 16.7 step 5); the first one ends the other legs."""
        self._send_back(message.octets())
        leg.final = message
        if self.state is State.TRYING:
            self.state = State.ANSWERED
            self._cancel_timers()
            self._go_on_cancelling(now)
            self._cancel_legs(ELSEWHERE, now)
            if len(self.legs) == 1:
                self._forget(self, now)
            else:
                self._timer(now.mono + TRANSACTION_SECONDS, lambda moment: self._forget(self, moment))

    def _leg_over(self, leg: Leg, message: Message, now: Now) -> None:
        leg.final = message
        if self.state is not State.TRYING:
            return
        if message.code >= 600:
            self._cancel_legs("", now)
        finals = [one.final for one in self.legs.values() if one.final is not None]
        if len(finals) == len(self.legs):
            self._final(best_of(finals), now)

    def _final(self, message: Message, now: Now) -> None:
        """Refuse, and again until the ACK comes (timers G and H)."""
        self._cancel_timers()
        self.state = State.REFUSED
        self.is_refused = True
        self._last = message.octets()
        self._send_back(self._last)
        if not self.incoming.back.is_reliable:
            self._repeat_final(T1, now)
        self._timer(now.mono + TRANSACTION_SECONDS, lambda moment: self._forget(self, moment))

    def _silent(self, leg: Leg, now: Now) -> None:
        """Timer B: nothing was heard of a leg."""
        if leg.heard or leg.final is not None:
            return
        if self.card:
            self._outbox.counters["silent_cards"] += 1
            self._outbox.emit(PutBack(self.card))
            self._cancel(leg, "", now)
            self.refuse(503, now, (("Retry-After", "1"),))
        else:
            self._leg_over(leg, self._own(408), now)

    def _rang_too_long(self, leg: Leg, now: Now) -> None:
        if leg.final is None:
            self._cancel(leg, "", now)
            self._timer(now.mono + TRANSACTION_SECONDS, lambda moment: self._gone(leg, moment))

    def _gone(self, leg: Leg, now: Now) -> None:
        """A cancelled leg never answered."""
        if leg.final is None:
            self._leg_over(leg, self._own(408), now)

    def _cancel_legs(self, reason: str, now: Now) -> None:
        for leg in self.legs.values():
            if leg.final is None:
                leg.cancel_wanted = reason or GAVE_UP
                if leg.heard:  # before the first answer a CANCEL might overtake its INVITE (section 9.1)
                    self._cancel(leg, leg.cancel_wanted, now)

    def _cancel(self, leg: Leg, reason: str, now: Now) -> None:
        if leg.cancel_sent:
            return
        leg.cancel_sent = True
        target = leg.target
        request = self.incoming.read.message
        to = request.first("to") or ""
        octets = for_leg("CANCEL", request, target.uri, target.via, target.routes, to, reason)
        leg.cancel_octets = octets
        self._outbox.emit(Send(target.flow, octets))
        if not target.flow.is_reliable:
            self._repeat(leg, octets, T1, now)

    def _go_on_cancelling(self, now: Now) -> None:
        """Legs that were cancelled before somebody answered may not have heard of it yet."""
        for leg in self.legs.values():
            if leg.cancel_sent and leg.final is None and not leg.target.flow.is_reliable:
                self._repeat(leg, leg.cancel_octets, T1, now)

    def _acknowledge(self, leg: Leg, message: Message) -> None:
        target = leg.target
        to = message.first("to") or ""
        octets = for_leg("ACK", self.incoming.read.message, target.uri, target.via, target.routes, to)
        self._outbox.emit(Send(target.flow, octets))

    def _repeat(self, leg: Leg, octets: bytes, interval: float, now: Now) -> None:
        """Send again until something is heard (INVITE) or the leg is over (CANCEL)."""

        def task(moment: Now) -> None:
            is_cancel = leg.cancel_sent and octets is not leg.target.octets
            if leg.final is None and (is_cancel or not leg.heard) and interval < TRANSACTION_SECONDS:
                self._outbox.emit(Send(leg.target.flow, octets))
                self._repeat(leg, octets, interval * 2, moment)

        self._timer(now.mono + interval, task)

    def _repeat_final(self, interval: float, now: Now) -> None:
        def task(moment: Now) -> None:
            if self.state is State.REFUSED:
                self._send_back(self._last)
                self._repeat_final(min(interval * 2, T2), moment)

        self._timer(now.mono + interval, task)

    def _own(self, code: int, headers: tuple[tuple[str, str], ...] = ()) -> Message:
        return reply(self.incoming.read.message, code, self._tag, headers)

    def _send_back(self, octets: bytes) -> None:
        self._outbox.emit(Send(self.incoming.back, octets))

    def _timer(self, when: float, task: Task) -> Entry:
        entry = self._outbox.agenda.at(when, task)
        self._timers.append(entry)
        return entry

    def _cancel_timers(self) -> None:
        for entry in self._timers:
            entry.cancel()
        self._timers.clear()

    def release(self) -> None:
        """Let go of everything; called when the proxy forgets the attempt."""
        self._cancel_timers()
        self.state = State.OVER


def best_of(finals: Sequence[Message]) -> Message:
    """The final response that goes back (section 16.7 step 6): 6xx first, else the lowest class, and in it those that
    tell the caller what to do better. Challenges of all legs are put together (step 7)."""
    helpful = {401: 0, 407: 0, 415: 1, 420: 1, 484: 1}

    def rank(message: Message) -> tuple[int, int, int]:
        family = message.code // 100
        own = 1 if message.code in (408, 503) else 0
        return (0 if family == 6 else family, helpful.get(message.code, 2), own)

    best = min(finals, key=rank)
    if best.code in (401, 407):
        for other in finals:
            if other is not best and other.code in (401, 407):
                for name in _CHALLENGES:
                    for value in other.lines(name.lower()):
                        best.add(name, value)
    return best
