"""Scripts made up from the DTD itself: whatever `dialog.dtd` allows can come; names and expressions often fit.

`generated_xml(random)` gives a script; the same seed gives the same one. `scripts()` is a hypothesis strategy of them.
`random_event(random, program, ask)` is something that a surface might send at a stop.
"""

from random import Random
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

from scriptengine.interpreter import (
    Answered,
    Ask,
    Back,
    Chosen,
    Confirmed,
    Continued,
    Event,
    Happened,
    Jumped,
    Keyed,
    LanguageChosen,
    Left,
    NoInput,
    NoMatch,
    Resumed,
)
from scriptengine.loading.grammar import Attribute, Declared, Model, elements
from scriptengine.program import Program

MAX_DEPTH = 6
_NAMES = ("n", "t", "yes", "many", "day", "customer", "q1", "q2", "q3", "item")
_TYPED = {"n": "integer", "t": "string", "yes": "boolean", "many": "list", "day": "date"}
_CONDITIONS = (
    "n gt 2", "t == 'a'", "yes", "answered(q1)", "'a' in many", "channel == 'desk'", "day lt now.date", "true",
    "customer != null", "n == 0 or not yes", "customer.segment == 'gold'", "q1 == 'a'", "nobody == 3", "n ==", "",
)  # fmt: skip
_VALUES = ("n + 1", "'a'", "t", "yes", "many", "now.date", "n * 2", "['a', 'b']", "customer.name", "3", "q2", "$")
_WORDS = ("Good day", "Olá", "a & b", "<", "  ", "What is it?")
_CDATA: dict[str, tuple[str, ...]] = {
    "if": _CONDITIONS, "test": _CONDITIONS, "required": ("yes", "no", *_CONDITIONS), "calc": _VALUES, "of": _VALUES,
    "value": _VALUES, "where": ("number == n", "name == t", "true", "nothing"), "query": ("number gt n", "true"),
    "from": ("many", "['x', 'y']", "t"), "foreach": ("many", "['p', 'q']", "n"), "repeat": ("2", "n", "yes", "t"),
    "key": ("n", "caller.customer_id", "t"), "default": ("1", "a", "'a'", "n", "2026-01-31", "yes"),
    "min": ("1", "n", "2026-01-01"), "max": ("5", "n + 9", "x"), "length": ("3", "1-9", "-4", "2-"),
    "pattern": ("[a-z]+", "[0-9]{2}", "(a*)*", "("), "bind": ("customer.email", "customer.name", "t"),
    "timeout": ("5", "2.5s"), "src": ("self", "nowhere"), "queue": ("billing",), "dtmf": ("1", "2", "#"),
    "term": ("#", "*"), "format": ("money:EUR", "decimal:1", "odd"), "else": ("somebody",), "label": ("Next",),
    "audio": ("hello.wav",), "owner": ("me",), "name": _NAMES, "version": ("1.0",), "call": ("mail.send", "x.y"),
}  # fmt: skip
_TOKENS: dict[str, tuple[str, ...]] = {
    "name": _NAMES, "to": _NAMES, "into": ("customer", "n"), "object": ("customer", "t"), "as": ("item", "customer"),
    "class": ("Customer", "Contact", "Nothing"), "service": ("mail", "other"), "op": ("send", "fetch"),
    "count": ("1", "2", "3"),
    "ms": ("100",), "digits": ("4",), "xml:lang": ("en", "pt", "de"), "languages": ("en pt",), "event": (
        "hangup", "language", "timeout", "error", "agent-jump", "storm"),
    "type": (*_TYPED.values(), "Customer", "strange"), "channel": ("desk", "web", "ivr", "desk web"),
    "names": ("n t", "many"),
    "channels": ("desk web ivr",), "version": ("1", "2"), "value": ("a", "b", "c"), "disposition": ("ok",),
    "max": ("2", "3"),
    "id": ("generated",),
}  # fmt: skip
_OFTEN = {"start", "id", "name", "type", "to", "of", "test", "value"}


class _Making:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.ids: dict[str, list[str]] = {}
        self.count = 0

    def element(self, name: str, depth: int) -> tuple[str, dict[str, str], list[Any]]:
        declared = elements()[name]
        attributes = {
            one.name: value for one in declared.attributes.values() if (value := self.attribute(name, one)) is not None
        }
        return name, attributes, [] if declared.model is None else self.content(declared, declared.model, depth)

    def attribute(self, element: str, attribute: Attribute) -> str | None:
        if not attribute.is_required and self.random.random() > (0.6 if attribute.name in _OFTEN else 0.2):
            return None
        if attribute.type == "id":
            self.count += 1
            self.ids.setdefault(element, []).append(f"i{self.count}")
            return f"i{self.count}"
        if attribute.type == "idref":
            return f"?{element}.{attribute.name}"
        if attribute.values:
            return self.random.choice(attribute.values)
        pool = _CDATA if attribute.type == "cdata" else _TOKENS
        value = self.random.choice(pool.get(attribute.name, ("x",)))
        return value.partition(" ")[0] if attribute.type == "nmtoken" else value

    def content(self, declared: Declared, model: Model, depth: int) -> list[Any]:
        kind, occur, name, left, right = model
        times = {"once": 1, "opt": self.random.randint(0, 1), "mult": self.times(depth), "plus": 1 + self.times(depth)}
        made: list[Any] = []
        for _ in range(times[occur]):
            if kind == "pcdata":
                made.append(self.random.choice(_WORDS))
            elif kind == "element" and name is not None:
                made.append(self.element(name, depth + 1))
            elif kind == "seq":
                made += [*self.content(declared, left, depth), *(self.content(declared, right, depth) if right else [])]
            else:
                ways = _ways(model) if depth < MAX_DEPTH else [way for way in _ways(model) if way[2] not in ("group",)]
                made += self.content(declared, self.random.choice(ways), depth)
        return made

    def times(self, depth: int) -> int:
        most = 7 if depth == 0 else 2 if depth < MAX_DEPTH else 0
        return min(self.random.randint(0, most), self.random.randint(0, most))


def _ways(model: Model) -> list[Model]:
    """What an `or` chooses from; lxml nests it as pairs."""
    kind, occur, _name, left, right = model
    if kind != "or" or (occur != "once" and left is None):
        return [model]
    found: list[Model] = []
    for side in (left, right):
        if side is not None:
            found += _ways(side) if side[0] == "or" and side[1] == "once" else [side]
    return found


_NODES = ("info", "question", "group", "decision", "subdialog", "block", "end")
_REFERRED = {"question.choices": ("choices",), "answer.question": ("question",)}


def generated_xml(random: Random) -> str:
    """A script that is valid by the DTD."""
    making = _Making(random)
    root = making.element("dialog", 0)
    _without_double_names(root)
    _without_doubles(root)
    return _written(root, making)


def _without_double_names(root: tuple[str, dict[str, str], list[Any]]) -> None:
    """Names are declared once, with the type that the expressions take them for."""
    seen: set[str] = set()
    kept = []
    for part in root[2]:
        tag, attributes = (part[0], part[1]) if isinstance(part, tuple) else ("", {})
        name = attributes.get("as" if tag == "use" else "name", "")
        if tag in ("use", "param", "var"):
            if name in seen:
                continue
            seen.add(name)
            attributes["type"] = _TYPED.get(name, attributes.get("type", "")) if tag != "use" else ""
            if tag == "use":
                del attributes["type"]
        kept.append(part)
    root[2][:] = kept


def _without_doubles(element: tuple[str, dict[str, str], list[Any]]) -> None:
    """Choices, arguments and results are there once."""
    seen, kept = set(), []
    for part in element[2]:
        if isinstance(part, tuple):
            _without_doubles(part)
            tag = part[0]
            value = part[1].get("value" if tag == "choice" else "name", "")
            if tag in ("choice", "arg", "result"):
                if (tag, value) in seen:
                    continue
                seen.add((tag, value))
        kept.append(part)
    element[2][:] = kept


def _written(element: tuple[str, dict[str, str], list[Any]], making: _Making) -> str:
    name, attributes, content = element
    told = []
    for attribute, value in attributes.items():
        if value.startswith("?"):
            kinds = _REFERRED.get(value[1:], _NODES)
            known = [id for kind in kinds for id in making.ids.get(kind, [])]
            if not known:
                if elements()[name].attributes[attribute].is_required:
                    return ""
                continue
            value = making.random.choice(known)
        told.append(f" {attribute}={quoteattr(value)}")
    inside = "".join(escape(part) if isinstance(part, str) else _written(part, making) for part in content)
    return f"<{name}{''.join(told)}>{inside}</{name}>" if inside else f"<{name}{''.join(told)}/>"


def scripts() -> st.SearchStrategy[str]:
    """Scripts that are valid by the DTD."""
    return st.integers(0, 2**32 - 1).map(lambda seed: generated_xml(Random(seed)))


_ANSWERS: dict[str, tuple[Any, ...]] = {
    "yesno": ("yes", "no"), "consent": ("yes", "no"), "integer": ("1", "7"), "decimal": ("1.5",), "money": ("2.50",),
    "scale": ("3",), "date": ("2026-01-31",), "time": ("10:30",), "datetime": ("2026-01-31T10:30",),
    "phone": ("+351912345678",),
    "email": ("ana@example.com",), "iban": ("GB82WEST12345698765432",), "postcode": ("1000-001",),
}  # fmt: skip


def fitting_answer(random: Random, ask: Ask) -> Event:
    """Answers that have the right form to everything that is asked."""
    if ask.kind == "confirm":
        return Confirmed()
    if ask.kind == "info":
        return Continued()
    values: dict[str, Any] = {}
    for item in ask.items:
        options = [option.value for option in item.options]
        words = random.choice(options) if options else random.choice(_ANSWERS.get(item.type, ("ab", "12", "a")))
        values[item.question] = words
    return Answered(values, ask.kind == "page")


def random_event(random: Random, program: Program, ask: Ask) -> Event:
    """Something that may come: mostly fitting answers, but anything else as well."""
    nodes = list(program.links)
    others: list[Event] = [
        Answered({item.question: random.choice(("", "x", None, "9" * 40, ["a"], 3)) for item in ask.items}),
        Answered({"nobody": "x"}),
        Back(),
        Back(random.choice([*nodes, "?"])),
        Chosen(random.randint(-1, 3)),
        Confirmed(random.random() < 0.5),
        Continued(),
        Happened(random.choice(("hangup", "timeout", "storm", "error"))),
        Jumped(random.choice(nodes)),
        Keyed(random.choice(("1", "2", "12*5", "", "28022026"))),
        LanguageChosen(random.choice(("pt", "de", "xx"))),
        Left(),
        NoInput(),
        NoMatch(),
        Resumed(random.choice(("desk", "web", "ivr"))),
    ]
    return fitting_answer(random, ask) if random.random() < 0.5 else random.choice(others)
