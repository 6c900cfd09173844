"""The mail that tells of a message. Pure: the moment comes as local time, the sound as octets or not at all."""

from datetime import datetime
from typing import Final

from server.voicemail.words import Message

_WORDS: Final = {
    "en": {
        "subject": "New message in {box}",
        "urgent": "Urgent message in {box}",
        "from": "From: {caller}",
        "unknown": "a number that was not shown",
        "at": "Received: {at:%Y-%m-%d %H:%M} ({zone})",
        "length": "Length: {minutes}:{seconds:02d} minutes",
        "with": "The message is attached.",
        "without": "Hear it at your desk, or by telephone from your mailbox.",
        "too-large": "The message is too long for a mail. Hear it at your desk, or by telephone from your mailbox.",
        "file": "message",
    },
    "pt": {
        "subject": "Nova mensagem em {box}",
        "urgent": "Mensagem urgente em {box}",
        "from": "De: {caller}",
        "unknown": "um número não identificado",
        "at": "Recebida: {at:%d/%m/%Y %H:%M} ({zone})",
        "length": "Duração: {minutes}:{seconds:02d} minutos",
        "with": "A mensagem está em anexo.",
        "without": "Ouça na sua tela de atendimento ou, por telefone, na sua caixa postal.",
        "too-large": "A mensagem é longa demais para um e-mail. Ouça na tela de atendimento ou na sua caixa postal.",
        "file": "mensagem",
    },
}


def _of(language: str) -> dict[str, str]:
    return _WORDS["pt" if language.partition("-")[0] == "pt" else "en"]


def subject(message: Message, box: str, language: str) -> str:
    """One line; no number of the caller stands in it, since subjects are shown on locked screens."""
    return _of(language)["urgent" if message.urgent else "subject"].format(box=box)


def text(message: Message, at: datetime, language: str, sound: str) -> str:
    """What the mail says. `at`: local time of the message; `sound`: `with` the mail, `without`, or `too-large`."""
    words = _of(language)
    minutes, seconds = divmod(round(message.seconds), 60)
    lines = [
        words["from"].format(caller=message.caller or words["unknown"]),
        words["at"].format(at=at, zone=at.tzname() or "UTC"),
        words["length"].format(minutes=minutes, seconds=seconds),
        "",
        words[sound],
    ]
    return "\n".join(lines) + "\n"


def file_name(at: datetime, language: str) -> str:
    """Of the sound that goes with it."""
    return f"{_of(language)['file']}-{at:%Y-%m-%d-%H%M}.wav"
