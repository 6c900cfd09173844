"""A question, or the end of a session, as parts of speech."""

from collections.abc import Iterable
from typing import Any, Final

from scriptengine.interpreter import Ask, Ended, Item, Option, Said
from server.call.dialogs import DialogView
from server.ivr.conversation import keys
from server.ivr.conversation.phrases import MOST_LANGUAGES, phrase, spoken_language
from server.ivr.conversation.utterance import BETWEEN_GROUPS_MS, heard, said, utterance, value
from server.ivr.conversation.words import AnyPart, Pause, Words

BETWEEN_SENTENCES: Final = Pause(300)

Parts = tuple[AnyPart, ...]
_Heard = list[tuple[AnyPart, bool]]


def ours(name: str, language: str) -> Words:
    """Our own words."""
    return Words(phrase(name, language), spoken_language(language))


def question(view: DialogView, ask: Ask, sorry: str = "", currency: str = "") -> tuple[Parts, Parts]:
    """What is said: first what no key may interrupt, then the rest. `sorry`: our own words before it, by name.
    `currency`: of amounts that name none."""
    spoken: _Heard = [(ours(sorry, ask.language), True)] if sorry else []
    for before in ask.before:
        spoken += [*heard(before.speech, before.text, view.script, ask.language, currency), (BETWEEN_SENTENCES, True)]
    for item in ask.items[:1]:
        asked = _confirmation(ask, item, currency) if ask.kind == "confirm" else _asked(view, ask, item, currency)
        spoken += asked
    last = max((place for place, (_, can_interrupt) in enumerate(spoken) if not can_interrupt), default=-1)
    parts = tuple(part for part, _ in spoken)
    return parts[: last + 1], parts[last + 1 :]


def _asked(view: DialogView, ask: Ask, item: Item, currency: str) -> _Heard:
    language = ask.language
    spoken = heard(item.speech, item.text, view.script, language, currency)
    if any(option.speech for option in item.options):
        for option in item.options:
            spoken.append((BETWEEN_SENTENCES, True))
            spoken += heard(option.speech, (), view.script, language, currency) or offered(option, language)
    elif not item.speech:
        spoken += _unprompted(ask, item, language)
    return spoken


def _unprompted(ask: Ask, item: Item, language: str) -> _Heard:
    """What a question says that was written for eyes only: which keys there are."""
    if item.type in ("yesno", "consent"):
        return [(ours("yes-no", language), True)]
    if item.options:
        return [one for option in item.options for one in offered(option, language)]
    wanted = keys.expecting(ask)
    has_end = wanted is not None and wanted.most is None and wanted.terminator == "#"
    return [(ours("hash", language), True)] if has_end else []


def offered(option: Option, language: str) -> _Heard:
    """The option before its key. One without a key cannot be chosen, and is not offered."""
    label = "".join(piece.text for piece in option.label)
    if not option.key or not utterance(label):
        return []
    return [(Words(option_text(label, option.key, language), spoken_language(language)), True)]


def option_text(label: str, key: str, language: str) -> str:
    """ "For a moved meter, press 1." """
    return phrase("option", language, label=utterance(label).rstrip(".,;:!? "), key=key)


_READ_BACK: Final = {
    "date": "date", "time": "time", "money": "currency", "phone": "telephone", "decimal": "number", "integer": "number",
    "scale": "number",
}  # fmt: skip


def _confirmation(ask: Ask, item: Item, currency: str) -> _Heard:
    """The answer, read back, and whether it is right. What is sensitive is never read back."""
    told = () if item.is_sensitive else _read_back(item, ask.language, currency)
    start = [ours("chosen" if item.options else "keyed", ask.language)] if told else []
    return [(part, True) for part in (*start, *told, BETWEEN_SENTENCES, ours("right", ask.language))]


def _read_back(item: Item, language: str, currency: str) -> Parts:
    answer = item.value
    if answer is None:
        return ()
    if item.options:
        chosen = answer if isinstance(answer, list | tuple) else [answer]
        labels = [option.label for option in item.options if option.value in chosen]
        return tuple(part for label in labels for part in (*_words(label, language), Pause(BETWEEN_GROUPS_MS)))
    if isinstance(answer, bool):
        return (ours("yes" if answer else "no", language),)
    text = str(answer)
    if item.type == "datetime":
        day, _, hour = text.replace(" ", "T").partition("T")
        return (*value(day, "date", language), *value(hour, "time", language))
    if item.type == "integer" and item.digits is not None:
        return value(text, "digits", language)  # a number that stands for something, not one that counts
    if item.type in _READ_BACK:
        return value(text, _READ_BACK[item.type], language, currency)
    return value(text, "spell", language)


def _words(label: Iterable[Any], language: str) -> tuple[Words | Pause, ...]:
    return said("".join(piece.text for piece in label), language)


def ending(view: DialogView, ended: Ended, currency: str = "") -> Parts:
    """What the script says in the end; our own goodbye when it says nothing and leads nowhere."""
    parts = told(ended.said, view.script, view.language, currency)
    return parts if parts or ended.queue else (ours("goodbye", view.language),)


def told(all_said: Iterable[Said], script: str, language: str, currency: str = "") -> Parts:
    """Everything that was said, one after the other."""
    parts: list[AnyPart] = []
    for one in all_said:
        spoken = [part for part, _ in heard(one.speech, one.text, script, language, currency)]
        parts += [BETWEEN_SENTENCES, *spoken] if parts and spoken else spoken
    return tuple(parts)


def languages(view: DialogView) -> Parts:
    """Which key is for which language, each in its own words."""
    parts: list[AnyPart] = []
    for place, language in enumerate(view.languages[:MOST_LANGUAGES], start=1):
        spoken = spoken_language(language)
        parts += [Words(phrase("language", language, key=str(place)), spoken), BETWEEN_SENTENCES]
    return tuple(parts)


def everything(view: DialogView, currency: str = "") -> Parts:
    """All that may be said while the session stands as it does, our own words for trouble left out."""
    parts: list[AnyPart] = []
    if view.ended is not None:
        return ending(view, view.ended, currency)
    if view.ask is not None:
        for sorry in ("not-understood", "nobody"):
            protected, open_parts = question(view, view.ask, sorry, currency)
            parts += [*protected, *open_parts]
    parts += [ours(name, view.language) for name in ("one-moment", "silent")]
    return (*parts, *(languages(view) if len(view.languages) > 1 else ()))
