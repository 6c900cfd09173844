"""200 callers wait, 5 of them to be called back, and the core dies twice: order kept, each called once, nothing polled.

The rules, the exchange and a real ledger on a SQLite file; line cards that keep what is not acknowledged, as the real
ones do (`tests/sip/test_house_restart_in_queue.py` has the same over real SIP with fewer callers).
"""

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from pytest_twisted import ensureDeferred
from twisted.internet import reactor
from twisted.internet.defer import Deferred, succeed

sys.path.insert(0, str(Path(__file__).parents[1] / "callflow"))
sys.path.insert(0, str(Path(__file__).parents[1] / "storage"))
from storage_rig import URL, until
from transcript import FakeSounds, site_of

from server import clock
from server.call import events, facts
from server.call.ports import CardAddress
from server.callflow import CallFlow, Plan
from server.exchange import Exchange
from server.storage.storage import Storage
from server.wire import desk, linecard

CALLERS, AGENTS = 200, 20
CALL_BACKS = [f"+4989{number}" for number in range(1000, 1005)]
URGENT = "+4940"
SITE = site_of({
    "site": {"name": "Test", "country": "DE", "time_zone": "Europe/Berlin"},
    "sip": {"domain": "caruso.test"},
    "trunk": [{"name": "pstn", "target": "10.0.0.1:5060"}],
    "number": [{"dial": "800", "to": "queue:sales"}],
    "queue": [
        {"id": "sales", "wrap_up_seconds": 0, "exit": [{"key": "1", "to": "call-back"}],
         "caller_priority": [{"when": f"number.starts_with('{URGENT}')", "add": 5}]},
    ],
    "agent": [{"id": f"a{n}", "queues": ["sales"], "phone": f"sip:a{n}@10.0.0.9"} for n in range(AGENTS)],
})  # fmt: skip


class Card:
    """One line card: the legs of its conversation, and what the core has not acknowledged."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.call = ""
        self.legs: dict[str, linecard.LegSnapshot] = {}
        self.outbox: list[linecard.AnyEvent] = []
        self.seq = 0


class Cards:
    """All cards, their callers, and agents who answer at once and hang up at once. `exchange` None: no core."""

    def __init__(self) -> None:
        self.cards: dict[str, Card] = {}
        self.exchange: Exchange | None = None
        self.dialled: Counter[str] = Counter()

    def arrive(self, call: str, caller: str) -> None:
        card = self._new(call)
        card.legs[linecard.CUSTOMER] = _leg(linecard.CUSTOMER, "arriving")
        self.say(card, linecard.Arrived(call=call, leg="customer", caller=caller, caller_name="", dialled="800"))

    def _new(self, call: str) -> Card:
        card = self.cards[f"card-{len(self.cards)}"] = Card(f"card-{len(self.cards)}")
        card.call = call
        return card

    def say(self, card: Card, event: linecard.AnyEvent) -> None:
        card.seq += 1
        now = clock.now()
        event = msgspec.structs.replace(event, seq=card.seq, mono=now.mono, wall=now.wall)
        card.outbox.append(event)
        if self.exchange is not None:
            self.exchange.card_said(card.name, event)

    def of(self, call: str) -> Card:
        return next(card for card in self.cards.values() if card.call == call)

    def another_core(self, exchange: Exchange) -> None:
        """The cards say hello to it, and tell again what nobody has acknowledged."""
        for card in [card for card in self.cards.values() if card.call]:
            hello = linecard.Hello(
                secret="", card=card.name, pid=1, sip_host="", sip_port=1, call=card.call, legs=list(card.legs.values())
            )
            exchange.tell(events.CardBack(card.name, hello))
        self.exchange = exchange
        for card in self.cards.values():
            for event in list(card.outbox):
                exchange.card_said(card.name, event)

    # -- commands

    def obey(self, card: Card, command: linecard.AnyCommand) -> None:
        if isinstance(command, linecard.Begin):
            card.call = command.call
        if command.call != card.call:
            return
        match command:
            case linecard.Answer():
                self._up(card, command.leg)
            case linecard.Dial():
                assert command.leg not in card.legs
                card.legs[command.leg] = _leg(command.leg, "dialling")
                if command.leg == linecard.CUSTOMER:
                    self.dialled[command.uri.removeprefix("sip:").partition("@")[0]] += 1
                self._up(card, command.leg)
            case linecard.Play(token=("menu" | "thanks") as token):
                if token == "menu":
                    self.say(card, linecard.Digit(call=card.call, leg=command.leg, digit="1"))
                else:
                    self.say(card, linecard.Played(call=card.call, leg=command.leg, token=token))
            case linecard.Play():
                card.legs[command.leg] = msgspec.structs.replace(card.legs[command.leg], playing=command.token)
            case linecard.Bridge():  # they have talked, and the agent hangs up
                self._over(card, command.b, "far-end")
            case linecard.Release():
                self._over(card, command.leg, "core", command.cause)
            case linecard.Close():
                for leg in list(card.legs):
                    self._over(card, leg, "core")
                card.call = ""

    def _up(self, card: Card, leg: str) -> None:
        card.legs[leg] = _leg(leg, "up")
        self.say(card, linecard.Answered(call=card.call, leg=leg))

    def _over(self, card: Card, leg: str, by: str, cause: str = "normal") -> None:
        if card.legs.pop(leg, None) is not None:
            self.say(card, linecard.Released(call=card.call, leg=leg, by=by, code=200, cause=cause))


def _leg(name: str, state: str) -> linecard.LegSnapshot:
    return linecard.LegSnapshot(leg=name, state=state, uri="")


class Wire:
    """From one core to the cards; cut when the core is dead."""

    def __init__(self, cards: Cards, told: Callable[[linecard.AnyCommand], None]) -> None:
        self._cards = cards
        self._told = told
        self.is_cut = False

    def send(self, card: str, *commands: linecard.AnyCommand) -> None:
        for command in commands:
            if not self.is_cut:
                self._told(command)
                reactor.callLater(0, self._arrives, card, command)

    def _arrives(self, card: str, command: linecard.AnyCommand) -> None:
        if not self.is_cut and card in self._cards.cards:
            self._cards.obey(self._cards.cards[card], command)

    def acknowledge(self, card: str, seq: int) -> None:
        if not self.is_cut and card in self._cards.cards:
            outbox = self._cards.cards[card].outbox
            outbox[:] = [event for event in outbox if event.seq > seq]

    def take(self) -> "Deferred[CardAddress]":
        name = f"card-{len(self._cards.cards)}"
        self._cards.cards[name] = Card(name)
        return succeed(CardAddress(name, "127.0.0.1", 1))

    def put_back(self, name: str) -> None:
        del self._cards.cards[name]


class Core:
    """One core after the other on the same database. `steps`: what was committed and which legs were dialled, in the
    order of things, over all cores."""

    def __init__(self, folder: Path, cards: Cards) -> None:
        self._folder = folder
        self._cards = cards
        self.steps: list[Sequence[facts.Entry] | linecard.Dial] = []

    async def start(self) -> None:
        self._storage = Storage(reactor, URL, self._folder, SITE, clock.now)
        await self._storage.start()
        ledger = self._storage.ledger
        self.flow = CallFlow(Plan(SITE, FakeSounds()))
        self.flow.recover(*await ledger.recover())
        self._wire = Wire(self._cards, self._note)
        self.exchange = Exchange(reactor, self.flow, ledger, self._wire, clock.now, lambda text: text)
        self.exchange.subscribe(self.steps.append)
        await self.exchange.begin("boot-1", "test")
        self._cards.another_core(self.exchange)
        await self.exchange.tell(events.CardsCounted())

    def _note(self, command: linecard.AnyCommand) -> None:
        if isinstance(command, linecard.Dial):
            self.steps.append(command)

    async def die(self) -> None:
        """What is being committed is; nobody hears of it, and no command leaves any more."""
        self._wire.is_cut = True
        self._cards.exchange = None
        self.exchange.stop()
        await self._storage.stop()

    async def ledger(self) -> list[facts.AnyFact]:
        await self.exchange.settled()
        return [entry.fact async for page in self._storage.ledger.iterate() for entry in page]

    def called_back(self) -> int:
        """Calls whose callers have hung up, and whose line cards are free."""
        return sum(call.is_away() and not call.card for call in self.flow._world.state.calls.values())

    def waiting(self) -> list[str]:
        return self.flow._world.floor.waiting("sales")


@ensureDeferred
async def test_two_hundred_wait_and_the_core_dies_twice(tmp_path: Path) -> None:
    cards = Cards()
    core = Core(tmp_path, cards)
    await core.start()
    callers = [
        CALL_BACKS[number // 40] if number % 40 == 10 else f"{URGENT}{number}" if number % 9 == 5 else f"+4930{number}"
        for number in range(CALLERS)
    ]
    for number, caller in enumerate(callers[: CALLERS // 2]):
        cards.arrive(f"c{number}", caller)
    await until(lambda: len(core.waiting()) == CALLERS // 2)
    before = core.waiting()
    await core.die()
    for number, caller in enumerate(callers[CALLERS // 2 :], CALLERS // 2):
        cards.arrive(f"c{number}", caller)  # while there is no core
    await core.start()
    await until(lambda: len(core.waiting()) == CALLERS)
    assert [call for call in core.waiting() if call in set(before)] == before
    for number, caller in enumerate(callers):
        if caller in CALL_BACKS:
            cards.say(cards.of(f"c{number}"), linecard.Digit(call=f"c{number}", leg=linecard.CUSTOMER, digit="1"))
    await until(lambda: core.called_back() == len(CALL_BACKS))
    order = core.waiting()
    assert len(order) == CALLERS
    for number in range(AGENTS):
        core.exchange.tell(events.AgentAsked(f"a{number}", "test", desk.SetPresence(presence="ready")))
    await until(lambda: len(core.waiting()) < CALLERS // 2)
    await core.die()
    await core.start()
    await until(lambda: not core.flow._world.state.calls)
    ledger = await core.ledger()
    await core.die()
    served_in_order(ledger, order)
    each_was_called_once(ledger, cards)
    who_is_free_gets_the_next_in_the_same_step(core.steps)


def served_in_order(ledger: list[facts.AnyFact], order: list[str]) -> None:
    """Offers follow the queue as it stood; another offer of the same call there is only where a core died."""
    offers = [fact for fact in ledger if isinstance(fact, facts.CallOffered)]
    assert list(dict.fromkeys(offer.call for offer in offers)) == order
    results = Counter((fact.call, fact.result) for fact in ledger if isinstance(fact, facts.OfferEnded))
    assert {result for _, result in results} <= {"answered", "withdrawn"}
    assert all(results[call, "answered"] == 1 for call in order)
    assert sum(count for (_, result), count in results.items() if result == "withdrawn") <= AGENTS


def each_was_called_once(ledger: list[facts.AnyFact], cards: Cards) -> None:
    assert cards.dialled == Counter(CALL_BACKS)
    outcomes = Counter(fact.outcome for fact in ledger if isinstance(fact, facts.CallClosed))
    assert outcomes == {"answered": CALLERS - len(CALL_BACKS), "call-back": len(CALL_BACKS)}
    for kind in (facts.CallArrived, facts.CallQueued, facts.CallConnected, facts.CallReleased, facts.CallClosed):
        assert set(Counter(fact.call for fact in ledger if isinstance(fact, kind)).values()) == {1}, kind
    tried = Counter(fact.call for fact in ledger if isinstance(fact, facts.CallBackTried))
    assert len(tried) == len(CALL_BACKS)
    assert set(tried.values()) <= {1, 2}, "twice where the core died before the first command left"


def who_is_free_gets_the_next_in_the_same_step(steps: list[Sequence[facts.Entry] | linecard.Dial]) -> None:
    """From an agent who is free to the next caller's dialled leg there is one decision and one commit: no timer and no
    other event lies between them. (Of a call-back a line card is taken first.)"""
    handed_over = dialled_at_once = 0
    for step, after in zip(steps, [*steps[1:], ()], strict=True):
        if isinstance(step, linecard.Dial):
            continue
        told = [entry.fact for entry in step]
        freed = [fact.agent for fact in told if isinstance(fact, facts.WrapUpEnded)]
        offers = {fact.agent: fact for fact in told if isinstance(fact, facts.CallOffered)}
        handed_over += sum(agent in offers for agent in freed)
        if len(offers) == 1 and isinstance(after, linecard.Dial):
            (offer,) = offers.values()
            dialled_at_once += (after.call, after.leg) == (offer.call, offer.leg)
    offered = CALLERS - AGENTS  # the first ones had agents who just came
    assert handed_over >= offered - 2 * AGENTS
    assert dialled_at_once >= CALLERS - len(CALL_BACKS) - 2 * AGENTS
