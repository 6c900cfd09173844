"""Requests that only a card of a former core can answer, and that came before the card has said hello to this core.

A new core listens at once, and what was sent while none was there lies in its sockets: the BYE of a dialog whose card
will be back in a tenth of a second must not be answered 481. So such requests wait until all cards are back, or it is
sure that they will not be; one that is repeated meanwhile waits once.
"""

from collections.abc import Callable

from server.edge.sip.errors import Dropped
from server.edge.transit import Incoming

MAX_KEPT = 2000

Kept = tuple[Incoming, Callable[[], None]]
"""A request, and what is to be done with it. That may raise `SipError`."""


class Patience:
    """Keeps what is to be done later, from `begin` to `end`."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Kept] | None = None

    def begin(self) -> None:
        """Cards may be missing from now on."""
        self._kept = {}

    def keep(self, incoming: Incoming, act: Callable[[], None]) -> bool:
        """Whether `act` is kept for later. Raises `Dropped` when too much is: its sender will repeat it."""
        if self._kept is None:
            return False
        key = incoming.read.transaction, incoming.read.message.method  # an ACK has the transaction of its INVITE
        if len(self._kept) >= MAX_KEPT and key not in self._kept:
            raise Dropped("requests_before_cards")
        self._kept[key] = incoming, act
        return True

    def end(self) -> list[Kept]:
        """All cards that live are back: what is to be done now, in the order in which it came first."""
        kept, self._kept = self._kept, None
        return list((kept or {}).values())
