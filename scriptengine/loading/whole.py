"""The script as a whole: its root element, and the names in it that must fit each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scriptengine.findings import Finding
from scriptengine.loading.building import Building
from scriptengine.loading.fields import is_yes, optional_word, parts_of, word, words, written
from scriptengine.loading.tags import Tag
from scriptengine.script import Answer, Case, Doc, Expect, Given, Param, Script, Use, Var
from scriptengine.suggesting import did_you_mean

_NODES = ("info", "question", "group", "decision", "subdialog", "block", "end")
_KINDS = {"start": _NODES, "to": _NODES, "onerror": _NODES, "node": _NODES, "question": ("question",)}


def script_of(root: Tag, hash: str) -> tuple[Script, list[Finding]]:
    """The script of a valid tree, and what is wrong with it beyond the DTD (L13, L14, L16)."""
    language = root.attributes["xml:lang"].strip()
    building = Building(language)
    parts = root.tags()
    script = Script(
        place=root.place,
        id=word(root, "id"),
        version=word(root, "version"),
        hash=hash,
        language=language,
        languages=tuple(dict.fromkeys([language, *words(root, "languages")])),
        start=word(root, "start"),
        nodes=building.nodes(root),
        channels=words(root, "channels") or ("desk", "web", "ivr"),
        status=root.attributes.get("status", "draft").strip(),  # type: ignore[arg-type]
        owner=optional_word(root, "owner"),
        timeout_seconds=building.seconds(root),
        titles=building.titles(root),
        docs=tuple(
            Doc(place=tag.place, language=building.language_of(tag), parts=parts_of(tag))
            for tag in parts
            if tag.name == "doc"
        ),
        uses=tuple(_use(tag) for tag in parts if tag.name == "use"),
        params=tuple(_param(tag) for tag in parts if tag.name == "param"),
        vars=tuple(_var(tag) for tag in parts if tag.name == "var"),
        choices=tuple(building.choices(tag) for tag in parts if tag.name == "choices"),
        events=tuple(building.on(tag) for tag in parts if tag.name == "on"),
        cases=tuple(_case(tag) for tag in parts if tag.name == "test"),
    )
    findings = [*building.findings, *_references(root), *_names(script), *_twice(root), *_lengths(root)]
    return script, findings


def _use(tag: Tag) -> Use:
    return Use(place=tag.place, class_name=word(tag, "class"), name=word(tag, "as"), key=written(tag, "key"))


def _param(tag: Tag) -> Param:
    direction = tag.attributes.get("dir", "in").strip()
    return Param(
        place=tag.place,
        name=word(tag, "name"),
        type=word(tag, "type"),
        is_required=is_yes(tag, "required"),
        direction=direction,  # type: ignore[arg-type]
    )


def _var(tag: Tag) -> Var:
    return Var(
        place=tag.place,
        name=word(tag, "name"),
        type=word(tag, "type"),
        default=written(tag, "default"),
        calc=written(tag, "calc"),
        is_sensitive=is_yes(tag, "sensitive"),
    )


def _case(tag: Tag) -> Case:
    givens: list[Given] = []
    steps: list[Answer | Expect] = []
    for part in tag.tags():
        value = part.attributes.get("value", "")
        if part.name == "given":
            givens.append(Given(place=part.place, name=part.attributes["name"].strip(), value=value))
        elif part.name == "answer":
            steps.append(Answer(place=part.place, question=word(part, "question"), value=value))
        else:
            steps.append(_expect(part))
    channel = tag.attributes.get("channel", "desk").strip()
    return Case(place=tag.place, name=tag.attributes["name"], channel=channel, givens=tuple(givens), steps=tuple(steps))


def _expect(tag: Tag) -> Expect:
    node, call = optional_word(tag, "node"), optional_word(tag, "call")
    return Expect(place=tag.place, node=node, test=written(tag, "test"), call=call)


def _references(root: Tag) -> Iterator[Finding]:
    """References to an element of a wrong kind: the DTD only knows that the id is there."""
    tags = list(_all(root))
    kinds = {tag.attributes["id"].strip(): tag.name for tag in tags if tag.name != "dialog" and "id" in tag.attributes}
    for tag in tags:
        for attribute, wanted in (*_KINDS.items(), *((("choices", ("choices",)),) if tag.name == "question" else ())):
            value = tag.attributes.get(attribute, "").strip()
            if kinds.get(value, wanted[0]) not in wanted and (tag.name, attribute) in _REFERENCES:
                message = f'<{tag.name} {attribute}="{value}"> names a <{kinds[value]}>.'
                right = [name for name, kind in kinds.items() if kind in wanted]
                yield tag.place.finding("L13", message, did_you_mean(value, right, nothing=_NONE), attribute=attribute)


_NONE = "There is none of the right kind yet: write it first."
_REFERENCES = {
    ("dialog", "start"), ("go", "to"), ("call", "onerror"), ("expect", "node"), ("answer", "question"),
    ("question", "choices"),
}  # fmt: skip


def _all(tag: Tag) -> Iterator[Tag]:
    yield tag
    for part in tag.tags():
        yield from _all(part)


def _twice(root: Tag) -> Iterator[Finding]:
    """Arguments, results and choices that are there twice. A choice with a condition makes way for another."""
    for tag in _all(root):
        seen: dict[tuple[str, str], Tag] = {}
        for part in tag.tags():
            attribute = _ONCE.get((tag.name, part.name))
            if attribute is None:
                continue
            value = part.attributes[attribute].strip()
            before = seen.get((part.name, value))
            if before is not None and "if" not in before.attributes:
                message = f'<{part.name} {attribute}="{value}"> is already there in line {before.place.line}.'
                yield part.place.finding("L16", message, "Remove one of them, or change it.", attribute=attribute)
            seen[part.name, value] = part


_ONCE = {
    ("call", "arg"): "name", ("call", "result"): "name", ("subdialog", "arg"): "name", ("subdialog", "result"): "name",
    ("choices", "choice"): "value", ("question", "choice"): "value",
}  # fmt: skip


def _lengths(root: Tag) -> Iterator[Finding]:
    """L14: lengths of answers that cannot be read, or that no answer can have."""
    for tag in _all(root):
        text = tag.attributes.get("length") if tag.name == "question" else None
        if text is None:
            continue
        match = _LENGTH.fullmatch(text.strip())
        if match is None or (match[3] and int(match[1] or 0) > int(match[3])):
            message = f'<question length="{text[:40]}"> is no number of characters.'
            yield tag.place.finding("L14", message, 'Write length="8", or "2-40".', attribute="length")


_LENGTH = re.compile(r"(?=.*\d)(\d{1,5})?\s*((?:-|\.\.)\s*(\d{1,5})?)?")


def _names(script: Script) -> Iterator[Finding]:
    """Names that are declared twice."""
    seen: dict[str, Use | Param | Var] = {}
    declarations: list[Use | Param | Var] = [*script.uses, *script.params, *script.vars]
    for declared in declarations:
        if declared.name in seen:
            message = f"The name {declared.name} is already declared in line {seen[declared.name].place.line}."
            attribute = "as" if isinstance(declared, Use) else "name"
            yield declared.place.finding("L16", message, "Give each its own name.", attribute=attribute)
        seen.setdefault(declared.name, declared)
