"""The pane while nothing is asked: before the beginning, after the end, left, or not to be begun."""

from agentdesk.desk import actions, keys
from agentdesk.desk.bars import IN_CALL
from agentdesk.desk.problems import sentence
from agentdesk.desk.script.parts import hints, notices, paragraphs, trail
from agentdesk.desk.standing import Standing
from agentdesk.desk.views import Button, ScriptPane
from agentdesk.words import QT_TR_NOOP, Words
from scriptengine.interpreter import Ended, Resumed
from server.wire.desk_script import Script

_OUTCOMES = {
    "success": QT_TR_NOOP("The script is at its end."),
    "failure": QT_TR_NOOP("The script ended without success."),
    "partial": QT_TR_NOOP("The script ended with a part done."),
    "transfer": QT_TR_NOOP("The script ended: pass the call on."),
    "callback": QT_TR_NOOP("The script ended: the customer wants a call-back."),
}


def message(desk: Standing, script: Script) -> ScriptPane:
    """Nothing is asked: before the beginning, after the end, and while the agent has left it."""
    tr = desk.words.tr
    match script.status:
        case "coming":
            return ScriptPane(kind="message", text=tr("The script begins when you answer the call."))
        case "unavailable":
            again = Button(label=tr("Try again"), key=keys.FORWARD_SHOWN, enabled=desk.linked)
            return ScriptPane(
                kind="message",
                tone="warning",
                text=tr("The script cannot be begun just now: {why}", why=_why(script, desk.words)),
                cure=tr("Go on without it; it is tried again by itself."),
                forward=again,
                forward_action=actions.BeginScript(),
            )
        case "resting":
            again = Button(label=tr("Take it up again"), key=keys.FORWARD_SHOWN, enabled=desk.linked)
            return ScriptPane(
                kind="message",
                text=tr("You have left the script. Nothing is lost."),
                cure=tr("It goes on at the same question."),
                trail=trail(script),
                forward=again,
                forward_action=actions.StepScript(script.revision, Resumed()),
            )
        case "ended":
            return _ended(desk, script)
        case _:
            return ScriptPane(kind="message", text=tr("The script begins…"))


def _why(script: Script, words: Words) -> str:
    return sentence(script.problem, script.detail, words)


def _ended(desk: Standing, script: Script) -> ScriptPane:
    tr, ended = desk.words.tr, script.ended
    outcome = _OUTCOMES.get(str(ended.outcome)) if ended is not None and ended.outcome is not None else None
    text = tr(outcome) if outcome is not None else tr("The script was closed before its end.")
    cure = ""
    if ended is not None and ended.disposition:
        names = {one.id: one.name or one.id for one in desk.state.results} if desk.state else {}
        known = ended.disposition in names
        result = tr("Result: {name}.", name=names.get(ended.disposition, ended.disposition))
        cure = result if known else f"{result} {tr('It is not in your list of results: choose one yourself.')}"
    if ended is not None and ended.queue:
        cure = " ".join(part for part in (tr("Queue: {name}.", name=ended.queue), cure) if part)
    queue = _hand_over(desk, ended)
    pass_on = tr("Pass the customer on to {queue}", queue=queue)
    return ScriptPane(
        kind="message",
        tone="good" if ended is not None and ended.outcome == "success" else "",
        say=paragraphs(script.said or (ended.said if ended is not None else ())),
        hints=hints(script.said),
        text=text,
        cure=cure,
        notices=notices(script),
        trail=trail(script),
        forward=Button(label=pass_on, key=keys.FORWARD_SHOWN, enabled=desk.linked) if queue else None,
        forward_action=actions.PassOn() if queue else None,
    )


def _hand_over(desk: Standing, ended: Ended | None) -> str:
    """The queue that the customer is to go on to, while there is somebody on the line and it is another one."""
    call = desk.call
    if ended is None or not ended.queue or call is None or call.state not in IN_CALL or call.queue == ended.queue:
        return ""
    names = {one.id: one.name or one.id for one in desk.state.queues} if desk.state else {}
    return names.get(ended.queue, ended.queue)
