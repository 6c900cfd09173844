"""Every key of a site file, with its unit, range and default.

Unknown keys are errors. A key without a default is required. 0 means "no limit" wherever a limit is meant.
"""

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
    """Every card is asked each second whether it lives; one that leaves a question unanswered for so long is killed.
    0: never."""
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


class Trunk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[trunk]]`: a line to the telephone network."""

    name: str
    """Stands in records as the way a call came."""
    target: str = ""
    """`HOST[:PORT]` or `sip:HOST[:PORT][;transport=tcp]` that takes our calls; empty: incoming only."""
    accept_from: list[str] = []
    """Addresses and networks (CIDR) whose calls are the trunk's."""


class Number(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[number]]`: a number that can be dialled."""

    dial: str
    """User part of the request URI as it arrives, or E.164."""
    to: str
    """`queue:ID`, `dialog:ID` (a published script, spoken), `voicemail:ID` (leave a message there), or `voicemail`
    (owners hear their messages)."""
    otherwise: str = ""
    """With `dialog:`: where a caller goes who wants a person, when the script does not say where, and every caller
    while the script cannot run: `queue:ID`, `number:+E.164`, `voicemail:ID` or `message:FILE.wav`; empty: we say that
    we are sorry, and hang up."""
    language: str = ""
    """With `dialog:`: the language of the script in which it begins, such as `pt`; empty: the site's; `ask`: callers
    choose among the script's languages first."""


class Mailbox(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[mailbox]]`: where callers leave messages."""

    id: str
    """Name of the mailbox in this file, in records, and of the folder that keeps its sound."""
    name: str = ""
    """What people see; empty: the id."""
    number: str = ""
    """Digits by which its owner names it on the telephone, up to 16; empty: it is not heard by telephone."""
    owner: str = ""
    """`agent:ID` or `queue:ID` (all its agents): who sees it at the desk, and whose telephones show a lamp."""
    pin: str = ""
    """4 to 12 digits, or `env:NAME` or `file:PATH`, typed by the owner; empty: not heard by telephone."""
    greeting: str = ""
    """WAV file beside the site file, until the owner records one; empty: our own."""
    max_seconds: float = 180
    """Longest message; 0: no limit."""
    min_seconds: float = 2
    """What is shorter is no message."""
    silence_seconds: float = 5
    """A caller who says nothing for so long has finished; 0: never by that."""
    max_messages: int = 100
    """So many messages fit; 0: no limit."""
    keep_days: int = 0
    """Heard and saved messages are thrown away after so many days; 0: never. New ones never are."""
    exit_to: str = ""
    """Where key 0 leads: a destination as in `when_closed`, such as `queue:ID`; empty: nowhere."""
    task_queue: str = ""
    """Queue in which each message waits like a call-back: an agent hears it, and then its caller is called; empty: it
    waits in the mailbox only."""
    mail: str = ""
    """Address that gets a mail for each message, such as `ana@example.com`; empty: no mails. Needs `[mail]`."""
    mail_sound: bool = False
    """Whether the sound goes with the mail; mails are often kept where messages should not be."""


class Tier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[queue.tier]]`: whose skills are enough for a caller who has waited so long. Each tier adds agents."""

    after_seconds: float = 0
    """Waiting time from which the tier counts; the first tier of a queue has 0."""
    require: str
    """Expression over the agent's skills, such as `english >= 5 and billing > 0`; a skill not named is 0."""


class CallerPriority(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[queue.caller_priority]]`: callers who are served before or after others of the queue."""

    when: str
    """Expression over `number` (E.164, or as it arrived), `dialled`, `trunk` and `segment` (of the customer's card, as
    soon as the customer is known), such as `segment == 'gold'`."""
    add: int = 1
    """Added to the queue's priority for every entry that is true, -100 to 100."""


class Exit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[queue.exit]]`: a key with which a waiting caller leaves the queue."""

    key: str
    """One of 0-9, * and #."""
    to: str
    """`queue:ID`, `number:+E.164`, `voicemail:ID`, `dialog:ID`, `call-back`, `goodbye` or `message:FILE.wav`: as
    `when_closed`. Who wants a person in a script that does not say where is back in this queue, at the old place."""


class Queue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[queue]]`: where callers wait for one of its agents."""

    id: str
    """Name of the queue in this file, in records and in figures."""
    name: str = ""
    """What people see; empty: the id."""
    strategy: str = "longest-idle"
    """`longest-idle`, `fewest-calls`, `least-talk-time` (both since the agent logged in), `round-robin`, `top-down`,
    `random` or `weighted-random`; or several phones at once: `ring-all` rings at everybody who is free,
    `ring-progressively` at who has been free longest, and at one more every `ring_step_seconds`."""
    priority: int = 0
    """Higher is served first, -100 to 100."""
    ring_seconds: float = 20
    """How long an agent's phone rings; 0: until the caller gives up."""
    ring_step_seconds: float = 5
    """`ring-progressively`: after each such time one more phone rings, and the earlier ones ring on."""
    ring_most_agents: int = 20
    """`ring-all`, `ring-progressively`: at most so many phones ring for one caller at a time; 0: no limit."""
    tier: list[Tier] = []
    """Skills that are wanted, and from when on less is enough; none: every agent of the queue."""
    caller_priority: list[CallerPriority] = []
    """Whose calls come first."""
    sticky_seconds: float = 0
    """For so long after a talk the same agent, if free, gets the next call of the same customer (from any
    number of the card), or, of who is not known, of the same number; 0: no matter who."""
    wrap_up_seconds: float = 30
    """Time after the call for the agent to finish; 0: none."""
    service_level_seconds: float = 20
    """Whoever is answered within this time is within the service level."""
    service_level_percent: float = 80
    """Goal: so many of a hundred callers are answered within `service_level_seconds`."""
    service_level_abandons: Literal["left-out", "against", "for"] = "left-out"
    """Abandons in the service level: those within the time are left out, count `against` it, or `for` it."""
    max_wait_seconds: float = 0
    """A caller who waited so long in this queue goes where `when_too_long` says; 0: no limit."""
    max_waiting: int = 0
    """So many callers may wait on the line; the next goes where `when_full` says. Call-backs occupy no line and are not
    counted; 0: no limit."""
    hours: list[str] = []
    """When the queue is open, in the site's time zone, such as `mon-fri 08:00-18:00`, `sat 09:00-13:00` or
    `fri 22:00-02:00` (into the next day); none: always."""
    holidays: list[str] = []
    """Days on which it is closed: a country's or a region's public holidays (`DE`, `DE-BE`), one day (`2026-12-24`) or
    one of every year (`12-24`)."""
    when_closed: str = "goodbye"
    """Where a caller goes outside the hours: `goodbye` (our message, then hung up), `message:FILE.wav` (yours, beside
    the site file, then hung up), `queue:ID` (the wait so far counts there), `number:+E.164` (over the trunk),
    `voicemail:ID` (a mailbox), `dialog:ID` (a published script, spoken; a person only where it names a queue) or
    `call-back`."""
    when_full: str = "goodbye"
    """The same, for a caller who comes while `max_waiting` calls wait."""
    when_empty: str = "wait"
    """The same, when no agent of the queue is logged in, for who comes and for who waits; `wait`: callers wait."""
    when_too_long: str = "goodbye"
    """The same, after `max_wait_seconds`."""
    exit: list[Exit] = []
    """Keys with which a waiting caller leaves, also while an agent's phone rings; a call-back is taken then only if the
    agent does not answer."""
    announce_position: bool = False
    """Tell who waits the place in the queue (up to 99)."""
    announce_wait: bool = False
    """Tell who waits the expected wait, in minutes."""
    announce_first_seconds: float = 20
    """The first announcement comes after so much waiting."""
    announce_every_seconds: float = 60
    """And then one each so often, never more; 0: only the first."""
    call_back_typed: list[str] = []
    """How numbers begin that a caller may type to be called back at, such as `0` (national ones) or `0043`; none: only
    the number that the caller called from. Callers choose whom we call, and we pay: so only ordinary numbers of the
    site's country are called, those of another one if `00` or three digits and more of it are named here, and those
    whose owners earn by it never."""
    call_back_attempts: int = 3
    """How often a number is called back before it is given up."""
    call_back_retry_seconds: float = 300
    """After a number did not answer, it is called again so much later."""
    call_back_ring_seconds: float = 30
    """How long the customer's phone rings in a call-back."""
    music: str = ""
    """WAV file beside the site file; empty: our own."""
    greeting: str = ""
    """WAV file beside the site file, played first; empty: our own; `none`: no greeting."""
    dialog: str = ""
    """Id of the published script that begins at the agent's desk when a call of this queue is answered; empty: none."""
    survey: str = ""
    """Id of the published script that a caller who agreed to it goes on with when the agent has hung up: asked while
    waiting, or after the call who was connected before the question was heard; empty: nobody is asked."""
    survey_key: str = "1"
    """The key with which a caller agrees to it."""


class Agent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[agent]]`: a person who can log in."""

    id: str
    """What the person logs in with; also the user part of the phone's address."""
    name: str = ""
    """What colleagues see; empty: the id."""
    role: Literal["agent", "supervisor", "administrator"] = "agent"
    """`agent`, `supervisor` (sees everybody) or `administrator` (may do everything)."""
    queues: list[str] = []
    """Queues in which the agent takes calls."""
    skills: dict[str, int] = {}
    """Skill to level, 0 to 10."""
    penalties: dict[str, int] = {}
    """Queue to penalty, 0 to 100: of the free agents those with a smaller one are asked first; not named is 0."""
    weight: int = 1
    """Share of the calls in queues with `weighted-random`, 1 to 100."""
    phone: str = "registered"
    """`registered` (a SIP phone or the desk's softphone that registers), `sip:...`, or `tel:+...` over a trunk."""
    verify: bool = False
    """Probe a fixed `sip:` phone with OPTIONS; otherwise it counts as reachable until an INVITE to it fails."""
    password: str = ""
    """Log-in to desk and web: the word itself, `env:NAME` or `file:PATH`; empty: set with `caruso user password`."""
    sip_password: str = ""
    """For a phone that registers, same forms; empty: set with `caruso user password --sip`, or only the desk's
    softphone, with a credential of its session."""


class Reason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[reason]]`: why an agent is not ready."""

    id: str
    """Name of the reason in records; `no-answer` is the one given to an agent whose phone rang in vain."""
    name: str = ""
    """What agents choose; empty: the id."""


class Result(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[result]]`: how a conversation ended, for the agent to choose."""

    id: str
    """Name of the result in records; `none-timeout` is stored when the wrap-up ended without one."""
    name: str = ""
    """What agents choose; empty: the id."""


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


class Stopping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[stopping]`: what happens on SIGTERM."""

    grace_seconds: float = 30
    """Calls may go on so long; then they are released. 0: until the last one is over."""


class SiteFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole site file."""

    site: Site = Site()
    sip: Sip = Sip()
    media: Media = Media()
    linecards: LineCards = LineCards()
    web: Web = Web()
    storage: Storage = Storage()
    mail: Mail = Mail()
    stopping: Stopping = Stopping()
    trunk: list[Trunk] = []
    number: list[Number] = []
    queue: list[Queue] = []
    mailbox: list[Mailbox] = []
    agent: list[Agent] = []
    reason: list[Reason] = []
    result: list[Result] = []
    report: list[Report] = []
    service: list[Service] = []
    folder: str = ""
    """Where the site file lies; set by the loader, not a key of the file."""
