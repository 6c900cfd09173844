"""Line cards and the phones that ring, as edge and exchange see them."""

from collections.abc import Awaitable, Sequence
from typing import Protocol

import msgspec

from server.call.commands import RingAgents, RingNoLonger
from server.wire import linecard


class CardAddress(msgspec.Struct, frozen=True):
    """Where a card's SIP socket is."""

    name: str
    host: str
    port: int


class CardPool(Protocol):
    """Line cards, as the edge sees them."""

    def take(self) -> Awaitable[CardAddress]:
        """An idle card, now reserved for one INVITE. Waits for one; `LookupError` when there will be none."""
        ...

    def put_back(self, name: str) -> None:
        """The INVITE for which the card was taken did not reach it."""
        ...

    def address(self, name: str) -> CardAddress | None:
        """Where the card of that name is; None: it is gone."""
        ...

    def cards(self) -> Sequence[CardAddress]:
        """Every card that can be reached, busy or idle (asked only by an edge that lost its memory in a restart)."""
        ...

    def card_at(self, host: str, port: int) -> str | None:
        """The card whose SIP socket is there; None: no card is."""
        ...


class Telephony(Protocol):
    """Line cards, as the exchange sees them (service `telephony`)."""

    def send(self, card: str, *commands: linecard.AnyCommand) -> None:
        """Commands to a card, which sees them at once; a card that is gone reports `CardLost`, not an error here."""
        ...

    def acknowledge(self, card: str, seq: int) -> None:
        """The card's events up to `seq` are committed."""
        ...

    def take(self) -> Awaitable[CardAddress]:
        """An idle card, now reserved for one `begin`. Waits for one; `LookupError` when there will be none."""
        ...

    def put_back(self, name: str) -> None:
        """The card that was taken is not needed."""
        ...


class Ringer(Protocol):
    """The edge, where one leg of a card rings at the phones of several agents."""

    def ring(self, command: RingAgents) -> None:
        """Ring these phones as soon as the card dials the leg; at once, if it has."""
        ...

    def ring_no_longer(self, command: RingNoLonger) -> None:
        """Let one agent's phone be; nothing happens if it does not ring."""
        ...
