"""`caruso phone`: the command line of the test phone.

Exit codes: 0 the call happened and ended normally (`run`: it was told to quit), 1 it failed (the cause is printed),
2 wrong usage. Events go to standard output: sentences, or JSON lines with `--json` (`run` speaks JSON only).
"""

import argparse
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

import msgspec

from server.phone import words
from server.phone.telling import sentence

if TYPE_CHECKING:
    from server.phone.endpoint import Endpoint
    from server.phone.errands import Errand


def main(argv: list[str]) -> int:
    """Run `caruso phone ARGV...` and give the exit code."""
    options = _parser().parse_args(argv)
    problem = _problem(options)
    if problem:
        print(f"caruso phone: {problem}", file=sys.stderr)
        return 2
    _keep_the_library_off_standard_output(options.log_level)
    import pjsua2 as pj  # takes 0.1 s: not for `--help`

    from server.phone.endpoint import Endpoint, reason_of

    try:
        endpoint = Endpoint(options.address, options.port, options.log_level)
    except pj.Error as error:
        print(f"caruso phone: cannot listen on {options.address}:{options.port}: {reason_of(error)}", file=sys.stderr)
        return 1
    with endpoint:
        return _phone(options, endpoint)


def _phone(options: argparse.Namespace, endpoint: "Endpoint") -> int:
    from server.phone.errands import do_errand
    from server.phone.run import Typed, run
    from server.phone.station import Station

    stopped = _stop_on_signals()
    if options.command == "run":
        return run(Station(endpoint, _as_json, options.user), Typed(sys.stdin.buffer), _as_json, stopped)
    errand = _errand(options)
    say: Callable[[words.Event], None] = _as_json if options.json else _as_sentence

    def tell(event: words.Event) -> None:
        say(event)
        if begun:
            errand.follow(event, begun[0])

    begun: list[Station] = []
    station = Station(endpoint, tell, options.user)
    begun.append(station)
    if options.play:
        station.obey(words.Play(what=options.play))
    if options.record:
        station.obey(words.Record(file=options.record))
    return do_errand(errand, station, stopped)


def _errand(options: argparse.Namespace) -> "Errand":
    from server.phone.errands import AnswerErrand, CallErrand

    transport = ";transport=tcp" if options.transport == "tcp" else ""
    if options.command == "call":
        call = words.Call(uri=options.uri, server=options.server and options.server + transport, caller=options.caller)
        return CallErrand(
            call, digits=options.dtmf, talk_seconds=options.seconds, give_up_seconds=options.give_up_seconds
        )
    register = None
    if options.register:
        server = options.register + transport
        register = words.Register(server=server, user=options.user, password=_password(options), domain=options.domain)
    by_itself = words.ByItself(code=options.reject or 200, ring_seconds=options.ring_seconds)
    return AnswerErrand(by_itself, register=register, calls=options.calls, hang_up_seconds=options.hang_up_after)


def _password(options: argparse.Namespace) -> str:
    if options.password_stdin:
        return sys.stdin.readline().rstrip("\n")
    return os.environ[options.password_env] if options.password_env else ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="caruso phone", description="A scriptable SIP phone for tests.")
    commands = parser.add_subparsers(dest="command", required=True)

    every = argparse.ArgumentParser(add_help=False)
    every.add_argument("--address", default="127.0.0.1", help="address to bind SIP and RTP to (default: %(default)s)")
    every.add_argument("--port", type=int, default=0, help="SIP port (default: any)")
    every.add_argument("--log-level", type=int, default=0, choices=range(7), help="pjsip's own log, 0 to 6")

    once = argparse.ArgumentParser(add_help=False, parents=[every])
    once.add_argument("--transport", choices=("udp", "tcp"), default="udp")
    once.add_argument("--play", metavar="FILE|tone:HERTZ", help="what the far end hears, repeated")
    once.add_argument("--record", metavar="FILE.wav", help="keep what this phone hears")
    once.add_argument("--json", action="store_true", help="events as JSON lines")

    call = commands.add_parser("call", parents=[once], help="call a SIP URI")
    call.add_argument("uri", help="sip:USER@HOST")
    call.add_argument("--from", dest="caller", default="", metavar="USER", help="the caller's number")
    call.add_argument("--server", default="", metavar="HOST:PORT", help="send the call there (default: the URI's host)")
    call.add_argument("--dtmf", default="", metavar="DIGITS", help="keys to press after the answer; a comma waits 1 s")
    call.add_argument("--seconds", type=float, default=0, help="hang up after so long (default: the far end does)")
    call.add_argument("--give-up-seconds", type=float, default=60, help="wait so long for an answer; 0: for ever")
    call.set_defaults(user="phone")

    answer = commands.add_parser("answer", parents=[once], help="take calls that come in")
    answer.add_argument("--user", default="phone", help="user part of the phone's address")
    secret = answer.add_mutually_exclusive_group()
    secret.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    secret.add_argument("--password-env", metavar="NAME", help="read the password from this environment variable")
    answer.add_argument("--register", default="", metavar="HOST:PORT", help="register there (default: not at all)")
    answer.add_argument("--domain", default="", help="domain of the address (default: HOST:PORT of --register)")
    answer.add_argument("--ring-seconds", type=float, default=0, help="ring so long before answering")
    answer.add_argument("--reject", type=int, default=0, metavar="CODE", help="reject with this code, 300 to 699")
    answer.add_argument("--calls", type=int, default=0, help="end after so many calls (default: never)")
    answer.add_argument("--hang-up-after", type=float, default=0, metavar="SECONDS", help="(default: the caller does)")

    run = commands.add_parser("run", parents=[every], help="obey JSON lines on standard input")
    run.add_argument("--user", default="phone", help="user part of the phone's address while it is not registered")
    return parser


def _problem(options: argparse.Namespace) -> str:
    """What is wrong with the options; empty: nothing."""
    if ":" in options.address:
        return f"--address {options.address}: this phone has no sound over IPv6; write an IPv4 address"
    if options.command == "call" and not options.uri.startswith(("sip:", "sips:", "tel:")):
        return f"{options.uri} is no SIP URI; write sip:USER@HOST"
    if options.command == "call" and not set(options.dtmf) <= set("0123456789ABCD*#,"):
        return f"--dtmf {options.dtmf}: only 0-9 A-D * # and commas can be sent"
    if options.command == "answer":
        if options.reject and not 300 <= options.reject <= 699:
            return f"--reject {options.reject}: a rejection is 300 to 699"
        if options.password_env and options.password_env not in os.environ:
            return f"the environment variable {options.password_env} is not set"
    return ""


def _keep_the_library_off_standard_output(log_level: int) -> None:
    """Native code logs to descriptor 1 (some lines at its start whatever the level); our lines get one of their own."""
    sys.stdout.flush()
    ours = os.dup(1)
    if log_level:
        os.dup2(2, 1)
    else:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)
    sys.stdout = os.fdopen(ours, "w", encoding="utf-8")


def _stop_on_signals() -> Callable[[], bool]:
    """Whether SIGINT or SIGTERM came. They only set a flag: an exception inside a callback of the library is fatal."""
    came: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        came.append(number)

    signal.signal(signal.SIGINT, note)
    signal.signal(signal.SIGTERM, note)
    return lambda: bool(came)


def _as_json(event: words.Event) -> None:
    _print(msgspec.json.encode(event).decode())


def _as_sentence(event: words.Event) -> None:
    said = sentence(event)
    if said:
        _print(said)


def _print(line: str) -> None:
    """A reader who went away is no fault of the phone's: it goes on."""
    try:
        print(line, flush=True)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # stays open for the process's life


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
