"""What a dead card would have said, sent until it is answered: a datagram may be lost, and nobody else says it again.

The BYE of a dialog is a client transaction like any other (RFC 3261 section 17.1.2.2): over UDP it is repeated after
0.5 s, 1 s, 2 s and then every 4 s (timer E) until a final answer, or 32 s are over (timer F).
"""

from server.call.now import Now
from server.edge import checks, headers
from server.edge.actions import Action, Send
from server.edge.errors import BadMessage
from server.edge.framing import datagram
from server.edge.outbox import Outbox

FIRST_SECONDS, LONGEST_SECONDS, WHOLE_SECONDS = 0.5, 4.0, 32.0
"""T1, T2 and 64 times T1 (section 17.1.1.1)."""


class Farewells:
    """Requests in the name of dead cards, by our branch."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._unanswered: set[str] = set()

    def repeat(self, actions: list[Action], now: Now) -> None:
        """See to it that the BYEs among these actions are sent again."""
        for action in actions:
            if isinstance(action, Send) and action.octets.startswith(b"BYE ") and not action.flow.is_reliable:
                branch = _branch(action.octets)
                if branch:
                    self._unanswered.add(branch)
                    self._later(branch, action, FIRST_SECONDS, now.mono + WHOLE_SECONDS, now)

    def answered(self, branch: str, code: int) -> bool:
        """Whether an answer belongs to one of them; the card that would want it is dead."""
        if branch not in self._unanswered:
            return False
        if code >= 200:
            self._unanswered.discard(branch)
        return True

    def _later(self, branch: str, action: Send, seconds: float, until: float, now: Now) -> None:
        def again(moment: Now) -> None:
            if branch not in self._unanswered:
                return
            if moment.mono >= until:
                self._unanswered.discard(branch)
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
