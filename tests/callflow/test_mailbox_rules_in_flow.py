"""Mailboxes at desks: who owns them, what is changed, what is thrown away in time."""

import pytest

from server.call import events
from server.exchange.mailboxes import Mailboxes
from tests.callflow.transcript import MAILBOXES, Runner

LEAVES = ("arrived {call} +491 850", "answered {call} customer", "played {call} customer mailbox-1",
          "recorded {call} bills/{call}-1 12", "digit {call} customer 1", "released {call} customer")  # fmt: skip


def _with_message(runner: Runner, call: str) -> str:
    for line in LEAVES:
        runner.line(line.format(call=call).split())
    return f"bills-{call}-1"


def _runner(**changes: object) -> Runner:
    boxes = [MAILBOXES["mailbox"][0] | {"owner": "queue:billing"} | changes, MAILBOXES["mailbox"][1]]
    people = [*MAILBOXES["agent"], {"id": "sam", "role": "supervisor"}, {"id": "rui"}]
    return Runner(MAILBOXES | {"mailbox": boxes, "agent": people})


def test_owners_are_the_queues_agents_and_supervisors_and_of_a_persons_box_the_person() -> None:
    runner = _runner()
    _with_message(runner, "c1")
    boxes = Mailboxes(runner.site, runner.flow, None)
    assert {agent: [box.id for box in boxes.owned_by(agent)] for agent in ("ana", "sam", "rui", "nobody", "")} == {
        "ana": ["bills", "ana"], "sam": ["bills"], "rui": [], "nobody": [], "": ["bills", "ana"],
    }  # fmt: skip
    assert [(box.new, box.saved) for box in boxes.owned_by("ana")] == [(1, 0), (0, 0)]
    assert str(boxes.sound("bills", "bills-c1-1")) == "/sounds/bills/c1-1.wav"
    assert boxes.sound("bills", "other") is None


def test_a_desk_saves_and_deletes() -> None:
    runner = _runner()
    message = _with_message(runner, "c1")
    runner.run(events.VoicemailAsked("bills", message, "save", "ana"))
    assert [one.saved for one in runner.flow.voicemails("bills")] == [True]
    runner.run(events.VoicemailAsked("bills", message, "delete", "ana"))
    assert runner.flow.voicemails("bills") == []
    for asked in (
        ("bills", message, "delete", "ana"),
        ("none", message, "save", "ana"),
        ("bills", message, "eat", "ana"),
    ):
        with pytest.raises(events.RequestRefused):
            runner.run(events.VoicemailAsked(*asked))


def test_a_desk_forwards_once_and_only_where_there_is_a_mailbox() -> None:
    runner = _runner()
    message = _with_message(runner, "c1")
    runner.run(events.VoicemailForwardAsked("bills", message, "ana", "ana"))
    (copy,) = runner.flow.voicemails("ana")
    assert (copy.caller, runner.flow.voicemail_sound("ana", copy.id)) == ("+491", "/sounds/bills/c1-1.wav")
    for to in ("ana", "bills", "nobody"):
        with pytest.raises(events.RequestRefused):
            runner.run(events.VoicemailForwardAsked("bills", message, to, "ana"))


def test_what_was_saved_is_thrown_away_in_time_and_what_is_new_never() -> None:
    runner = _runner(keep_days=1)
    saved, new = _with_message(runner, "c1"), _with_message(runner, "c2")
    runner.run(events.VoicemailAsked("bills", saved, "save", "ana"))
    runner.time = 86_000
    runner.run(events.DeadlinePassed())
    assert len(runner.flow.voicemails("bills")) == 2
    runner.time = 90_100
    runner.run(events.DeadlinePassed())
    assert [one.id for one in runner.flow.voicemails("bills")] == [new]
