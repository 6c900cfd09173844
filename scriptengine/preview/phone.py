"""The phone as it would be heard: what is spoken, as text, and which keys lead on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from scriptengine.interpreter import Ask, Item, Option, Piece, Said, Speech, Spoken, plain
from scriptengine.interpreter.formatting import shown

Words = Mapping[str, str]
_WORDLESS = ("text", "memo", "email", "iban", "postcode", "file", "signature")
"""Types that no keys can say."""


def phone_of(ask: Ask, words: Words) -> str:
    """Everything that is spoken now, one line for each utterance, and the keys."""
    spoken = [line for said in ask.before for line in _said(said, words)]
    item = ask.items[0] if ask.items else None
    if item is not None:
        spoken += _confirmed(item, ask, words) if ask.kind == "confirm" else _asked(item, words)
    lines = "".join(f'<p class="spoken">{line}</p>' for line in spoken if line)
    form = (
        f'<form data-channel="ivr" data-kind="{ask.kind}" data-node="{escape(ask.node)}" lang="{escape(ask.language)}" '
        f'novalidate><fieldset class="keys"><legend>{escape(words["keys"])}</legend>'
        f"{_keys(ask, item, words)}</fieldset>{_others(item, words)}</form>"
    )
    return f'<div class="speech" lang="{escape(ask.language)}">{lines}</div>{form}'


def _said(said: Said, words: Words) -> list[str]:
    return _speeches(said.speech, words) or _written(said.text)


def _written(text: Sequence[Piece]) -> list[str]:
    return [escape(plain(text).replace("\n", " "))] if text else []


def _speeches(speeches: Sequence[Speech], words: Words) -> list[str]:
    return ["".join(_piece(piece, words) for piece in speech.pieces) for speech in speeches if speech.pieces]


def _piece(piece: Spoken, words: Words) -> str:
    if piece.kind == "pause":
        return f' <span class="how">[{escape(words["pause"])} {piece.milliseconds} ms]</span> '
    if piece.kind == "audio":
        return f' <span class="how">[{escape(words["recording"])} {escape(piece.text)}]</span> '
    if piece.kind == "text":
        return escape(piece.text)
    return f'<span class="how" title="{escape(piece.kind)}">{escape(piece.text)}</span>'


def _asked(item: Item, words: Words) -> list[str]:
    lines = _speeches(item.speech, words) or _written(item.text)
    if any(option.speech for option in item.options):
        return [*lines, *(line for option in item.options for line in _speeches(option.speech, words))]
    if item.speech:
        return lines
    return [*lines, *(f"{escape(plain(option.label))}: {escape(option.key)}" for option in item.options if option.key)]


def _confirmed(item: Item, ask: Ask, words: Words) -> list[str]:
    return [f"{escape(shown(item.value, ask.language))}. {escape(words['right'])}"]


def _keys(ask: Ask, item: Item | None, words: Words) -> str:
    if ask.kind == "confirm":
        return _key("1", words["one"]) + _key("2", words["two"])
    if item is None:
        return ""
    if item.type in ("yesno", "consent"):
        return _key("1", f"1: {words['yes']}") + _key("2", f"2: {words['no']}")
    if item.options and item.type != "multi":
        return "".join(_option(option) for option in item.options if option.key)
    name, mode = ("said", "text") if item.type in _WORDLESS or not item.has_keys else ("digits", "tel")
    problem = f'<p class="problem" role="alert">{escape(item.problem)}</p>' if item.problem else ""
    listed = "".join(f"<li>{escape(f'{one.key}: {plain(one.label)}')}</li>" for one in item.options if one.key)
    return (
        f"{f'<ul>{listed}</ul>' if listed else ''}{problem}<label>{escape(words[name])} "
        f'<input name="{name}" inputmode="{mode}" autocomplete="off"></label> '
        f'<button type="submit">{escape(words["press"])}</button>'
    )


def _option(option: Option) -> str:
    return _key(option.key, f"{option.key}: {plain(option.label)}")


def _key(key: str, label: str) -> str:
    return f'<button type="submit" name="keys" value="{escape(key)}">{escape(label)}</button>'


def _others(item: Item | None, words: Words) -> str:
    """What callers do besides."""
    names = ("silence", "nonsense", "person", "hangup") if item is not None else ("person", "hangup")
    made = "".join(
        f'<button type="submit" name="happened" value="{name}">{escape(words[name])}</button>' for name in names
    )
    return f'<div class="row others">{made}</div>'
