"""The exchange: commands leave after the commit, in order; cards are acknowledged then; one timer."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

sys.path.insert(0, str(Path(__file__).parents[1] / "callflow"))
from transcript import EPOCH, SITE, TOGETHER, FakeSounds, site_of

from server.call import events
from server.call.commands import RingAgents, RingNoLonger
from server.call.facts import AnyFact, Entry
from server.call.now import Now
from server.call.ports import FactsHeldBack
from server.callflow import CallFlow, Plan
from server.callflow.state import decode
from server.exchange import Exchange
from server.wire import desk, linecard


class SlowLedger:
    """Commits when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Deferred[list[Entry]], list[Entry]]] = []
        self.position = 0

    def append(self, facts: Sequence[tuple[Now, AnyFact]], urgent: bool = True) -> Deferred[list[Entry]]:
        entries = []
        for at, fact in facts:
            self.position += 1
            entries.append(Entry(position=self.position, at=at, fact=fact))
        done: Deferred[list[Entry]] = Deferred()
        self.waiting.append((done, entries))
        return done

    def read(self, after: int, limit: int) -> Deferred[list[Entry]]:
        raise AssertionError("the exchange does not read")

    def commit(self, index: int = 0) -> None:
        done, entries = self.waiting.pop(index)
        done.callback(entries)


class Cards:
    """Keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[linecard.AnyCommand] = []
        self.acknowledged: list[tuple[str, int]] = []

    def send(self, card: str, *commands: linecard.AnyCommand) -> None:
        self.sent += commands

    def acknowledge(self, card: str, seq: int) -> None:
        self.acknowledged.append((card, seq))


class Phones:
    """Keeps what was to ring."""

    def __init__(self) -> None:
        self.asked: list[RingAgents | RingNoLonger] = []

    def ring(self, command: RingAgents) -> None:
        self.asked.append(command)

    def ring_no_longer(self, command: RingNoLonger) -> None:
        self.asked.append(command)


class Scene:
    def __init__(self, site: dict[str, object] = SITE) -> None:
        self.clock = Clock()
        self.ledger = SlowLedger()
        self.cards = Cards()
        self.wall_jump = 0.0
        flow = CallFlow(Plan(site_of(site), FakeSounds()))
        self.exchange = Exchange(
            self.clock, flow, self.ledger, self.cards, self.now, lambda text: text if text.startswith("+") else ""
        )
        self.exchange.begin("boot", "1")
        self.commit_all()
        self.exchange.tell(events.CardsCounted())
        self.commit_all()

    def now(self) -> Now:
        seconds = self.clock.seconds()
        return Now(EPOCH.wall + seconds + self.wall_jump, EPOCH.mono + seconds)

    def commit_all(self) -> None:
        while self.ledger.waiting:
            self.ledger.commit()

    def ask(self, request: desk.AnyRequest, agent: str = "bruno") -> Deferred[None]:
        return self.exchange.tell(events.AgentAsked(agent, agent, request))

    def arrives(self, call: str = "c1", seq: int = 1) -> None:
        now = self.now()
        event = linecard.Arrived(
            call=call,
            seq=seq,
            mono=now.mono,
            wall=now.wall,
            leg="customer",
            caller="+491",
            caller_name="",
            dialled="800",
        )
        self.exchange.card_said("card-1", event)

    def said(self, event: linecard.AnyEvent) -> None:
        self.exchange.card_said("card-1", event)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_commands_wait_for_the_commit_and_the_card_is_acknowledged_after_it(scene: Scene) -> None:
    scene.arrives()
    assert scene.cards.sent == []
    assert scene.cards.acknowledged == []
    scene.ledger.commit()
    assert [type(command) for command in scene.cards.sent] == [linecard.Answer]
    assert scene.cards.acknowledged == [("card-1", 1)]


def test_a_later_commit_does_not_overtake_an_earlier_one(scene: Scene) -> None:
    scene.arrives("c1", 1)
    scene.arrives("c2", 2)
    scene.ledger.commit(1)
    assert scene.cards.sent == []
    scene.ledger.commit(0)
    assert [command.call for command in scene.cards.sent] == ["c1", "c2"]


def test_commands_without_facts_do_not_overtake_either(scene: Scene) -> None:
    scene.arrives()
    scene.said(linecard.Answered(call="c1", seq=2, leg="customer"))
    assert scene.cards.sent == []
    scene.commit_all()
    assert [type(command) for command in scene.cards.sent] == [linecard.Answer, linecard.Play]
    assert scene.cards.acknowledged == [("card-1", 1), ("card-1", 2)]


def test_a_refused_request_fails_and_commits_nothing(scene: Scene) -> None:
    failures: list[object] = []
    scene.ask(desk.HangUp()).addErrback(lambda failure: failures.append(failure.value))
    assert isinstance(failures[0], events.RequestRefused)
    assert failures[0].problem == "no-call"
    assert scene.ledger.waiting == []


def test_a_disk_that_takes_nothing_does_not_stop_the_call(scene: Scene) -> None:
    scene.arrives()
    done, _ = scene.ledger.waiting.pop()
    done.errback(OSError("no space left"))
    assert [type(command) for command in scene.cards.sent] == [linecard.Answer]


def test_what_is_held_back_is_shown_and_kept_out_of_checkpoints(scene: Scene) -> None:
    seen: list[int] = []
    kept: list[int] = []
    scene.exchange.subscribe(lambda entries: seen.extend(entry.position for entry in entries))
    scene.exchange.on_checkpoint = lambda position, _octets: kept.append(position)
    before = scene.ledger.position
    scene.arrives()
    done, entries = scene.ledger.waiting.pop()
    done.errback(FactsHeldBack(entries))
    assert seen == list(range(before + 1, scene.ledger.position + 1))
    assert scene.exchange.counters["held_back"] == len(seen)
    scene.exchange.save_checkpoint()
    assert kept == [], "the ledger may never see what the state has"
    scene.arrives("c2", 5)
    scene.commit_all()
    scene.exchange.save_checkpoint()
    assert kept == [scene.ledger.position]


def test_facts_that_are_lost_are_in_no_checkpoint_ever_after(scene: Scene) -> None:
    kept: list[int] = []
    scene.exchange.on_checkpoint = lambda position, _octets: kept.append(position)
    scene.arrives()
    done, _ = scene.ledger.waiting.pop()
    done.errback(RuntimeError("the ledger failed"))
    scene.arrives("c2", 5)
    scene.commit_all()
    scene.exchange.save_checkpoint()
    assert kept == []


def test_who_waits_for_a_decision_is_told_though_a_port_fails(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the port is broken")

    monkeypatch.setattr(scene.cards, "send", broken)
    told: list[str] = []
    scene.arrives()
    scene.exchange.settled().addCallback(lambda _: told.append("call"))
    scene.ask(desk.SetPresence(presence="ready")).addCallback(lambda _: told.append("agent"))
    scene.commit_all()
    assert told == ["call", "agent"]


def test_a_port_that_fails_does_not_make_facts_uncommitted(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the port is broken")

    with monkeypatch.context() as patched:
        patched.setattr(scene.cards, "send", broken)
        scene.arrives()
        scene.arrives("c2", 2)
        scene.commit_all()
    assert scene.exchange.counters["faults"] == 2
    assert scene.exchange.counters["held_back"] == 0
    scene.arrives("c3", 3)
    scene.commit_all()
    assert [type(command) for command in scene.cards.sent] == [linecard.Answer]


def test_subscribers_get_committed_entries_in_order(scene: Scene) -> None:
    seen: list[int] = []
    end = scene.exchange.subscribe(lambda entries: seen.extend(entry.position for entry in entries))
    scene.arrives()
    assert seen == []
    scene.commit_all()
    assert seen == sorted(seen)
    assert seen
    count = len(seen)
    end()
    scene.arrives("c2", 2)
    scene.commit_all()
    assert len(seen) == count


def talk(scene: Scene) -> None:
    scene.ask(desk.SetPresence(presence="ready"))
    scene.arrives()
    scene.said(linecard.Answered(call="c1", seq=2, leg="customer"))
    scene.said(linecard.Answered(call="c1", seq=3, leg="agent-1"))
    scene.said(linecard.Released(call="c1", seq=4, leg="customer", by="far-end", code=200, cause="normal"))
    scene.commit_all()


@pytest.mark.parametrize("jump", [-86_400.0, 0.0, 86_400.0])
def test_a_jump_of_the_wall_clock_moves_no_deadline(scene: Scene, jump: float) -> None:
    talk(scene)
    scene.wall_jump = jump
    scene.clock.advance(29.9)
    agent = scene.exchange.agent("bruno")
    assert agent is not None
    assert agent.work_state == "wrap-up"
    scene.clock.advance(0.11)
    agent = scene.exchange.agent("bruno")
    assert agent is not None
    assert agent.work_state == "idle"


def test_one_timer_however_many_deadlines(scene: Scene) -> None:
    for number in range(20):
        scene.arrives(f"c{number}", number + 1)
    scene.commit_all()
    assert len(scene.clock.getDelayedCalls()) == 1
    scene.arrives("c20", 21)
    scene.exchange.stop()
    assert scene.clock.getDelayedCalls() == []
    scene.commit_all()  # what was being written is told to one that has stopped
    assert scene.clock.getDelayedCalls() == []


def test_a_checkpoint_says_what_the_ledger_says(scene: Scene) -> None:
    kept: list[tuple[int, bytes]] = []
    scene.exchange.on_checkpoint = lambda position, octets: kept.append((position, octets))
    talk(scene)
    scene.arrives("c2", 5)
    scene.exchange.save_checkpoint()
    assert kept == []  # facts are on their way: the state is ahead of the ledger
    scene.commit_all()
    scene.exchange.save_checkpoint()
    (position, octets) = kept[0]
    assert position == scene.ledger.position
    fresh = CallFlow(Plan(site_of(SITE), FakeSounds()))
    fresh.recover(octets, [])
    assert decode(fresh.checkpoint()) == decode(octets)


def test_a_subscriber_that_fails_keeps_no_call_from_its_commands(scene: Scene) -> None:
    def broken(entries: Sequence[Entry]) -> None:
        raise ValueError("only looking")

    scene.exchange.subscribe(broken)
    scene.arrives()
    scene.commit_all()
    assert [type(command) for command in scene.cards.sent] == [linecard.Answer]
    assert scene.cards.acknowledged == [("card-1", 1)]


def test_a_fault_of_the_rules_is_contained(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("nobody thought of that")

    scene.ask(desk.SetPresence(presence="ready"))
    monkeypatch.setattr("server.callflow.offering.offer", broken)
    scene.arrives()
    monkeypatch.undo()
    scene.commit_all()
    assert [type(command) for command in scene.cards.sent] == [linecard.Answer], "what was decided before the fault"
    assert scene.cards.acknowledged == [("card-1", 1)]
    scene.arrives("c2", 2)
    scene.commit_all()
    assert linecard.Dial in [type(command) for command in scene.cards.sent], "the next event is handled as ever"


def test_phones_that_ring_together_are_rung_after_the_commit_and_kept_until_there_is_an_edge() -> None:
    scene = Scene(TOGETHER)
    for agent in ("bruno", "carla"):
        scene.exchange.tell(events.AgentAsked(agent, agent, desk.SetPresence(presence="ready")))
    scene.commit_all()
    arrived = linecard.Arrived(call="c1", leg="customer", caller="+491", caller_name="", dialled="800", seq=1)
    scene.exchange.card_said("card", arrived)
    scene.commit_all()
    phones = Phones()
    scene.exchange.ring_at(phones)
    both = RingAgents("c1", "agent-1", ["bruno", "carla"])
    assert phones.asked == [both]
    scene.exchange.tell(events.AgentAsked("carla", "carla", desk.SetPresence(presence="not-ready")))
    assert phones.asked == [both]
    scene.commit_all()
    assert phones.asked == [both, RingNoLonger("c1", "agent-1", "carla", "withdrawn")]
    scene.exchange.tell(events.PhonePickedUp("c1", "agent-1", "bruno"))
    assert scene.exchange.call("c1").agent == "bruno"  # at once: the card's answer may come before the commit
