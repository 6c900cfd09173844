"""Attributes as they are meant: defaults applied, numbers as numbers, texts per language."""

from __future__ import annotations

import re

from scriptengine.findings import Finding
from scriptengine.loading.tags import Tag
from scriptengine.script import Bold, LineBreak, Part, Pause, Say, Value

_SECONDS = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*s?")
_MAX_NUMBER = 1_000_000
_LONGEST_PAUSE = 10_000
_SPACES = re.compile(r"\s+")


class Fields:
    """Reads the attributes of one script's tags; what is wrong with them is collected in `findings` (L14)."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.findings: list[Finding] = []

    def number(self, tag: Tag, name: str, default: int, least: int = 1) -> int:
        """A whole number of at least `least`."""
        found = self.optional_number(tag, name, least)
        return default if found is None else found

    def optional_number(self, tag: Tag, name: str, least: int = 1) -> int | None:
        """The same, None when it is not written."""
        written = tag.attributes.get(name)
        if written is None:
            return None
        digits = written.strip()
        if digits.isascii() and digits.isdigit() and least <= int(digits[:12]) <= _MAX_NUMBER:
            return int(digits)
        message = f'<{tag.name} {name}="{written[:40]}"> is no whole number from {least} to {_MAX_NUMBER}.'
        self.findings.append(tag.place.finding("L14", message, f'Write {name}="{max(1, least)}".', attribute=name))
        return None

    def seconds(self, tag: Tag, name: str = "timeout") -> float | None:
        """Seconds, `5`, `2.5` or `5s`; None when it is not written."""
        written = tag.attributes.get(name)
        if written is None:
            return None
        match = _SECONDS.fullmatch(written.strip())
        if match is not None and float(match.group(1)) > 0:
            return float(match.group(1))
        message = f'<{tag.name} {name}="{written[:40]}"> is no number of seconds above 0.'
        self.findings.append(tag.place.finding("L14", message, f'Write {name}="5".', attribute=name))
        return None

    def language_of(self, tag: Tag) -> str:
        """The language of a text: its own, or the script's."""
        return tag.attributes.get("xml:lang", self.language).strip()


def is_yes(tag: Tag, name: str, default: bool = False) -> bool:
    """A `yes` or `no`."""
    return {"yes": True, "no": False}.get(tag.attributes.get(name, "").strip(), default)


def words(tag: Tag, name: str) -> tuple[str, ...]:
    """A list of words; empty when it is not written."""
    return tuple(tag.attributes.get(name, "").split())


def word(tag: Tag, name: str) -> str:
    """A word that must be there."""
    return tag.attributes[name].strip()


def optional_word(tag: Tag, name: str) -> str | None:
    """A word; None when it is not written or empty."""
    return tag.attributes.get(name, "").strip() or None


def written(tag: Tag, name: str) -> str | None:
    """An expression or text as it is written; None when it is not."""
    return tag.attributes.get(name)


def value_of(tag: Tag) -> Value:
    """A `value`."""
    return Value(
        place=tag.place, of=tag.attributes["of"], format=optional_word(tag, "format"), otherwise=written(tag, "else")
    )


def parts_of(tag: Tag) -> tuple[Part, ...]:
    """What stands in a text: blanks and line ends are one blank, and none at its beginning and end."""
    return tuple(part for part in _trimmed(tag) if not isinstance(part, Pause | Say))


def spoken_parts_of(tag: Tag) -> tuple[str | Value | Pause | Say, ...]:
    """What stands in a prompt."""
    return tuple(part for part in _trimmed(tag) if not isinstance(part, Bold | LineBreak))


def _plain_parts(tag: Tag) -> tuple[str | Value, ...]:
    return tuple(_SPACES.sub(" ", part) if isinstance(part, str) else value_of(part) for part in tag.content)


def _trimmed(tag: Tag) -> list[Part | Pause | Say]:
    parts: list[Part | Pause | Say] = [
        _SPACES.sub(" ", part) if isinstance(part, str) else _inner(part) for part in tag.content
    ]
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip()
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()
    return [part for part in parts if part != ""]


def _inner(tag: Tag) -> Value | Bold | LineBreak | Pause | Say:
    match tag.name:
        case "value":
            return value_of(tag)
        case "b":
            return Bold(place=tag.place, parts=_plain_parts(tag))
        case "break":
            milliseconds = tag.attributes.get("ms", "300").strip()
            return Pause(
                place=tag.place, milliseconds=min(int(milliseconds), 10_000) if milliseconds.isdigit() else 300
            )
        case "say":
            return Say(place=tag.place, spoken_as=word(tag, "as"), parts=_plain_parts(tag))  # type: ignore[arg-type]
    return LineBreak(place=tag.place)
