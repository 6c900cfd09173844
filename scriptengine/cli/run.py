"""`caruso script run`: plays a script, in the terminal or with a file of answers. Nothing of the world is touched:
records are those that are given, services answer what is given, mails are not sent.

Exit status: 0 the script came to an end, 1 it did not or has errors, 2 a file cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from scriptengine.cli.answers import Answers, load_answers, with_questions
from scriptengine.cli.reading import UNREADABLE, program_of, with_channel, with_interfaces, with_language
from scriptengine.findings import Finding, LoadError, as_json, in_order
from scriptengine.testing.cases import TODAY


def main(words: Sequence[str]) -> int:
    """Play the script; returns the exit status."""
    asked = _parser().parse_args(words)
    from scriptengine.cli.playing import Playing

    try:
        program = program_of(asked.file, asked.interfaces)
        if program.findings:
            raise LoadError(in_order(program.findings))
        with_language(program.script, asked.language)
        answers = load_answers(asked.answers) if asked.answers is not None else Answers()
        channel = with_channel(program.script, asked.channel or answers.channel)
        if asked.answers is not None:
            with_questions(asked.answers, answers, program.script)
        given = {**answers.given, **dict(_pair(word) for word in asked.given)}
        playing = Playing(program, given, TODAY, asked.zone)
        if playing.wrong:
            raise LoadError(playing.wrong)
    except LoadError as error:
        _tell(error.findings, is_json=asked.json)
        return 2 if any(found.code in (*UNREADABLE, "A01") for found in error.findings) else 1
    playing.begin(channel, asked.language or answers.language)
    if asked.answers is None and not asked.json:
        from scriptengine.cli.terminal import talk

        return talk(playing, sys.stdin, sys.stdout)
    stopped = playing.answered_from(answers)
    if asked.json:
        told = playing.told() | ({"stopped": msgspec.to_builtins(stopped)} if stopped is not None else {})
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(told), indent=1).decode() + "\n")
    else:
        from scriptengine.cli.terminal import summary

        sys.stdout.write(summary(playing) + "\n")
        if stopped is not None:
            print(stopped, file=sys.stderr)
    return 0 if stopped is None and playing.ended is not None and playing.ended.outcome is not None else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="caruso script run", description=__doc__)
    parser.add_argument("--answers", metavar="FILE.json", type=Path, help="answers by question; nobody is asked")
    parser.add_argument("--json", action="store_true", help="what came of it as JSON; nobody is asked")
    parser.add_argument(
        "--channel", choices=("desk", "web", "ivr"), help="the surface (default: desk, if the script is for it)"
    )
    parser.add_argument("--language", default="", help="as en or pt-BR (default: the script's own)")
    parser.add_argument("--given", metavar="NAME=VALUE", action="append", default=[], help="as given in a test says it")
    zone_help = "where the company is, as America/Sao_Paulo: answers with another time zone are turned into it"
    parser.add_argument("--zone", metavar="ZONE", type=_zone, help=zone_help)
    with_interfaces(parser)
    parser.add_argument("file", metavar="FILE", type=Path, help="dialog script")
    return parser


def _pair(word: str) -> tuple[str, str]:
    name, _, value = word.partition("=")
    return name.strip(), value


def _zone(word: str) -> ZoneInfo:
    try:
        return ZoneInfo(word)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of the zones' is an OSError
        raise argparse.ArgumentTypeError(f"there is no time zone {word[:64]!a}; write one as Europe/Lisbon") from None


def _tell(findings: Sequence[Finding], *, is_json: bool) -> None:
    if is_json:
        sys.stdout.write(as_json(findings).decode() + "\n")
        return
    for finding in findings:
        print(finding, file=sys.stderr)
