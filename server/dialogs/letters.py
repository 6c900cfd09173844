"""Mails that scripts send: `mail.send` as a letter, with the company's templates.

A template is a text file `NAME.LANGUAGE.txt` (or `NAME.txt`) in the folder `letters` beside the site file: the first
line `Subject: ...`, an empty line, the text. `{subject}` and `{text}` stand for what the script gives.
"""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from server.call.events import RequestRefused
from server.call.mails import Letter

FOLDER = "letters"
LONGEST_TEMPLATE = 64 * 1024
LONGEST_KEY = 200
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}")
_KNOWN = ("to", "subject", "text", "template", "language")
_PLACES = re.compile(r"\{(subject|text)\}")


class Letters:
    """`folder`: of the templates; None: there are none. Blocks while it reads one."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def letter(self, arguments: Mapping[str, Any]) -> Letter:
        """What `mail.send` is asked for. Raises `RequestRefused` with a text for people."""
        told = {name: _text(name, arguments.get(name)) for name in _KNOWN}
        subject, text = told["subject"], told["text"]
        if told["template"]:
            subject, text = _filled(self._template(told["template"], told["language"]), told)
        if not told["to"]:
            raise RequestRefused("mail-address", "There is no address to write to.")
        if not subject or not text:
            raise RequestRefused("mail-text", "The letter has no subject or no text.")
        return Letter(to=[told["to"]], subject=subject, text=text)

    def _template(self, name: str, language: str) -> str:
        missing = RequestRefused("mail-template", f"There is no letter {name[:64]!a}.")
        if self._folder is None or not _NAME.fullmatch(name):
            raise missing
        for wanted in _languages(language):
            file = self._folder / f"{name}{wanted}.txt"
            try:
                with file.open("rb") as stream:
                    octets = stream.read(LONGEST_TEMPLATE + 1)
                if len(octets) > LONGEST_TEMPLATE:
                    raise RequestRefused("mail-template", f"The letter {file.name} is too long.")
                return octets.decode()
            except FileNotFoundError:
                continue
            except (OSError, UnicodeDecodeError):
                raise RequestRefused("mail-template", f"The letter {file.name} cannot be read.") from None
        raise missing


def mail_key(action: str) -> str:
    """The key of a mail, from an action's id: the same for the same action, and no longer than the queue allows."""
    if len(action) <= LONGEST_KEY and action.isprintable():
        return action
    return f"dialog:{hashlib.sha256(action.encode()).hexdigest()}"


def _languages(language: str) -> list[str]:
    """What stands between a template's name and `.txt`, best first."""
    if not _LANGUAGE.fullmatch(language):
        return [""]
    return list(dict.fromkeys([f".{language}", f".{language.partition('-')[0]}", ""]))


def _filled(template: str, told: Mapping[str, str]) -> tuple[str, str]:
    """Subject and text of a template; what the script gives for the subject goes before the template's."""
    head, _, body = template.replace("\r\n", "\n").partition("\n\n")
    field, _, subject = head.partition(":")
    if field.strip().lower() != "subject" or "\n" in head.strip():
        raise RequestRefused("mail-template", f"The letter {told['template']} does not begin with a line Subject: ...")

    def fill(text: str) -> str:
        return _PLACES.sub(lambda place: told[place[1]], text)

    return told["subject"] or fill(subject).strip(), fill(body)


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RequestRefused("mail-argument", f"{name} is no text.")
    return value.strip() if name != "text" else value
