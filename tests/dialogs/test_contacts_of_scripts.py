"""Scripts write into a customer's history: once, whoever dies; and only into that of the customer who is there."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from dialogs_rig import Rig, core, publish
from pytest_twisted import ensureDeferred

from scriptengine.interpreter import Answered, Back, Perform
from server.call.dialogs import Beginning, DialogView, Saver
from server.call.events import RequestRefused
from server.dialogs.notes import LONGEST, new_line
from server.dialogs.performing import NotPerformed
from server.mail.absent import NoMail
from server.wire.desk import Contact, Customer

ANA = Customer(number="4711", name="Ana", numbers=["+493012345"])
RUI = Customer(number="4712", name="Rui", numbers=["+493054321"])
SCRIPT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE dialog PUBLIC "-//CARUSO//DTD Dialog Script 1.0//EN" "dialog.dtd">
<dialog id="order" version="1" xml:lang="en" start="whose">
 <title>A note</title>
 <use class="Contact" as="contact"/>
 <on event="error"><go to="not-kept"/></on>
 <question id="whose" name="whose" type="integer" required="no"><text>Whose?</text></question>
 <question id="wish" name="wish" type="text" digits="4"><text>Which meter?</text></question>
 <block id="keep">
  <set name="contact.customer" value="whose"/>
  <set name="contact.subject" value="'Meter'"/>
  <set name="contact.note" value="wish"/>
  <save object="contact"/>
 </block>
 <question id="sure" name="sure" type="yesno"><text>Is that all?</text></question>
 <end id="kept" outcome="success" disposition="kept"><text>Thank you.</text></end>
 <end id="not-kept" outcome="failure" disposition="not-kept"><text>Sorry.</text></end>
</dialog>
"""


async def _cards(rig: Rig) -> tuple[str, str]:
    return ((await rig.storage.customers.save(ANA)).id, (await rig.storage.customers.save(RUI)).id)


async def _played(rig: Rig, beginning: Beginning, whose: str = "", wish: str = "2468") -> DialogView:
    """Until it has ended, or asks whether that is all."""
    view = await rig.dialogs.begin(beginning)
    for answer in (whose, wish):
        assert view.ask is not None
        view = await rig.dialogs.take(view.session, Answered({view.ask.node: answer}))
    return view


async def _lines(rig: Rig, customer: str) -> list[Contact]:
    return await rig.storage.customers.history(customer, "")


def _way(view: DialogView) -> str:
    return view.ask.node if view.ask is not None else view.ended.node if view.ended is not None else ""


@ensureDeferred
async def test_a_note_is_a_line_of_the_customers_history_and_can_be_found(tmp_path: Path) -> None:
    publish(tmp_path, script=SCRIPT)
    async with core(tmp_path, NoMail()) as rig:
        ana, _ = await _cards(rig)
        view = await _played(rig, Beginning(script="order", channel="desk", customer=ana, agent="maria"))
        assert _way(view) == "sure"
        [line] = await _lines(rig, ana)
        assert (line.channel, line.queue, line.notes, line.agent) == ("desk", "Meter", "2468", "maria")
        found = Perform(id="a", kind="list", class_name="Contact", where="customer == 4711")
        [contact] = await rig.performing.perform(found)
        assert (contact["id"], contact["customer"], contact["subject"]) == (line.call, 4711, "Meter")
        fetched = Perform(id="a", kind="fetch", class_name="Contact", key=line.call)
        assert await rig.performing.perform(fetched) == contact
        assert [fact.action for fact in rig.facts if type(fact).__name__ == "DialogActed"] == ["save Contact"]


@ensureDeferred
async def test_going_back_and_saying_something_else_leaves_one_line(tmp_path: Path) -> None:
    publish(tmp_path, script=SCRIPT)
    async with core(tmp_path, NoMail()) as rig:
        ana, _ = await _cards(rig)
        view = await _played(rig, Beginning(script="order", channel="desk", customer=ana))
        [before] = await _lines(rig, ana)
        await rig.dialogs.take(view.session, Back())
        view = await rig.dialogs.take(view.session, Answered({"wish": "1357"}))
        assert _way(view) == "sure"
        [after] = await _lines(rig, ana)
        assert (after.call, after.at, after.notes) == (before.call, before.at, "1357")
        other = await _played(rig, Beginning(script="order", channel="desk", customer=ana))
        assert other.session != view.session
        assert len(await _lines(rig, ana)) == 2, "another session writes a line of its own"


@pytest.mark.parametrize(
    ("channel", "customer", "number", "whose", "way"),
    [
        ("web", "", "", "4711", "not-kept"),  # anybody can write any number
        ("web", "", "+493012345", "", "not-kept"),
        ("web", "ana", "", "", "sure"),
        ("web", "ana", "", "4711", "sure"),
        ("web", "rui", "", "4711", "not-kept"),
        ("ivr", "", "+493012345", "", "sure"),
        ("ivr", "", "+493012345", "4711", "sure"),
        ("ivr", "", "+493054321", "4711", "not-kept"),
        ("ivr", "", "+49309999", "4711", "not-kept"),
        ("desk", "", "", "4711", "sure"),
        ("desk", "rui", "", "4711", "sure"),  # an agent sees for whom
        ("desk", "", "", "", "not-kept"),
        ("desk", "", "", "99", "not-kept"),
    ],
)
@ensureDeferred
async def test_only_the_history_of_who_is_there(
    tmp_path: Path, channel: str, customer: str, number: str, whose: str, way: str
) -> None:
    publish(tmp_path, script=SCRIPT)
    async with core(tmp_path, NoMail()) as rig:
        ana, rui = await _cards(rig)
        ids = {"ana": ana, "rui": rui, "": ""}
        beginning = Beginning(script="order", channel=channel, customer=ids[customer], number=number)
        assert _way(await _played(rig, beginning, whose)) == way
        assert len(await _lines(rig, ana)) == (way == "sure")
        assert await _lines(rig, rui) == []


@ensureDeferred
async def test_a_core_that_dies_after_any_commit_leaves_one_line_in_the_end(tmp_path: Path) -> None:
    data = tmp_path / "data"
    publish(data, script=SCRIPT)
    copies: list[Path] = []

    def watched(work: Any) -> Any:
        async def kept(*words: Any) -> Any:
            result = await work(*words)
            copies.append(tmp_path / f"copy-{len(copies)}")
            shutil.copytree(data, copies[-1])
            return result

        return kept

    async with core(data, NoMail()) as rig:
        ana, _ = await _cards(rig)
        beginning = Beginning(script="order", channel="web", session="killed", customer=ana)
        rig.store.save = watched(rig.store.save)  # type: ignore[method-assign]
        rig.storage.customers.note = watched(rig.storage.customers.note)  # type: ignore[method-assign]
        assert _way(await _played(rig, beginning)) == "sure"
    noted = 0
    for copy in copies:
        async with core(copy, NoMail()) as rig:
            noted += len(await _lines(rig, ana))
            view = await rig.dialogs.begin(beginning)
            for node, answer in (("whose", ""), ("wish", "2468")):
                if view.ask is not None and view.ask.node == node:
                    view = await rig.dialogs.take(view.session, Answered({node: answer}))
            assert _way(view) == "sure"
            assert [line.notes for line in await _lines(rig, ana)] == ["2468"], copy.name
    assert len(copies) > noted >= 2, "some died before the line was kept, one between it and its result"


@ensureDeferred
async def test_a_line_is_changed_at_a_desk_only_and_a_calls_never(tmp_path: Path) -> None:
    async with core(tmp_path, NoMail()) as rig:
        ana, rui = await _cards(rig)
        perform = rig.performing.perform

        def saved(channel: str, **record: Any) -> Any:
            asked = Perform(id="a", kind="save", class_name="Contact", record=record)
            return perform(asked, by=Saver(key="s:1:0", channel=channel, customer=ana))

        await saved("web", note="First")
        [line] = await _lines(rig, ana)
        await saved("desk", id=line.call, customer=4711, note="Second", result="solved")
        [changed] = await _lines(rig, ana)
        assert (changed.notes, changed.result, changed.channel, changed.at) == ("Second", "solved", "web", line.at)
        await rig.storage.customers.note(ana, Contact(call="c1", channel="call", at=1, number=""))
        for channel, record, told in (
            ("web", {"id": line.call, "note": "x"}, "at a desk only"),
            ("ivr", {"id": line.call, "note": "x"}, "at a desk only"),
            ("desk", {"id": "c1", "note": "x"}, "kept by the server itself"),
            ("desk", {"id": line.call, "customer": 4712, "note": "x"}, "no such contact"),
            ("desk", {"note": " "}, "a subject, a note or a result"),
            ("desk", {"note": "x" * (LONGEST["note"] + 1)}, "10000 characters at most"),
        ):
            with pytest.raises(NotPerformed, match=told):
                await saved(channel, **record)
        assert [one.notes for one in await _lines(rig, ana)] == ["Second", ""]
        assert await _lines(rig, rui) == []
        for customer, note in ((4711, "Mine"), (4712, "His"), (4711, "Mine again")):
            await saved("desk", id="meter 7", customer=customer, note=note)
        assert {one.notes for one in await _lines(rig, ana)} == {"Second", "", "Mine again"}, (
            "an id of the script's own"
        )
        assert [one.notes for one in await _lines(rig, rui)] == ["His"]


@ensureDeferred
async def test_storage_keeps_lines_apart(tmp_path: Path) -> None:
    async with core(tmp_path, NoMail()) as rig:
        ana, rui = await _cards(rig)
        line = new_line({"note": "x"}, Saver(key="k", channel="web"), 1.0, ana)
        await rig.storage.customers.note(ana, line)
        for customer, problem in ((rui, "not-the-customers-line"), ("nobody", "unknown-customer")):
            with pytest.raises(RequestRefused) as refused:
                await rig.storage.customers.note(customer, line)
            assert refused.value.problem == problem
        assert await rig.storage.customers.noted(line.call) == (ana, line)
        assert await rig.storage.customers.noted("nothing") is None
