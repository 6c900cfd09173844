"""Reading what the tools work on: scripts, the interfaces beside them, the sub-dialogs that they call."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from scriptengine.findings import LoadError
from scriptengine.interfaces import Interfaces, beside, load_interfaces
from scriptengine.loading import load_file
from scriptengine.program import Library, Program, prepare
from scriptengine.script import Script
from scriptengine.suggesting import did_you_mean

UNREADABLE = ("L01", "L02", "I01")
"""Codes of files that could not even be read."""
_MOST_BESIDE = 500
_BEGINNING = 16_384
_ID = re.compile(rb"<dialog\b[^>]*?\sid\s*=\s*[\"']\s*([^\"'\s]+)")


def with_interfaces(parser: ArgumentParser) -> None:
    """Adds the option `--interfaces`."""
    text = "classes and services of the company (TOML); beside the script, interfaces.toml is read without being named"
    parser.add_argument("--interfaces", metavar="FILE", action="append", default=[], type=Path, help=text)


def interfaces_for(path: Path, named: Sequence[Path] = ()) -> Interfaces:
    """What is known to a script: always, beside it, and in files that were named. Raises LoadError."""
    return load_interfaces([*beside(path), *named])


def program_of(path: Path, named: Sequence[Path] = ()) -> Program:
    """A script, ready to be checked or run, with the scripts beside it as sub-dialogs. Raises LoadError."""
    script = load_file(path)
    interfaces = interfaces_for(path, named)
    return prepare(script, interfaces, library_beside(path, interfaces))


def with_language(script: Script, wanted: str | None) -> str:
    """The script's language that was asked for, as `pt` for `pt-BR`; "" or None: its own. Raises LoadError."""
    wanted = wanted or script.language
    main = wanted.lower().partition("-")[0]
    fitting = [language for language in script.languages if language.lower().partition("-")[0] == main]
    if not fitting:
        hint = did_you_mean(wanted, script.languages)
        raise LoadError([script.place.finding("A02", f"The script has no language {wanted}.", hint)])
    return wanted if wanted in fitting else fitting[0]


def with_channel(script: Script, wanted: str | None) -> str:
    """The channel that was asked for; "" or None: the desk, or the first that the script is for. Raises LoadError."""
    if not wanted:
        return "desk" if "desk" in script.channels else script.channels[0]
    if wanted not in script.channels:
        message = f"The script is not for {wanted[:40]}: its channels are {', '.join(script.channels)}."
        raise LoadError([script.place.finding("A02", message, did_you_mean(wanted, script.channels))])
    return wanted


def library_beside(path: Path, interfaces: Interfaces) -> Library:
    """The scripts in a script's folder: by file name, with or without `.xml`, or by id."""
    folder = path.resolve().parent

    def find(source: str, version: str | None) -> Script | None:
        found = _file(folder, source)
        if found is None:
            return None
        try:
            script = load_file(found)
        except LoadError:
            return None  # its errors are told when it is checked itself
        return script if version in (None, script.version) else None

    return Library(find, interfaces)


def _file(folder: Path, source: str) -> Path | None:
    """The file that `src` names, in the script's folder or below it; None: there is none."""
    for name in (source, f"{source}.xml"):
        candidate = (folder / name).resolve()
        if candidate.is_relative_to(folder) and candidate.is_file():
            return candidate
    for candidate in sorted(file for file in folder.glob("*.xml") if file.is_file())[:_MOST_BESIDE]:
        with candidate.open("rb") as file:
            match = _ID.search(file.read(_BEGINNING))
        if match is not None and match.group(1).decode("utf-8", "replace") == source:
            return candidate
    return None
