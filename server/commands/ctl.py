"""`caruso ctl`: asks a running core. Exit status: 0 done, 1 the core refused, 2 wrong usage, 3 no core is running.

It imports neither Twisted nor a library of commands: it must answer at once.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from server.control.client import ControlClient, CoreNotRunning, CoreRefused
from server.records.instants import iso
from server.wire import control

DATA_VARIABLE = "CARUSO_DATA"
REFUSED = 1
NOT_RUNNING = 3
INTERRUPTED = 130

MAIL_ACTIONS = ("retry", "discard", "test")
ACTIONS = ("ready", "not-ready", "logout", "wrap-up-done")
MODES = ("listen", "whisper", "barge")


def main(words: list[str]) -> int:
    """Run `caruso ctl WORDS...`; returns the exit status. Wrong usage ends the process with 2, as argparse does."""
    parser = _parser()
    options = parser.parse_args(words, argparse.Namespace(data=os.environ.get(DATA_VARIABLE), json=False, reason=""))
    if options.reason and options.action != "not-ready":
        parser.error("--reason goes with not-ready only")
    if getattr(options, "run", None) is _mail and bool(options.action) != bool(options.id):
        parser.error("write mail, mail retry ID, mail discard ID, or mail test ADDRESS")
    if getattr(options, "run", None) is _voicemail and options.mailbox[:-1] not in ([], ["unlock"]):
        parser.error("write voicemail, voicemail MAILBOX, or voicemail unlock MAILBOX")
    if not options.data:
        parser.error(f"name the data directory: --data DIR, or {DATA_VARIABLE} in the environment")
    try:
        with ControlClient(Path(options.data)) as client:
            options.run(client, options)
            sys.stdout.flush()
    except CoreRefused as error:
        return _failed(error, REFUSED)
    except CoreNotRunning as error:
        return _failed(error, NOT_RUNNING)
    except BrokenPipeError:  # whoever read our output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _failed(error: Exception, status: int) -> int:
    print(error, file=sys.stderr)
    return status


# ---- words ----


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help=f"data directory (or {DATA_VARIABLE})")
    common.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="write JSON")
    parser = argparse.ArgumentParser(prog="caruso ctl", description="Ask a running core.", parents=[common])
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, purpose: str, run: Callable[[ControlClient, argparse.Namespace], None]) -> Any:
        command = commands.add_parser(name, help=purpose, description=purpose, parents=[common])
        command.set_defaults(run=run)
        return command

    add("status", "What the core does.", _status)
    add("agents", "Every agent, in the site file's order.", _agents)
    agent = add("agent", "Set an agent's presence, or end the wrap-up.", _agent)
    agent.add_argument("id", metavar="ID", help="of the agent")
    agent.add_argument("action", choices=ACTIONS, help="what to do")
    agent.add_argument("--reason", default=argparse.SUPPRESS, metavar="ID", help="reason, with not-ready only")
    listen = add("listen", "Call a supervisor's phone to hear an agent's talk; again: another mode.", _listen)
    listen.add_argument("agent", metavar="AGENT", help="whose talk: id of the agent")
    listen.add_argument("--as", dest="supervisor", metavar="SUPERVISOR", required=True, help="whose phone is called")
    how = listen.add_mutually_exclusive_group()
    how.add_argument("--mode", choices=MODES, default="listen", help="heard by nobody, by the agent, or by both")
    how.add_argument("--stop", dest="mode", action="store_const", const="", help="hang the supervisor's phone up")
    calls = add("calls", "Call records, oldest first.", _calls)
    calls.add_argument("--live", action="store_true", help="only calls that have not ended")
    call = add("call", "One call record.", _call)
    call.add_argument("id", metavar="ID", help="of the call, as ctl calls shows it")
    why = add("explain", "Why a call is where it is, and why each agent was offered it.", _explain)
    why.add_argument("id", metavar="CALL", help="id of the call, as ctl calls shows it")
    transfer = add("transfer", "Pass the customer of a talk on.", _transfer)
    transfer.add_argument("id", metavar="CALL", help="id of the call, as ctl calls shows it")
    transfer.add_argument("--to", required=True, metavar="TARGET", help="queue:ID or agent:ID")
    events = add("events", "The ledger's entries.", _events)
    events.add_argument("--follow", action="store_true", help="go on until the core ends")
    events.add_argument("--after", type=_natural, default=0, metavar="N", help="only entries after this position")
    mail = add("mail", "Outgoing mail: what waits and what failed; or do something about one.", _mail)
    mail.add_argument("action", nargs="?", default="", choices=("", *MAIL_ACTIONS), metavar="retry|discard|test")
    mail.add_argument("id", nargs="?", default="", metavar="ID", help="of the mail; for a test, the address")
    mail.add_argument("--all", action="store_true", help="those that were sent or discarded too")
    voicemail = add("voicemail", "Mailboxes, or the messages of one; or let wrong PINs be forgotten.", _voicemail)
    voicemail.usage = "caruso ctl voicemail [--data DIR] [--json] [[unlock] MAILBOX]"
    voicemail.add_argument(
        "mailbox", nargs="*", default=[], metavar="MAILBOX", help="unlock MAILBOX: its PIN counts again"
    )
    dialogs = add("dialogs", "Sessions of dialog scripts that can go on.", _dialogs)
    dialogs.add_argument("--all", action="store_true", help="those that are over too")
    link = add("dialog-link", "A customer's personal link to a dialog on the web.", _dialog_link)
    link.add_argument("script", metavar="ID", help="of the script")
    link.add_argument("--customer", required=True, metavar="NUMBER", help="the company's own number of the customer")
    link.add_argument("--days", type=_days, default=14.0, metavar="N", help="good for so long; 14 if not given")
    stop = add("stop", "No new calls; end when the present ones are over.", _stop)
    stop.add_argument("--grace", type=_seconds, metavar="SECONDS", help="calls may go on so long; else as configured")
    return parser


def _natural(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError("a whole number from 0")
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e6:
        raise argparse.ArgumentTypeError("seconds, from 0")
    return value


def _days(text: str) -> float:
    value = _seconds(text)
    if not 0 < value <= 365:
        raise argparse.ArgumentTypeError("days, more than 0 and at most 365")
    return value


# ---- asking ----


def _status(client: ControlClient, options: argparse.Namespace) -> None:
    _show(client.ask(control.Status()), options.json, _status_text)


def _agents(client: ControlClient, options: argparse.Namespace) -> None:
    _show(client.ask(control.Agents()), options.json, _agents_text)


def _agent(client: ControlClient, options: argparse.Namespace) -> None:
    ask = control.Agent(id=options.id, action=options.action, reason=options.reason)
    _show(client.ask(ask), options.json, lambda one: _agents_text([one]))


def _listen(client: ControlClient, options: argparse.Namespace) -> None:
    ask = control.Supervise(agent=options.agent, supervisor=options.supervisor, mode=options.mode)
    _show(client.ask(ask), options.json, _fields_text)


def _calls(client: ControlClient, options: argparse.Namespace) -> None:
    _show(client.ask(control.Calls(live=options.live)), options.json, _calls_text)


def _call(client: ControlClient, options: argparse.Namespace) -> None:
    _show(client.ask(control.Call(id=options.id)), options.json, _fields_text)


def _transfer(client: ControlClient, options: argparse.Namespace) -> None:
    _show(client.ask(control.Transfer(id=options.id, to=options.to)), options.json, _fields_text)


def _explain(client: ControlClient, options: argparse.Namespace) -> None:
    _show(client.ask(control.Explain(id=options.id)), options.json, _explain_text)


def _events(client: ControlClient, options: argparse.Namespace) -> None:
    for event in client.events(options.after, options.follow):
        _write(_json(event) if options.json else _for_terminal(_event_text(event)))
        if options.follow:
            sys.stdout.flush()


def _voicemail(client: ControlClient, options: argparse.Namespace) -> None:
    *action, mailbox = options.mailbox or [""]
    answer = client.ask(control.Voicemail(mailbox=mailbox, action=" ".join(action)))
    _show(answer, options.json, lambda rows: "\n".join(_fields_text(row) for row in rows) or "none")


def _mail(client: ControlClient, options: argparse.Namespace) -> None:
    is_test = options.action == "test"
    ask = control.Mail(
        action=options.action,
        id="" if is_test else options.id,
        to=options.id if is_test else "",
        key=os.urandom(8).hex() if is_test else "",
        ended=options.all,
    )
    _show(client.ask(ask), options.json, _mails_text)


def _dialogs(client: ControlClient, options: argparse.Namespace) -> None:
    _show(client.ask(control.Dialogs(ended=options.all)), options.json, _dialogs_text)


def _dialog_link(client: ControlClient, options: argparse.Namespace) -> None:
    ask = control.DialogLink(script=options.script, customer=options.customer, days=options.days)
    _show(client.ask(ask), options.json, _fields_text)


def _stop(client: ControlClient, options: argparse.Namespace) -> None:
    _show(client.ask(control.Stop(grace_seconds=options.grace)), options.json, lambda _: "The core ends.")


# ---- showing ----


def _show(answer: Any, as_json: bool, text: Callable[[Any], str]) -> None:
    _write(_json(answer) if as_json else _for_terminal(text(answer)))


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")


def _for_terminal(text: str) -> str:
    """Callers choose their names: none of them commands the terminal, or turns the direction of the line."""
    return "".join(sign if sign.isprintable() or sign == "\n" else ascii(sign)[1:-1] for sign in text)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    cells = [[str(cell) if cell is not None else "-" for cell in row] for row in [head, *rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join(lines)


def _agents_text(items: list[dict[str, Any]]) -> str:
    rows = [
        (
            item["id"],
            item["name"],
            item["presence"] + (f" ({item['reason']})" if item["reason"] else ""),
            item["work_state"],
            "yes" if item["reachable"] else f"no: {item['fault']}",
            item["since"],
            item["call"],
        )
        for item in items
    ]
    return _table(("AGENT", "NAME", "PRESENCE", "WORK", "REACHABLE", "SINCE", "CALL"), rows)


def _calls_text(items: list[dict[str, Any]]) -> str:
    columns = ("call_id", "from", "to", "queue", "agent", "arrived_at", "wait_seconds", "talk_seconds", "outcome")
    return _table([column.upper() for column in columns], [[item[column] for column in columns] for item in items])


def _mails_text(items: list[dict[str, Any]]) -> str:
    if not items:
        return "No mail waits, and none failed."
    rows = [
        (
            item["id"],
            item["state"] + (f" ({item['cause']})" if item["cause"] else ""),
            item["attempts"],
            item["asked_at"],
            item["next_at"],
            item["to"][0] + (f" and {len(item['to']) - 1} more" if len(item["to"]) > 1 else ""),
            item["subject"],
            item["error"] or None,
        )
        for item in items
    ]
    return _table(("ID", "STATE", "ATTEMPTS", "ASKED", "NEXT", "TO", "SUBJECT", "ERROR"), rows)


def _dialogs_text(items: list[dict[str, Any]]) -> str:
    if not items:
        return "No session of a dialog script can go on."
    columns = ("id", "script", "version", "status", "channel", "call", "agent", "touched_at", "outcome", "disposition")
    return _table(
        [column.upper() for column in columns], [[item[column] or None for column in columns] for item in items]
    )


def _status_text(status: dict[str, Any]) -> str:
    queues = status.pop("queues")
    if isinstance(status.get("since"), int | float):
        status["since"] = iso(status["since"])
    columns = ("id", "waiting", "longest_since", "ready", "talking", "logged_in")
    table = _table([column.upper() for column in columns], [[queue[column] for column in columns] for queue in queues])
    return f"{_fields_text(status)}\n\n{table}"


def _fields_text(fields: dict[str, Any]) -> str:
    width = max(len(name) for name in fields)
    return "\n".join(f"{name.ljust(width)}  {_plain(value)}" for name, value in fields.items())


def _explain_text(told: dict[str, Any]) -> str:
    lines = [f"{offer['at']}  {offer['why']}: {offer['result'] or 'open'}." for offer in told["offers"]]
    if not lines:
        lines.append("It was offered to nobody.")
    if told["outcome"]:
        lines.append(f"It ended: {told['outcome']}.")
    return "\n".join(lines + told["now"])


def _event_text(event: dict[str, Any]) -> str:
    rest = " ".join(f"{name}={_plain(value)}" for name, value in event.items() if name not in ("position", "at", "t"))
    return f"{event['position']:>8}  {event['at']}  {event['t']:<20} {rest}"


def _plain(value: Any) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else _json(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
