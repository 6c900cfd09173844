"""The script pane, made from what the server said."""

from msgspec.structs import replace

from agentdesk.desk import actions, keys, papers
from agentdesk.desk.customer_view import LANGUAGE_NAMES
from agentdesk.desk.script.answering import MOST_BUTTONS, answers, first, is_pressed, value_text
from agentdesk.desk.script.attaching import TYPES, attached, label_of, limit
from agentdesk.desk.script.messages import message
from agentdesk.desk.script.parts import hints, notices, paragraphs, trail
from agentdesk.desk.script.sheets import sheet_of
from agentdesk.desk.script.writing import typed
from agentdesk.desk.standing import Standing
from agentdesk.desk.views import Button, Choice, Field, JumpList, Paragraph, ScriptPane
from agentdesk.words import Words
from scriptengine.interpreter import Answered, Ask, Back, Continued, Item, Jumped, LanguageChosen, Piece, plain
from server.wire.desk_script import Script
from server.wire.uploads import is_name


def script_pane(desk: Standing) -> ScriptPane:
    """What is shown of the script of my call."""
    script = desk.script
    if script is None:
        return ScriptPane()
    if script.status == "running" and script.ask is not None:
        pane = _running(desk, script, script.ask)
    else:
        pane = message(desk, script)
    return replace(
        pane,
        sheet=sheet_of(script),
        revision=script.revision,
        language=script.language,
        papers=papers.offered({**script.told, **script.answers, **_to_confirm(script)}),
        title=desk.words.tr("Script: {title}", title=script.title or script.id),
        aside=desk.words.tr("version {version}", version=script.version) if script.version else "",
    )


def _to_confirm(script: Script) -> dict[str, object]:
    """A file that is to be confirmed: it should be looked at first."""
    ask = script.ask
    return {item.name: item.value for item in ask.items} if ask is not None and ask.kind == "confirm" else {}


def _running(desk: Standing, script: Script, ask: Ask) -> ScriptPane:
    tr = desk.words.tr
    single = ask.items[0] if ask.items and ask.kind != "page" else None
    is_confirm = ask.kind == "confirm" and single is not None
    fields = () if is_confirm or (single is not None and is_pressed(single)) else ask.items
    goes_on = not is_confirm and (single is None or bool(fields) or not single.is_required)
    forward = tr("Skip") if single is not None and not fields else tr("Next")
    event = Answered({single.question: None}) if single is not None else Continued()
    return ScriptPane(
        kind="confirm" if is_confirm else "page" if ask.kind == "page" else "question",
        trail=trail(script),
        earlier=paragraphs(ask.before),
        say=(_question(single),) if single is not None else (),
        hints=(*hints(ask.before), *(single.hints if single is not None else ()), *_told(script, desk.words)),
        answers=answers(desk, script, ask, single),
        searchable=single is not None and len(single.options) > MOST_BUTTONS and single.type != "multi",
        fields=tuple(_field(item, desk.words) for item in fields),
        typed=desk.unsent.on(script.call, sheet_of(script)) if fields else {},
        attached=attached(desk, script, ask) if fields else {},
        file_limit=limit(script, desk.words) if any(item.type in TYPES for item in fields) else "",
        layout=ask.layout,
        confirm=_confirmed(desk, script, single) if is_confirm and single is not None else "",
        problem=single.problem if single is not None and not fields else "",
        notices=notices(script),
        forward=Button(label=forward, key=keys.FORWARD_SHOWN, enabled=desk.linked) if goes_on else None,
        forward_action=actions.StepScript(script.revision, event) if goes_on and not fields else None,
        back=Button(
            label=tr("Back"),
            key=keys.BACK_SHOWN,
            enabled=ask.can_go_back and desk.linked,
            why=tr("This is the first question"),
        ),
        stops=_stops(script),
        leave=Button(label=tr("Leave"), key=keys.LEAVE_SCRIPT, enabled=desk.linked),
        jump=Button(label=tr("Jump"), key=keys.JUMP, enabled=desk.linked),
        languages=_languages(script, desk.words),
    )


def _told(script: Script, words: Words) -> tuple[Paragraph, ...]:
    """What the customer told another script, or an earlier session, in this conversation."""
    if not script.told:
        return ()
    lines = [
        f"{name}: {papers.file_word(value, words) if is_name(value) else value}" for name, value in script.told.items()
    ]
    return ((Piece(words.tr("Told before: {answers}", answers=" · ".join(lines))),),)


def _confirmed(desk: Standing, script: Script, item: Item) -> str:
    return label_of(desk, item, item.value) if is_name(item.value) else value_text(item, script.language)


def _field(item: Item, words: Words) -> Field:
    given = first(item)
    several = tuple(str(one) for one in given) if isinstance(given, list | tuple) else ()
    return Field(
        item=item,
        name=plain(item.text) or item.name,
        first=_first_text(item, given, words.language) if not several else "",
        chosen=several,
        problem=item.problem,
    )


def _first_text(item: Item, first: object, language: str) -> str:
    if item.type in TYPES and is_name(first):
        return ""  # it is shown as attached
    if isinstance(first, bool):
        return "yes" if first else "no"
    return typed(item.type, first, language)


def _question(item: Item) -> Paragraph:
    return item.text or (Piece(item.name),)


def _stops(script: Script) -> tuple[Choice, ...]:
    """Earlier stops, the last one first."""
    return tuple(
        Choice(text=stop.label or stop.node, action=actions.StepScript(script.revision, Back(stop.key)))
        for stop in reversed(script.crumbs)
    )


def _languages(script: Script, words: Words) -> tuple[Choice, ...]:
    if len(script.languages) < 2:
        return ()
    return tuple(
        Choice(
            text=language_name(language, words),
            action=actions.StepScript(script.revision, LanguageChosen(language)),
            chosen=language == script.language,
        )
        for language in script.languages
    )


def language_name(language: str, words: Words) -> str:
    """The name of a language in the agent's; its tag if it has none here."""
    known = LANGUAGE_NAMES.get(language.lower()) or LANGUAGE_NAMES.get(language.partition("-")[0].lower())
    return words.tr(known) if known is not None else language


def jump_list(desk: Standing) -> JumpList:
    """Where the agent can jump to."""
    script = desk.script
    if desk.places is None or script is None or script.status != "running":
        return JumpList()
    places = [
        Choice(text=place.label or place.node, action=actions.StepScript(script.revision, Jumped(place.node)))
        for place in desk.places
    ]
    return JumpList(open=True, places=tuple(places))
