"""`caruso script publish` and `caruso script rollback`: which version of a script new sessions begin with.

Exit status: 0 done, 1 refused (the old version goes on), 2 a file cannot be read or the folder cannot be written.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from scriptengine.cli.reading import UNREADABLE, with_interfaces
from scriptengine.publishing import Publication, Shelf, Unpublished
from scriptengine.tools.comparing import Change


def main(words: Sequence[str]) -> int:
    """Publish the files; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="caruso script publish",
        description="Make scripts current. One that has errors or fails its own tests is refused.",
    )
    _common(parser)
    parser.add_argument("--create", action="store_true", help="make DIR if it is not there; the server makes it, too")
    with_interfaces(parser)
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="dialog scripts")
    asked = parser.parse_args(words)
    shelf = Shelf(_folder(parser, asked))
    return max(
        _told(asked, str(file), lambda file=file: _published(shelf, file, asked))  # type: ignore[misc]
        for file in asked.files
    )


def _published(shelf: Shelf, file: Path, asked: argparse.Namespace) -> tuple[Publication, list[Change]]:
    changes = shelf.changes(file)
    return shelf.publish(file, _now(), asked.interfaces), changes


def rollback(words: Sequence[str]) -> int:
    """Go back to an earlier version; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="caruso script rollback", description="Make the version before the current one current again."
    )
    _common(parser)
    parser.add_argument("--to", metavar="VERSION", default="", help="this one, instead of the one before")
    parser.add_argument("id", metavar="ID", help="the script's id")
    asked = parser.parse_args(words)
    shelf = Shelf(_folder(parser, asked))
    return _told(asked, asked.id, lambda: (shelf.rollback(asked.id, _now(), asked.to), []))


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the command line is an edge


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one line of JSON for each script")
    parser.add_argument("--data", metavar="DIR", type=Path, help="the server's data directory (or CARUSO_DATA)")


def _folder(parser: argparse.ArgumentParser, asked: argparse.Namespace) -> Path:
    data = asked.data or (Path(os.environ["CARUSO_DATA"]) if os.environ.get("CARUSO_DATA") else None)
    if data is None:
        parser.error("say where the server keeps its data: --data DIR, or CARUSO_DATA in the environment")
    if not data.is_dir() and not getattr(asked, "create", False):
        cure = "correct --data, or make the folder with --create" if "create" in asked else "correct --data"
        parser.error(f"there is no folder {data}: {cure}")
    return Path(data) / "dialogs"


def _fault(error: OSError) -> str:
    """What the system refused, as one sentence with the cure."""
    place = "" if error.filename is None else f"{os.fsdecode(error.filename)}: "
    rights = isinstance(error, PermissionError)
    cure = "; run this as the user who runs the server, or give this user the right to it" if rights else ""
    return f"{place}{error.strerror or error}{cure}."


def _told(asked: argparse.Namespace, what: str, work: Callable[[], tuple[Publication, list[Change]]]) -> int:
    try:
        done, changes = work()
    except Unpublished as refused:
        unreadable = any(finding.code in UNREADABLE for finding in refused.findings)
        if asked.json:
            told = {"script": what, "refused": str(refused), "findings": msgspec.to_builtins(refused.findings)}
            print(msgspec.json.encode(told).decode())
        else:
            for finding in refused.findings:
                print(finding)
            print(f"{what}: not published: {refused}.", file=sys.stderr)
        return 2 if unreadable else 1
    except OSError as error:
        print(f"{what}: {_fault(error)}", file=sys.stderr)
        return 2
    except ValueError as error:
        print(f"{what}: {error}", file=sys.stderr)
        return 2
    if asked.json:
        shown = [{"line": one.place.line, "sentence": one.sentence, "breaks": one.breaks} for one in changes]
        print(msgspec.json.encode({"script": what, **msgspec.to_builtins(done), "changes": shown}).decode())
    else:
        for one in changes:
            breaks = " Figures of before and after cannot be compared there." if one.breaks else ""
            print(f"{what}:{one.place.line}: {one.sentence}{breaks}")
        print(f"{what}: version {done.version} is current ({done.what}).")
    return 0
