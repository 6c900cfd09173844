"""What a visitor sent, as answers of the questions that stood there. [pure]"""

from typing import Any

import msgspec

from scriptengine.interpreter import Ask
from scriptengine.interpreter.effects import Item
from server.web.dialogs.forms import Form, Upload
from server.web.dialogs.numbers import plain_number

FIELD = "q."
"""What the name of a question's field begins with."""
DRAWN = "drawn."
_NUMBERS = ("integer", "decimal", "money", "scale")
FILES = ("file", "signature")
"""What comes as a part of its own, and may be long."""


class ToKeep(msgspec.Struct, frozen=True):
    """A file or a signature that came with a form; its answer is the name under which it is kept."""

    question: str
    kind: str
    upload: Upload


class Sent(msgspec.Struct, frozen=True):
    """The answers by the question's id, what has to be kept first, and what stood in the fields."""

    values: dict[str, Any]
    to_keep: tuple[ToKeep, ...] = ()
    entered: dict[str, list[str]] = {}


def sent_of(ask: Ask, form: Form) -> Sent:
    """Every question that stands there gets an answer; None: nothing was written."""
    values: dict[str, Any] = {}
    entered: dict[str, list[str]] = {}
    to_keep: list[ToKeep] = []
    for item in ask.items:
        given = form.all(FIELD + item.question)
        if item.type in FILES:
            new = _file(item, form)
            if new is not None:
                to_keep.append(new)
            values[item.question] = _kept(item)
            continue
        values[item.question] = _value(item, given, ask.language)
        if not item.is_sensitive:
            entered[item.question] = given
    return Sent(values, tuple(to_keep), entered)


def _value(item: Item, given: list[str], language: str) -> Any:
    if item.type == "multi":
        return [value for value in given if value] or None
    text = given[0] if given else ""
    if not text.strip():
        return None
    return plain_number(text, language) if item.type in _NUMBERS else text


def _file(item: Item, form: Form) -> ToKeep | None:
    """A file; a signature is a drawing, or the name that was written."""
    if item.type == "file":
        upload = form.files.get(FIELD + item.question)
        return None if upload is None else ToKeep(item.question, "file", upload)
    drawn = form.one(DRAWN + item.question)
    if drawn:
        return ToKeep(item.question, "drawing", Upload("signature.png", drawn.encode("utf-8", "replace")))
    name = " ".join(form.one(FIELD + item.question).split())[:200]
    return ToKeep(item.question, "name", Upload("signature.txt", name.encode())) if name else None


def _kept(item: Item) -> Any:
    """What was sent before, if nothing new was."""
    return item.value if item.value is not None else item.suggested
