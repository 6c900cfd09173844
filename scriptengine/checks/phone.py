"""D14: what cannot be asked, keyed or listened to on the phone. (Secrets that are spoken: `secrets`.)"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scriptengine.checks.walking import attempts_of, choices_of, exists_on
from scriptengine.findings import Finding
from scriptengine.script import (
    AnyNode,
    Bold,
    Choice,
    End,
    Info,
    Pause,
    Prompt,
    Question,
    Say,
    Script,
    Text,
    Value,
)

_NOT_SPOKEN = {"memo": "a long text", "file": "a file", "signature": "a signature"}
_FREE = {"text": "a text", "email": "a mail address", "iban": "an account number with letters"}
_MOST_CHOICES = 9
LONGEST_SECONDS = 8.0
"""A prompt should not be longer."""
_CHARACTERS_PER_SECOND = 15.0
"""How fast prompts are spoken, roughly, over the languages in use."""
_VALUE_CHARACTERS = 10
_OURS = {"0": "leads to a person", "*": "repeats the prompt"}
_WAY_OUT_EVENTS = ("noinput", "timeout")


def phone_findings(script: Script, nodes: Iterable[AnyNode]) -> Iterator[Finding]:
    """D14 for the nodes that are reached on the phone."""
    for node in nodes:
        if isinstance(node, Question):
            yield from _question(script, node)
        if isinstance(node, (Info, Question, End)):
            spoken: Sequence[Prompt | Text] = node.prompts or [t for t in node.texts if exists_on(t.channels, "ivr")]
            for text in spoken:
                yield from _length(text)


def _question(script: Script, node: Question) -> Iterator[Finding]:
    if node.type in _NOT_SPOKEN:
        message = f'"{node.id}" asks for {_NOT_SPOKEN[node.type]}, which the phone cannot take.'
        yield node.place.finding("D14", message, 'Write channel="desk web".', attribute="type")
    elif node.type in _FREE and node.digits is None:
        message = f'"{node.id}" asks for {_FREE[node.type]}, and without speech recognition only digits can be keyed.'
        hint = 'Write channel="desk web", or digits="..." if it is keyed in digits.'
        yield node.place.finding("D14", message, hint, attribute="type")
    choices = choices_of(script, node) if node.type in ("choice", "multi") else ()
    if len(choices) > _MOST_CHOICES:
        message = f'"{node.id}" has {len(choices)} choices, and one key can tell {_MOST_CHOICES}.'
        yield node.place.finding("D14", message, "Ask in two steps, at most five choices each.")
    yield from _keys(choices, node)
    if not _has_way_out(script, node):
        message = f'When the caller keys nothing at "{node.id}", there is no way out.'
        hint = 'Add <noinput count="3"><go to="..."/></noinput>, to a person for example.'
        yield node.place.finding("D14", message, hint, severity="warning")
    for attempt in attempts_of(node):
        for prompt in attempt.prompts:
            yield from _length(prompt)
    for choice in choices:
        for prompt in choice.prompts:
            yield from _length(prompt)


def _keys(choices: Sequence[Choice], node: Question) -> Iterator[Finding]:
    """Keys that mean two things. A choice without `dtmf` has the digit of its place."""
    taken: dict[str, Choice] = {}
    for place, choice in enumerate(choices, 1):
        key = choice.dtmf or str(place)
        message = ""
        if choice.dtmf is not None and key in _OURS:
            message = f"The key {key} {_OURS[key]}; it cannot choose {choice.value} too."
        elif choice.dtmf is not None and key == node.terminator:
            message = f"The key {key} ends what is keyed; it cannot choose {choice.value} too."
        for other, before in taken.items():
            if key == other:
                message = f"{choice.value} and {before.value} have the same key {key}."
            elif len(choices) <= _MOST_CHOICES and (key.startswith(other) or other.startswith(key)):
                message = f"The key {key} of {choice.value} and {other} of {before.value} begin alike."
        if message:
            yield choice.place.finding(
                "D14", message, "Give each choice its own digit.", attribute="dtmf", severity="warning"
            )
        taken.setdefault(key, choice)


def _has_way_out(script: Script, node: Question) -> bool:
    if any(attempt.go is not None for attempt in node.noinputs):
        return True
    return any(event.event in _WAY_OUT_EVENTS and event.go is not None for event in script.events)


def _length(text: Prompt | Text) -> Iterator[Finding]:
    seconds = spoken_seconds(text)
    if seconds > LONGEST_SECONDS:
        message = f"This takes about {seconds:.0f} seconds to say; callers listen for {LONGEST_SECONDS:.0f}."
        yield text.place.finding("D14", message, "Say it shorter, or in two steps.", severity="warning")


def spoken_seconds(text: Prompt | Text) -> float:
    """How long a text is when it is spoken, roughly, in seconds."""
    characters, pauses = 0, 0
    for part in text.parts:
        if isinstance(part, Pause):
            pauses += part.milliseconds
        elif isinstance(part, (Say, Bold)):
            characters += sum(len(inner) if isinstance(inner, str) else _VALUE_CHARACTERS for inner in part.parts)
        elif isinstance(part, str):
            characters += len(part)
        elif isinstance(part, Value):
            characters += _VALUE_CHARACTERS
    return characters / _CHARACTERS_PER_SECOND + pauses / 1000
