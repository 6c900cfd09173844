"""Secrets of a site file: the word itself, `env:NAME` or `file:PATH`."""

import os
from pathlib import Path

from server.config.files import look_at

_MAX_OCTETS = 4096


class SecretMissing(ValueError):
    """A secret that is kept elsewhere is not there. `cure` says what to do."""

    def __init__(self, message: str, cure: str) -> None:
        self.cure = cure
        super().__init__(message)


def resolve_secret(text: str, folder: str) -> str:
    """The secret that `text` stands for; empty for an empty text.

    `env:NAME` is taken from the environment, `file:PATH` from the first line of a file (a relative path starts at
    `folder`), anything else is the secret itself. Raises `SecretMissing`.
    """
    kind, colon, name = text.partition(":")
    if not colon or kind not in ("env", "file"):
        return text
    found = _from_environment(name) if kind == "env" else _from_file(Path(folder) / name)
    if not found:
        raise SecretMissing(f'"{text}" is empty', "Put the secret there")
    return found


def _from_environment(name: str) -> str:
    try:
        return os.environ[name]
    except KeyError:
        message = f'the environment has no variable "{name}"'
        raise SecretMissing(message, f"Set {name} before the start, or write file:PATH") from None


def _from_file(file: Path) -> str:
    try:
        look_at(file)
        with file.open("rb") as stream:
            data = stream.read(_MAX_OCTETS + 1)
        if len(data) > _MAX_OCTETS:
            raise SecretMissing(f"{file} is too long for a secret", "Name a file that holds the secret alone")
        return (data.decode("utf-8").splitlines() or [""])[0].strip()
    except OSError as error:
        cure = "Make the file, readable for the user that runs caruso"
        raise SecretMissing(f"{file} cannot be read ({error.strerror})", cure) from None
    except UnicodeDecodeError:
        raise SecretMissing(f"{file} is not text in UTF-8", "Name a file that holds the secret alone") from None
