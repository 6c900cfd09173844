"""D12: texts that lack a translation, and placeholders that differ between languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scriptengine.checks.walking import Written, attempts_of, exists_on, values_in
from scriptengine.findings import Finding
from scriptengine.script import (
    AnyNode,
    Choice,
    End,
    Go,
    Group,
    Hint,
    Info,
    Label,
    Prompt,
    Question,
    Script,
    Text,
    Title,
)
from scriptengine.suggesting import did_you_mean

_Translated = Text | Hint | Label | Title | Prompt


def language_findings(script: Script) -> Iterator[Finding]:
    """D12 for the whole script."""
    for texts, channels, what in _sets(script):
        if texts:
            yield from _missing(script, texts, channels, what)
            yield from _placeholders(texts)
    if len(script.languages) > 1 and set(script.channels) != {"ivr"}:
        for go in _buttons(script):
            if len(go.labels) == 1 and go.labels[0].place == go.place:
                yield _never_translated(go, script)


def _sets(script: Script) -> Iterator[tuple[Sequence[_Translated], tuple[str, ...], str]]:
    """Texts that say the same in several languages, the channels to look at, and what they are called."""
    yield script.titles, (), "title"
    for listed in script.choices:
        yield from _choices(listed.choices)
    for node in script.all_nodes():
        yield from _of_node(node, script)


def _buttons(script: Script) -> Iterator[Go]:
    for node in script.all_nodes():
        if isinstance(node, (Info, Question)):
            yield from (go for go in node.goes if go.label is not None)


def _never_translated(go: Go, script: Script) -> Finding:
    """A warning: "OK" may do in every language."""
    others = [language for language in script.languages if language != script.language]
    message = f'The button "{go.label}" is called so in every language.'
    hint = f'Write <label xml:lang="{others[0]}">...</label> inside the <go> if it should not be.'
    return go.place.finding("D12", message, hint, attribute="label", severity="warning")


def _choices(choices: Iterable[Choice]) -> Iterator[tuple[Sequence[_Translated], tuple[str, ...], str]]:
    for choice in choices:
        yield choice.labels, (), "label"
        yield from _by_count(choice.prompts)


def _of_node(node: AnyNode, script: Script) -> Iterator[tuple[Sequence[_Translated], tuple[str, ...], str]]:
    if isinstance(node, Group):
        yield node.titles, (), "title"
    if isinstance(node, (Info, Question, End)):
        own = () if isinstance(node, End) else node.channels
        yield node.texts, tuple(channel for channel in script.channels if exists_on(own, channel)), "text"
        yield from _by_count(node.prompts)
    if isinstance(node, (Info, Question)):
        for audience in ("agent", "customer", "both"):
            yield tuple(hint for hint in node.hints if hint.audience == audience), (), "hint"
        for go in node.goes:
            if len(go.labels) > 1 or (go.labels and go.labels[0].place != go.place):
                yield go.labels, (), "label"
    if isinstance(node, Question):
        yield from _choices((*node.choices, *(node.own_choices.choices if node.own_choices is not None else ())))
        for constraint in node.constraints:
            yield constraint.labels, (), "label"
        for attempt in attempts_of(node):
            yield from _by_count(attempt.prompts)


def _by_count(prompts: Sequence[Prompt]) -> Iterator[tuple[Sequence[_Translated], tuple[str, ...], str]]:
    for count in sorted({prompt.count for prompt in prompts}):
        yield tuple(prompt for prompt in prompts if prompt.count == count), (), "prompt"


def _missing(script: Script, texts: Sequence[_Translated], channels: tuple[str, ...], what: str) -> Iterator[Finding]:
    told = set()
    for channel in channels or ("",):
        there = [text for text in texts if not isinstance(text, Text) or exists_on(text.channels, channel)]
        for language in script.languages:
            if not there or language in told or any(text.language == language for text in there):
                continue
            told.add(language)
            others = sorted({text.language for text in there} - set(script.languages))
            where = "" if len(channels) < 2 or not _differs(texts) else f' for channel "{channel}"'
            message = f'This {what} has no translation into "{language}"{where}.'
            hint = f'Write <{what} xml:lang="{language}">...</{what}> beside it.'
            if others:
                hint = f'There is one for "{others[0]}". {did_you_mean(others[0], script.languages)}'
            yield there[0].place.finding("D12", message, hint)


def _differs(texts: Sequence[_Translated]) -> bool:
    return any(isinstance(text, Text) and text.channels for text in texts)


def _placeholders(texts: Sequence[_Translated]) -> Iterator[Finding]:
    """Each translation against the first text that is for the same channels."""
    first: dict[tuple[str, ...], _Translated] = {}
    for text in texts:
        key = tuple(sorted(text.channels)) if isinstance(text, Text) else ()
        original = first.setdefault(key, text)
        if original is text or original.language == text.language:
            continue
        wanted, there = _values(original), _values(text)
        if wanted == there:
            continue
        parts = [f"lacks {_shown(wanted - there)}" if wanted - there else "",
                 f"has {_shown(there - wanted)} too much" if there - wanted else ""]  # fmt: skip
        message = (
            f'The text in "{text.language}" {" and ".join(filter(None, parts))}, compared with "{original.language}".'
        )
        hint = f"Use the same <value> in both (line {original.place.line})."
        yield text.place.finding("D12", message, hint)


def _values(text: Written) -> frozenset[str]:
    return frozenset("".join(value.of.split()) for value in values_in(text))


def _shown(values: Iterable[str]) -> str:
    return ", ".join(f'<value of="{value}"/>' for value in sorted(values))
