"""Over which connections dialogs run: they are not cut for their silence, whoever is at their other end.

A phone that is not registered, or a peer that is no trunk, may say nothing for as long as people talk. The edge holds
no dialogs, but sees them begin and end: what a card says in one (a 2xx to an INVITE, the ACK of one) nobody else can
say, and a BYE of either side ends it. Whatever a far end repeats begins nothing, so that nobody keeps more connections
than dialogs that a card has with them.
"""

from collections import Counter
from collections.abc import Iterator

from server.call.now import Now
from server.edge.sip.flows import Flow

MOST_TALKS = 4000
"""Then the oldest is forgotten, and its connection is as others are."""
LONGEST_SECONDS = 12 * 3600.0
"""So long after a card's last such word a dialog counts: a BYE that never came keeps nothing for ever."""


class Talks:
    """Dialogs by card and Call-ID, each with the one way that its card used last."""

    def __init__(self) -> None:
        self._flows: dict[tuple[str, str], tuple[Flow, float]] = {}
        """With the `Now.mono` until which they count, which is also their order."""
        self._ways: Counter[str | tuple[str, int]] = Counter()

    def goes_on(self, card: str, call_id: str, flow: Flow, now: Now) -> None:
        """The card has said over `flow` that the dialog is there."""
        if flow.kind != "tcp":
            return
        self.ended(card, call_id)
        if len(self._flows) >= MOST_TALKS:
            self.ended(*next(iter(self._flows)))
        self._flows[card, call_id] = (flow, now.mono + LONGEST_SECONDS)
        self._ways.update(_ways(flow))

    def ended(self, card: str, call_id: str) -> None:
        """A BYE ends it. Told of one that is not known, nothing happens."""
        flow, _until = self._flows.pop((card, call_id), (None, 0.0))
        if flow is not None:
            for way in _ways(flow):
                self._ways[way] -= 1
                if not self._ways[way]:
                    del self._ways[way]

    def run_over(self, flow: Flow, now: Now) -> bool:
        """Whether a dialog runs over this connection."""
        while self._flows:
            oldest, (_flow, until) = next(iter(self._flows.items()))
            if until > now.mono:
                break
            self.ended(*oldest)
        return any(way in self._ways for way in _ways(flow))


def _ways(flow: Flow) -> Iterator[str | tuple[str, int]]:
    """By what a connection is found: its name, and the address to which one is opened when it is gone."""
    if flow.connection:
        yield flow.connection
    yield flow.host, flow.port
