"""What is wrong with an answer, in the language of whoever answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "required": "Please answer.",
        "yesno": "Please answer yes or no.",
        "choice": "Please choose one of the answers.",
        "exclusive": "{value} cannot be chosen together with other answers.",
        "integer": "Please enter a whole number.",
        "decimal": "Please enter a number.",
        "money": "Please enter an amount with at most two decimals.",
        "date": "Please enter a date.",
        "time": "Please enter a time.",
        "datetime": "Please enter a date and a time.",
        "zone": "Please write the local time, without a time zone.",
        "phone": "Please enter a telephone number.",
        "email": "Please enter an e-mail address.",
        "iban": "This is no valid IBAN.",
        "postcode": "Please enter a postcode.",
        "text": "Please write at most {most} characters, without line ends.",
        "memo": "Please write at most {most} characters.",
        "file": "The file is missing.",
        "signature": "The signature is missing.",
        "min": "At least {limit}, please.",
        "max": "At most {limit}, please.",
        "count-min": "Please choose at least {limit}.",
        "count-max": "Please choose at most {limit}.",
        "length": "Please enter {wanted} characters.",
        "pattern": "This does not have the right form.",
        "constraint": "This answer does not fit.",
        "own": "{sentence}",
    },
    "pt": {
        "required": "Responda, por favor.",
        "yesno": "Responda sim ou não.",
        "choice": "Escolha uma das respostas.",
        "exclusive": "{value} não pode ser escolhido junto com outras respostas.",
        "integer": "Informe um número inteiro.",
        "decimal": "Informe um número.",
        "money": "Informe um valor com no máximo duas casas decimais.",
        "date": "Informe uma data.",
        "time": "Informe um horário.",
        "datetime": "Informe uma data e um horário.",
        "zone": "Informe o horário local, sem fuso horário.",
        "phone": "Informe um número de telefone.",
        "email": "Informe um endereço de e-mail.",
        "iban": "Este IBAN não é válido.",
        "postcode": "Informe um código postal.",
        "text": "Escreva no máximo {most} caracteres, sem quebras de linha.",
        "memo": "Escreva no máximo {most} caracteres.",
        "file": "Falta o arquivo.",
        "signature": "Falta a assinatura.",
        "min": "No mínimo {limit}, por favor.",
        "max": "No máximo {limit}, por favor.",
        "count-min": "Escolha no mínimo {limit}.",
        "count-max": "Escolha no máximo {limit}.",
        "length": "Informe {wanted} caracteres.",
        "pattern": "Isto não tem a forma certa.",
        "constraint": "Esta resposta não serve.",
        "own": "{sentence}",
    },
    "de": {
        "required": "Bitte antworten Sie.",
        "yesno": "Bitte antworten Sie mit Ja oder Nein.",
        "choice": "Bitte wählen Sie eine der Antworten.",
        "exclusive": "{value} kann nicht zusammen mit anderen Antworten gewählt werden.",
        "integer": "Bitte geben Sie eine ganze Zahl ein.",
        "decimal": "Bitte geben Sie eine Zahl ein.",
        "money": "Bitte geben Sie einen Betrag mit höchstens zwei Nachkommastellen ein.",
        "date": "Bitte geben Sie ein Datum ein.",
        "time": "Bitte geben Sie eine Uhrzeit ein.",
        "datetime": "Bitte geben Sie Datum und Uhrzeit ein.",
        "zone": "Bitte geben Sie die Ortszeit ein, ohne Zeitzone.",
        "phone": "Bitte geben Sie eine Telefonnummer ein.",
        "email": "Bitte geben Sie eine E-Mail-Adresse ein.",
        "iban": "Das ist keine gültige IBAN.",
        "postcode": "Bitte geben Sie eine Postleitzahl ein.",
        "text": "Bitte schreiben Sie höchstens {most} Zeichen, ohne Zeilenumbruch.",
        "memo": "Bitte schreiben Sie höchstens {most} Zeichen.",
        "file": "Die Datei fehlt.",
        "signature": "Die Unterschrift fehlt.",
        "min": "Mindestens {limit}, bitte.",
        "max": "Höchstens {limit}, bitte.",
        "count-min": "Bitte wählen Sie mindestens {limit}.",
        "count-max": "Bitte wählen Sie höchstens {limit}.",
        "length": "Bitte geben Sie {wanted} Zeichen ein.",
        "pattern": "Das hat nicht die richtige Form.",
        "constraint": "Diese Antwort passt nicht.",
        "own": "{sentence}",
    },
    "es": {
        "required": "Responda, por favor.",
        "yesno": "Responda sí o no, por favor.",
        "choice": "Elija una de las respuestas.",
        "exclusive": "{value} no se puede elegir junto con otras respuestas.",
        "integer": "Introduzca un número entero.",
        "decimal": "Introduzca un número.",
        "money": "Introduzca un importe con dos decimales como máximo.",
        "date": "Introduzca una fecha.",
        "time": "Introduzca una hora.",
        "datetime": "Introduzca una fecha y una hora.",
        "zone": "Introduzca la hora local, sin zona horaria.",
        "phone": "Introduzca un número de teléfono.",
        "email": "Introduzca una dirección de correo electrónico.",
        "iban": "Este IBAN no es válido.",
        "postcode": "Introduzca un código postal.",
        "text": "Escriba {most} caracteres como máximo, sin saltos de línea.",
        "memo": "Escriba {most} caracteres como máximo.",
        "file": "Falta el archivo.",
        "signature": "Falta la firma.",
        "min": "{limit} como mínimo, por favor.",
        "max": "{limit} como máximo, por favor.",
        "count-min": "Elija {limit} como mínimo.",
        "count-max": "Elija {limit} como máximo.",
        "length": "Introduzca {wanted} caracteres.",
        "pattern": "Esto no tiene la forma correcta.",
        "constraint": "Esta respuesta no sirve.",
        "own": "{sentence}",
    },
}
LANGUAGES = tuple(SENTENCES)
"""Main forms of the languages that there are sentences in."""


OWN = "own"
"""The code of a problem that the script has a sentence for."""


class Problem(msgspec.Struct, frozen=True):
    """What is wrong. `code`: a key of the sentences. `facts`: what the sentence names."""

    code: str
    facts: dict[str, Any] = {}

    def said(self, language: str) -> str:
        """The sentence; in English when there is none in the language."""
        sentences = SENTENCES.get(language.partition("-")[0].lower(), SENTENCES["en"])
        return sentences[self.code].format_map({name: str(value) for name, value in self.facts.items()})
