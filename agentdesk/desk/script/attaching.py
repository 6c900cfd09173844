"""Files and signatures at the desk: sent when they are chosen, handed in by the name that the server gives them."""

from collections.abc import Callable
from pathlib import PurePath

from msgspec.structs import replace

from agentdesk.desk import actions
from agentdesk.desk.effects import Effect, SendFile, StopFile
from agentdesk.desk.happenings import FileKept, FileMoved, FileRefused
from agentdesk.desk.problems import sentence
from agentdesk.desk.script.answering import first
from agentdesk.desk.script.sheets import sheet_of, type_answer
from agentdesk.desk.standing import Standing
from agentdesk.desk.views import Attached
from agentdesk.words import Words
from scriptengine.interpreter import Ask, Item
from server.wire.desk_script import Script
from server.wire.uploads import is_name

TYPES = ("file", "signature")

AttachAction = actions.AttachFile | actions.AttachDrawing | actions.Detach


def press(desk: Standing, action: AttachAction, number: Callable[[], int], now: float) -> list[Effect]:
    """Effects of an action; one for a sheet that is gone does nothing."""
    script = desk.script
    if script is None or sheet_of(script) != action.sheet:
        return []
    key = (action.sheet, action.question)
    before = desk.attached.get(key)
    effects: list[Effect] = [StopFile(before.number)] if before is not None and before.state == "sending" else []
    tr = desk.words.tr
    if is_name(desk.unsent.on(script.call, action.sheet).get(action.question)):
        desk.unsent.forget(script.call, action.sheet, action.question, now)
    if isinstance(action, actions.Detach):
        desk.attached[key] = None
        return effects
    is_file = isinstance(action, actions.AttachFile)
    label = PurePath(action.path).name if isinstance(action, actions.AttachFile) else tr("Signature")
    if not desk.linked:
        problem = tr("There is no connection to the server; try again when it is back.")
        desk.attached[key] = Attached(state="failed", label=label, problem=problem)
        return effects
    sent = number()
    desk.attached[key] = Attached(state="sending", label=label, number=sent)
    send = SendFile(
        sent,
        script.session,
        action.question,
        path=action.path if isinstance(action, actions.AttachFile) else "",
        octets=b"" if isinstance(action, actions.AttachFile) else action.octets,
        most_octets=script.most_file_octets if is_file else 0,
    )
    return [*effects, send]


def news(desk: Standing, message: FileMoved | FileKept | FileRefused, now: float) -> None:
    """What became of a file; one that was taken away meanwhile is nobody's."""
    for key, one in desk.attached.items():
        if one is None or one.number != message.number or one.state != "sending":
            continue
        match message:
            case FileMoved():
                desk.attached[key] = replace(one, share=message.share)
            case FileKept():
                desk.attached[key] = replace(one, state="kept", share=1.0, answer=message.name)
                type_answer(desk, actions.TypeAnswer(*key, message.name), now)
            case FileRefused():
                desk.attached[key] = replace(one, state="failed", problem=_why(desk, one.label, message))
        return


def _why(desk: Standing, label: str, refused: FileRefused) -> str:
    tr = desk.words.tr
    most = desk.script.most_file_octets if desk.script is not None else 0
    if refused.problem == "file-large" and most:
        return tr("The file is larger than {most} MB.", most=_megabytes(most, desk.words))
    why = sentence(refused.problem, refused.detail, desk.words)
    return tr("Not attached ({name}): {why}", name=label, why=why)


def forget(desk: Standing) -> None:
    """What belongs to a call that is not mine any more."""
    mine = f"{desk.call.call}/" if desk.call is not None else None
    desk.attached = {key: one for key, one in desk.attached.items() if mine is not None and key[0].startswith(mine)}


def attached(desk: Standing, script: Script, ask: Ask) -> dict[str, Attached]:
    """What is attached to the questions of this page."""
    found = {}
    sheet = sheet_of(script)
    for item in ask.items:
        if item.type in TYPES and (one := _of_item(desk, script.call, sheet, item)) is not None:
            found[item.question] = one
    return found


def _of_item(desk: Standing, call: str, sheet: str, item: Item) -> Attached | None:
    key = (sheet, item.question)
    if key in desk.attached:
        return desk.attached[key]
    given = desk.unsent.on(call, sheet).get(item.question, first(item))
    return Attached(state="kept", label=label_of(desk, item, given), answer=str(given)) if is_name(given) else None


def label_of(desk: Standing, item: Item, given: object) -> str:
    """How a file that is the answer of a question is called here: by the agent's name for it, if that is known."""
    known = next((one.label for one in desk.attached.values() if one is not None and one.answer == given), "")
    usual = desk.words.tr("Signature") if item.type == "signature" else desk.words.tr("File")
    return known or f"{usual} ({str(given).rpartition('.')[2].upper()})"


def limit(script: Script, words: Words) -> str:
    """What may be attached."""
    if not script.most_file_octets:
        return words.tr("or drop it here: a picture or a PDF")
    most = _megabytes(script.most_file_octets, words)
    return words.tr("or drop it here: a picture or a PDF, at most {most} MB", most=most)


def _megabytes(octets: int, words: Words) -> str:
    text = f"{octets / 1_000_000:.3g}"
    return text if words.language.startswith("en") else text.replace(".", ",")
