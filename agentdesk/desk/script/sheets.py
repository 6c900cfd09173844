"""The fields that are shown together: which they are, and what stands in them."""

from agentdesk.desk import actions
from agentdesk.desk.standing import Standing
from server.wire.desk_script import Script


def sheet_of(script: Script) -> str:
    """What is typed or attached belongs to it; it is the same whenever the session stands at this place."""
    stop = script.status
    if stop == "running" and script.ask is not None:
        return f"{script.call}/{script.session}/{script.ask.stop}/{script.ask.kind}"
    return f"{script.call}/{script.session}/{stop}"


def type_answer(desk: Standing, action: actions.TypeAnswer, now: float) -> None:
    """What stands in a field is kept on this computer, unless the question is sensitive or gone."""
    script = desk.script
    if script is None or script.ask is None or sheet_of(script) != action.sheet:
        return
    if any(item.question == action.question and not item.is_sensitive for item in script.ask.items):
        desk.unsent.type(script.call, action.sheet, action.question, action.typed, now)
