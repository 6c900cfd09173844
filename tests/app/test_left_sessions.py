"""Sessions of callers who hung up while nobody could be told."""

from pathlib import Path

from pytest_twisted import ensureDeferred

from scriptengine.interpreter import Answered, Closed, Left
from server.app.left_sessions import hang_up_left, take_over_left
from server.call.dialog_facts import DialogActed
from server.call.dialogs import Beginning
from server.mail.absent import NoMail
from tests.dialogs.dialogs_rig import core, publish


@ensureDeferred
async def test_only_telephone_sessions_without_their_call_are_hung_up(tmp_path: Path) -> None:
    data = tmp_path / "data"
    publish(data)
    async with core(data, NoMail()) as rig:
        for session, channel in (("c-1-ivr", "ivr"), ("c-2-ivr", "ivr"), ("c-3-survey", "ivr"), ("c-4", "web")):
            await rig.dialogs.begin(Beginning(script="order", channel=channel, session=session))
        assert await hang_up_left(rig.store, rig.dialogs, lambda call: call == "c-2") == 2
        status = {name: (await rig.dialogs.look(name)).status for name in ("c-1-ivr", "c-2-ivr", "c-3-survey", "c-4")}
        assert status == {"c-1-ivr": "resting", "c-2-ivr": "running", "c-3-survey": "resting", "c-4": "running"}
        assert await hang_up_left(rig.store, rig.dialogs, lambda call: call == "c-2") == 0


@ensureDeferred
async def test_sessions_that_are_open_at_desks_are_told_of_and_no_others(tmp_path: Path) -> None:
    data = tmp_path / "data"
    publish(data)
    async with core(data, NoMail()) as rig:
        begun = (("d-1", "desk", "c-1"), ("d-2", "desk", "c-2"), ("p-3", "ivr", "c-3"), ("d-4", "desk", ""))
        for session, channel, call in (*begun, ("d-5", "desk", "c-5")):
            await rig.dialogs.begin(Beginning(script="order", channel=channel, session=session, call=call))
        await rig.dialogs.take("d-2", Left())
        await rig.dialogs.take("d-5", Closed("over"))
        told: list[tuple[str, str]] = []
        assert await take_over_left(rig.store, lambda *one: told.append(one)) == 2
        assert told == [("c-2", "d-2"), ("c-1", "d-1")]


@ensureDeferred
async def test_what_an_action_was_given_cannot_be_searched_for_in_the_ledger(tmp_path: Path) -> None:
    data = tmp_path / "data"
    publish(data)
    async with core(data, NoMail()) as rig:
        view = await rig.dialogs.begin(Beginning(script="order", channel="desk", session="s"))
        await rig.dialogs.take(view.session, Answered({"article": "7"}))
        [acted] = [fact for fact in rig.facts if isinstance(fact, DialogActed)]
        [(_, _, key)] = rig.orders.asked
        assert key.startswith(f"{acted.id}:")
        assert key.rpartition(":")[2] not in acted.id
