"""Steps of scripts for calls: done in order, and every way in which they fail is told to the rules."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet.task import Clock

from scriptengine.interpreter import Happened, Keyed, Left
from server.call.commands import BeginDialog, StepDialog
from server.call.dialogs import NOT_KEPT, Beginning, DialogRefused, DialogView
from server.call.events import DialogFailed, DialogShown
from server.exchange.script_lines import AWAY_SECONDS, NoVoice, ScriptLines
from tests.fakes.dialogs import FakeDialogs

SAMPLES = Path(__file__).resolve().parents[2] / "dialogs"
BEGIN = BeginDialog("c1", Beginning(script="power-outage", channel="ivr", session="s1", call="c1"))


class Rig:
    def __init__(self, prepare: Callable[[DialogView], Any] | None = None) -> None:
        self.clock = Clock()
        self.dialogs = FakeDialogs(SAMPLES / "power-outage.xml")
        self.told: list[Any] = []
        self.lines = ScriptLines(self.clock, self.dialogs, prepare or self._ready, self.told.append)

    async def _ready(self, view: DialogView) -> None:
        """Everything can be said."""

    def does(self, command: BeginDialog | StepDialog) -> list[Any]:
        """What the rules are told of it at once."""
        self.told.clear()
        self.lines.carry_out(command)
        assert self.told == []  # what was decided with it goes first
        self.clock.advance(0)
        return list(self.told)


def _step(event: Any, revision: int | None = None) -> StepDialog:
    return StepDialog("c1", "s1", event, revision)


def test_a_session_is_begun_stepped_and_looked_at_again() -> None:
    rig = Rig()
    (begun,) = rig.does(BEGIN)
    assert isinstance(begun, DialogShown)
    assert begun.view.ask is not None
    assert begun.view.ask.node == "danger"
    (stepped,) = rig.does(_step(Keyed("2"), begun.view.revision))
    assert stepped.view.ask.node == "place"
    (again,) = rig.does(BEGIN)
    assert again.view.revision == stepped.view.revision


def test_who_is_late_is_shown_where_it_stands() -> None:
    rig = Rig()
    rig.does(BEGIN)
    rig.does(_step(Keyed("2"), 1))
    (late,) = rig.does(_step(Keyed("1"), 1))
    assert isinstance(late, DialogShown)
    assert late.view.ask.node == "place"
    assert len(rig.dialogs.events["s1"]) == 2


def test_a_keeper_that_is_away_is_waited_for_and_then_told_of() -> None:
    rig = Rig()
    rig.dialogs.failure = ConnectionError("nobody keeps sessions")
    assert rig.does(BEGIN) == []
    rig.clock.advance(0.3)
    assert [type(one) for one in rig.told] == [DialogShown]

    async def away(_beginning: Beginning) -> DialogView:
        raise ConnectionError("nobody keeps sessions")

    rig.dialogs.begin = away  # type: ignore[method-assign]
    assert rig.does(BEGIN) == []
    rig.clock.pump([0.25] * int(AWAY_SECONDS / 0.25 + 1))
    assert rig.told == [DialogFailed("c1", "s1", "away")]


def test_a_step_in_doubt_is_looked_at_not_done_again() -> None:
    rig = Rig()
    rig.does(BEGIN)
    rig.dialogs.failure = ConnectionError("the keeper died over it")
    (shown,) = rig.does(_step(Keyed("2"), 1))
    assert isinstance(shown, DialogShown)
    assert shown.view.ask.node == "danger"
    assert len(rig.dialogs.events["s1"]) == 1


def test_refusals_and_faults_are_told() -> None:
    rig = Rig()
    unknown = BeginDialog("c1", Beginning(script="nobody", channel="ivr", session="s1"))
    assert rig.does(unknown) == [DialogFailed("c1", "s1", "no-script")]
    rig.does(BEGIN)
    rig.dialogs.failure = DialogRefused(NOT_KEPT, "The disk is full.")
    assert rig.does(_step(Keyed("2"))) == [DialogFailed("c1", "s1", "not-kept")]
    rig.dialogs.failure = RuntimeError("a fault of ours")
    assert rig.does(_step(Keyed("2"))) == [DialogFailed("c1", "s1", "fault")]


def test_what_cannot_be_spoken_is_no_question() -> None:
    async def mute(_view: DialogView) -> None:
        raise NoVoice("no voice speaks this")

    assert Rig(mute).does(BEGIN) == [DialogFailed("c1", "s1", "no-voice")]


def test_nobody_waits_for_the_answer_to_a_farewell() -> None:
    rig = Rig()
    rig.does(BEGIN)
    assert rig.does(_step(Happened("hangup"))) == []
    assert rig.dialogs.events["s1"][-1] == Happened("hangup")
    rig.dialogs.failure = ConnectionError("away")
    assert rig.does(_step(Happened("hangup"))) == []


def test_that_the_caller_hung_up_is_told_again_until_it_is_kept() -> None:
    for failure in (DialogRefused(NOT_KEPT, "The disk is full."), ConnectionError("away")):
        rig = Rig()
        rig.does(BEGIN)
        rig.dialogs.failure = failure
        assert rig.does(_step(Happened("hangup"))) == []
        assert Happened("hangup") not in rig.dialogs.events["s1"]
        rig.clock.advance(0.3)
        assert rig.dialogs.events["s1"][-1] == Happened("hangup")
        assert rig.told == []


def test_that_the_caller_left_for_a_person_is_not_told_late() -> None:
    rig = Rig()
    rig.does(BEGIN)
    rig.dialogs.failure = ConnectionError("away")
    assert rig.does(_step(Left())) == []
    rig.clock.advance(AWAY_SECONDS)
    assert Left() not in rig.dialogs.events["s1"]
