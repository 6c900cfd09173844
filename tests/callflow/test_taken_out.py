"""What was taken out of the site while calls needed it: nothing is left waiting for it, and nobody's time runs on."""

import sys
from datetime import UTC
from pathlib import Path

import pytest
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parent))
from transcript import SITES, Runner

from server.call import facts
from server.records.book import Book
from server.records.call_so_far import record_of


def without(runner: Runner, queue: str = "", agent: str = "") -> None:
    """The next core reads a site file without them."""
    site = runner.site
    agents = [
        replace(one, queues=[name for name in one.queues if name != queue]) for one in site.agent if one.id != agent
    ]
    queues = [one for one in site.queue if one.id != queue]
    numbers = [one for one in site.number if f"queue:{queue}" not in (one.to, one.otherwise)]
    runner.site = replace(site, agent=agents, queue=queues, number=numbers)
    runner.restart()


def told(runner: Runner, *lines: str) -> None:
    for line in lines:
        seconds, *words = line.split()
        runner.time = float(seconds)
        runner.line(words)


def closed(runner: Runner) -> list[tuple[str, str, str]]:
    ends = [entry.fact for entry in runner.ledger if isinstance(entry.fact, facts.CallClosed)]
    return [(one.call, one.outcome, one.cause) for one in ends]


def test_a_call_back_of_a_queue_that_is_gone_waits_for_nothing() -> None:
    runner = Runner(SITES["waiting"])
    told(runner, "0 arrived c1 +491 800", "0 answered c1 customer", "2 digit c1 customer 1", "3 digit c1 customer 1")
    told(runner, "5 played c1 customer thanks")
    without(runner, queue="limited")
    told(runner, "6 counted", "7 time", "60 time")
    assert closed(runner) == [("c1", "call-back", "queue-removed")]
    assert runner.flow.calls(runner.now) == []


def test_who_is_asked_whether_to_be_called_back_by_a_queue_that_is_gone() -> None:
    """Asked because it was full, so the caller does not wait in it."""
    runner = Runner(SITES["waiting"])
    told(runner, "0 not-ready bruno", "0 arrived c1 +491 802", "0 arrived c2 +492 802", "0 answered c2 customer")
    assert runner.flow.call("c2", runner.now).state == "diverted"
    without(runner, queue="crew")
    told(runner, "6 back c2 customer:up", "6 counted", "7 digit c2 customer 1", "8 digit c2 customer 1", "9 time")
    told(runner, "10 played c2 customer goodbye")
    assert ("c2", "failed", "queue-removed") in closed(runner)


def test_whoever_is_asked_that_goes_where_the_number_leads_now() -> None:
    runner = Runner(SITES["waiting"])
    told(runner, "0 not-ready bruno", "0 arrived c1 +491 802", "0 arrived c2 +492 802", "0 answered c2 customer")
    site = runner.site
    numbers = [replace(one, to="queue:night") if one.dial == "802" else one for one in site.number]
    runner.site = replace(site, number=numbers, queue=[one for one in site.queue if one.id != "crew"])
    agents = [replace(one, queues=[queue for queue in one.queues if queue != "crew"]) for one in site.agent]
    runner.site = replace(runner.site, agent=agents)
    runner.restart()
    told(runner, "6 back c2 customer:up", "6 counted")
    there = runner.flow.call("c2", runner.now)
    assert there is not None
    assert (there.state, there.queue, there.position) == ("queued", "night", 1)


def test_a_script_leads_to_a_queue_that_is_gone() -> None:
    runner = Runner(SITES["dialogs"])
    told(runner, "0 arrived c1 +491 860", "0 answered c1 customer", "0 shown c1")
    assert runner.flow.call("c1", runner.now).state == "in-dialog"
    site = runner.site
    runner.site = replace(site, queue=[], agent=[], number=[one for one in site.number if one.dial == "862"])
    runner.restart()
    told(runner, "5 back c1 customer:up", "5 counted", "5 dialog-fails c1 c1-ivr away", "9 played c1 customer goodbye")
    assert closed(runner) == [("c1", "failed", "fault")]


def test_an_agent_passes_on_a_call_of_a_queue_that_is_gone() -> None:
    runner = Runner(SITES["usual"])
    told(runner, "0 ready carla", "0 arrived c1 +491 801", "0 answered c1 customer", "1 answered c1 agent-1")
    told(runner, "2 digit c1 agent-1 1", "3 ready bruno")
    assert runner.flow.call("c1", runner.now).state == "talking"
    without(runner, queue="outages")
    told(runner, "5 back c1 customer:up:agent-1 agent-1:up:customer", "5 counted", "6 transfer c1 agent:bruno")
    assert runner.flow.call("c1", runner.now).agent == "bruno"
    told(runner, "8 answered c1 agent-2", "20 released c1 customer")
    assert closed(runner) == [("c1", "answered", "normal")]


def test_an_agent_who_is_gone_hears_a_message() -> None:
    """It is somebody else's now; and who waits beside it is not forgotten."""
    runner = Runner(SITES["tasks"])
    told(runner, "0 arrived c1 +491 850", "0 answered c1 customer", "1 played c1 customer mailbox-1")
    told(runner, "12 released c1 customer", "12 recorded c1 bills/c1-1 11 hang-up", "20 ready ana")
    told(runner, "20 taken bills-c1-1-task 1", "21 answered bills-c1-1-task agent-1", "22 arrived c2 +492 800")
    told(runner, "22 answered c2 customer")
    without(runner, agent="ana")
    told(runner, "30 back bills-c1-1-task agent-1:up", "30 back c2 customer:up", "30 counted", "31 ready bia")
    assert runner.flow.call("bills-c1-1-task", runner.now).agent == "bia"
    told(runner, "32 ready bia", "33 taken bills-c1-1-task 2", "40 released bills-c1-1-task agent-2 no-answer")
    assert runner.flow.call("c2", runner.now).state == "queued"


@pytest.mark.parametrize("doing", ["nothing", "wrap-up", "talk"])
def test_the_time_of_an_agent_who_is_gone_does_not_run_on(doing: str) -> None:
    runner = Runner(SITES["usual"])
    told(runner, "0 ready bruno")
    if doing != "nothing":
        told(runner, "0 arrived c1 +491 800", "0 answered c1 customer", "10 answered c1 agent-1")
    if doing == "wrap-up":
        told(runner, "50 released c1 customer")
    told(runner, "60 time")
    without(runner, agent="bruno")
    told(runner, "60 back c1 customer:up:agent-1 agent-1:up:customer", "60 counted", "100 released c1 customer")
    runner.time = 5000
    book = Book(UTC)
    book.take(runner.ledger)
    day = book.agent_day("bruno", runner.now)
    assert day is not None
    times = (day.idle_seconds, day.ringing_seconds, day.talk_seconds, day.wrap_up_seconds)
    assert times == {"nothing": (60, 0, 0, 0), "wrap-up": (0, 10, 40, 10), "talk": (0, 10, 90, 0)}[doing]
    assert day.logged_in_seconds == sum(times)
    assert day.last_log_out_at is not None


@pytest.mark.parametrize("ends", ["agent-1 normal", "agent-1 media-lost", "customer normal"])
def test_an_agent_who_was_taken_out_and_put_back_during_a_talk(ends: str) -> None:
    """The core between the two has written the state down, and nothing of the agent is in it."""
    runner = Runner(SITES["usual"])
    told(runner, "0 ready bruno", "0 arrived c1 +491 800", "0 answered c1 customer", "10 answered c1 agent-1")
    whole, back = runner.site, "back c1 customer:up:agent-1 agent-1:up:customer"
    without(runner, agent="bruno")
    told(runner, f"20 {back}", "20 counted")
    written = runner.flow.checkpoint()
    runner.site = whole
    runner.flow = runner.new_flow()
    runner.flow.recover(written, [])
    runner.keep(runner.flow.begin("boot-1", "test", runner.now))
    told(runner, f"30 {back}", "30 counted", "30 ready bruno", "40 held c1 agent-1 on", "50 held c1 agent-1 off")
    told(runner, f"60 released c1 {ends}", "70 released c1 customer", "71 time")
    assert runner.flow.calls(runner.now) == []
    there = runner.flow.agent("bruno")
    assert there is not None
    assert (there.presence, there.work_state, there.call) == ("ready", "idle", None)
    book = Book(UTC)
    (call,) = book.take(runner.ledger).closed
    record = record_of(call)
    assert (record.talk_seconds, record.hold_seconds, record.wrap_up_seconds) == (40, 10, 0)
    assert record.outcome == ("abandoned" if "lost" in ends else "answered")
