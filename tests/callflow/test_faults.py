"""What must not stick: a site that lost a queue or an agent over a restart, music that cannot be played, a fault."""

import copy
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from record_checks import check_records
from transcript import SITE, WAITING, Runner, site_of

from server.call import facts
from server.callflow import RuleFault
from server.wire import linecard


def without(kind: str, ident: str) -> dict:
    """The test site after `ident` was taken out of it."""
    site = copy.deepcopy(SITE)
    site[kind] = [one for one in site[kind] if one["id"] != ident]
    if kind == "queue":
        site["number"] = [one for one in site["number"] if one["to"] != f"queue:{ident}"]
        for agent in site["agent"]:
            agent["queues"] = [queue for queue in agent["queues"] if queue != ident]
    return site


def reload(runner: Runner, site: dict) -> None:
    runner.site = site_of(site)
    runner.restart()


def commands(decision: object) -> list[linecard.AnyCommand]:
    return [one.command for one in decision.commands if hasattr(one, "command")]


def arrive(runner: Runner, call: str, number: str) -> None:
    runner.line(["arrived", call, f"+49{len(call)}", number])
    runner.line(["answered", call, "customer"])


def test_a_queue_that_was_taken_out_while_its_call_rang_ends_that_call_and_no_other() -> None:
    runner = Runner()
    runner.line(["registered", "ana"])
    runner.line(["ready", "ana"])
    arrive(runner, "rings", "801")
    arrive(runner, "waits", "800")
    reload(runner, without("queue", "outages"))
    runner.line(["back", "rings", "customer:up", "agent-1:ringing"])
    runner.line(["back", "waits", "customer:up:=waiting"])
    offered = runner.line(["counted"])
    assert any(isinstance(one, linecard.Dial) and one.call == "waits" for one in commands(offered))
    runner.time += 0.1
    said = runner.line(["time"])
    assert any(isinstance(one, linecard.Play) and one.call == "rings" for one in commands(said))
    runner.line(["played", "rings", "customer", "goodbye"])
    (closed,) = [e.fact for e in runner.ledger if isinstance(e.fact, facts.CallClosed)]
    assert (closed.call, closed.outcome, closed.cause) == ("rings", "failed", "queue-removed")


def test_a_queue_that_was_taken_out_while_its_call_talked() -> None:
    runner = Runner()
    runner.line(["registered", "ana"])
    runner.line(["ready", "ana"])
    arrive(runner, "c1", "801")
    runner.line(["answered", "c1", "agent-1"])
    reload(runner, without("queue", "outages"))
    runner.line(["back", "c1", "customer:up:agent-1", "agent-1:up:customer"])
    runner.line(["counted"])
    runner.line(["released", "c1", "agent-1", "media-lost"])
    runner.time += 0.1
    runner.line(["time"])
    assert runner.flow.call("c1", runner.now).state == "ending"


def test_a_promised_call_back_moves_to_the_queue_that_the_number_leads_to_now() -> None:
    runner = Runner(WAITING)
    arrive(runner, "c1", "800")
    for key in "11":
        runner.line(["digit", "c1", "customer", key])
    runner.line(["played", "c1", "customer", "thanks"])
    runner.time += 5
    site = copy.deepcopy(WAITING)
    site["number"][0]["to"] = "queue:night"
    site["queue"] = [queue for queue in site["queue"] if queue["id"] != "limited"]
    for agent in site["agent"]:
        agent["queues"] = [queue for queue in agent["queues"] if queue != "limited"]
    reload(runner, site)
    assert runner.flow.without_queue() == {"limited": 1}
    runner.line(["counted"])
    runner.time += 0.1
    runner.line(["time"])
    assert runner.flow.without_queue() == {}
    call = runner.flow.call("c1", runner.now)
    assert (call.state, call.queue, call.waited_seconds) == ("queued", "night", pytest.approx(5.1))
    runner.line(["registered", "ana"])
    offered = runner.line(["ready", "ana"])
    assert [type(one).__name__ for one in offered.commands] == ["TakeCard"]
    check_records(runner.ledger)


@pytest.mark.parametrize(
    ("to", "state"),
    [("voicemail:night", "in-mailbox"), ("dialog:meter-reading", "in-dialog"), ("queue:nothing", "ending")],
)
def test_a_caller_whose_queue_is_gone_goes_where_the_number_leads_now(to: str, state: str) -> None:
    runner = Runner()
    arrive(runner, "c1", "801")
    site = without("queue", "outages")
    site["number"].append({"dial": "801", "to": to})
    site["mailbox"] = [{"id": "night"}]
    reload(runner, site)
    runner.line(["back", "c1", "customer:up:=waiting"])
    runner.line(["counted"])
    assert runner.flow.call("c1", runner.now).state == state


@pytest.mark.parametrize("ends", [["answered", "c1", "agent-1"], ["released", "c1", "agent-1", "no-answer"]])
def test_an_agent_who_was_taken_out_while_the_phone_rang(ends: list[str]) -> None:
    runner = Runner()
    runner.line(["ready", "bruno"])
    arrive(runner, "c1", "800")
    reload(runner, without("agent", "bruno"))
    runner.line(["back", "c1", "customer:up", "agent-1:ringing"])
    runner.line(ends)
    runner.line(["counted"])
    assert runner.flow.call("c1", runner.now).state == "queued"
    runner.line(["registered", "ana"])
    runner.line(["ready", "ana"])
    assert runner.flow.call("c1", runner.now).agent == "ana"


def test_the_wrap_up_of_an_agent_who_was_taken_out_ends() -> None:
    runner = Runner()
    runner.line(["ready", "bruno"])
    arrive(runner, "c1", "800")
    runner.line(["answered", "c1", "agent-1"])
    runner.line(["released", "c1", "customer"])
    reload(runner, without("agent", "bruno"))
    ended = [e.fact for e in runner.ledger if isinstance(e.fact, facts.WrapUpEnded)]
    assert [(fact.agent, fact.by) for fact in ended] == [("bruno", "restart")]
    assert runner.flow.calls(runner.now) == []


def test_music_that_cannot_be_played_is_replaced_once() -> None:
    runner = Runner()
    arrive(runner, "c1", "800")
    (play,) = commands(runner.line(["played", "c1", "customer", "waiting"]))
    assert isinstance(play, linecard.Play)
    assert play.files == ["own-music"]
    assert play.loop
    assert commands(runner.line(["played", "c1", "customer", "waiting"])) == []


def test_who_comes_back_from_a_lost_talk_may_wait_as_long_again() -> None:
    runner = Runner()
    runner.line(["ready", "bruno"])
    arrive(runner, "c1", "800")
    runner.line(["answered", "c1", "agent-1"])
    runner.time = 200
    runner.line(["time"])
    runner.line(["released", "c1", "agent-1", "media-lost"])
    runner.time = 319
    runner.line(["time"])
    runner.line(["not-ready", "bruno"])
    runner.line(["released", "c1", "agent-2", "no-answer"])
    runner.time = 330
    runner.line(["time"])
    runner.time = 340
    runner.line(["time"])
    assert any(isinstance(e.fact, facts.CallReleased) and e.fact.cause == "too-long" for e in runner.ledger)


def test_a_fault_keeps_what_was_decided_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner()
    runner.line(["ready", "bruno"])

    def broken(*_: object) -> None:
        raise KeyError("nobody thought of that")

    monkeypatch.setattr("server.callflow.offering.offer", broken)
    with pytest.raises(RuleFault) as caught:
        arrive(runner, "c1", "800")
    noted = [type(fact) for _, fact in caught.value.decision.facts]
    assert noted == [facts.CallArrived, facts.CallQueued]


def test_snapshots_of_unknown_calls_leave_nothing_behind() -> None:
    runner = Runner()
    runner.line(["back", "unknown", "customer:up"])
    assert "unknown" not in runner.flow._world.lines
