"""Boards made from snapshots, and what differs in two of them."""

from typing import Any

import msgspec
import pytest
from msgspec import structs

from server.config.site import Queue
from server.web.monitor.board import Maker, Recent, Seen, difference
from server.web.monitor.levels import defaults_of
from server.wire import desk
from server.wire.monitor import Changed, Thresholds
from server.wire.voicemail import MailboxView
from tests.fakes.switchboard import NOW, a_call, a_queue, an_agent

QUEUES = [Queue(id="sales", name="Sales", wrap_up_seconds=30), Queue(id="help", name="Help")]
THRESHOLDS = {"*": Thresholds(), **{queue.id: defaults_of(queue) for queue in QUEUES}}


def seen(**changes: object) -> Seen:
    fields: dict[str, Any] = {
        "agents": [],
        "queues": [a_queue("sales"), a_queue("help")],
        "calls": [],
        "services": [],
        "mailboxes": [],
        "recent": {},
        "thresholds": THRESHOLDS,
        "names": lambda customer: {"k1": "Maria Silva"}.get(customer, ""),
        "wall": NOW,
        "mono": 100.0,
    }
    return Seen(**{**fields, **changes})


def test_mailboxes_are_judged_and_told_when_they_change() -> None:
    box = MailboxView(id="sales", name="Sales", owner="queue:sales", new=0, saved=4, urgent=0)
    boards = [
        board(mailboxes=[structs.replace(box, new=new, urgent=urgent)]) for new, urgent in ((0, 0), (2, 0), (3, 1))
    ]
    assert [one.mailboxes["sales"].level for one in boards] == ["good", "watch", "act"]
    assert difference(boards[0], boards[1]) == {"mailboxes": [boards[1].mailboxes["sales"]]}
    assert difference(boards[1], boards[1]) == {}


def board(**changes: object):
    return Maker(QUEUES).board(seen(**changes))


@pytest.mark.parametrize(
    ("state", "agent"),
    [
        ("ready", {"presence": "ready"}),
        ("unreachable", {"presence": "ready", "reachable": False}),
        ("not-ready", {"presence": "not-ready", "reachable": False}),
        ("logged-out", {}),
        ("talking", {"presence": "not-ready", "work_state": "talking"}),
        ("wrap-up", {"presence": "ready", "work_state": "wrap-up", "reachable": False}),
    ],
)
def test_presence_and_work_state_are_one_word(state, agent):
    tile = board(agents=[an_agent("ana", **agent)]).agents["ana"]
    assert tile.state == state
    assert tile.level == ("act" if state == "unreachable" else "good")


def test_a_conversation_is_judged_by_its_whole_time_a_wrap_up_by_its_limit():
    agent = an_agent("ana", work_state="holding", call="c1", since=NOW - 5)
    for seconds, level in ((479, "good"), (480, "watch"), (900, "act")):
        call = a_call("c1", state="holding", queue="sales", position=None, answered_at=NOW - seconds)
        assert board(agents=[agent], calls=[call]).agents["ana"].level == level
    call = a_call("c1", state="ending", queue="sales", position=None, customer="k1")
    for seconds, level in ((29, "good"), (30, "watch"), (60, "act")):
        agent = an_agent("ana", work_state="wrap-up", call="c1", wrap_up_began_at=NOW - seconds)
        tile = board(agents=[agent], calls=[call]).agents["ana"]
        assert (tile.level, tile.queue, tile.caller) == (level, "sales", "Maria Silva")


def test_sums_count_an_agent_of_several_queues_once():
    agents = [
        an_agent("ana", presence="ready", queues=["sales", "help"]),
        an_agent("rui", presence="ready", work_state="talking", queues=["help", "sales"]),
        an_agent("sofia", presence="ready", role="supervisor"),
    ]
    queues = [
        a_queue("sales", waiting=2, longest_since=NOW - 30, ready=1),
        a_queue("help", waiting=1, longest_since=NOW - 130, ready=1),
    ]
    totals = board(agents=agents, queues=queues).totals
    assert (totals.waiting, totals.longest_since, totals.ready, totals.logged_in) == (3, NOW - 130, 1, 2)
    assert totals.levels | {"ready": "watch", "waiting": "watch", "longest_seconds": "act"} == totals.levels
    assert totals.level == "act"
    assert totals.service_level_seconds == 20


def test_no_free_agent_matters_only_while_somebody_waits():
    assert board().queues["sales"].level == "good"
    waiting = board(queues=[a_queue("sales", waiting=1, longest_since=NOW)])
    assert waiting.queues["sales"].levels["ready"] == "act"


def test_figures_become_percentages():
    recent = {
        "sales": Recent(offered=61, answered=58, abandoned=2, service_level=0.755, abandon_rate=0.5, answer_seconds=7)
    }
    found = board(recent=recent)
    sales = found.queues["sales"]
    assert (sales.service_level, sales.abandon_rate, sales.answer_seconds) == (75.5, 50.0, 7)
    assert (sales.levels["service_level_percent"], sales.levels["abandoned_percent"]) == ("watch", "act")
    assert (found.queues["help"].service_level, found.totals.answer_seconds) == (None, None)


def test_why_a_caller_still_waits():
    agents = [
        an_agent("ana", presence="ready", work_state="talking", queues=["sales"]),
        an_agent("rui", presence="not-ready", queues=["sales"]),
        an_agent("out", queues=["sales", "help"]),
    ]
    first = a_call("c1", queue="sales", joined_at=NOW - 60, customer="k1")
    second = a_call("c2", queue="sales", joined_at=NOW - 50, position=2)
    alone = a_call("c3", queue="help", joined_at=NOW - 70, caller_name="Rui Costa")
    talking = a_call("c4", state="talking", queue="sales", position=None)
    found = board(agents=agents, calls=[first, second, alone, talking]).waiting
    assert list(found) == ["c3", "c1", "c2"]
    assert (found["c1"].why, found["c1"].talking, found["c1"].not_ready) == ("all-busy", 1, 1)
    assert (found["c2"].why, found["c2"].ahead) == ("ahead", 1)
    assert found["c3"].why == "nobody-logged-in"
    assert [found[call].customer for call in ("c1", "c2", "c3")] == ["Maria Silva", "", "Rui Costa"]
    offered = a_call("c1", queue="sales", state="offered", position=None, agent="ana")
    ringing = board(agents=agents, calls=[offered]).waiting["c1"]
    assert (ringing.why, ringing.offered_to, ringing.position) == ("offered", "ana", 0)
    several = msgspec.structs.replace(offered, agent=None, ringing=["ana", "rui"])
    assert board(agents=agents, calls=[several]).waiting["c1"].offered_to == "ana,rui"
    free = [an_agent("ana", presence="ready", queues=["sales"])]
    assert board(agents=free, calls=[first]).waiting["c1"].why == "none-suits"


def test_call_backs_and_the_expected_wait_are_told_where_there_are_any():
    queues = [a_queue("sales", call_backs=2, expected_wait_seconds=40.04, wait_error_seconds=9.0), a_queue("help")]
    call = a_call("c1", queue="sales", call_back="+351210000007")
    found = board(queues=queues, calls=[call])
    sales, other = found.queues["sales"], found.queues["help"]
    assert (sales.call_backs, sales.expected_wait_seconds, sales.wait_error_seconds) == (2, 40, 9)
    assert (other.call_backs, other.expected_wait_seconds, found.totals.call_backs) == (None, None, 2)
    assert found.waiting["c1"].call_back


def test_a_change_leads_from_one_board_to_the_other():
    service = desk.ServiceView(interface="acd", version="1", instance="core", rank=0, state="up")
    maker = Maker(QUEUES)
    agents = [an_agent("ana", queues=["sales"]), an_agent("rui", queues=["help"])]
    before = maker.board(seen(agents=agents, calls=[a_call("c1", queue="sales")], services=[service]))
    assert (
        difference(before, maker.board(seen(agents=agents, calls=[a_call("c1", queue="sales")], services=[service])))
        == {}
    )
    agents[1] = msgspec.structs.replace(agents[1], presence="ready")
    after = maker.board(seen(agents=agents, calls=[a_call("c2", queue="sales")]))
    told = difference(before, after)
    assert set(told) == {"agents", "waiting", "gone", "totals"}
    assert told["agents"] == [after.agents["rui"]]
    assert told["gone"] == ["c1", "acd/core"]
    sent = msgspec.json.decode(msgspec.json.encode(Changed(number=1, at=NOW, **told)))
    assert set(sent) == {"t", "number", "at", *told}
