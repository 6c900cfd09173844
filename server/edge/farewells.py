"""What a dead card would have said, sent until it is answered: a datagram may be lost, and nobody else says it again.

The BYE of a dialog is a client transaction like any other (RFC 3261 section 17.1.2.2): over UDP it is repeated after
0.5 s, 1 s, 2 s and then every 4 s (timer E) until a final answer, or 32 s are over (timer F). One that goes to a host
name is sent as soon as the name is found; a name that is not is looked up again at the same moments.
"""

from collections.abc import Callable, Iterable

import msgspec

from server.call.now import Now
from server.edge import checks
from server.edge.actions import Action, Resolve, Send
from server.edge.outbox import Outbox
from server.edge.sip import headers
from server.edge.sip.errors import BadMessage
from server.edge.sip.flows import Flow
from server.edge.sip.framing import datagram
from server.edge.sip.message import Message

FIRST_SECONDS, LONGEST_SECONDS, WHOLE_SECONDS = 0.5, 4.0, 32.0
"""T1, T2 and 64 times T1 (section 17.1.1.1)."""


class _Words(msgspec.Struct, frozen=True):
    """A BYE as the dead card would have sent it to us, and the `Now.mono` at which it is given up."""

    octets: bytes
    flow: Flow
    card: str
    until: float


class Farewells:
    """Requests in the name of dead cards, by our branch. `receive`: what the proxy does with a message of a card."""

    def __init__(self, outbox: Outbox, receive: Callable[[Message, Flow, Now, str], list[Action]]) -> None:
        self._outbox = outbox
        self._receive = receive
        self.unanswered: set[str] = set()
        """Branches."""
        self._sought: dict[int, tuple[_Words, float]] = {}
        """By the number of `Resolve`: a BYE to a name, and after how many seconds it is looked up again if it is not
        found."""

    def say(self, message: Message, flow: Flow, now: Now, card: str) -> list[Action]:
        """Send a message of a dead card on. A BYE is seen to from now on."""
        return self._say(_Words(message.octets(), flow, card, now.mono + WHOLE_SECONDS), FIRST_SECONDS, now, message)

    def resolved(self, number: int, actions: Iterable[Action], now: Now) -> None:
        """A name was looked up, and these actions are what came of it. One that was not found is looked up again."""
        words, seconds = self._sought.pop(number, (None, 0.0))
        if words is None or self._repeat(actions, words.until, now):
            return
        if now.mono + seconds >= words.until:
            self._outbox.counters["farewells_unanswered"] += 1
            return

        def again(moment: Now) -> None:
            before, message = self._outbox.drain(), datagram(words.octets)
            assert message is not None
            for action in before + self._say(words, min(2 * seconds, LONGEST_SECONDS), moment, message):
                self._outbox.emit(action)

        self._outbox.agenda.at(now.mono + seconds, again)

    def _say(self, words: _Words, seconds: float, now: Now, message: Message) -> list[Action]:
        actions = self._receive(message, words.flow, now, words.card)
        self._repeat(actions, words.until, now)
        if words.octets.startswith(b"BYE "):
            self._sought.update({one.number: (words, seconds) for one in actions if isinstance(one, Resolve)})
        return actions

    def _repeat(self, actions: Iterable[Action], until: float, now: Now) -> bool:
        """See to it that the BYEs among these actions are sent again; False: there is none."""
        byes = [one for one in actions if isinstance(one, Send) and one.octets.startswith(b"BYE ")]
        for action in byes:
            branch = "" if action.flow.is_reliable else _branch(action.octets)
            if branch:
                self.unanswered.add(branch)
                self._later(branch, action, FIRST_SECONDS, until, now)
        return bool(byes)

    def answered(self, branch: str, code: int) -> None:
        """One of `unanswered` was answered; the card that would want it is dead."""
        if code >= 200:
            self.unanswered.discard(branch)

    def _later(self, branch: str, action: Send, seconds: float, until: float, now: Now) -> None:
        def again(moment: Now) -> None:
            if branch not in self.unanswered:
                return
            if moment.mono >= until:
                self.unanswered.discard(branch)
                self._outbox.counters["farewells_unanswered"] += 1
                return
            self._outbox.emit(action)
            self._later(branch, action, min(2 * seconds, LONGEST_SECONDS), until, moment)

        self._outbox.agenda.at(min(now.mono + seconds, until), again)


def _branch(octets: bytes) -> str:
    try:
        message = datagram(octets)
        return headers.via(checks.all_vias(message)[0]).branch if message is not None else ""
    except (BadMessage, IndexError):
        return ""
