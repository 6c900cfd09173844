"""`[mail]` and `[[report]]`: how their values are written, and what must be true of them."""

import re
from collections.abc import Sequence

import msgspec

from server.config.addresses import read_host_port
from server.config.findings import Notebook, Path, did_you_mean, shown_value
from server.config.opening_hours import WEEKDAYS
from server.config.ranges import ID
from server.config.site import Mail, Report, SiteFile

MOST_RECIPIENTS = 50
PORTS = {"smtp": 587, "smtps": 465}
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")
_NAMED = re.compile(r'\s*(?:"([^"\\<>\x00-\x1f\x7f]*)"|([^"\\<>,;:@\x00-\x1f\x7f]*?))\s*<([^<>\s]+)>\s*')
_AT = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_ADDRESS_CURE = "Write it as name@example.com"
_SMTP_CURE = 'Write "smtp://HOST:587" or "smtps://HOST:465"'


class MailServer(msgspec.Struct, frozen=True):
    """Where our mail goes. `is_tls`: TLS from the start."""

    host: str
    port: int
    is_tls: bool

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine, so that nothing goes over a wire."""
        return self.host in ("localhost", "::1") or self.host.startswith("127.")


class Sender(msgspec.Struct, frozen=True):
    """Who we are: `name` (may be empty) and bare address."""

    name: str
    address: str


def read_smtp(text: str) -> MailServer:
    """`smtp://HOST[:PORT]` or `smtps://HOST[:PORT]`. Raises `ValueError`."""
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in PORTS:
        raise ValueError(f'{shown_value(text)} does not begin with "smtp://" or "smtps://"')
    if "@" in rest:  # not shown: what stands before it is a password, as a rule
        raise ValueError("a user or password stands in the address")
    host, port = read_host_port(rest.removesuffix("/"))
    return MailServer(host, port or PORTS[scheme], scheme == "smtps")


def read_mail_address(text: str) -> str:
    """A bare mail address (RFC 5321 §4.1.2, without quoted local parts), its domain in ASCII. Raises `ValueError`.

    A domain with other letters is written as IDNA; a local part must be ASCII, because few mail servers take others.
    """
    local, at, domain = text.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or len(local) > 64:
        raise ValueError(f"{shown_value(text)} is not a mail address")
    try:
        ascii_domain = domain.encode("idna").decode("ascii") if not domain.isascii() else domain
    except UnicodeError:
        raise ValueError(f"{shown_value(text)} is not a mail address") from None
    labels = ascii_domain.split(".")
    if len(local) + len(ascii_domain) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(f"{shown_value(text)} is not a mail address")
    return f"{local}@{ascii_domain}"


def read_sender(text: str) -> Sender:
    """`ADDRESS` or `NAME <ADDRESS>`. Raises `ValueError`."""
    named = _NAMED.fullmatch(text)
    if named is None:
        return Sender("", read_mail_address(text))
    return Sender((named[1] if named[1] is not None else named[2]).strip(), read_mail_address(named[3]))


def read_at(text: str) -> tuple[int, int]:
    """`HH:MM` as hour and minute. Raises `ValueError`."""
    found = _AT.fullmatch(text)
    if found is None:
        raise ValueError(f"{shown_value(text)} is not a time of day")
    return int(found[1]), int(found[2])


def read_days(days: Sequence[str] | str) -> frozenset[int] | None:
    """Days of the week (0: Monday) on which a report is due; None: on the 1st of each month. Raises `ValueError`."""
    if days == "monthly":
        return None
    if days == "daily":
        return frozenset(range(7))
    words = [days] if isinstance(days, str) else days
    for word in words:
        if word not in WEEKDAYS:
            raise ValueError(f"{shown_value(word)} is not a day of the week")
    if not words:
        raise ValueError("no day is named")
    return frozenset(WEEKDAYS.index(word) for word in words)


def schedule_id(report: Report) -> str:
    """What tells a scheduled report from the others."""
    return report.id or report.name


def check_mail(site: SiteFile, notes: Notebook) -> None:
    """Note what is wrong with `[mail]` and `[[report]]`."""
    if site.mail != Mail():
        _mail(site.mail, notes)
    seen: dict[str, int] = {}
    for index, report in enumerate(site.report):
        _report(("report", index), report, site, notes)
        ident = schedule_id(report)
        if ident and ident in seen:
            first = f"report[{seen[ident]}]"
            notes.error(
                ("report", index), f'"{ident}" is already the id of {first}', 'Add id = "..." to tell them apart'
            )
        seen.setdefault(ident, index)
    if site.report and site.mail == Mail():
        notes.error(("report", 0), "reports are sent by mail, and there is no mail server", 'Add [mail] smtp = "..."')


def _mail(mail: Mail, notes: Notebook) -> None:
    server = _server(mail, notes)
    _sender(mail, notes)
    if bool(mail.user) != bool(mail.password):
        there, missing = ("user", "password") if mail.user else ("password", "user")
        cure = f"Add {missing}, or take {there} out"
        notes.error(("mail", there), f"there is a {there} and no {missing}", cure)
    if server is None:
        return
    in_clear = not server.is_tls and mail.starttls == "never" and not server.is_local
    if in_clear and mail.password:
        cure = 'Write starttls = "required", or smtps://'
        notes.error(("mail", "starttls"), "the password would go over the network in clear", cure)
    elif in_clear:
        cure = 'Write starttls = "required", or smtps://'
        notes.warn(("mail", "starttls"), "mails go over the network in clear", cure)


def _server(mail: Mail, notes: Notebook) -> MailServer | None:
    if not mail.smtp:
        if not notes.has_error_at(("mail", "smtp")):
            notes.error(("mail", "smtp"), "there is [mail], but no mail server is named", _SMTP_CURE)
        return None
    try:
        return read_smtp(mail.smtp)
    except ValueError as error:
        notes.error(("mail", "smtp"), str(error), f"{_SMTP_CURE}; user and password have keys of their own")
        return None


def _sender(mail: Mail, notes: Notebook) -> None:
    cure = 'Write from = "calls@example.com" or "Caruso <calls@example.com>"'
    if not mail.sender:
        if not notes.has_error_at(("mail", "from")):
            notes.error(("mail", "from"), "mails need a sender", cure)
        return
    try:
        read_sender(mail.sender)
    except ValueError as error:
        notes.error(("mail", "from"), str(error), cure)


def _report(path: Path, report: Report, site: SiteFile, notes: Notebook) -> None:
    for key in ("name", "id"):
        value = getattr(report, key)
        if not (ID.fullmatch(value) or (key == "id" and not value) or notes.has_error_at((*path, key))):
            cure = "Use 1 to 64 letters, digits, dots, dashes and underscores"
            notes.error((*path, key), f"{shown_value(value)} cannot be used as a name", cure)
    _recipients((*path, "to"), report.to, notes)
    try:
        read_at(report.at)
    except ValueError as error:
        notes.error((*path, "at"), str(error), 'Write HH:MM, such as "07:00"')
    try:
        read_days(report.days)
    except ValueError as error:
        notes.error((*path, "days"), str(error), 'Write "daily", "monthly" or days such as ["mon", "fri"]')
    _remembered((*path, "catch_up_hours"), report, site.mail, notes)
    _known((*path, "queue"), "queue", report.queue, [queue.id for queue in site.queue], notes)
    _known((*path, "agent"), "agent", report.agent, [agent.id for agent in site.agent], notes)


def _recipients(path: Path, addresses: Sequence[str], notes: Notebook) -> None:
    if not addresses and not notes.has_error_at(path):
        notes.error(path, "nobody is named", 'Write to = ["name@example.com"]')
    if len(addresses) > MOST_RECIPIENTS:
        cure = f"Name at most {MOST_RECIPIENTS}, or a list of the mail server"
        notes.error(path, f"{len(addresses)} addresses are too many for one mail", cure)
    for place, address in enumerate(addresses):
        try:
            read_mail_address(address)
        except ValueError as error:
            if not notes.has_error_at((*path, place)):
                notes.error((*path, place), str(error), _ADDRESS_CURE)


def _remembered(path: Path, report: Report, mail: Mail, notes: Notebook) -> None:
    """What was sent must be known for as long as it could be made up for, or it would be sent again."""
    if mail.keep_days and report.catch_up_hours > mail.keep_days * 24:
        cure = f"Write at most {mail.keep_days * 24:g}, or make [mail] keep_days larger"
        notes.error(path, f"{report.catch_up_hours:g} hours are longer than mails are remembered", cure)


def _known(path: Path, kind: str, idents: Sequence[str], known: Sequence[str], notes: Notebook) -> None:
    for place, ident in enumerate(idents):
        if ident not in known:
            cure = did_you_mean(ident, known, f"Add a [[{kind}]]")
            notes.error((*path, place), f"there is no {kind} {shown_value(ident)}", cure)
