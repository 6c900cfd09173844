"""`[site]` to `[stopping]`: the server as a whole, one table each."""

from typing import Literal

import msgspec


class Site(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[site]`: who we are."""

    name: str = "Caruso"
    """What people see as the name of the house."""
    language: str = "en"
    """Language of prompts and pages where nothing else is known: `en` or `pt`."""
    time_zone: str = "UTC"
    """IANA name; reports and opening hours follow it."""
    country: str = "DE"
    """ISO 3166 code; numbers without a country code are read as national numbers of this country."""
    currency: str = ""
    """ISO 4217 code, as `BRL`: in which scripts on the telephone say amounts that name no currency; empty: the
    country's."""
    supervision_visible: bool = True
    """Whether agents see on their desk, and later in their own calls' records, who listens to them; `false`: only who
    speaks to them. Ask what the law and your agreements want before you turn it off."""


class Sip(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[sip]`: the edge."""

    listen: list[str] = msgspec.field(default_factory=lambda: ["udp:0.0.0.0:5060", "tcp:0.0.0.0:5060"])
    """`udp:HOST:PORT` and `tcp:HOST:PORT`; IPv6 hosts in brackets; port 0 lets the system choose."""
    domain: str = "caruso.local"
    """Host part of the agents' addresses of record."""
    advertise: str = ""
    """Host that is written into Via, Record-Route and Contact; empty: the listening address, or for a wildcard
    the machine's address."""
    registration_seconds: int = 300
    """Longest life of a registration."""
    minimum_registration_seconds: int = 30
    """A shorter registration is answered 423."""


class Media(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[media]`: RTP."""

    address: list[str] | str = ""
    """Address of the machine that RTP uses, IPv4 or IPv6, or one of each (`["192.0.2.5", "2001:db8::5"]`); empty: the
    IPv4 address that the machine talks to the world with. Each call uses the version that the far end does."""
    rtp_ports: str = "20000-23999"
    """First and last UDP port for RTP and RTCP."""
    clock_hz: int = 8000
    """Conference clock of a card: 8000 or 16000."""
    lost_seconds: int = 10
    """A leg whose RTP stops for so long is taken as lost; 0: never."""


class LineCards(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[linecards]`: processes that each hold one conversation."""

    spare: int = 4
    """Idle cards kept at hand."""
    maximum: int = 200
    """Cards at most, busy and idle."""
    legs_per_card: int = 4
    """Call legs in one card; the stock build of pjsua2 allows 4."""
    retire_after: int = 300
    """Conversations after which a card is replaced; 0: never."""
    answer_within_seconds: float = 3
    """Every card is asked each second whether it lives, and so is the bank; one that leaves a question unanswered for
    so long is killed. 0: never."""
    arrival_wait_seconds: float = 30
    """How long an INVITE waits for a free card before it is answered 503; 0: as long as the caller does."""


class Web(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[web]`: HTTP and WebSocket."""

    listen: str = "127.0.0.1:8080"
    """`HOST:PORT`; empty: no web."""
    public_url: str = ""
    """Address under which browsers and desks reach us (`https://...`); empty: made from `listen`. WebSockets are
    accepted from this origin only (and from programs, which send none)."""
    dialogs: list[str] = []
    """Ids of published dialog scripts that anybody may go through at `/dialogs/ID`; the script must be for the web."""
    dialog_idle_minutes: float = 30
    """A session on the web at which nothing is done for so long comes to rest; its page says so, and goes on."""
    dialog_later_days: float = 14
    """For so long the private link is good with which a visitor goes on later."""
    dialog_sessions_per_hour: int = 30
    """So many sessions may be begun from one address in an hour; 0: any number."""
    dialog_steps_per_minute: int = 120
    """So many pages and steps one address may ask for in a minute; 0: any number."""
    upload_megabytes: float = 5
    """Largest file that a visitor, or an agent in a script, may send."""
    uploads_megabytes: float = 1_000
    """All such files together; then no more are taken until some are deleted. One address may fill a tenth of it, all
    visitors without a personal link eight tenths."""
    upload_days: float = 90
    """Files that were sent are deleted after so long."""
    call_backs_per_hour: int = 60
    """So many call-backs may be asked for on pages in an hour, over all of them; from one address a tenth of it, and as
    many again by customers with a personal link."""
    log_in_attempts: int = 5
    """Failed log-ins from one address within a minute, before it must wait; for one user, over all addresses, ten times
    as many."""


class Storage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[storage]`: the database."""

    url: str = "sqlite:///caruso.db"
    """SQLAlchemy URL; a relative SQLite file lies in the data directory."""
    synchronous: Literal["full", "normal"] = "normal"
    """SQLite: `normal` may lose the facts since the last WAL checkpoint when the machine loses power (nothing when a
    process dies); `full` syncs each commit. What a person was told is saved (notes, results) is always synced."""
    group_milliseconds: float = 2
    """Longest time a fact waits for others to share its commit."""


class Stopping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[stopping]`: what happens on SIGTERM."""

    grace_seconds: float = 30
    """Calls may go on so long; then they are released. 0: until the last one is over."""
