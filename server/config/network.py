"""What must be true of the addresses a site listens at, the room for its sound, and the place of its data. Pure."""

import re

from server.config import addresses
from server.config.findings import Notebook, Path, shown_value
from server.config.site import SiteFile

_SCRIPT_ID = re.compile(r"[A-Za-z_][\w.-]{0,79}")
"""As scripts have them (NMTOKEN), and short enough for an address."""


def check_sip(site: SiteFile, notes: Notebook) -> None:
    """Where SIP listens, and the names it goes by."""
    cure = "Write udp:HOST:PORT or tcp:HOST:PORT, such as udp:0.0.0.0:5060 or udp:[::]:5060"
    seen: dict[addresses.Listen, int] = {}
    for index, text in enumerate(site.sip.listen):
        listen = notes.read(("sip", "listen", index), text, addresses.read_listen, cure)
        if listen is None:
            continue
        if listen.port and listen in seen:
            notes.error(("sip", "listen", index), f'"{text}" is there twice', "Take one of them out")
        seen[listen] = index
    if not site.sip.listen:
        notes.error(("sip", "listen"), "SIP listens nowhere", 'Write listen = ["udp:0.0.0.0:5060"]')
    notes.read(("sip", "domain"), site.sip.domain, addresses.read_host, "Write a host name such as pbx.example.com")
    host = "Write the host name or IP address that phones and trunks reach us at"
    notes.read(("sip", "advertise"), site.sip.advertise, addresses.read_host, host, may_be_empty=True)
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


def check_media(site: SiteFile, notes: Notebook) -> None:
    """The addresses and ports of sound, and how many cards they serve."""
    _media_address(site, notes)
    if site.media.clock_hz not in (8000, 16000):
        notes.error(("media", "clock_hz"), f"{site.media.clock_hz} is not possible", "Write 8000 or 16000")
    ports = notes.read(("media", "rtp_ports"), site.media.rtp_ports, addresses.read_port_range, 'Write "20000-23999"')
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
    for index, text in enumerate(site.media.address if isinstance(site.media.address, list) else ()):
        if not text:
            notes.empty((*path, index), "Take it out, or write an IP address of this machine")
            return
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


def check_web(site: SiteFile, notes: Notebook) -> None:
    """Where the web listens, how others name it, and the scripts on it."""
    cure = 'Write HOST:PORT, such as "127.0.0.1:8080", or "" for no web'
    listen = notes.read(("web", "listen"), site.web.listen, addresses.read_web_listen, cure, may_be_empty=True)
    cure = "Write it as browsers show it, such as https://calls.example.com"
    url = notes.read(("web", "public_url"), site.web.public_url, addresses.read_public_url, cure, may_be_empty=True)
    outside = listen is not None and not (listen.host.startswith("127.") or listen.host in ("::1", "localhost"))
    if outside and not (url or "").startswith("https://"):
        notes.warn(
            ("web", "listen"),
            f'"{site.web.listen}" can be reached from other machines, and passwords go over it in clear',
            "Put a proxy that speaks TLS before it, listen at 127.0.0.1, and set public_url to its https:// address",
        )
    _web_dialogs(site, notes)


def _web_dialogs(site: SiteFile, notes: Notebook) -> None:
    for index, ident in enumerate(site.web.dialogs):
        path: Path = ("web", "dialogs", index)
        if not _SCRIPT_ID.fullmatch(ident):
            notes.error(
                path, f"{shown_value(ident)} is no id of a script", 'Write the id of a dialog, as "meter-reading"'
            )
        elif ident in site.web.dialogs[:index]:
            notes.error(path, f'"{ident}" is named twice', "Take one of the two out")


def check_storage(site: SiteFile, notes: Notebook) -> None:
    """The database's address, without looking whether it is there."""
    url = site.storage.url
    scheme, _, rest = url.partition("://")
    kind = scheme.partition("+")[0]
    if kind not in ("sqlite", "postgresql") or not rest or not url.isprintable():
        notes.error(
            ("storage", "url"),
            f"{shown_value(scheme + '://...' if rest else url)} is not a database that we can use",
            'Write "sqlite:///caruso.db" or "postgresql+psycopg://USER@HOST/DATABASE"',
        )
    elif kind == "sqlite" and (not rest.startswith("/") or rest in ("/", "/:memory:")):
        notes.error(
            ("storage", "url"), f"{shown_value(url)} names no file to keep the data in", 'Write "sqlite:///caruso.db"'
        )
