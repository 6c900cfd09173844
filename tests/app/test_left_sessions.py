"""Sessions of callers who hung up while nobody could be told."""

from pathlib import Path

from pytest_twisted import ensureDeferred

from scriptengine.interpreter import Answered
from server.app.left_sessions import hang_up_left
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
