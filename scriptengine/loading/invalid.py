"""Why a script is not what the DTD says, in words for people: every error at once, each with what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scriptengine.findings import Finding
from scriptengine.loading.grammar import Attribute, Declared, State, elements, moves
from scriptengine.loading.tags import Tag
from scriptengine.suggesting import did_you_mean, listed

_TOKEN = re.compile(r"[-\w.:·]+")
_NAME = re.compile(r"[^\W\d][-\w.:·]*|[_:][-\w.:·]*")


def explained(root: Tag) -> list[Finding]:
    """The findings L07 to L13 for a tree that is not valid; empty if all that is known here is fulfilled."""
    found: list[Finding] = []
    if root.name != "dialog":
        found.append(root.place.finding("L08", f"The script begins with <{root.name}>.", "Begin with <dialog ...>."))
    ids: dict[str, Tag] = {}
    references: list[tuple[Tag, str, str]] = []
    for tag in _all(root):
        declared = elements().get(tag.name)
        if declared is None:
            continue  # told where it stands
        found += _content(tag, declared)
        found += _attributes(tag, declared)
        for attribute in declared.attributes.values():
            value = tag.attributes.get(attribute.name)
            if value is not None and attribute.type == "id":
                if value.strip() in ids:
                    found.append(_twice(tag, value.strip(), ids[value.strip()]))
                ids.setdefault(value.strip(), tag)
            elif value is not None and attribute.type == "idref":
                references.append((tag, attribute.name, value.strip()))
    for tag, name, value in references:
        if value not in ids:
            message = f'<{tag.name} {name}="{value}"> names nothing in this script.'
            hint = did_you_mean(value, ids)
            found.append(tag.place.finding("L13", message, hint, attribute=name))
    return found


def _all(root: Tag) -> Iterator[Tag]:
    yield root
    for part in root.tags():
        yield from _all(part)


def _twice(tag: Tag, value: str, first: Tag) -> Finding:
    message = f'The id "{value}" is already that of <{first.name}> in line {first.place.line}.'
    return tag.place.finding("L12", message, "Give each its own id.", attribute="id")


def _content(tag: Tag, declared: Declared) -> Iterator[Finding]:
    """What stands in an element and may not, or should and does not."""
    if declared.model is None:
        if tag.content:
            yield tag.place.finding("L08", f"<{tag.name}> has something in it.", f"Write <{tag.name} .../> alone.")
        return
    text = "".join(part for part in tag.content if isinstance(part, str)).strip()
    if text and not declared.has_text:
        inside = "Put it into <text>." if "text" in _all_names(declared) else "Remove it."
        yield tag.place.finding("L08", f'The text "{text[:40]}" cannot stand directly in <{tag.name}>.', inside)
    states: set[State] = {(declared.model, None)}
    passed: list[tuple[set[State], Tag]] = []
    for child in tag.tags():
        following = _behind(states, child.name)
        if following:
            passed.append((states, child))
            states = following
        else:
            yield _misplaced(tag, child, declared, states, passed)
    wanted = _next(states)
    if "" not in wanted:
        missing = " or ".join(f"<{name}>" for name in sorted(wanted))
        yield tag.place.finding("L08", f"In <{tag.name}> something is missing.", f"Write {missing}.")


def _behind(states: set[State], name: str) -> set[State]:
    """What is still to come behind an element of this name; empty: it may not stand there."""
    return {after for state in states for one, after in moves(state) if one == name}


def _next(states: set[State]) -> set[str]:
    """What may stand next; the name "" stands for the end."""
    return {name for state in states for name, _ in moves(state)}


def _misplaced(
    tag: Tag, child: Tag, declared: Declared, states: set[State], passed: list[tuple[set[State], Tag]]
) -> Finding:
    """`passed`: the elements before it, each with what was still to come in front of it."""
    names = _all_names(declared)
    if child.name not in elements():
        hint = did_you_mean(child.name, names or elements())
        return child.place.finding("L07", f"There is no element <{child.name}>.", hint)
    if child.name not in names:
        message = f"<{child.name}> cannot stand in <{tag.name}>."
        return child.place.finding("L08", message, f"<{tag.name}> may hold {_shown(names)}.")
    wanted = _next(states) - {""}
    for before, sibling in reversed(passed):
        if sibling.name in _next(_behind(before, child.name)):
            hint = f"The order matters: put it before <{sibling.name}> in line {sibling.place.line}."
            return child.place.finding("L08", f"<{child.name}> stands at the wrong place in <{tag.name}>.", hint)
    hint = f"The order matters: here may stand {_shown(wanted)}." if wanted else f"One <{child.name}> is enough."
    return child.place.finding("L08", f"<{child.name}> stands at the wrong place in <{tag.name}>.", hint)


def _shown(names: set[str]) -> str:
    return listed(f"<{name}>" for name in sorted(names)) if names else "text only"


def _all_names(declared: Declared) -> set[str]:
    """Every element that may stand somewhere in an element."""
    names: set[str] = set()
    todo = [declared.model]
    while todo:
        model = todo.pop()
        if model is not None:
            _, _, name, left, right = model
            names |= {name} if name else set()
            todo += [left, right]
    return names


def _attributes(tag: Tag, declared: Declared) -> Iterator[Finding]:
    for name, value in tag.attributes.items():
        attribute = declared.attributes.get(name)
        if attribute is None:
            hint = did_you_mean(name, declared.attributes, nothing="Remove it.")
            yield tag.place.finding("L09", f"<{tag.name}> has no attribute {name}.", hint, attribute=name)
        elif (wrong := _wrong_value(attribute, value)) is not None:
            message = f'<{tag.name} {name}="{value[:60]}">: {wrong[0]}.'
            yield tag.place.finding("L11", message, wrong[1], attribute=name)
    for attribute in declared.attributes.values():
        if attribute.is_required and attribute.name not in tag.attributes:
            message = f"<{tag.name}> needs the attribute {attribute.name}."
            hint = f"One of {listed(attribute.values)}." if attribute.values else f'Write {attribute.name}="...".'
            yield tag.place.finding("L10", message, hint)


def _wrong_value(attribute: Attribute, value: str) -> tuple[str, str] | None:
    """What is wrong with a value and what to write instead; None: nothing."""
    words = value.split()
    match attribute.type:
        case "enumeration" if value.strip() not in attribute.values:
            return "this value is not known", did_you_mean(value, attribute.values)
        case "nmtoken" | "nmtokens" if not words or not all(_TOKEN.fullmatch(word) for word in words):
            return "only letters, digits and - _ . : are allowed", "Write it without blanks and other signs."
        case "nmtoken" if len(words) > 1:
            return "one word is wanted", "Write it without blanks."
        case "id" | "idref" if len(words) != 1 or not _NAME.fullmatch(words[0]):
            return "this is no id", "An id begins with a letter, and has letters, digits and - _ . in it."
    return None
