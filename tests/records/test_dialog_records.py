"""What a call's record shows of its dialog sessions."""

from server.call import dialog_facts as d, facts as f
from server.call.now import Now
from server.records import call_fold, call_so_far
from server.records.contact import contact_of
from server.records.dialogs import MOST, taken

BEGAN = d.DialogBegan(
    session="s", number=1001, call="c", script="order", version="2", channel="ivr", language="en", customer="k"
)
ANSWERED = d.DialogAnswered(session="s", number=2001, call="c", answers={"article": 7, "code": None})
LEFT = d.DialogLeft(session="s", number=3001, call="c", node="sure")
MOVED = d.DialogMoved(session="s", number=4001, call="c", channel="desk", language="en", by="ana")
ENDED = d.DialogEnded(
    session="s", number=5001, call="c", script="order", version="2", channel="desk", node="done", outcome="success",
    disposition="ordered",
)  # fmt: skip


def _fold(*facts: f.AnyFact) -> call_so_far.CallSoFar:
    so_far = None
    arrived = f.CallArrived(call="c", card="k", caller="030", dialled="800")
    for position, fact in enumerate((arrived, *facts), 1):
        entry = f.Entry(position=position, at=Now(1e9 + position, position), fact=fact)
        so_far = call_fold.fold(so_far, entry, "boot") or so_far
    assert so_far is not None
    return so_far


def test_a_session_from_the_phone_to_the_desk() -> None:
    [running] = call_so_far.record_of(_fold(BEGAN, ANSWERED)).dialogs
    assert (running.script, running.version, running.channel, running.state) == ("order", "2", "ivr", "running")
    assert (running.answers, running.outcome, running.agent) == (1, None, None)
    [left] = call_so_far.record_of(_fold(BEGAN, LEFT)).dialogs
    assert left.state == "resting"
    [ended] = call_so_far.record_of(_fold(BEGAN, ANSWERED, LEFT, MOVED, ENDED)).dialogs
    assert (ended.channel, ended.agent, ended.state) == ("desk", "ana", "ended")
    assert (ended.outcome, ended.disposition) == ("success", "ordered")


def test_the_history_shows_what_the_dialog_came_to_unless_an_agent_chose() -> None:
    assert contact_of(_fold(BEGAN)).result == ""
    assert contact_of(_fold(BEGAN, ENDED)).result == "ordered"
    chosen = f.ResultChosen(call="c", agent="ana", result="solved")
    assert contact_of(_fold(BEGAN, ENDED, chosen)).result == "solved"


def test_what_is_told_again_changes_nothing() -> None:
    once = _fold(BEGAN, ANSWERED, LEFT, MOVED, ENDED).dialogs
    assert _fold(BEGAN, BEGAN, ANSWERED, ANSWERED, LEFT, MOVED, ANSWERED, LEFT, ENDED, ENDED, MOVED).dialogs == once
    of_the_outbox = d.DialogActed(session="s", number=0, call="c", id="a", action="mail.send", came="done")
    assert taken(once, of_the_outbox) == once


def test_a_session_that_is_given_to_the_call() -> None:
    attached = d.DialogAttached(session="w", number=7001, call="c", script="order", version="2", channel="web")
    over = d.DialogAttached(
        session="o", number=7001, call="c", script="order", version="2", channel="web", outcome="transfer",
        disposition="to-agent",
    )  # fmt: skip
    first, second = taken(taken([], attached), over)
    assert (first.state, second.state, second.outcome) == ("running", "ended", "transfer")
    assert taken([], ENDED) == []


def test_a_finished_record_is_amended_and_a_long_one_has_an_end() -> None:
    record = call_so_far.record_of(_fold())
    for fact in (BEGAN, ENDED):
        record = call_so_far.amend(record, fact)
    assert record.dialogs[0].outcome == "success"
    many = record.dialogs
    for number in range(100):
        many = taken(many, d.DialogBegan(
            session=f"n{number}", number=1, call="c", script="order", version="2", channel="web", language="en"
        ))  # fmt: skip
    assert len(many) == MOST
