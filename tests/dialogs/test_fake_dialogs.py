"""The fake runs real scripts, so that what is tested with it holds."""

from pathlib import Path

import pytest
from pytest_twisted import ensureDeferred

from scriptengine.interpreter import Answered, Back, Confirmed, Happened
from server.call.dialogs import NO_SCRIPT, NOT_HERE, STALE, Beginning, DialogRefused
from tests.fakes.dialogs import FakeDialogs

DIALOGS = Path(__file__).parents[2] / "dialogs"
ONLY_DESK = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE dialog PUBLIC "-//CARUSO//DTD Dialog Script 1.0//EN" "dialog.dtd">
<dialog id="desk-only" version="1" xml:lang="en" start="ok" channels="desk">
 <title>For the desk</title>
 <question id="ok" name="fine" type="yesno"><text>All well?</text></question>
 <end id="done" outcome="success" disposition="done"><text>Good-bye.</text></end>
</dialog>
"""


def _dialogs() -> FakeDialogs:
    dialogs = FakeDialogs(DIALOGS / "meter-reading.xml", ONLY_DESK)
    dialogs.services.results["meters.find_meter"] = {"found": True, "last": 100}
    dialogs.services.results["meters.submit_reading"] = {"receipt": "R-7"}
    return dialogs


@ensureDeferred
async def test_a_script_runs_to_its_end_with_crumbs_and_answers_by_name() -> None:
    dialogs = _dialogs()
    seen: list[int] = []
    dialogs.subscribe(lambda view: seen.append(view.revision))
    view = await dialogs.begin(Beginning(script="meter-reading", channel="web", call="c-1"))
    assert view.ask is not None
    assert view.ask.node == "meter"
    view = await dialogs.take(view.session, Answered({"meter": "12345678"}), view.revision)
    assert [(crumb.node, crumb.label) for crumb in view.crumbs] == [
        ("meter", "What is your meter number? It has eight digits.")
    ]
    view = await dialogs.take(view.session, Answered({"reading": "150"}), view.revision)
    view = await dialogs.take(view.session, Confirmed(), view.revision)
    back = await dialogs.take(view.session, Back(view.crumbs[-1].key), view.revision)
    assert back.ask is not None
    assert back.ask.node == "reading"
    await dialogs.take(view.session, Answered({"reading": "151"}))
    await dialogs.take(view.session, Confirmed())
    view = await dialogs.take(view.session, Answered({"today": "yes"}))
    assert view.status == "ended"
    assert view.ended is not None
    assert view.ended.outcome == "success"
    assert view.answers["meter"] == 12345678
    assert view.answers["reading"] == 151
    assert view.answers["read_today"] is True
    assert seen == list(range(1, len(seen) + 1))
    found = await dialogs.of_call("c-1")
    assert found == view


@ensureDeferred
async def test_what_is_refused_says_why() -> None:
    dialogs = _dialogs()
    for beginning, code in (
        (Beginning(script="unknown", channel="web"), NO_SCRIPT),
        (Beginning(script="desk-only", channel="web"), NOT_HERE),
    ):
        with pytest.raises(DialogRefused) as refused:
            await dialogs.begin(beginning)
        assert refused.value.code == code
    view = await dialogs.begin(Beginning(script="desk-only", channel="desk", session="mine"))
    with pytest.raises(DialogRefused) as refused:
        await dialogs.take("mine", Answered({"ok": "yes"}), view.revision + 1)
    assert refused.value.code == STALE
    again = await dialogs.begin(Beginning(script="desk-only", channel="desk", session="mine"))
    assert again.revision == view.revision
    wrong = await dialogs.take("mine", Answered({"other": "yes"}), view.revision)
    assert wrong.revision == view.revision
    assert wrong.ask is not None
    assert wrong.notices[0].kind == "refused"


@ensureDeferred
async def test_a_person_is_reached_from_anywhere() -> None:
    dialogs = _dialogs()
    view = await dialogs.begin(Beginning(script="meter-reading", channel="ivr", language="pt-BR"))
    assert view.language == "pt"
    assert view.title == "Leitura do medidor"
    view = await dialogs.take(view.session, Happened("person"))
    assert view.ended is not None
    assert view.ended.outcome == "transfer"


@ensureDeferred
async def test_a_session_can_be_given_a_call() -> None:
    dialogs = _dialogs()
    view = await dialogs.begin(Beginning(script="meter-reading", channel="web"))
    attached = await dialogs.attach(view.session, "c-9")
    assert (attached.call, attached.revision) == ("c-9", view.revision)
    assert await dialogs.of_call("c-9") == attached
    assert [one.events for one in dialogs.scripts()] == [(), ("person",)]
