"""Our own words on the telephone, in the four languages that values are read back in."""

from collections.abc import Iterable
from typing import Final

from server.ivr.conversation.utterance import utterance

LANGUAGES: Final = ("en", "pt", "de", "es")
FALLBACK: Final = "en"

_PHRASES: Final[dict[str, dict[str, str]]] = {
    "en": {
        "keyed": "You keyed",
        "chosen": "You chose",
        "right": "Is that right? For yes, press 1. For no, press 2.",
        "yes-no": "For yes, press 1. For no, press 2.",
        "hash": "Then press the hash key.",
        "option": "For {label}, press {key}.",
        "not-understood": "Sorry, I did not understand that.",
        "anew": "Please key that once more, from its first digit.",
        "one-moment": "One moment, please.",
        "goodbye": "Thank you for calling. Goodbye.",
        "silent": "We have not heard from you. Goodbye.",
        "nobody": "I am sorry, I cannot pass you on to a person now.",
        "language": "For English, press {key}.",
        "yes": "yes",
        "no": "no",
    },
    "pt": {
        "keyed": "Você digitou",
        "chosen": "Você escolheu",
        "right": "Está certo? Para sim, tecle 1. Para não, tecle 2.",
        "yes-no": "Para sim, tecle 1. Para não, tecle 2.",
        "hash": "Depois, tecle jogo da velha.",
        "option": "Para {label}, tecle {key}.",
        "not-understood": "Desculpe, não entendi.",
        "anew": "Por favor, digite de novo, desde o primeiro número.",
        "one-moment": "Um momento, por favor.",
        "goodbye": "Obrigado por ligar. Até logo.",
        "silent": "Não recebemos a sua resposta. Até logo.",
        "nobody": "Desculpe, não posso passar você para uma pessoa agora.",
        "language": "Para português, tecle {key}.",
        "yes": "sim",
        "no": "não",
    },
    "de": {
        "keyed": "Sie haben eingegeben",
        "chosen": "Sie haben gewählt",
        "right": "Ist das richtig? Für Ja drücken Sie die 1. Für Nein drücken Sie die 2.",
        "yes-no": "Für Ja drücken Sie die 1. Für Nein drücken Sie die 2.",
        "hash": "Drücken Sie danach die Rautetaste.",
        "option": "Für {label} drücken Sie die {key}.",
        "not-understood": "Das habe ich leider nicht verstanden.",
        "anew": "Bitte geben Sie das noch einmal ein, von der ersten Ziffer an.",
        "one-moment": "Einen Moment bitte.",
        "goodbye": "Vielen Dank für Ihren Anruf. Auf Wiederhören.",
        "silent": "Wir haben nichts von Ihnen gehört. Auf Wiederhören.",
        "nobody": "Ich kann Sie jetzt leider mit niemandem verbinden.",
        "language": "Für Deutsch drücken Sie die {key}.",
        "yes": "ja",
        "no": "nein",
    },
    "es": {
        "keyed": "Ha marcado",
        "chosen": "Ha elegido",
        "right": "¿Es correcto? Para sí, pulse 1. Para no, pulse 2.",
        "yes-no": "Para sí, pulse 1. Para no, pulse 2.",
        "hash": "Después, pulse almohadilla.",
        "option": "Para {label}, pulse {key}.",
        "not-understood": "Lo siento, no le he entendido.",
        "anew": "Por favor, márquelo de nuevo, desde la primera cifra.",
        "one-moment": "Un momento, por favor.",
        "goodbye": "Gracias por llamar. Adiós.",
        "silent": "No hemos recibido su respuesta. Adiós.",
        "nobody": "Lo siento, ahora no puedo pasarle con una persona.",
        "language": "Para español, pulse {key}.",
        "yes": "sí",
        "no": "no",
    },
}
MOST_LANGUAGES: Final = 9


def phrase(name: str, language: str, **inserted: str) -> str:
    """Our own words, as they are spoken; in English for a language that we do not speak."""
    return utterance(_of(language)[name].format(**inserted))


def spoken_language(language: str) -> str:
    """The language of our own words for a script's language."""
    primary = language.partition("-")[0].lower()
    return primary if primary in _PHRASES else FALLBACK


def house_texts(language: str, languages: Iterable[str] = ()) -> set[str]:
    """Everything of ours that a session in this language may say. `languages`: among how many it may be chosen."""
    fixed = {utterance(text) for text in _of(language).values() if "{" not in text}
    places = range(1, min(len(list(languages)), MOST_LANGUAGES) + 1)
    return fixed | {phrase("language", language, key=str(place)) for place in places}


def _of(language: str) -> dict[str, str]:
    return _PHRASES[spoken_language(language)]
