"""How a session looks on each surface, as HTML: the desk's large words, the web's form, what the phone says.

Every word of a script is escaped; forms say what they stand for in `data-` attributes, for the page's own script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from scriptengine.interpreter import Ask, Ended, Item, Piece, Said
from scriptengine.interpreter.formatting import shown
from scriptengine.preview.phone import phone_of
from scriptengine.preview.rehearsing import Stand

Words = Mapping[str, str]
_PLAIN = 'type="text"'
_INPUTS = {
    "date": 'type="date"', "time": 'type="time"', "datetime": 'type="datetime-local"', "email": 'type="email"',
    "phone": 'type="tel"', "integer": 'inputmode="numeric"', "scale": 'inputmode="numeric"',
    "decimal": 'inputmode="decimal"', "money": 'inputmode="decimal"',
}  # fmt: skip


def surface_of(stand: Stand, words: Words) -> str:
    """One surface, without its heading."""
    if not stand.is_here:
        return f'<p class="quiet">{escape(words["not here"])}</p>'
    parts = [f'<p class="notice" role="status">{escape(notice)}</p>' for notice in stand.notices]
    if stand.ask is not None and not stand.is_resting:
        parts.append(phone_of(stand.ask, words) if stand.channel == "ivr" else _asked(stand.ask, words))
    if stand.is_resting:
        parts.append(f'<p class="quiet">{escape(words["resting"])}</p>')
    if stand.ended is not None:
        parts.append(_ended(stand.ended, words, stand.channel))
    if stand.actions:
        listed = "".join(f"<li>{escape(action)}</li>" for action in stand.actions)
        parts.append(
            f'<details class="actions"><summary>{escape(words["actions"])}</summary><ul>{listed}</ul></details>'
        )
    return "".join(parts)


def said_html(pieces: Sequence[Piece]) -> str:
    """A text with its bold words and line breaks."""
    made = []
    for piece in pieces:
        text = "<br>" if piece.text == "\n" else escape(piece.text)
        made.append(f"<b>{text}</b>" if piece.is_bold else text)
    return "".join(made)


def _said(said: Said) -> str:
    text = f'<p class="say">{said_html(said.text)}</p>' if said.text else ""
    return text + _hints(said.hints)


def _hints(hints: Sequence[tuple[Piece, ...]]) -> str:
    return "".join(f'<p class="hint">{said_html(hint)}</p>' for hint in hints)


def _asked(ask: Ask, words: Words) -> str:
    before = "".join(_said(said) for said in ask.before)
    inner = "".join(_item(item, ask, words) for item in ask.items)
    if ask.kind == "confirm":
        item = ask.items[0]
        inner = (
            f'<p class="say">{said_html(item.text)}</p><p class="value">{escape(shown(item.value, ask.language))}</p>'
            f'<p class="say">{escape(words["right"])}</p>{_yes_no("right", words)}'
        )
    buttons = "".join(
        f'<button type="submit" name="press" value="{button.number}" formnovalidate>{escape(button.label)}</button>'
        for button in ask.buttons
    )
    if ask.kind in ("page", "info") or (ask.kind == "question" and not _is_pressed(ask.items[0])):
        buttons = f'<button type="submit" class="first">{escape(words["continue"])}</button>{buttons}'
    row = f'<div class="row">{buttons}</div>' if buttons else ""
    return (
        f'{before}<form data-channel="{ask.channel}" data-kind="{ask.kind}" data-node="{escape(ask.node)}" '
        f'lang="{escape(ask.language)}" novalidate>{inner}{row}</form>'
    )


def _is_pressed(item: Item) -> bool:
    """A single question whose answers are buttons."""
    return item.type in ("choice", "yesno", "consent", "object") and item.is_required


def _yes_no(name: str, words: Words) -> str:
    return (
        f'<div class="row"><button type="submit" name="{escape(name)}" value="yes">{escape(words["yes"])}</button>'
        f'<button type="submit" name="{escape(name)}" value="no">{escape(words["no"])}</button></div>'
    )


def _item(item: Item, ask: Ask, words: Words) -> str:
    id = f"{ask.channel}-{item.question}"
    problem = (
        f'<p class="problem" id="{escape(id)}-problem" role="alert">{escape(item.problem)}</p>' if item.problem else ""
    )
    optional = "" if item.is_required else f' <span class="quiet">({escape(words["optional"])})</span>'
    text = f"{said_html(item.text)}{optional}"
    told = f' aria-describedby="{escape(id)}-problem" aria-invalid="true"' if problem else ""
    if ask.kind == "question" and _is_pressed(item):
        return f'<p class="say">{text}</p>{_hints(item.hints)}{problem}{_buttons(item, words)}'
    if item.options or item.type in ("yesno", "consent"):
        kind = "checkbox" if item.type == "multi" else "radio"
        choices = "".join(
            f'<label class="choice"><input type="{kind}" name="{escape(item.question)}" value="{escape(value)}"'
            f"{' checked' if _is_set(item, value) else ''}> {label}</label>"
            for value, label in _choices(item, words)
        )
        return f'<fieldset{told}><legend class="say">{text}</legend>{_hints(item.hints)}{problem}{choices}</fieldset>'
    return f'<label class="say" for="{escape(id)}">{text}</label>{_hints(item.hints)}{problem}{_field(item, id, told)}'


def _choices(item: Item, words: Words) -> list[tuple[str, str]]:
    if item.options:
        return [(option.value, said_html(option.label)) for option in item.options]
    return [("yes", escape(words["yes"])), ("no", escape(words["no"]))]


def _buttons(item: Item, words: Words) -> str:
    made = "".join(
        f'<button type="submit" name="{escape(item.question)}" value="{escape(value)}">{label}</button>'
        for value, label in _choices(item, words)
    )
    return f'<div class="row">{made}</div>'


def _is_set(item: Item, value: str) -> bool:
    there = item.value if item.value is not None else item.suggested
    if isinstance(there, bool):
        return value == ("yes" if there else "no")
    return value in there if isinstance(there, list | tuple) else str(there) == value


def _field(item: Item, id: str, told: str) -> str:
    there = item.value if item.value is not None else item.suggested
    value = escape("" if there is None else _written(there))
    named = f'id="{escape(id)}" name="{escape(item.question)}" autocomplete="off"{told}'
    if item.type == "memo":
        return f'<textarea {named} rows="3">{value}</textarea>'
    return f'<input {named} {_INPUTS.get(item.type, _PLAIN)} value="{value}">'


def _written(value: Any) -> str:
    return value.isoformat(timespec="minutes") if hasattr(value, "hour") else str(value)


def _ended(ended: Ended, words: Words, channel: str) -> str:
    said = (
        "".join(_said(one) for one in ended.said) if channel != "ivr" else "".join(_spoken(one) for one in ended.said)
    )
    rows = [
        (words["outcome"], ended.outcome or ""),
        (words["disposition"], ended.disposition or ""),
        (words["queue"], ended.queue or ""),
        ("", ended.reason),
    ]
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows if value)
    head = f"{words['ended']}: {ended.node}" if ended.node else words["without end"]
    return (
        f'{said}<div class="over {escape(ended.outcome or "none")}"><p><b>{escape(head)}</b></p><dl>{listed}</dl></div>'
    )


def _spoken(said: Said) -> str:
    words = " ".join(piece.text for speech in said.speech for piece in speech.pieces if piece.text)
    return f'<p class="spoken">{escape(words) if words else said_html(said.text)}</p>'
