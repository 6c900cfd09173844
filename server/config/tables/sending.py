"""Mail, reports by mail, and programs of a company's own."""

from typing import Literal

import msgspec


class Mail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[mail]`: mail that the server sends."""

    smtp: str = ""
    """The mail server that takes our mail: `smtp://HOST:PORT` (587; TLS by STARTTLS) or `smtps://HOST:PORT` (465; TLS
    from the start); empty: no mail is sent."""
    sender: str = msgspec.field(default="", name="from")
    """Our address, such as `calls@example.com` or `Caruso <calls@example.com>`; required with `smtp`."""
    user: str = ""
    """Log-in at the mail server; empty: none."""
    password: str = ""
    """The word itself, `env:NAME` or `file:PATH`."""
    starttls: Literal["required", "if-offered", "never"] = "required"
    """With `smtp://`: whether to go on without TLS. A password goes over TLS only, but to this machine itself."""
    certificates: str = ""
    """PEM file beside the site file with the authorities that may vouch for the mail server; empty: the system's."""
    in_doubt: Literal["report", "send-again"] = "report"
    """A mail of which nobody knows whether the mail server took it (we died, or the line, before its answer came):
    `report` it as failed, for a person to decide, or `send-again`, at the risk that it arrives twice."""
    give_up_hours: float = 48
    """Attempts go on so long, with growing pauses; 0: no limit."""
    per_minute: int = 60
    """Attempts in a minute at most; 0: no limit."""
    max_waiting: int = 1000
    """So many mails may wait; another one is refused; 0: no limit."""
    max_megabytes: float = 10
    """Largest mail, attachments included (which grow by a third)."""
    keep_days: float = 90
    """A mail's line in the list (not its text) is kept so long after its end, and so long its key is known; 0: for
    ever."""


class Report(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[report]]`: a report that is sent by mail at set times, each of them once."""

    name: str
    """Which report, as in `caruso report NAME`."""
    id: str = ""
    """Tells two of the same report apart; empty: the name."""
    to: list[str]
    """Addresses, such as `["sofia@example.com"]`."""
    at: str = "07:00"
    """Time of day in the site's time zone. A time that the clock leaves out in spring is an hour later that day; of one
    that comes twice in autumn, the first counts."""
    days: list[str] | str = "daily"
    """`daily`, `monthly` (on the 1st) or days of the week, such as `["mon", "fri"]`."""
    period: Literal["yesterday", "last-week", "last-month"] = "yesterday"
    """What the report is about, seen from the day on which it is due; a week begins on Monday."""
    interval: Literal["5m", "15m", "30m", "1h", "2h", "6h", "1d"] = "1h"
    """Length of the lines of a report that has intervals."""
    format: Literal["csv", "html"] = "html"
    """`csv`: a short text and the figures as CSV; `html`: the figures in the mail, and CSV with it."""
    queue: list[str] = []
    """Only these queues; none: all."""
    agent: list[str] = []
    """Only these agents; none: all."""
    catch_up_hours: float = 24
    """After a time when the server was down, the last one that was missed is made up for if it is not older than this;
    0: never."""


class Service(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[service]]`: a program of yours that dialog scripts may call, as `docs/services.md` says."""

    name: str
    """Stands for the program in the list of services and in the log."""
    token: str
    """With what it logs in: `env:NAME`, `file:PATH` or the word itself, 20 characters or more, such as
    `openssl rand -hex 32` makes."""
    interfaces: list[str]
    """What it may register; nothing else, and never what the house itself offers."""
    timeout_seconds: float = 10
    """An answer that takes longer is not waited for."""
    may_watch: bool = False
    """Whether it may ask which services there are, and be told when that changes."""
