"""Two versions of a script: what has changed, in words, and what breaks the statistics of the older one (D20)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from scriptengine.checks.walking import choices_of
from scriptengine.findings import Finding, in_order
from scriptengine.script import AnyNode, Choice, Element, End, Go, Place, Question, Script


class Change(msgspec.Struct, frozen=True):
    """One thing that is different. `breaks`: figures of both versions can no longer be compared there."""

    sentence: str
    place: Place
    breaks: bool = False


def changes(old: Script, new: Script) -> list[Change]:
    """What is different, in the order of the new script; what is gone comes last."""
    return [*_whole(old, new), *_nodes(old, new), *_gone(old, new)]


def statistics_findings(published: Script, draft: Script) -> list[Finding]:
    """D20: what breaks the published version's statistics. Nothing is broken by what only comes in addition."""
    found = [
        change.place.finding("D20", change.sentence, _HINT, severity="warning")
        for change in changes(published, draft)
        if change.breaks
    ]
    if published.version == draft.version and published.hash != draft.hash:
        message = f"The script has changed, and its version is {draft.version}, like that of the published one."
        found.append(
            draft.place.finding("D20", message, "Write a new version.", attribute="version", severity="warning")
        )
    return in_order(found)


_HINT = "Keep the id, type and values where figures are to be compared, or tell who reads the reports."


def _whole(old: Script, new: Script) -> Iterator[Change]:
    if old.id != new.id:
        yield Change(f'The script "{old.id}" is now called "{new.id}".', new.place, True)
    if old.start != new.start:
        yield Change(f'It begins at "{new.start}" instead of "{old.start}".', new.place)
    for word, before, now in (("channel", old.channels, new.channels), ("language", old.languages, new.languages)):
        for one in now:
            if one not in before:
                yield Change(f"The {word} {one} has come.", new.place)
        for one in before:
            if one not in now:
                yield Change(f"The {word} {one} is gone.", new.place)


def _nodes(old: Script, new: Script) -> Iterator[Change]:
    before = {node.id: node for node in old.all_nodes()}
    for node in new.all_nodes():
        was = before.get(node.id)
        kind = type(node).__name__.lower()
        if was is None:
            yield Change(f'The {kind} "{node.id}" is new.', node.place)
        elif type(was) is not type(node):
            kind_before = type(was).__name__.lower()
            yield Change(f'"{node.id}" was a {kind_before} and is now a {kind}.', node.place, True)
        else:
            yield from _node(old, was, new, node)


def _node(old: Script, was: AnyNode, new: Script, node: AnyNode) -> Iterator[Change]:
    if isinstance(was, Question) and isinstance(node, Question):
        yield from _question(old, was, new, node)
    if isinstance(was, End) and isinstance(node, End):
        yield from _end(was, node)
    leads_before, leads_now = (_leads(one) for one in (was, node))
    if leads_before != leads_now:
        yield Change(f'The ways out of "{node.id}" have changed: {_shown(leads_now)}.', node.place)
    if without_places(was) != without_places(node) and leads_before == leads_now and not _told(old, was, new, node):
        yield Change(f'"{node.id}" says or does something else.', node.place)


def _told(old: Script, was: AnyNode, new: Script, node: AnyNode) -> bool:
    if isinstance(was, Question) and isinstance(node, Question):
        return any(_question(old, was, new, node))
    return isinstance(was, End) and isinstance(node, End) and any(_end(was, node))


def _question(old: Script, was: Question, new: Script, node: Question) -> Iterator[Change]:
    if was.type != node.type:
        sentence = f'The answer to "{node.id}" was of type {was.type} and is now of type {node.type}.'
        yield Change(sentence, node.place, True)
    if was.name != node.name:
        yield Change(f'The answer to "{node.id}" is now called {node.name} instead of {was.name}.', node.place, True)
    before = {choice.value: choice for choice in choices_of(old, was)}
    now = {choice.value: choice for choice in choices_of(new, node)}
    for value in (value for value in before if value not in now):
        yield Change(f'"{node.id}" has no choice {value} any more.', node.place, True)
    for value in (value for value in now if value not in before):
        yield Change(f'"{node.id}" has a new choice {value}.', now[value].place)
    for value in (
        value for value in now if value in before and without_places(before[value]) != without_places(now[value])
    ):
        yield Change(f'The choice {value} of "{node.id}" says or does something else.', now[value].place)
    for word, first, second in (("required", was.required, node.required), ("if", was.condition, node.condition)):
        if first != second:
            yield Change(f'"{node.id}": {word} was {first or "not written"}, is {second or "not written"}.', node.place)


def _end(was: End, node: End) -> Iterator[Change]:
    for word, before, now in (
        ("outcome", was.outcome, node.outcome),
        ("disposition", was.disposition, node.disposition),
    ):
        if before != now:
            yield Change(
                f'The {word} of "{node.id}" was {before or "none"} and is now {now or "none"}.', node.place, True
            )
    if was.queue != node.queue:
        yield Change(
            f'"{node.id}" leads to the queue {node.queue or "none"} instead of {was.queue or "none"}.', node.place
        )


def _gone(old: Script, new: Script) -> Iterator[Change]:
    there = {node.id for node in new.all_nodes()}
    for node in old.all_nodes():
        if node.id not in there:
            kind = type(node).__name__.lower()
            yield Change(f'The {kind} "{node.id}" is gone.', new.place, isinstance(node, (Question, End)))


def _leads(node: AnyNode) -> list[tuple[str, str | None]]:
    goes: tuple[Go, ...] = () if isinstance(node, End) else node.goes
    return [(go.to, " ".join(go.condition.split()) if go.condition is not None else None) for go in goes]


def _shown(leads: list[tuple[str, str | None]]) -> str:
    words = [f'to "{to}"{f" if {condition}" if condition else ""}' for to, condition in leads]
    return ", ".join(words) or "it goes on in the order of the document"


def without_places(value: object) -> object:
    """An element, or several, without places and hash: equal if they say the same."""
    if isinstance(value, Place):
        return None
    if isinstance(value, (Element, Choice)):
        names: Mapping[str, object] = {name: getattr(value, name) for name in value.__struct_fields__}
        return (
            type(value).__name__,
            *((name, without_places(one)) for name, one in names.items() if name not in ("place", "hash")),
        )
    return tuple(without_places(one) for one in value) if isinstance(value, tuple) else value
