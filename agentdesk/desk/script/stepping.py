"""What follows from the agent's actions in the script pane."""

from collections.abc import Callable

from agentdesk.desk import actions
from agentdesk.desk.effects import Effect, Send
from agentdesk.desk.script.sheets import sheet_of
from agentdesk.desk.standing import Standing
from scriptengine.interpreter import Answered, Chosen
from server.wire import desk as wire
from server.wire.desk_script import ScriptEvent

ScriptAction = (
    actions.StepScript
    | actions.TakeWay
    | actions.BeginScript
    | actions.PassOn
    | actions.OpenJumpList
    | actions.CloseJumpList
)


def press(desk: Standing, action: ScriptAction, number: Callable[[], int], waiting: bool) -> list[Effect]:
    """Effects of an action; one that is not possible just now does nothing.

    `waiting`: a step is on the way; a second one would be for a question that the agent has not seen.
    """
    script, asked = desk.script, desk.way_asked
    desk.way_asked = None
    if isinstance(action, actions.CloseJumpList):
        desk.places = None
        return []
    if script is None or not desk.linked:
        return []
    match action:
        case actions.TakeWay() if action.needs_confirmation and asked != (action.revision, action.button):
            desk.way_asked = (action.revision, action.button)
        case actions.TakeWay() if not waiting:
            return [_step(desk, script.call, action.revision, Chosen(action.button), number)]
        case actions.StepScript() if not waiting:
            return [_step(desk, script.call, action.revision, action.event, number)]
        case actions.BeginScript() if script.status == "unavailable":
            return [Send(wire.BeginScript(id=number(), call=script.call))]
        case actions.PassOn() if script.ended is not None and script.ended.queue:
            return [Send(wire.PassOn(id=number(), call=script.call))]
        case actions.OpenJumpList() if script.status == "running":
            return [Send(wire.ScriptPlaces(id=number(), call=script.call))]
    return []


def _step(desk: Standing, call: str, revision: int, event: ScriptEvent, number: Callable[[], int]) -> Send:
    desk.places = None
    if isinstance(event, Answered) and desk.script is not None:
        desk.unsent.handed_in = sheet_of(desk.script)
    return Send(wire.StepScript(id=number(), call=call, revision=revision, event=event))
