"""One question as fields: its text as label or legend, hints, what is wrong, and the control of its type."""

from collections.abc import Sequence
from typing import Any

import msgspec
from twisted.web.template import Tag, tags

from scriptengine.answering.problems import Problem
from scriptengine.interpreter import Piece, plain
from scriptengine.interpreter.effects import Item
from server.web.dialogs.frame import Nodes
from server.web.dialogs.numbers import field_text
from server.web.dialogs.replies import DRAWN, FIELD
from server.web.dialogs.words import Words

MOST_RADIOS = 12
"""Of more records than that one is chosen from a list."""
MOST_STEPS = 11
"""A scale of more steps is a number to be written."""
_INPUTS = {
    "text": {},
    "integer": {"inputmode": "numeric"},
    "decimal": {"inputmode": "decimal"},
    "money": {"inputmode": "decimal"},
    "scale": {"inputmode": "numeric"},
    "date": {"type": "date"},
    "time": {"type": "time"},
    "datetime": {"type": "datetime-local"},
    "phone": {"type": "tel", "autocomplete": "tel", "maxlength": "40"},
    "email": {"type": "email", "autocomplete": "email", "maxlength": "254"},
    "iban": {"autocapitalize": "characters", "maxlength": "60", "spellcheck": "false"},
    "postcode": {"autocomplete": "postal-code", "maxlength": "20", "autocapitalize": "characters"},
}


class Around(msgspec.Struct, frozen=True):
    """`language`: the session's. `entered`: what was written and not accepted, by question. `is_heading`: the question
    is the page's own. `most_megabytes`: of a file."""

    language: str
    words: Words
    entered: dict[str, list[str]] = {}
    is_heading: bool = True
    most_megabytes: float = 5


def texts(parts: Sequence[Piece]) -> Nodes:
    """A text with its bold pieces and line ends."""
    made: Nodes = []
    for piece in parts:
        if piece.text == "\n":
            made.append(tags.br())
        else:
            made.append(tags.strong(piece.text) if piece.is_bold else piece.text)
    return made


def question(item: Item, around: Around) -> Tag:
    """A question with all that belongs to it."""
    make = _GROUPS.get(item.type)
    if make is None or (item.type == "scale" and _is_long(item)) or (item.type == "object" and _is_list(item)):
        return _labelled(item, around, _single(item, around))
    return _grouped(item, around, make(item, around))


def field_id(item: Item) -> str:
    """Where the error summary leads: the field, or the first one of a group."""
    return f"{FIELD}{item.question}"


# -- around the control -----------------------------------------------------------------------------------------------


def _name(item: Item, around: Around) -> Nodes:
    shown = texts(item.text) or [item.question]
    return shown if item.is_required else [*shown, " ", tags.span(around.words("optional"), class_="optional")]


def _notes(item: Item, around: Around) -> Nodes:
    """Hints, what the type wants, what is wrong."""
    made: Nodes = [tags.p(*texts(hint), class_="hint") for hint in item.hints]
    note = _type_note(item, around.words, around.most_megabytes)
    if note:
        made.append(tags.p(note, class_="hint"))
    notes: Nodes = [tags.div(*made, id=f"{field_id(item)}.note")] if made else []
    wrong: Nodes = []
    if item.problem:
        wrong = [tags.span(around.words("error"), class_="sr"), " ", item.problem]
    hidden = {} if item.problem else {"hidden": "hidden"}
    prefix = {"data-prefix": around.words("error")}
    return [*notes, tags.p(*wrong, class_="wrong", id=f"{field_id(item)}.wrong", **prefix, **hidden)]


def _type_note(item: Item, words: Words, most_megabytes: float) -> str:
    match item.type:
        case "multi":
            return words("several")
        case "file":
            return words("file-note", most=f"{most_megabytes:g}")
        case "signature":
            return words("sign-note")
        case "scale" if not _is_long(item):
            least, most = _ends(item)
            return words("from-to", least=least, most=most)
    return ""


def _described(item: Item, around: Around) -> dict[str, str]:
    ids = [f"{field_id(item)}.wrong"] if item.problem else []
    if item.hints or _type_note(item, around.words, around.most_megabytes):
        ids.append(f"{field_id(item)}.note")
    made = {"aria-describedby": " ".join(ids)} if ids else {}
    return made | ({"aria-invalid": "true"} if item.problem else {})


def _labelled(item: Item, around: Around, control: Nodes) -> Tag:
    label = tags.label(*_name(item, around), **{"for": field_id(item)})
    head = tags.h1(label) if around.is_heading else tags.div(label, class_="label")
    return tags.div(head, *_notes(item, around), *control, **_frame(item, around))


def _grouped(item: Item, around: Around, control: Nodes) -> Tag:
    name = _name(item, around)
    legend = tags.legend(tags.h1(*name) if around.is_heading else tags.span(*name))
    described = _described(item, around)
    described.pop("aria-invalid", None)
    return tags.fieldset(legend, *_notes(item, around), *control, **_frame(item, around), **described)


def _frame(item: Item, around: Around) -> dict[str, str]:
    """What our script checks at once, with the engine's own sentences."""

    def said(code: str, **facts: Any) -> str:
        return Problem(code, facts).said(around.language)

    made = {"class": "question has-problem" if item.problem else "question", "data-kind": item.type}
    if item.is_required:
        made["data-required"] = said("required")
    if item.type in _SENTENCES:
        made["data-form"] = said(item.type)
    if isinstance(item.least, int | float) and item.type in ("integer", "scale"):
        made |= {"data-least": str(item.least), "data-too-little": said("min", limit=item.least)}
    if isinstance(item.most, int | float) and item.type in ("integer", "scale"):
        made |= {"data-most": str(item.most), "data-too-much": said("max", limit=item.most)}
    return made


_SENTENCES = ("integer", "decimal", "money", "phone", "email", "iban", "postcode")

# -- the controls -----------------------------------------------------------------------------------------------------


def _chosen(item: Item, around: Around) -> list[str]:
    """What stands in the fields: what was just written, else what counts, else what is suggested."""
    if item.question in around.entered:
        return around.entered[item.question]
    value = item.value if item.value is not None else item.suggested
    if item.is_sensitive or value is None:
        return []
    many = value if isinstance(value, list | tuple) else [value]
    return [field_text(one, around.language) for one in many]


def _single(item: Item, around: Around) -> Nodes:
    chosen = next(iter(_chosen(item, around)), "")
    common = {"id": field_id(item), "name": field_id(item), **_described(item, around)}
    if item.is_required:
        common["aria-required"] = "true"
    if item.is_sensitive:
        common["autocomplete"] = "off"
    match item.type:
        case "memo":
            return [tags.textarea(chosen, rows="6", maxlength=str(item.lengths[1] or 10_000), **common)]
        case "file":
            return _file(item, around, common)
        case "signature":
            return _signature(item, around, common)
        case "object":
            return [_list(item, around, chosen, common)]
    attributes: dict[str, str] = {"type": "text", "autocomplete": "off", "maxlength": "1000", **_INPUTS[item.type]}
    if item.is_sensitive:
        attributes["autocomplete"] = "off"
    if item.type == "date":
        attributes |= _day_limits(item)
    size = item.digits or item.lengths[1]
    if item.type == "integer" or (size and size <= 20):
        attributes["class"] = "short"
    return [tags.input(value=chosen, **{**attributes, **common})]


def _day_limits(item: Item) -> dict[str, str]:
    ends = {"min": item.least, "max": item.most}
    return {name: field_text(value, "en")[:10] for name, value in ends.items() if value is not None}


def _file(item: Item, around: Around, common: dict[str, str]) -> Nodes:
    common = {**common, "data-most-octets": str(int(around.most_megabytes * 1_000_000))}
    common["data-too-large"] = around.words("file-large", most=f"{around.most_megabytes:g}")
    accept = "image/jpeg,image/png,image/webp,image/heic,application/pdf"
    kept = item.value is not None or item.suggested is not None
    note = [tags.p(around.words("file-kept"), class_="kept")] if kept else []
    return [*note, tags.input(type="file", accept=accept, **common)]


def _signature(item: Item, around: Around, common: dict[str, str]) -> Nodes:
    """A name to write; our script adds a place to draw."""
    kept = item.value is not None or item.suggested is not None
    note = [tags.p(around.words("file-kept"), class_="kept")] if kept else []
    words = {"data-draw": around.words("sign-draw"), "data-clear": around.words("sign-clear")}
    drawn = tags.input(type="hidden", name=f"{DRAWN}{item.question}", value="", class_="drawing", **words)
    return [*note, tags.input(type="text", autocomplete="name", maxlength="200", **common), drawn]


def _is_list(item: Item) -> bool:
    return len(item.options) > MOST_RADIOS


def _list(item: Item, around: Around, chosen: str, common: dict[str, str]) -> Tag:
    made = tags.select(tags.option(around.words("select"), value=""), **common)
    for option in item.options:
        selected = {"selected": "selected"} if option.value == chosen else {}
        made(tags.option(plain(option.label), value=option.value, **selected))
    return made


def _ticks(item: Item, around: Around, kind: str, choices: Sequence[tuple[str, Nodes, dict[str, str]]]) -> Nodes:
    """Radio buttons or boxes, each with its label; the first one has the question's id."""
    chosen = _chosen(item, around)
    made: Nodes = []
    for number, (value, label, more) in enumerate(choices):
        ident = field_id(item) if number == 0 else f"{field_id(item)}.{number}"
        ticked = {"checked": "checked"} if value in chosen else {}
        box = tags.input(type=kind, id=ident, name=field_id(item), value=value, **ticked, **more)
        made.append(tags.div(box, tags.label(*label, **{"for": ident}), class_="choice"))
    return [tags.div(*made, class_="choices scale" if item.type == "scale" else "choices")]


def _options(item: Item, around: Around) -> Nodes:
    kind = "checkbox" if item.type == "multi" else "radio"
    choices = [(one.value, texts(one.label), {"data-alone": "yes"} if one.is_exclusive else {}) for one in item.options]
    return _ticks(item, around, kind, choices)


def _yes_or_no(item: Item, around: Around) -> Nodes:
    yes, no = ("agree", "disagree") if item.type == "consent" else ("yes", "no")
    return _ticks(item, around, "radio", [("yes", [around.words(yes)], {}), ("no", [around.words(no)], {})])


def _ends(item: Item) -> tuple[int, int]:
    return (1 if item.least is None else int(item.least), 5 if item.most is None else int(item.most))


def _is_long(item: Item) -> bool:
    least, most = _ends(item)
    return most - least >= MOST_STEPS


def _scale(item: Item, around: Around) -> Nodes:
    least, most = _ends(item)
    steps: list[tuple[str, Nodes, dict[str, str]]] = [(str(step), [str(step)], {}) for step in range(least, most + 1)]
    return _ticks(item, around, "radio", steps)


_GROUPS = {
    "choice": _options,
    "multi": _options,
    "object": _options,
    "yesno": _yes_or_no,
    "consent": _yes_or_no,
    "scale": _scale,
}
