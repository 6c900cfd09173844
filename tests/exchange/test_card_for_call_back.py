"""A call-back is answered by a free card: taken after the commit, given back when nobody wants it any more."""

import sys
from pathlib import Path

import msgspec
import pytest
from twisted.internet.defer import Deferred, fail

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "callflow"))
from test_exchange import Cards, Scene
from transcript import EPOCH, WAITING, FakeSounds, site_of

from server.call import events
from server.call.ports import CardAddress
from server.callflow import CallFlow, Plan
from server.exchange import Exchange
from server.wire import desk, linecard


class Supply(Cards):
    """Cards that come when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted: list[Deferred[CardAddress]] = []
        self.back: list[str] = []
        self.is_away = False

    def take(self) -> Deferred[CardAddress]:
        if self.is_away:
            return fail(ConnectionError("no telephony"))
        self.wanted.append(Deferred())
        return self.wanted[-1]

    def put_back(self, name: str) -> None:
        self.back.append(name)


class CallBackScene(Scene):
    """Somebody waits to be called back, and an agent becomes ready."""

    def __init__(self) -> None:
        super().__init__()
        self.cards = Supply()
        flow = CallFlow(Plan(site_of(WAITING), FakeSounds()))
        self.exchange = Exchange(self.clock, flow, self.ledger, self.cards, self.now, lambda text: text)
        self.exchange.begin("boot", "1")
        self.exchange.tell(events.CardsCounted())
        self.arrives()
        for seq, event in enumerate(
            [
                linecard.Answered(call="c1", leg="customer"),
                linecard.Digit(call="c1", leg="customer", digit="1"),
                linecard.Digit(call="c1", leg="customer", digit="1"),
                linecard.Released(call="c1", leg="customer", by="far-end", code=200, cause="normal"),
            ],
            2,
        ):
            self.exchange.card_said("card-1", stamped(event, seq))
        self.commit_all()
        self.cards.sent.clear()

    def dialled(self) -> list[str]:
        return [command.leg for command in self.cards.sent if isinstance(command, linecard.Dial)]


def stamped(event: linecard.AnyEvent, seq: int) -> linecard.AnyEvent:
    return msgspec.structs.replace(event, seq=seq, mono=EPOCH.mono, wall=EPOCH.wall)


@pytest.fixture
def scene() -> CallBackScene:
    return CallBackScene()


def test_a_card_is_taken_after_the_commit_and_the_agent_is_rung_on_it(scene: CallBackScene) -> None:
    scene.ask(desk.SetPresence(presence="ready"))
    assert scene.cards.wanted == []
    scene.commit_all()
    (wanted,) = scene.cards.wanted
    wanted.callback(CardAddress("card-7", "127.0.0.1", 5070))
    assert scene.dialled() == []
    scene.commit_all()
    assert scene.dialled() == ["agent-1"]
    assert isinstance(scene.cards.sent[0], linecard.Begin)


def test_a_card_that_comes_too_late_is_given_back(scene: CallBackScene) -> None:
    scene.ask(desk.SetPresence(presence="ready"))
    scene.commit_all()
    scene.ask(desk.SetPresence(presence="logged-out"))
    scene.commit_all()
    scene.cards.wanted[0].callback(CardAddress("card-7", "127.0.0.1", 5070))
    scene.commit_all()
    assert scene.cards.back == ["card-7"]
    assert scene.dialled() == []


@pytest.mark.parametrize("is_away", [False, True])
def test_without_a_card_it_is_tried_later(scene: CallBackScene, is_away: bool) -> None:
    scene.cards.is_away = is_away
    scene.ask(desk.SetPresence(presence="ready"))
    scene.commit_all()
    for wanted in scene.cards.wanted:
        wanted.errback(LookupError("all busy"))
    scene.commit_all()
    call = scene.exchange.call("c1")
    assert call is not None
    assert call.state == "call-back-later"
    scene.cards.is_away = False
    scene.clock.advance(31)
    scene.commit_all()
    assert len(scene.cards.wanted) == (1 if is_away else 2)
