"""A text, a prompt or a value as parts of speech. What is published and what is said come from here alike."""

from collections.abc import Iterable, Sequence
from typing import Final

from scriptengine.interpreter import Piece, Speech, Spoken
from server.ivr.conversation.words import AnyPart, Pause, Recording, Words
from server.ivr.spoken import KINDS, PAUSE, Unspeakable, has_currency, read_back

LONGEST_PAUSE_MS: Final = 2_000
"""A longer pause of a script would be silence that nobody understands."""
BETWEEN_GROUPS_MS: Final = 200
"""Between groups of digits."""
_MOST_PLAIN: Final = 9
"""A bare number of more digits is read digit by digit."""
LONGEST_TEXT: Final = 2_000
"""Characters; two minutes of speech."""
_COMMANDS: Final = "<>\\"
_CLOSING: Final = ".,;:!?…)"


def utterance(text: str) -> str:
    """A text as it is spoken, blanks and loose punctuation left out; empty: there is nothing to say.

    Without signs that voices take for their own commands, or that cannot be said.
    """
    clean = "".join(sign if sign.isprintable() and sign not in _COMMANDS else " " for sign in text)
    words = " ".join(clean.split()).lstrip(_CLOSING + " ")[:LONGEST_TEXT]
    return words if any(sign.isalnum() for sign in words) else ""


def said(text: str, language: str) -> tuple[Words | Pause, ...]:
    """A text from a script. A bare number is made of words that are there already."""
    words = utterance(text)
    if words.isascii() and words.isdigit():
        kind = "number" if len(words) <= _MOST_PLAIN and words == str(int(words)) else "digits"
        return value(words, kind, language)
    return (Words(words, language),) if words else ()


def value(text: str, kind: str, language: str, currency: str = "") -> tuple[Words | Pause, ...]:
    """A value, read back as `kind` (one of `KINDS`); what cannot be read back is spoken as it is written.

    `currency`: of an amount that names none ("12.50 USD" does); of one that nobody knows, or has words for, only the
    number is said.
    """
    amount, named = text, ""
    if kind == "currency":
        amount, _, named = text.strip().partition(" ")
        kind = kind if named or has_currency(currency, language) else "number"
    try:
        pieces = read_back(amount, kind, language, named or currency)
    except Unspeakable:
        words = utterance(text)
        return (Words(words, language),) if words else ()
    return tuple(Pause(BETWEEN_GROUPS_MS) if piece == PAUSE else Words(piece, language) for piece in pieces)


def prompt(speech: Speech, script: str, language: str, currency: str = "") -> tuple[AnyPart, ...]:
    """One prompt. Its recording, if the script names one, is heard instead of the words."""
    inner = tuple(part for piece in speech.pieces for part in _piece(piece, language, currency))
    return (Recording(script, speech.audio, language, inner),) if speech.audio else inner


def _piece(piece: Spoken, language: str, currency: str) -> tuple[Words | Pause, ...]:
    if piece.kind == "pause":
        return (Pause(max(0, min(piece.milliseconds, LONGEST_PAUSE_MS))),)
    if piece.kind in KINDS:
        return value(piece.text, piece.kind, language, currency)
    return said(piece.text, language) if piece.kind == "text" else ()


def written(pieces: Iterable[Piece], language: str) -> tuple[Words | Pause, ...]:
    """A text for eyes, spoken."""
    return tuple(part for piece in pieces for part in said(piece.text, language))


def heard(
    speech: Sequence[Speech], text: Sequence[Piece], script: str, language: str, currency: str = ""
) -> list[tuple[AnyPart, bool]]:
    """What is spoken, else what is written: parts, and whether a key may interrupt them."""
    if not speech:
        return [(part, True) for part in written(text, language)]
    return [(part, one.can_interrupt) for one in speech for part in prompt(one, script, language, currency)]
