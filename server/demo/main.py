"""`caruso demo`: the command line of the demo.

Exit codes: 0 all went well (`--once`: the call was answered, heard at both ends, and its record says so), 1 it did not,
2 wrong usage, 130 interrupted before it was over (an endless demo is over when it is interrupted: 0).
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

from server.demo.cast import Cast
from server.demo.control import Control
from server.demo.once import once
from server.demo.plan import Customer, plan
from server.demo.processes import NoLeftovers, end_with_parent
from server.demo.show import Show
from server.demo.site import SiteUnfit, numbers_for, stars, watcher
from server.demo.stage import VERTICAL, Stage, StageFailed
from server.demo.story import Story
from server.demo.teller import Teller
from server.phone.driver import PhoneFailed
from server.speech.sounds import Sounds

CUSTOMER_PHONES = 2
"""Of four calls each."""
RING_SECONDS = 2.0
INTERRUPTED = 130


class _Interrupted(BaseException):
    """SIGINT or SIGTERM. Not an Exception: nothing but `main` may catch it."""


def main(argv: list[str]) -> int:
    """Run `caruso demo ARGV...` and give the exit code."""
    options = _options(argv)
    teller = Teller(options.json)
    try:
        with (
            _interruptible(),
            tempfile.TemporaryDirectory(prefix="caruso-demo-", ignore_cleanup_errors=True) as data,
            NoLeftovers(),
            Stage(Path(data), options.vertical) as stage,
        ):
            went_well = _play(options, stage, teller)
    except _Interrupted:
        endless = not options.once and options.seconds is None
        teller.say("end", "\nThe demo is over.", ok=endless)
        return 0 if endless else INTERRUPTED
    except (StageFailed, PhoneFailed, SiteUnfit) as failure:
        teller.say("failed", f"The demo failed: {failure}", ok=False, why=str(failure))
        return 1
    ending = "All went well." if went_well else "Something went wrong."
    teller.say("end", ending, ok=went_well)
    return 0 if went_well else 1


def _play(options: argparse.Namespace, stage: Stage, teller: Teller) -> bool:
    agents = {agent["id"]: agent.get("name", agent["id"]) for agent in stage.site["agent"]}
    queues = {line["id"]: line.get("name") or line["id"] for line in stage.site["queue"]}
    customers = {customer.number: customer.name for customer in stage.customers}
    story = Story(agents, queues, customers)
    teller.zone = ZoneInfo(stage.site.get("site", {}).get("time_zone", "UTC"))
    teller.say("opening", "The server starts ...", data=str(stage.data))
    stage.open()
    if options.once:
        return once(stage, story, teller, options.record)
    return _show(options, stage, story, teller)


def _show(options: argparse.Namespace, stage: Stage, story: Story, teller: Teller) -> bool:
    actors = stars(stage.site)
    at_desk = actors[0] if _has_screen() and not options.no_desk else None
    shows: list[Show] = []
    with Cast(
        stage,
        [agent for agent in actors if agent != at_desk],
        CUSTOMER_PHONES,
        lambda whose, event: shows[0].phone_said(whose, event) if shows else None,
    ) as cast:
        cast.launch()
        stage.wait_until_ready()
        sounds = Sounds(stage.site.get("site", {}).get("language", "en"))
        numbers = sorted({number for agent in actors for number in numbers_for(stage.site, agent)})
        calls = plan(options.seed, stage.customers or [Customer("", "+493012345678")], numbers)
        show = Show(stage, cast, story, teller, calls)
        shows.append(show)
        cast.take_places(sounds.demo("agent"), sounds.demo("customer"), RING_SECONDS)
        if options.record is not None:
            _record(cast, options.record)
        _tell_the_way_in(stage, teller, at_desk)
        desk = _open_desk(stage, at_desk) if at_desk else None
        if desk is not None:
            show.watch_desk(desk)
        Control(stage.data).follow(stage.position, show.heard, show.ended)
        try:
            return show.run(options.seconds)
        finally:
            if desk is not None:
                desk.terminate()


def _record(cast: Cast, folder: Path) -> None:
    """Keep what the first customers' phone and the first scripted agent's phone hear."""
    cast.customers[0].record((folder / "customer.wav").absolute())
    next(iter(cast.agents.values())).record((folder / "agent.wav").absolute())


def _tell_the_way_in(stage: Stage, teller: Teller, at_desk: str | None) -> None:
    boss = watcher(stage.site)
    password = stage.passwords[boss]
    page = f"{stage.url}/monitor"
    teller.say(
        "open", f"Status page: {page}  (log in as {boss} with {password})", monitor=page, user=boss, password=password
    )
    if stage.site["web"].get("dialogs"):
        own = f"{stage.url}/dialogs"
        teller.say("self-service", f"Self-service: {own}  (no log-in)", url=own)
    numbers = ", ".join(number["dial"] for number in stage.site["number"])
    teller.say("numbers", f"Call in: sip:NUMBER@{stage.sip} with NUMBER {numbers}", sip=stage.sip)
    if at_desk:
        own = stage.passwords[at_desk]
        teller.say("desk", f"Desk: log in as {at_desk} with {own}", user=at_desk, password=own, server=stage.url)
    teller.say("hint", "Ctrl-C ends the demo.\n")


def _open_desk(stage: Stage, agent: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "server", "desk", "--server", stage.url, "--user", agent]
    with stage.desk_log.open("wb") as log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            preexec_fn=end_with_parent,
        )  # fmt: skip


def _has_screen() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _options(argv: list[str]) -> argparse.Namespace:
    """What is asked for. A folder that cannot be made is wrong usage, told before anything is started."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.record is not None:
        try:
            options.record.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            parser.error(f"--record: {options.record}: {error.strerror}; name a folder that can be made and written to")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="caruso demo", description="A small call centre on this machine, with customers who call by themselves."
    )
    parser.add_argument("--once", action="store_true", help="one call from beginning to end, measured at both ends")
    parser.add_argument("--record", type=Path, metavar="DIR", help="keep customer.wav and agent.wav: what they heard")
    parser.add_argument("--seconds", type=_seconds, help="end after so long (default: at Ctrl-C)")
    parser.add_argument("--no-desk", action="store_true", help="no window: a scripted phone stands in for the desk")
    parser.add_argument("--json", action="store_true", help="tell the story as JSON lines")
    parser.add_argument("--seed", type=int, default=1, help="another number is another story (default: %(default)s)")
    parser.add_argument(
        "--vertical", type=Path, default=VERTICAL, metavar="DIR", help="site.toml and customers.json of another company"
    )
    return parser


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is no number of seconds; write 60') from None
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError("must be more than 0")
    return seconds


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGINT and SIGTERM end what is inside, once: while things are being closed, further ones are not listened to."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        raise _Interrupted

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
