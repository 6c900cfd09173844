"""`caruso simulate`: the rules of a site against made-up callers, in simulated time, beside Erlang's formulas."""

import argparse
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from scriptengine.files import limited_octets
from server.commands.faults import sentence
from server.commands.options import add_site
from server.config.load import SiteError, load_site
from server.config.site import Queue
from server.records.cells import check_interval
from server.simulator.arrivals import Traffic
from server.simulator.invariants import BrokenInvariant
from server.simulator.staffing import NoSuchQueue, queue_of
from server.simulator.study import SHOWN, Study, study

_ABOUT = """\
Plan staff: how a queue does with so many agents. The rules are those of the server, with the queue's strategy, wrap-up
and limits; callers arrive at random (Poisson). Erlang C and A tell what to expect in balance: exponential talk and
patience, one queue, no limit on the wait."""
_MOST_OCTETS = 1024 * 1024
"""Of a profile: more lines than the longest run has hours."""
_PROFILE = """\
text file of calls per hour, one number a line for each hour of the run (when it ends, it begins again); instead of
--calls-per-hour. Empty lines and what follows a # do not count"""


def main(words: list[str]) -> int:
    """Simulate; returns 0, 1 if the rules broke a promise, 2 if the words or files are wrong."""
    options = _parser().parse_args(words)
    try:
        site = load_site(options.site)
        queue = queue_of(site, options.queue)
        traffic = _traffic(options)
    except SiteError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"caruso simulate: {sentence(error) or error}", file=sys.stderr)
        return 2
    except (NoSuchQueue, ValueError) as error:
        print(f"caruso simulate: {error}.", file=sys.stderr)
        return 2
    begun = time.perf_counter()
    try:
        result = study(
            site,
            queue,
            traffic,
            options.agents,
            ring_seconds=options.ring_seconds,
            seed=options.seed,
            interval_seconds=options.interval * 60,
        )
    except BrokenInvariant as broken:
        print(f"caruso simulate: {broken}", file=sys.stderr)
        return 1
    spent = time.perf_counter() - begun
    _print_json(result, options, spent) if options.json else _print_table(result, queue, options, spent)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "caruso simulate", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_site(parser, required=True)
    parser.add_argument("--queue", metavar="ID", default="", help="which queue; without it the first of the site")
    parser.add_argument("--calls-per-hour", metavar="N", type=_number(0, 1_000_000), help="arrivals, on average")
    parser.add_argument("--profile", metavar="FILE", type=Path, help=_PROFILE)
    parser.add_argument("--agents", metavar="N", type=_whole(0, 10_000), required=True, help="agents, all day ready")
    parser.add_argument("--hours", metavar="H", type=_number(0.01, 10_000), default=8.0, help="how long (8)")
    parser.add_argument("--talk-seconds", metavar="S", type=_number(0.1, 86_400), default=180.0, help="mean talk (180)")
    parser.add_argument(
        "--talk-distribution",
        choices=["exponential", "lognormal"],
        default="exponential",
        help="how talk times spread (exponential); the standard deviation of both equals the mean",
    )
    parser.add_argument(
        "--patience-seconds",
        metavar="S",
        type=_patience,
        default=math.inf,
        help="mean time after which a waiting caller gives up, exponential; inf (the default): never",
    )
    parser.add_argument(
        "--ring-seconds", metavar="S", type=_number(0, 3_600), default=0.0, help="how long agents let it ring (0)"
    )
    parser.add_argument("--interval", metavar="MINUTES", type=_interval, default=15, help="of the lines (15)")
    parser.add_argument("--seed", metavar="N", type=int, default=1, help="chance: the same seed, the same day (1)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line; the last one has the total")
    return parser


def _number(lowest: float, highest: float) -> Callable[[str], float]:
    def number(text: str) -> float:
        value = float(text)
        if not lowest <= value <= highest:
            raise argparse.ArgumentTypeError(f"{text} is not from {lowest:g} to {highest:g}")
        return value

    return number


def _whole(lowest: int, highest: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        value = int(text)
        if not lowest <= value <= highest:
            raise argparse.ArgumentTypeError(f"{text} is not from {lowest} to {highest}")
        return value

    return whole


def _patience(text: str) -> float:
    return math.inf if text == "inf" else _number(0.1, 1_000_000)(text)


def _interval(text: str) -> int:
    minutes = int(text)
    try:
        check_interval(minutes * 60)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return minutes


def _traffic(options: argparse.Namespace) -> Traffic:
    """Raises `ValueError` or `OSError` for words or a profile that make no traffic."""
    if (options.profile is None) == (options.calls_per_hour is None):
        raise ValueError("say either --calls-per-hour or --profile")
    rates = [options.calls_per_hour] if options.profile is None else _profile(options.profile)
    return Traffic(
        calls_per_hour=rates,
        hours=options.hours,
        talk_seconds=options.talk_seconds,
        talk_distribution=options.talk_distribution,
        patience_seconds=options.patience_seconds,
    )


def _profile(file: Path) -> list[float]:
    rates = []
    try:
        octets = limited_octets(file, _MOST_OCTETS)
        lines = octets.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise ValueError(f"{file} is no text in UTF-8; write one number of calls per hour on a line") from None
    if len(octets) > _MOST_OCTETS:
        raise ValueError(f"{file} has more than {_MOST_OCTETS} octets; name a file of one number a line")
    for number, line in enumerate(lines, 1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        try:
            rates.append(_number(0, 1_000_000)(text))
        except (ValueError, argparse.ArgumentTypeError):
            raise ValueError(f"{file}, line {number}: write one number of calls per hour, from 0 to 1000000") from None
    if not rates:
        raise ValueError(f"{file} has no line with a number")
    return rates


def _print_json(result: Study, options: argparse.Namespace, spent: float) -> None:
    for line in result.intervals:
        print(msgspec.json.encode(line).decode())
    last: dict[str, Any] = {
        "total": result.total,
        "erlang_c": result.erlang_c,
        "erlang_a": result.erlang_a,
        "hours": options.hours,
        "agents": options.agents,
        "seed": options.seed,
        "steps": result.steps,
        "seconds": round(spent, 3),
        "times_faster": round(options.hours * 3600 / spent),
    }
    print(msgspec.json.encode(last).decode())


def _print_table(result: Study, queue: Queue, options: argparse.Namespace, spent: float) -> None:
    titles = ("offered", "answered", "abandoned", "in time", "ASA", "AHT", "occupancy")
    print(f"{'from':<17}" + "".join(f"{title:>10}" for title in titles))
    for line in result.intervals:
        print(f"{str(line['from'])[:16]:<17}" + _cells(line))
    print(f"{'total':<17}" + _cells(result.total))
    for name, expected in (("Erlang C", result.erlang_c), ("Erlang A", result.erlang_a)):
        offered = result.total["offered"]
        lost = None if expected.abandoned is None or not isinstance(offered, int) else expected.abandoned * offered
        row = {"abandoned": None if lost is None else round(lost, 1), "service_level": expected.service_level}
        row |= {"asa_seconds": expected.asa_seconds, "occupancy": expected.occupancy}
        print(f"{name:<17}" + _cells(row))
    elsewhere = {"overflowed": "overflowed", "call_back": "are called back", "waiting": "wait still, a day later"}
    told = [f"{result.total[name]} {words}" for name, words in elsewhere.items() if result.total[name]]
    if told:
        print(f"of those offered: {', '.join(told)}")
    print(
        f"in time: within {queue.service_level_seconds:g} s; seconds of wait (ASA) and of handling (AHT); "
        f"{options.hours * 3600 / spent:,.0f} times faster than real"
    )


def _cells(line: dict[str, Any]) -> str:
    return "".join(f"{_shown(name, line.get(name)):>10}" for name in SHOWN)


def _shown(name: str, value: float | str | None) -> str:
    if value is None or isinstance(value, str):
        return "-"
    if name in ("service_level", "occupancy"):
        return f"{100 * value:.1f} %"
    return f"{value:.1f}" if isinstance(value, float) else str(value)
