"""`caruso script preview`: a page on this machine that shows the script anew at each save: picture, findings, surfaces.

It runs until Ctrl+C. Exit status: 0 stopped, 2 the port is taken.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from scriptengine.cli.lint import findings_of
from scriptengine.cli.reading import program_of, with_interfaces
from scriptengine.findings import Finding
from scriptengine.preview.editions import Look
from scriptengine.program import Program
from scriptengine.testing.cases import TODAY

CHANNELS = ("desk", "web", "ivr")


def main(words: Sequence[str]) -> int:
    """Serve the page until it is interrupted; returns the exit status."""
    asked = _parser().parse_args(words)
    from scriptengine.preview.serving import LOOPBACK, PreviewServer  # a web server: only who previews loads it
    from scriptengine.preview.watching import Watch

    path: Path = asked.file
    watch = Watch(path, look_at(path, asked.interfaces), others=tuple(asked.interfaces))
    try:
        server = PreviewServer(watch, path.name, asked.port, (asked.channel,) if asked.channel else CHANNELS, _now)
    except OSError as error:
        print(f"The port {asked.port} of {LOOPBACK} cannot be used: {error.strerror}.", file=sys.stderr)
        return 2
    watch.begin()
    print(f"Preview of {path}: {server.address} (stop with Ctrl+C)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        watch.end()
        server.server_close()
    return 0


def look_at(path: Path, interfaces: Sequence[Path]) -> Look:
    """Reads the file and checks it, each time anew."""

    def look() -> tuple[Program, list[Finding]]:
        return program_of(path, interfaces), findings_of(path, interfaces)

    return look


def _now() -> datetime:
    """The same as in tests; `now = 2026-12-24T18:00` among what is given makes it another."""
    return TODAY


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="caruso script preview", description=__doc__)
    parser.add_argument("--port", type=_port, default=0, help="of 127.0.0.1 (default: one that is free)")
    parser.add_argument("--channel", choices=CHANNELS, help="show this surface only; the page can show the others")
    with_interfaces(parser)
    parser.add_argument("file", metavar="FILE", type=Path, help="dialog script")
    return parser


def _port(word: str) -> int:
    if not (word.isdigit() and int(word[:6]) <= 65_535):
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(word)
