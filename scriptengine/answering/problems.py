"""What is wrong with an answer, in the language of whoever answers."""

from __future__ import annotations

from typing import Any

import msgspec

_SENTENCES = {
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
}


class Problem(msgspec.Struct, frozen=True):
    """What is wrong. `code`: a key of the sentences. `facts`: what the sentence names."""

    code: str
    facts: dict[str, Any] = {}

    def said(self, language: str) -> str:
        """The sentence; in English when there is none in the language."""
        sentences = _SENTENCES.get(language.partition("-")[0].lower(), _SENTENCES["en"])
        return sentences[self.code].format_map({name: str(value) for name, value in self.facts.items()})
