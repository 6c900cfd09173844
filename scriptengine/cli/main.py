"""`caruso script TOOL ...`: which tools there are, and where each of them lives."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NamedTuple

Main = Callable[[list[str]], int]


class Tool(NamedTuple):
    """`place`: the module whose `main(words)` gives the exit status."""

    purpose: str
    place: str


TOOLS = {
    "lint": Tool("check scripts: every error with its line and its cure", "scriptengine.cli.lint"),
    "run": Tool(
        "play a script in the terminal, with back and what-if, or with a file of answers", "scriptengine.cli.run"
    ),
    "test": Tool("run the tests inside scripts", "scriptengine.cli.test"),
    "coverage": Tool("what the tests inside scripts do not pass", "scriptengine.cli.coverage"),
    "diff": Tool("what has changed between two versions, in words", "scriptengine.cli.diff"),
    "fmt": Tool("lay out scripts in the one way that there is", "scriptengine.cli.fmt"),
    "i18n": Tool("translations as XLIFF, out of a script and into it again", "scriptengine.cli.i18n"),
    "new": Tool("write a script to begin with", "scriptengine.cli.new"),
    "catalog": Tool("where the catalog is with which editors complete and check", "scriptengine.cli.catalog"),
    "doc": Tool("a table for sign-off in each language", "scriptengine.cli.doc"),
    "preview": Tool(
        "a page that shows a script anew at each save: picture, findings, desk, web and phone",
        "scriptengine.cli.preview",
    ),
    "graph": Tool("draw a script: what is asked, and where each answer leads", "scriptengine.cli.graph"),
    "publish": Tool(
        "make a script current: refused with errors, or if it fails its own tests", "scriptengine.cli.publish"
    ),
    "rollback": Tool("make the version before the current one current again", "scriptengine.cli.rollback"),
}


def main(words: Sequence[str]) -> int:
    """Run the tool that `words` begin with; returns the exit status."""
    first = words[0] if words else ""
    if first in ("--help", "-h", "help", ""):
        print(_help(), file=sys.stdout if first else sys.stderr)
        return 0 if first else 2
    if first not in TOOLS:
        near = difflib.get_close_matches(first, TOOLS, n=1)
        cure = f'did you mean "{near[0]}"?' if near else '"caruso script --help" shows what there is.'
        print(f'caruso script: there is no tool "{first}"; {cure}', file=sys.stderr)
        return 2
    run: Main = import_module(TOOLS[first].place).main
    return run(list(words[1:]))


def _help() -> str:
    shown = [f"  {name:<10}{tool.purpose}" for name, tool in TOOLS.items()]
    lines = [
        "usage: caruso script TOOL ...",
        "",
        "Dialog scripts, without a site and without a server.",
        "",
        *shown,
        "",
    ]
    return "\n".join([*lines, "caruso script TOOL --help tells more."])
