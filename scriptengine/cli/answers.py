"""Files of answers, for `caruso script run --answers FILE.json`.

    {"cause": "street", "topics": ["bill", "move"], "again": {"each": ["yes", "no"]}}

The answers by the id of the question, or its name; in the written form (`yes`, `no`, ISO 8601, decimal points) or as
JSON values. Or the whole start of a session around them:

    {"answers": {...}, "given": {"customer.name": "Ana", "mail.send.id": "7"}, "channel": "web", "language": "pt"}

What may be given is what `given` in a test may say. A question that is asked several times takes `{"each": [...]}`: its
answers one after the other.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from scriptengine.files import limited_octets
from scriptengine.findings import Finding, LoadError
from scriptengine.script import Question, Script
from scriptengine.suggesting import did_you_mean

MAX_OCTETS = 1024 * 1024
_KEYS = {"answers", "given", "channel", "language"}


class Answers(msgspec.Struct):
    """What was read. `by_question`: id or name to answers, the first first; the last one counts for ever after."""

    by_question: dict[str, list[Any]] = msgspec.field(default_factory=dict)
    given: dict[str, str] = msgspec.field(default_factory=dict)
    channel: str = ""
    language: str = ""

    def take(self, *names: str) -> tuple[bool, Any]:
        """The next answer of a question: whether there is one, and which."""
        for name in names:
            answers = self.by_question.get(name)
            if answers:
                return True, answers.pop(0) if len(answers) > 1 else answers[0]
        return False, None


def load_answers(path: Path) -> Answers:
    """The answers in a file; raises LoadError (A01)."""
    try:
        octets = limited_octets(path, MAX_OCTETS)
    except OSError as error:
        raise _refused(path, f"The file cannot be read: {error.strerror}.") from None
    if len(octets) > MAX_OCTETS:
        raise _refused(path, f"The file has more than {MAX_OCTETS} octets.")
    try:
        raw = msgspec.json.decode(octets)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _refused(path, f"This is no JSON: {error}.") from None
    if not isinstance(raw, dict):
        raise _refused(path, "An object with the answers is wanted.")
    if isinstance(raw.get("answers"), dict) and raw.keys() <= _KEYS:
        given = raw.get("given", {})
        if not isinstance(given, dict):
            raise _refused(path, "given must be an object.")
        texts = {str(name): _text(value) for name, value in given.items()}
        by_question = {name: _each(value) for name, value in raw["answers"].items()}
        return Answers(by_question, texts, str(raw.get("channel", "")), str(raw.get("language", "")))
    return Answers({name: _each(value) for name, value in raw.items()})


def with_questions(path: Path, answers: Answers, script: Script) -> None:
    """Raises LoadError (A02) naming each answer to a question that the script does not ask."""
    asked = [node for node in script.all_nodes() if isinstance(node, Question)]
    known = {name for node in asked for name in (node.id, node.name)}
    wrong = [name for name in answers.by_question if name not in known]
    if wrong:
        nothing = "The script asks no questions."
        raise LoadError(
            [
                Finding(
                    str(path),
                    "A02",
                    1,
                    1,
                    "error",
                    f"The script has no question {name}.",
                    did_you_mean(name, known, nothing=nothing),
                )
                for name in wrong
            ]
        )


def _each(value: Any) -> list[Any]:
    if isinstance(value, dict) and isinstance(value.get("each"), list):
        return list(value["each"])
    return [value]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _refused(path: Path, message: str) -> LoadError:
    hint = 'Write {"QUESTION": "ANSWER", ...}.'
    return LoadError([Finding(str(path), "A01", 1, 1, "error", message, hint)])
