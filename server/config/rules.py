"""What must be true of a site beyond its shape: values, ranges, ids, and what refers to what. Pure."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from server.config import addresses
from server.config.destinations import check_waiting
from server.config.distribution import check_distribution
from server.config.findings import Notebook, Path, did_you_mean, shown_value
from server.config.mail import check_mail
from server.config.mailboxes import check_hearing, check_mailbox_named, check_mailboxes
from server.config.ranges import ID, RANGES, Range
from server.config.services import check_services
from server.config.site import Number, SiteFile

STRATEGIES = (
    "longest-idle", "fewest-calls", "least-talk-time", "round-robin", "top-down", "random", "weighted-random",
    "ring-all", "ring-progressively",
)  # fmt: skip
"""Strategies that this version knows."""
RING_TOGETHER = ("ring-all", "ring-progressively")
"""Those that ring at several phones at once."""
LANGUAGES = ("en", "pt")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_ID_CURE = "Use 1 to 64 letters, digits, dots, dashes and underscores, without spaces"


def check_rules(site: SiteFile, notes: Notebook) -> None:
    """Note every value that cannot be and every reference that leads nowhere."""
    for check in (
        _ranges,
        _names,
        _site,
        _sip,
        _media,
        _web,
        _web_dialogs,
        _storage,
        _trunks,
        _numbers,
        _queues,
        check_distribution,
        check_waiting,
        check_mail,
        check_mailboxes,
        check_services,
        _agents,
        _whole,
    ):
        check(site, notes)


def _read(path: Path, text: str, read: Callable[[str], Any], cure: str, notes: Notebook) -> Any:
    """What `read` makes of a text; None, and an error noted, if it cannot; empty texts are None without a note."""
    if not text:
        return None
    try:
        return read(text)
    except ValueError as error:
        notes.error(path, str(error), cure)
        return None


def _ranges(site: SiteFile, notes: Notebook) -> None:
    for (table, key), limits in RANGES.items():
        held = getattr(site, table)
        if isinstance(held, msgspec.Struct):
            _range((table, key), getattr(held, key), limits, notes)
        else:
            for index, one in enumerate(held):
                _range((table, index, key), getattr(one, key), limits, notes)


def _range(path: Path, value: float, limits: Range, notes: Notebook) -> None:
    if not limits.lowest <= value <= limits.highest:  # is true of nan too
        notes.error(
            path, f"{shown_value(value)} is out of range", f"Write {limits.lowest} to {limits.highest}{limits.unit}"
        )


def _names(site: SiteFile, notes: Notebook) -> None:
    """Ids are well formed, and none is there twice."""
    for table, key in (
        ("trunk", "name"),
        ("queue", "id"),
        ("agent", "id"),
        ("reason", "id"),
        ("result", "id"),
        ("mailbox", "id"),
        ("service", "name"),
    ):
        seen: dict[str, int] = {}
        for index, one in enumerate(getattr(site, table)):
            name = getattr(one, key)
            path: Path = (table, index, key)
            if not name:
                _empty(path, notes)
            elif not ID.fullmatch(name):
                notes.error(path, f"{shown_value(name)} cannot be used as a name", _ID_CURE)
            elif name in seen:
                first = f"{table}[{seen[name]}]"
                notes.error(path, f'"{name}" is already the {key} of {first}', f"Give this {table} another {key}")
            seen.setdefault(name, index)


def _empty(path: Path, notes: Notebook) -> None:
    if not notes.has_error_at(path):
        notes.error(path, "the text is empty", _ID_CURE)


def _site(site: SiteFile, notes: Notebook) -> None:
    language = site.site.language
    if language.partition("-")[0] not in LANGUAGES:  # pt-BR is pt
        cure = did_you_mean(language, LANGUAGES, "")
        notes.error(("site", "language"), f"there are no prompts in {shown_value(language)}", cure)


def _sip(site: SiteFile, notes: Notebook) -> None:
    cure = "Write udp:HOST:PORT or tcp:HOST:PORT, such as udp:0.0.0.0:5060 or udp:[::]:5060"
    seen: dict[addresses.Listen, int] = {}
    for index, text in enumerate(site.sip.listen):
        listen = _read(("sip", "listen", index), text, addresses.read_listen, cure, notes)
        if listen is None:
            continue
        if listen.port and listen in seen:
            notes.error(("sip", "listen", index), f'"{text}" is there twice', "Take one of them out")
        seen[listen] = index
    if not site.sip.listen:
        notes.error(("sip", "listen"), "SIP listens nowhere", 'Write listen = ["udp:0.0.0.0:5060"]')
    _read(("sip", "domain"), site.sip.domain, addresses.read_host, "Write a host name such as pbx.example.com", notes)
    host = "Write the host name or IP address that phones and trunks reach us at"
    _read(("sip", "advertise"), site.sip.advertise, addresses.read_host, host, notes)
    if site.sip.minimum_registration_seconds > site.sip.registration_seconds:
        notes.error(
            ("sip", "minimum_registration_seconds"),
            f"{site.sip.minimum_registration_seconds} is more than registration_seconds",
            f"Write at most {site.sip.registration_seconds}",
        )
    if any(listen.is_wildcard for listen in seen) and site.sip.domain == "caruso.local":
        notes.warn(
            ("sip", "listen"),
            "SIP listens at every address of the machine, and no domain is set",
            "Set [sip] domain to the name that phones register with, or listen at one address",
        )


def _media(site: SiteFile, notes: Notebook) -> None:
    _media_address(site, notes)
    if site.media.clock_hz not in (8000, 16000):
        notes.error(("media", "clock_hz"), f"{site.media.clock_hz} is not possible", "Write 8000 or 16000")
    ports = _read(("media", "rtp_ports"), site.media.rtp_ports, addresses.read_port_range, 'Write "20000-23999"', notes)
    if not site.media.rtp_ports:
        notes.error(("media", "rtp_ports"), "the range is empty", 'Write "20000-23999"')
    if ports is not None:
        _room_for_media(site, ports[1] - ports[0] + 1, notes)
    if site.linecards.legs_per_card > 4:
        notes.warn(
            ("linecards", "legs_per_card"),
            f"the stock build of pjsua2 holds 4 calls, not {site.linecards.legs_per_card}",
            "Write 4, unless you have built pjsua2 with a larger PJSUA_MAX_CALLS",
        )
    if site.linecards.maximum and site.linecards.spare > site.linecards.maximum:
        notes.error(
            ("linecards", "spare"),
            f"{site.linecards.spare} spare cards are more than maximum = {site.linecards.maximum}",
            f"Write at most {site.linecards.maximum}",
        )


def _media_address(site: SiteFile, notes: Notebook) -> None:
    path: Path = ("media", "address")
    try:
        found = addresses.read_media_addresses(site.media.address)
    except ValueError as error:
        notes.error(path, str(error), "Write an IP address of this machine, or one of IPv4 and one of IPv6, or nothing")
        return
    if site.sip.listen and all("[" in text for text in site.sip.listen):
        notes.warn(
            ("sip", "listen"),
            "SIP listens over IPv6 only: the softphones of desks, whose sound goes over IPv4, cannot register",
            "Listen at an IPv4 address too, unless every agent has another phone",
        )
    outside = [text for text in site.sip.listen if "[" in text and "[::1]" not in text]
    if outside and not found.ipv6:
        notes.warn(
            path,
            f'SIP listens at "{outside[0]}", and no IPv6 address is named for RTP: who calls over IPv6 hears over IPv4',
            'Name the machine\'s IPv6 address too, as in ["192.0.2.5", "2001:db8::5"]',
        )
    if found.ipv6 and not found.ipv4:
        notes.warn(
            path,
            f'"{found.ipv6}" is the only address: calls with sound over IPv4 are refused',
            f'Name the machine\'s IPv4 address too, as in ["192.0.2.5", "{found.ipv6}"]',
        )


def _room_for_media(site: SiteFile, count: int, notes: Notebook) -> None:
    """Each leg needs a port for RTP and one for RTCP."""
    legs = site.linecards.legs_per_card
    if count < 2 * legs:
        notes.error(
            ("media", "rtp_ports"),
            f'"{site.media.rtp_ports}" has room for {count // 2} legs, a conversation may need {legs}',
            f"Make the range at least {2 * legs} ports wide",
        )
    elif site.linecards.maximum * legs * 2 > count:
        notes.warn(
            ("media", "rtp_ports"),
            f'"{site.media.rtp_ports}" has {count} ports; {site.linecards.maximum} cards with {legs} legs may need '
            f"{site.linecards.maximum * legs * 2}",
            f"Make the range wider, or set [linecards] maximum to {count // (2 * legs)}",
        )


SCRIPT_ID = re.compile(r"[A-Za-z_][\w.-]{0,79}")
"""As scripts have them (NMTOKEN), and short enough for an address."""


def _web(site: SiteFile, notes: Notebook) -> None:
    cure = 'Write HOST:PORT, such as "127.0.0.1:8080", or "" for no web'
    listen = _read(("web", "listen"), site.web.listen, addresses.read_web_listen, cure, notes)
    cure = "Write it as browsers show it, such as https://calls.example.com"
    url = _read(("web", "public_url"), site.web.public_url, addresses.read_public_url, cure, notes)
    outside = listen is not None and not (listen.host.startswith("127.") or listen.host in ("::1", "localhost"))
    if outside and not (url or "").startswith("https://"):
        notes.warn(
            ("web", "listen"),
            f'"{site.web.listen}" can be reached from other machines, and passwords go over it in clear',
            "Put a proxy that speaks TLS before it, listen at 127.0.0.1, and set public_url to its https:// address",
        )


def _web_dialogs(site: SiteFile, notes: Notebook) -> None:
    for index, ident in enumerate(site.web.dialogs):
        path: Path = ("web", "dialogs", index)
        if not SCRIPT_ID.fullmatch(ident):
            notes.error(
                path, f"{shown_value(ident)} is no id of a script", 'Write the id of a dialog, as "meter-reading"'
            )
        elif ident in site.web.dialogs[:index]:
            notes.error(path, f'"{ident}" is named twice', "Take one of the two out")


def _storage(site: SiteFile, notes: Notebook) -> None:
    url = site.storage.url
    scheme, _, rest = url.partition("://")
    kind = scheme.partition("+")[0]
    if kind not in ("sqlite", "postgresql") or not rest:
        notes.error(
            ("storage", "url"),
            f"{shown_value(scheme + '://...' if rest else url)} is not a database that we can use",
            'Write "sqlite:///caruso.db" or "postgresql+psycopg://USER@HOST/DATABASE"',
        )
    elif kind == "sqlite" and (not rest.startswith("/") or rest in ("/", "/:memory:")):
        notes.error(
            ("storage", "url"), f"{shown_value(url)} names no file to keep the data in", 'Write "sqlite:///caruso.db"'
        )


def _trunks(site: SiteFile, notes: Notebook) -> None:
    for index, trunk in enumerate(site.trunk):
        cure = "Write HOST, HOST:PORT or sip:HOST:PORT;transport=tcp"
        _read(("trunk", index, "target"), trunk.target, addresses.read_target, cure, notes)
        for place, text in enumerate(trunk.accept_from):
            path: Path = ("trunk", index, "accept_from", place)
            network = _read(path, text, addresses.read_network, "Write 192.0.2.1 or 192.0.2.0/24", notes)
            if network is not None and network.prefixlen == 0:
                notes.warn(path, f'"{text}" lets everybody call in as this trunk', "Name the provider's networks")
        if not trunk.target and not trunk.accept_from:
            notes.warn(("trunk", index), f'the trunk "{trunk.name}" can carry no call', "Set target or accept_from")


def _numbers(site: SiteFile, notes: Notebook) -> None:
    queues = [queue.id for queue in site.queue if queue.id]
    seen: dict[str, int] = {}
    for index, number in enumerate(site.number):
        _dial(("number", index, "dial"), number.dial, seen, notes)
        seen.setdefault(number.dial, index)
        path: Path = ("number", index, "to")
        kind, _, target = number.to.partition(":")
        if not number.to:
            continue
        if number.to == "voicemail":
            check_hearing(path, site, notes)
        elif kind not in ("queue", "voicemail", "dialog") or not target:
            cure = 'Write "queue:ID", "dialog:ID", "voicemail:ID" or "voicemail"'
            notes.error(path, f"{shown_value(number.to)} is not a place for calls", cure)
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
    if dial and (any(c.isspace() or c in '@:;<>"' for c in dial) or len(dial) > 128):
        cure = "Write the user part alone, as it arrives, or E.164 such as +15550100"
        notes.error(path, f"{shown_value(dial)} is not the user part of a SIP URI", cure)
    elif dial and dial in seen:
        notes.error(path, f'"{dial}" already leads from number[{seen[dial]}]', "Take one of them out")


def _queues(site: SiteFile, notes: Notebook) -> None:
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


def _agents(site: SiteFile, notes: Notebook) -> None:
    queues = [queue.id for queue in site.queue if queue.id]
    outward = any(trunk.target for trunk in site.trunk)
    for index, agent in enumerate(site.agent):
        for place, queue in enumerate(agent.queues):
            if queue and queue not in queues:
                cure = did_you_mean(queue, queues, f'Add a [[queue]] with id = "{queue}"')
                notes.error(("agent", index, "queues", place), f'there is no queue "{queue}"', cure)
        if not agent.queues and agent.role == "agent":
            notes.warn(("agent", index), f'the agent "{agent.id}" is in no queue', 'Write queues = ["..."]')
        for skill, level in agent.skills.items():
            _range(("agent", index, "skills", skill), level, Range(0, 10), notes)
        path: Path = ("agent", index, "phone")
        cure = 'Write "registered", "sip:USER@HOST" or "tel:+NUMBER"'
        phone = _read(path, agent.phone, addresses.read_phone, cure, notes)
        if not agent.phone:
            notes.error(path, "the text is empty", cure)
        if phone is not None and phone[0] == "tel" and not outward:
            cure = "Add a [[trunk]] with a target, or give the agent another phone"
            notes.error(path, f'"{agent.phone}" needs a trunk that takes our calls, and there is none', cure)
        if phone is not None and phone[0] == "tel":
            _alone(site, index, notes)
        if agent.verify and phone is not None and phone[0] != "sip":
            notes.warn(("agent", index, "verify"), "only a fixed sip: phone can be probed", "Take verify out")


def _alone(site: SiteFile, index: int, notes: Notebook) -> None:
    """A mobile rings alone: among several phones its voicemail would be the first to pick up."""
    agent = site.agent[index]
    together = {queue.id: queue.strategy for queue in site.queue if queue.strategy in RING_TOGETHER}
    for place, queue in enumerate(agent.queues):
        if queue in together:
            notes.error(
                ("agent", index, "queues", place),
                f'the phone "{agent.phone}" of "{agent.id}" cannot ring together with others in "{queue}"',
                f"Give the agent a SIP phone, take {queue} out, or use another strategy than {together[queue]} there",
            )


def _whole(site: SiteFile, notes: Notebook) -> None:
    _missing(site.queue, "queue", "no caller can be served", notes)
    _missing(site.number, "number", "no call reaches a queue", notes)
    _missing(site.agent, "agent", "nobody can take a call", notes)


def _missing(entries: Sequence[object], table: str, effect: str, notes: Notebook) -> None:
    if not entries:
        notes.warn((), f"there is no [[{table}]]: {effect}", f"Add a [[{table}]]")
