"""One INVITE of a card that rings at the phones of several agents, until one picks up or the card cancels it.

Unlike another fork (`attempt`) it grows and shrinks while it rings, an agent who declines (with a 6xx, too) drops out
alone, and it is not refused when nobody is left: the rules may add somebody, or cancel. What each agent's phone does
goes to the rules, the pick-up before the card hears of it. Provisional answers end here: the card gets 100 and then the
2xx, so that its leg has one far end. A second 2xx is sent on as well (RFC 3261 section 16.7 step 5), and the card,
whose leg has its far end, acknowledges it and hangs up.
"""

from collections.abc import Callable, Sequence
from functools import partial

from server.call.causes import cause_of
from server.call.events import PhoneDeclined, PhonePickedUp, PhoneRang
from server.call.now import Now
from server.edge.actions import Send
from server.edge.attempt import GAVE_UP, RING_SECONDS, T1, TRANSACTION_SECONDS, Attempt, Leg, State, best_of
from server.edge.outbox import Outbox
from server.edge.sip.message import Message
from server.edge.transit import Incoming, Target

NOBODY_LEFT_SECONDS = 10.0
"""The rules cancel a ring in which nobody is left, or add somebody; one that they forgot is refused after so long."""


class RingAttempt(Attempt):
    """See the module's text. `call` and `name` are those of the card's leg."""

    def __init__(
        self,
        outbox: Outbox,
        incoming: Incoming,
        tag: str,
        forget: Callable[[Attempt, Now], None],
        call: str,
        name: str,
    ) -> None:
        super().__init__(outbox, incoming, tag, forget)
        self.call, self.name = call, name
        self.state = State.TRYING
        self._agent_of: dict[str, str] = {}
        self._over: set[str] = set()
        """Agents whose phones will not be picked up, or shall not."""
        self._rang: set[str] = set()
        self._is_cancelled = False

    @property
    def is_open(self) -> bool:
        """Whether somebody may be added."""
        return self.state is State.TRYING and not self._is_cancelled

    def add(self, agent: str, targets: Sequence[Target], now: Now) -> None:
        """Ring at an agent's phones too; without any the agent is told to be out of reach."""
        if not self.is_open or agent in self._over:
            return
        new = [target for target in targets if target.branch not in self.legs]
        for target in new:
            leg = Leg(target)
            self.legs[target.branch] = leg
            self._agent_of[target.branch] = agent
            self._outbox.emit(Send(target.flow, target.octets))
            if not target.flow.is_reliable:
                self._repeat(leg, target.octets, T1, now)
            self._timer(now.mono + TRANSACTION_SECONDS, partial(self._silent, leg))
        if not new:
            self._declined(agent, "unreachable", now)

    def drop(self, agent: str, reason: str, now: Now) -> None:
        """Ring at an agent's phones no longer. `reason`: value of a Reason header (RFC 3326)."""
        self._over.add(agent)
        if self.state is State.TRYING:
            self._cancel_of(agent, reason, now)

    def cancel(self, now: Now) -> None:
        """The card gave up. The CANCEL itself was answered already."""
        if self.state is State.TRYING:
            self._is_cancelled = True
            self._cancel_legs("", now)
            self._end_if_nobody_is_left(now)

    def _progress(self, leg: Leg, message: Message, now: Now) -> None:
        if leg.cancel_wanted:
            self._cancel(leg, leg.cancel_wanted, now)
        if leg.ring_timer is not None:
            leg.ring_timer.cancel()
        leg.ring_timer = self._timer(now.mono + RING_SECONDS, lambda moment: self._rang_too_long(leg, moment))
        agent = self._agent_of[leg.target.branch]
        if message.code > 100 and self.state is State.TRYING and agent not in self._rang | self._over:
            self._rang.add(agent)
            self._outbox.emit(PhoneRang(self.call, self.name, agent))

    def _answered(self, leg: Leg, message: Message, now: Now) -> None:
        if self.state is State.TRYING:
            self._outbox.emit(PhonePickedUp(self.call, self.name, self._agent_of[leg.target.branch]))
        super()._answered(leg, message, now)

    def _leg_over(self, leg: Leg, message: Message, now: Now) -> None:
        leg.final = message
        if self.state is not State.TRYING:
            return
        agent = self._agent_of[leg.target.branch]
        if message.code >= 600:  # a person declined: the agent's other phones need not ring on
            self._cancel_of(agent, GAVE_UP, now)
        legs = self._legs_of(agent)
        if agent not in self._over and all(one.final is not None for one in legs):
            code = best_of([one.final for one in legs if one.final is not None]).code
            self._declined(agent, cause_of(code, connected=False, rang=agent in self._rang), now)
        self._end_if_nobody_is_left(now)

    def _legs_of(self, agent: str) -> list[Leg]:
        return [leg for branch, leg in self.legs.items() if self._agent_of[branch] == agent]

    def _cancel_of(self, agent: str, reason: str, now: Now) -> None:
        for leg in self._legs_of(agent):
            if leg.final is None:
                leg.cancel_wanted = reason
                if leg.heard:
                    self._cancel(leg, reason, now)

    def _declined(self, agent: str, cause: str, now: Now) -> None:
        self._over.add(agent)
        self._outbox.emit(PhoneDeclined(self.call, self.name, agent, cause))
        self._timer(now.mono + NOBODY_LEFT_SECONDS, self._forgotten)

    def _end_if_nobody_is_left(self, now: Now) -> None:
        if self._is_cancelled and all(leg.final is not None for leg in self.legs.values()):
            self._final(self._own(487), now)

    def _forgotten(self, now: Now) -> None:
        """Nobody has been left for a while, and the rules did not say what comes now."""
        if self.state is State.TRYING and all(leg.final is not None for leg in self.legs.values()):
            self._final(self._own(480), now)
