"""What must be true of `[[mailbox]]`, and of numbers that lead to one. Pure."""

import re

from server.config.findings import Notebook, Path, did_you_mean, shown_value
from server.config.mail import read_mail_address
from server.config.site import Mailbox, SiteFile

_PIN = re.compile(r"[0-9]{4,12}")
_NUMBER = re.compile(r"[0-9]{1,16}")
_WEAK = {"0000", "1111", "1234", "4321", "12345", "123456"}


def check_mailboxes(site: SiteFile, notes: Notebook) -> None:
    """Numbers, PINs and owners."""
    seen: dict[str, int] = {}
    for index, mailbox in enumerate(site.mailbox):
        path: Path = ("mailbox", index)
        _number(path, mailbox, seen, notes)
        seen.setdefault(mailbox.number, index)
        _pin(path, mailbox, notes)
        if mailbox.owner:
            _owner((*path, "owner"), mailbox.owner, site, notes)
        if mailbox.task_queue:
            _task_queue((*path, "task_queue"), mailbox.task_queue, site, notes)
        _mail((*path, "mail"), mailbox, site, notes)
        if mailbox.max_seconds and mailbox.min_seconds >= mailbox.max_seconds:
            cure = "Let min_seconds be less than max_seconds"
            notes.error((*path, "min_seconds"), "no message could be long enough and short enough", cure)


def check_mailbox_named(path: Path, mailbox: str, site: SiteFile, notes: Notebook) -> None:
    """A destination names a mailbox."""
    mailboxes = [one.id for one in site.mailbox]
    if mailbox not in mailboxes:
        cure = did_you_mean(mailbox, mailboxes, f'Add a [[mailbox]] with id = "{mailbox}"')
        notes.error(path, f'there is no mailbox "{mailbox}"', cure)


def check_hearing(path: Path, site: SiteFile, notes: Notebook) -> None:
    """A number leads to the owners' menus."""
    if not any(mailbox.number and mailbox.pin for mailbox in site.mailbox):
        cure = "Give a [[mailbox]] a number and a pin"
        notes.error(path, "no mailbox can be heard by telephone", cure)


def _number(path: Path, mailbox: Mailbox, seen: dict[str, int], notes: Notebook) -> None:
    number = mailbox.number
    if number and not _NUMBER.fullmatch(number):
        notes.error((*path, "number"), f"{shown_value(number)} cannot be typed", "Write 1 to 16 digits")
    elif number and number in seen:
        other = f"mailbox[{seen[number]}]"
        notes.error((*path, "number"), f'"{number}" is already the number of {other}', "Give each its own")


def _pin(path: Path, mailbox: Mailbox, notes: Notebook) -> None:
    pin = mailbox.pin
    if not pin or pin.startswith(("env:", "file:")):
        return
    if not _PIN.fullmatch(pin):
        notes.error((*path, "pin"), "the PIN cannot be typed", "Write 4 to 12 digits, env:NAME or file:PATH")
    elif pin in _WEAK or len(set(pin)) == 1 or pin == mailbox.number:
        notes.warn((*path, "pin"), "the PIN is easily guessed", "Choose digits at random")


def _task_queue(path: Path, queue: str, site: SiteFile, notes: Notebook) -> None:
    known = [one.id for one in site.queue]
    if queue not in known:
        cure = did_you_mean(queue, known, f'Add a [[queue]] with id = "{queue}"')
        notes.error(path, f'there is no queue "{queue}"', cure)
    elif not any(trunk.target for trunk in site.trunk):
        notes.error(path, "callers are called back, and no trunk takes our calls", "Give a [[trunk]] a target")


def _mail(path: Path, mailbox: Mailbox, site: SiteFile, notes: Notebook) -> None:
    if not mailbox.mail:
        if mailbox.mail_sound:
            notes.warn(path, "nobody gets the sound by mail", 'Write mail = "name@example.com", or take mail_sound out')
        return
    try:
        read_mail_address(mailbox.mail)
    except ValueError as error:
        notes.error(path, str(error), "Write name@example.com")
    if not site.mail.smtp:
        notes.error(path, "messages are told by mail, and there is no mail server", 'Add [mail] smtp = "..."')


def _owner(path: Path, owner: str, site: SiteFile, notes: Notebook) -> None:
    kind, _, ident = owner.partition(":")
    known = {"agent": [agent.id for agent in site.agent], "queue": [queue.id for queue in site.queue]}
    if kind not in known or not ident:
        notes.error(path, f"{shown_value(owner)} owns no mailbox", 'Write "agent:ID" or "queue:ID"')
    elif ident not in known[kind]:
        cure = did_you_mean(ident, known[kind], f'Add a [[{kind}]] with id = "{ident}"')
        notes.error(path, f'there is no {kind} "{ident}"', cure)
