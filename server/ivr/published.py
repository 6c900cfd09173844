"""Every text of a script that is known before anybody calls: what is spoken when the script is published.

Left out is what is known in a session only: values in the middle of a text, and records to choose from.
"""

from collections.abc import Iterable, Iterator

from scriptengine.script import Bold, Choice, End, Info, Question, Say, Script, Value
from server.ivr.conversation import LANGUAGES, Words, house_texts
from server.ivr.conversation.utterance import said
from server.ivr.conversation.wording import option_text
from server.ivr.spoken import Unspeakable, vocabulary

_CHANNEL = "ivr"


def texts_of(script: Script) -> dict[str, set[str]]:
    """Texts by language (`pt`, without region): the script's, our own, and the words that values are made of."""
    found: dict[str, set[str]] = {language.partition("-")[0].lower(): set() for language in script.languages}
    for language in found:
        found[language] |= house_texts(language, script.languages) | _vocabulary(language)
    for language, text in _all(script):
        for part in said(text, language):
            if isinstance(part, Words):
                found.setdefault(language.partition("-")[0].lower(), set()).add(part.text)
    return found


def _vocabulary(language: str) -> frozenset[str]:
    try:
        return vocabulary(language)
    except Unspeakable:
        return frozenset()


def _all(script: Script) -> Iterator[tuple[str, str]]:
    for node in script.all_nodes():
        if isinstance(node, Info | Question | End):
            has_prompts = bool(node.prompts)
            yield from _parts(node.prompts)
            if not has_prompts:
                yield from _parts(text for text in node.texts if not text.channels or _CHANNEL in text.channels)
        if isinstance(node, Question):
            yield from _asked(script, node)


def _asked(script: Script, question: Question) -> Iterator[tuple[str, str]]:
    for silence in question.noinputs:
        yield from _parts(silence.prompts)
    for mistake in question.nomatches:
        yield from _parts(mistake.prompts)
    for constraint in question.constraints:
        if constraint.severity == "error":
            yield from _parts(constraint.labels)
    yield from _choices(question, question.choices)
    if question.own_choices is not None:
        yield from _choices(question, question.own_choices.choices)
    for shared in script.choices:
        if shared.id == question.choices_id:
            yield from _choices(question, shared.choices)


def _choices(question: Question, choices: Iterable[Choice]) -> Iterator[tuple[str, str]]:
    """Labels (they are read back) and, where nobody wrote a prompt, the options with their keys."""
    listed = list(choices)
    written = {choice.dtmf for choice in listed if choice.dtmf}
    free = [str(number) for number in range(1, 10) if str(number) not in written]
    for choice in listed:
        key = choice.dtmf or (free.pop(0) if free else "")
        yield from _parts(choice.prompts)
        yield from _parts(choice.labels)
        for label in choice.labels if key and not choice.prompts and not question.prompts else ():
            words = "".join(part for part in label.parts if isinstance(part, str))
            if label.language.partition("-")[0].lower() in LANGUAGES:
                yield label.language, option_text(words, key, label.language)


def _parts(worded: Iterable[object]) -> Iterator[tuple[str, str]]:
    """The fixed parts of texts, each with its language, and what stands there when a value is not."""
    for one in worded:
        language = str(getattr(one, "language", ""))
        for part in getattr(one, "parts", ()):
            yield from ((language, text) for text in _fixed(part))


def _fixed(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, Value):
        yield part.otherwise or ""
    elif isinstance(part, Bold):
        for inner in part.parts:
            yield from _fixed(inner)
    elif isinstance(part, Say):
        yield ""  # made of the words of values
