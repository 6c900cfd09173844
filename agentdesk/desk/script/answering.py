"""The buttons under a question: its answers and the ways out of it, with their keys."""

from decimal import Decimal

from msgspec.structs import replace

from agentdesk.desk import actions
from agentdesk.desk.script.writing import typed
from agentdesk.desk.standing import Standing
from agentdesk.desk.views import AnswerButton
from scriptengine.answering.limits import SCALE
from scriptengine.interpreter import Answered, Ask, Confirmed, Item, Option, plain
from scriptengine.interpreter.formatting import MASK, shown as shown_in
from server.wire.desk_script import Script

MOST_BUTTONS = 9
SHOWN_OF_SECRET = 2
"""Characters."""
_KEYED = ("choice", "yesno", "consent", "object", "scale")


def is_pressed(item: Item) -> bool:
    """Whether it is answered by pressing one button."""
    return item.type in _KEYED


def answers(desk: Standing, script: Script, ask: Ask, single: Item | None) -> tuple[AnswerButton, ...]:
    """The buttons: answers first, then the ways; the first nine have keys."""
    made = [*_pressed(desk, script, ask, single), *_ways(desk, script, ask)]
    digits = _digits(single, len(made))
    return tuple(replace(one, key=f"Alt+{digit}") if digit else one for one, digit in zip(made, digits, strict=True))


def _pressed(desk: Standing, script: Script, ask: Ask, single: Item | None) -> list[AnswerButton]:
    tr, revision = desk.words.tr, script.revision
    if ask.kind == "confirm":
        texts = {True: tr("Yes, that is right"), False: tr("No, ask again")}
        return [
            AnswerButton(text=text, key="", action=actions.StepScript(revision, Confirmed(is_right)))
            for is_right, text in texts.items()
        ]
    if single is None or not is_pressed(single):
        return []
    return [
        AnswerButton(
            text=text,
            key="",
            action=actions.StepScript(revision, Answered({single.question: value})),
            suggested=value == first(single),
        )
        for text, value in choices(single, script.language)
    ]


def _ways(desk: Standing, script: Script, ask: Ask) -> list[AnswerButton]:
    made = []
    for way in ask.buttons:
        asked = desk.way_asked == (script.revision, way.number)
        text = desk.words.tr("Press again: {label}", label=way.label) if asked else way.label
        action = actions.TakeWay(script.revision, way.number, way.needs_confirmation)
        made.append(AnswerButton(text=text, key="", action=action, asked=asked, is_way=True))
    return made


def _digits(single: Item | None, count: int) -> list[str]:
    """The digit of each button: of a scale its own number, otherwise its place, behind the boxes that have keys."""
    if single is not None and single.type == "scale":
        least, most = _ends(single)
        own = [str(value) if 1 <= value <= MOST_BUTTONS else "" for value in range(least, most + 1)]
        return [*own, *[""] * (count - len(own))]
    taken = len(single.options) if single is not None and single.type == "multi" else 0
    return [str(place) if place <= MOST_BUTTONS else "" for place in range(taken + 1, taken + count + 1)]


def choices(item: Item, language: str) -> list[tuple[str, object]]:
    """Text and value of each answer. `language`: of the session."""
    if item.type in ("yesno", "consent"):
        return [(_capital(shown_in(value, language)), value) for value in (True, False)]
    if item.type == "scale":
        least, most = _ends(item)
        return [(str(value), value) for value in range(least, most + 1)]
    return [(label(option), option.value) for option in item.options]


def _ends(item: Item) -> tuple[int, int]:
    """Of a scale; never more than 21 steps are shown."""
    least = int(Decimal(str(item.least))) if item.least is not None else SCALE[0]
    most = int(Decimal(str(item.most))) if item.most is not None else SCALE[1]
    return least, max(least, min(most, least + 20))


def first(item: Item) -> object:
    """What a field begins with: the answer that counts, else what is suggested."""
    return item.value if item.value is not None else item.suggested


def label(option: Option) -> str:
    """The words of an answer."""
    return plain(option.label) or option.value


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def value_text(item: Item, language: str) -> str:
    """The value that is to be confirmed, as people of the session's language read it; of a secret its end."""
    if item.is_sensitive:
        return MASK + str(item.value)[-SHOWN_OF_SECRET:]
    for text, value in choices(item, language) if item.options or is_pressed(item) else ():
        if value == item.value:
            return text
    if isinstance(item.value, list | tuple):
        names = {option.value: label(option) for option in item.options}
        return ", ".join(names.get(str(one), str(one)) for one in item.value)
    return typed(item.type, item.value, language)
