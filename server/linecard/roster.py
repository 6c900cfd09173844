"""The cards that there are, by name, by address, and those that are idle."""

from collections import Counter

from server.call.ports import CardAddress
from server.linecard import codec
from server.linecard.known_card import CardState, KnownCard
from server.wire import linecard


class Roster:
    """Keeps the states of cards and what follows from them for the lists.

    `cards` and `idle` are for reading; `idle` is in the order in which cards became so. `closing`: the house takes no
    new conversation, or this core lets go of its cards. `counters`: how often what happened.
    """

    def __init__(self) -> None:
        self.cards: dict[str, KnownCard] = {}
        self.idle: dict[str, KnownCard] = {}
        self.closing = False
        self.counters: Counter[str] = Counter()
        self._by_port: dict[tuple[str, int], str] = {}

    def add(self, card: KnownCard) -> None:
        """A card that said hello to this core for the first time."""
        self.cards[card.name] = card
        self._by_port[card.address.host, card.address.port] = card.name

    def remove(self, card: KnownCard) -> None:
        """Its process is gone."""
        self.cards.pop(card.name, None)
        self.idle.pop(card.name, None)
        self._by_port.pop((card.address.host, card.address.port), None)

    def addresses(self) -> list[CardAddress]:
        """Of every card, busy or idle."""
        return [card.address for card in self.cards.values()]

    def card_at(self, host: str, port: int) -> str | None:
        """The card whose SIP socket is there; None: no card's."""
        return self._by_port.get((host, port))

    def conversations(self) -> dict[str, str]:
        """Card to call, for the cards that hold one."""
        return {card.name: card.call for card in self.cards.values() if card.call}

    def make_busy(self, card: KnownCard, call: str) -> None:
        """The card has this conversation."""
        if card.call != call:
            card.conversations += 1
        card.call = call
        self.idle.pop(card.name, None)
        if card.state is not CardState.RETIRING:
            card.state = CardState.BUSY

    def make_idle(self, card: KnownCard) -> None:
        """The card may be taken."""
        card.state = CardState.IDLE
        self.idle[card.name] = card

    def make_taken(self, card: KnownCard, now: float) -> None:
        """The card is reserved for an INVITE."""
        self.idle.pop(card.name)
        card.state, card.taken_at = CardState.TAKEN, now
        self.counters["taken"] += 1

    def retire(self, card: KnownCard) -> None:
        """No conversation more for this card; it ends when the present one is over."""
        self.leave(card)
        card.write(codec.encode(linecard.Retire()))

    def leave(self, card: KnownCard) -> None:
        """The card says itself that it takes no conversation more."""
        card.state = CardState.RETIRING
        self.idle.pop(card.name, None)

    def kill(self, card: KnownCard) -> None:
        """End a card that cannot be trusted any longer."""
        self.counters["cards_killed"] += 1
        if card.watch is not None:
            card.watch.kill()
