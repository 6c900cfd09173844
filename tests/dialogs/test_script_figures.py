"""Sessions as the service keeps them, through going back, restarts and closing, are what the statistics tell."""

from pathlib import Path

import msgspec
from dialogs_rig import core, publish
from pytest_twisted import ensureDeferred

from scriptengine.interpreter import Answered, Back, Closed, Happened, Left, Resumed
from server.call.dialogs import Beginning
from server.clock import now
from server.mail.absent import NoMail
from server.storage.script_figures import made_script_figures
from server.wire.reports import ReportMade
from server.wire.scripts import ScriptRequest, ScriptSheet, SheetNode
from tests.storage.storage_rig import site


def _told(made: ReportMade) -> ScriptSheet:
    assert made.state == "made"
    return msgspec.json.decode(made.body, type=ScriptSheet)


def _gone(node: SheetNode) -> int:
    return node.went_on + node.went_back + node.ended + node.left + node.open


@ensureDeferred
async def test_sessions_of_the_service_over_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "data"
    publish(data)
    async with core(data, NoMail()) as rig:
        dialogs = rig.dialogs
        ordered = await dialogs.begin(Beginning(script="order", channel="web"))
        for event in (Answered({"article": "7"}), Answered({"code": "8842"}), Back(), Answered({"code": "8843"})):
            ordered = await dialogs.take(ordered.session, event)
        closed = await dialogs.begin(Beginning(script="order", channel="ivr"))
        closed = await dialogs.take(closed.session, Answered({"article": "8"}))
        await dialogs.take(closed.session, Closed("gone"))
        handed = await dialogs.begin(Beginning(script="order", channel="ivr"))
        await dialogs.take(handed.session, Happened("person"))
        back = await dialogs.begin(Beginning(script="order", channel="desk"))
        for event in (Left(), Resumed(channel="desk"), Answered({"article": "9"}), Back()):
            back = await dialogs.take(back.session, event)
    async with core(data, NoMail()) as rig:
        over = await rig.dialogs.take(ordered.session, Answered({"sure": "yes"}))
        assert over.status == "ended"
    made = made_script_figures(ScriptRequest(name="order", start="2020-01-01", is_limited=False), site(), data, now())
    sheet = _told(made)
    assert (sheet.sessions, sheet.ended, sheet.left, sheet.open) == (4, 2, 1, 1)
    nodes = {node.node: node for node in sheet.nodes}
    assert (nodes["article"].visits, nodes["article"].open) == (4, 1)
    assert (nodes["code"].visits, nodes["code"].left) == (3, 1)
    assert (nodes["code"].returns, nodes["sure"].went_back) == (1, 1)
    assert (nodes["article"].returns, nodes["article"].went_on) == (1, 4), "gone back to, and not gone on from since"
    assert all(node.visits + node.returns == _gone(node) for node in sheet.nodes)
    assert {(one.outcome, one.disposition, one.sessions) for one in sheet.outcomes} == {
        ("success", "ordered", 1), ("transfer", "to-agent", 1), ("", "left", 1), ("", "open", 1),
    }  # fmt: skip
    assert {(one.channel, one.sessions) for one in sheet.per_version} == {("web", 1), ("ivr", 2), ("desk", 1)}
    assert b"8842" not in made.body
    assert b"8843" not in made.body
