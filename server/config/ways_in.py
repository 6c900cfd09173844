"""What must be true of the way from a trunk over a dialled number to a queue. Pure."""

import re

from server.config import addresses
from server.config.findings import Notebook, Path, did_you_mean, shown_value
from server.config.mailboxes import check_hearing, check_mailbox_named
from server.config.ranges import ID
from server.config.site import Number, SiteFile

STRATEGIES = (
    "longest-idle", "fewest-calls", "least-talk-time", "round-robin", "top-down", "random", "weighted-random",
    "ring-all", "ring-progressively",
)  # fmt: skip
"""Strategies that this version knows."""
_TO_CURE = 'Write "queue:ID", "dialog:ID", "voicemail:ID" or "voicemail"'
_DIAL_CURE = "Write the user part alone, as it arrives, or E.164 such as +15550100"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def check_trunks(site: SiteFile, notes: Notebook) -> None:
    """Where trunks lead, and from where they call."""
    for index, trunk in enumerate(site.trunk):
        cure = "Write HOST, HOST:PORT or sip:HOST:PORT;transport=tcp"
        path: Path = ("trunk", index, "target")
        target = notes.read(path, trunk.target, addresses.read_target, cure, may_be_empty=True)
        if target and target.transport == "udp" and not any(text.startswith("udp:") for text in site.sip.listen):
            cure = "Add a udp: address to [sip] listen, or write sip:HOST:PORT;transport=tcp"
            notes.warn(path, f'"{trunk.target}" is called over UDP, for which SIP has no socket', cure)
        for place, text in enumerate(trunk.accept_from):
            path = ("trunk", index, "accept_from", place)
            network = notes.read(path, text, addresses.read_network, "Write 192.0.2.1 or 192.0.2.0/24")
            if network is not None and network.prefixlen == 0:
                notes.warn(path, f'"{text}" lets everybody call in as this trunk', "Name the provider's networks")
        if not trunk.target and not trunk.accept_from:
            notes.warn(("trunk", index), f'the trunk "{trunk.name}" can carry no call', "Set target or accept_from")


def check_numbers(site: SiteFile, notes: Notebook) -> None:
    """What is dialled, and the place that it leads to."""
    queues = [queue.id for queue in site.queue if queue.id]
    seen: dict[str, int] = {}
    for index, number in enumerate(site.number):
        _dial(("number", index, "dial"), number.dial, seen, notes)
        seen.setdefault(number.dial, index)
        path: Path = ("number", index, "to")
        kind, _, target = number.to.partition(":")
        if not number.to:
            notes.empty(path, _TO_CURE)
            continue
        if number.to == "voicemail":
            check_hearing(path, site, notes)
        elif kind not in ("queue", "voicemail", "dialog") or not target:
            notes.error(path, f"{shown_value(number.to)} is not a place for calls", _TO_CURE)
        elif kind == "dialog":
            _script(path, target, notes)
        elif kind == "voicemail":
            check_mailbox_named(path, target, site, notes)
        elif target not in queues:
            cure = did_you_mean(target, queues, f'Add a [[queue]] with id = "{target}"')
            notes.error(path, f'there is no queue "{target}"', cure)
        _spoken(index, number, notes)


def _spoken(index: int, number: Number, notes: Notebook) -> None:
    """What belongs to scripts only, and the language in which one begins."""
    is_script = number.to.startswith("dialog:")
    for key in ("otherwise", "language"):
        if getattr(number, key) and not is_script:
            notes.warn(("number", index, key), "it means something with dialog: only", "Take it out")
    if number.language and number.language != "ask" and not _LANGUAGE.fullmatch(number.language):
        cure = 'Write a language such as "pt", or "ask"'
        notes.error(("number", index, "language"), f"{shown_value(number.language)} is no language", cure)
    if is_script and not number.otherwise:
        cure = 'Write otherwise = "queue:ID", so that somebody takes the call'
        notes.warn(("number", index), "a caller who wants a person, or whose script cannot run, is hung up", cure)


def _script(path: Path, ident: str, notes: Notebook) -> None:
    if not ID.fullmatch(ident):
        cure = "Write the id that stands in the script, such as power-outage, without path and .xml"
        notes.error(path, f"{shown_value(ident)} is no id of a script", cure)


def _dial(path: Path, dial: str, seen: dict[str, int], notes: Notebook) -> None:
    if not dial:
        notes.empty(path, _DIAL_CURE)
    elif any(c.isspace() or c in '@:;<>"' for c in dial) or len(dial) > 128:
        notes.error(path, f"{shown_value(dial)} is not the user part of a SIP URI", _DIAL_CURE)
    elif dial in seen:
        notes.error(path, f'"{dial}" already leads from number[{seen[dial]}]', "Take one of them out")


def check_queues(site: SiteFile, notes: Notebook) -> None:
    """The strategy and the scripts of each queue, and that somebody serves it."""
    for index, queue in enumerate(site.queue):
        path: Path = ("queue", index, "strategy")
        if queue.strategy not in STRATEGIES:
            cure = did_you_mean(queue.strategy, STRATEGIES, "")
            notes.error(path, f"there is no strategy {shown_value(queue.strategy)}", cure)
        for key in ("dialog", "survey"):
            if ident := getattr(queue, key):
                _script(("queue", index, key), ident, notes)
        if queue.id and not any(queue.id in agent.queues for agent in site.agent):
            notes.warn(
                ("queue", index), f'no agent takes calls of the queue "{queue.id}"', "Name it in an agent's queues"
            )
