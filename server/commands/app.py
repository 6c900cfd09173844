"""Which commands `caruso` has, and where each of them lives. A command is imported when it is called, and no other.

Written with `argparse` and not with a library of commands, because `check`, `ctl` and `--help` must answer at once.
"""

import difflib
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NamedTuple

Main = Callable[[list[str]], int]


class Command(NamedTuple):
    """`place`: the module whose `main(words)` gives the exit status. `extra`: what of the installation it needs."""

    purpose: str
    place: str
    extra: str = "server"
    is_hidden: bool = False


COMMANDS = {
    "serve": Command("run the server: supervisor, core, line bank", "server.commands.serve"),
    "check": Command("check a site file: every error with its line and its cure", "server.commands.check"),
    "ctl": Command("speak to the running server: status, agents, calls, events, stop", "server.commands.ctl"),
    "user": Command("set the password of somebody who logs in", "server.commands.user"),
    "report": Command("figures and calls of a period, with their formulas", "server.commands.report"),
    "script-heat": Command("visits of a script's nodes, for caruso script graph --heat", "server.commands.script_heat"),
    "export": Command("queue_log and CDR, for the tools that read them", "server.commands.export"),
    "prune": Command("take old calls out of the database; first it tells which", "server.commands.prune"),
    "simulate": Command("plan staff: the rules against made-up callers", "server.commands.simulate"),
    "demo": Command("show it all: a utility company with customers who call", "server.demo.main"),
    "desk": Command("the agent's desk", "agentdesk.__main__", "desk"),
    "phone": Command("a SIP phone for scripts and tests", "server.phone.main"),
    "script": Command("dialog scripts: lint and the other tools for who writes them", "scriptengine.cli.main"),
    "core": Command("the server's core; the supervisor runs it", "server.app.__main__", is_hidden=True),
}
_OURS = ("server", "agentdesk", "scriptengine")


def main(words: Sequence[str]) -> int:
    """Run the command that `words` begin with; returns the exit status."""
    first = words[0] if words else ""
    if first in ("--help", "-h", "help", ""):
        print(_help(), file=sys.stdout if first else sys.stderr)
        return 0 if first else 2
    if first == "--version":
        from importlib.metadata import version  # a few milliseconds, for this answer only

        print(f"caruso {version('caruso')}")
        return 0
    if first not in COMMANDS:
        near = difflib.get_close_matches(first, COMMANDS, n=1)
        cure = f'did you mean "{near[0]}"?' if near else '"caruso --help" shows what there is.'
        print(f'caruso: there is no command "{first}"; {cure}', file=sys.stderr)
        return 2
    return _run(first, list(words[1:]))


def _run(name: str, words: list[str]) -> int:
    command = COMMANDS[name]
    try:
        run: Main = import_module(command.place).main
        return run(words)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in _OURS:
            raise
        cure = f"pip install 'caruso[{command.extra}]'"
        print(f"caruso {name}: {error.name} is not installed; run {cure}.", file=sys.stderr)
        return 1


def _help() -> str:
    width = max(map(len, COMMANDS)) + 2
    shown = [f"  {name:<{width}}{command.purpose}" for name, command in COMMANDS.items() if not command.is_hidden]
    return "\n".join(
        [
            "usage: caruso COMMAND ...",
            "",
            "Caruso: call-centre communication server and agent desk.",
            "",
            *shown,
            "",
            "caruso COMMAND --help tells more; caruso --version names the version.",
            "CARUSO_DATA and CARUSO_SITE in the environment stand in for --data and --site.",
        ]
    )
