"""How each component is made, what it waits for, and under which names it registers."""

import os
import secrets
from importlib import metadata
from typing import Any

import structlog
from twisted.internet.task import LoopingCall

from server import clock
from server.app import phone_scripts
from server.app.core import Frame, Stop
from server.app.dialogs import dialog_figures, dialogs
from server.app.figures import figures
from server.app.lamps import Lamps
from server.app.left_sessions import look_for_left
from server.app.mailbox_sounds import SoundStore
from server.app.mailing import mail, mail_figures
from server.app.message_mails import message_mails
from server.app.personal_links import PersonalLinks
from server.app.probing import Probing
from server.app.recognising import Recognising, asks_who_calls
from server.app.recovery import Counting
from server.app.reporting import reports
from server.app.scheduled import scheduled_reports
from server.app.service_gate import service_figures, service_gate
from server.app.sounds import SiteSounds
from server.call.dialogs import Dialogs
from server.call.events import CardLost, CardsSeen, PhoneSeen
from server.call.ports import Customers, MonitorStore, Records, Reports, Telephony
from server.call.visits import Visits
from server.callflow import CallFlow, Plan
from server.config.secret import resolve_secret
from server.config.site import SiteFile
from server.control.server import Control, Wiring as ControlWiring
from server.desk.gateway import DeskGateway
from server.edge.service import Edge
from server.exchange import Exchange
from server.exchange.mailboxes import Mailboxes
from server.linecard.pool import Pool
from server.services.interfaces import MAIL
from server.speech.long_loops import LongLoops
from server.storage.errors import StorageAway
from server.storage.numbers import of_visitor, to_e164
from server.storage.storage import Storage
from server.web.api import SipAccess, Wiring as WebWiring
from server.web.front import Web
from server.web.metrics import Figure
from server.wire import processes

log = structlog.get_logger()

SWEEP_SECONDS = 10.0
"""So often the rules' state is compared with the line cards; what is found twice running is repaired."""

AGAIN_SECONDS = 1.0
"""A storage that does not answer at the start is asked again after so long."""


def version() -> str:
    """Caruso's version."""
    return metadata.version("caruso")


def _passwords(site: SiteFile, field: str) -> dict[str, str]:
    found = {agent.id: resolve_secret(getattr(agent, field), site.folder) for agent in site.agent}
    return {agent: password for agent, password in found.items() if password}


async def storage(frame: Frame) -> Stop:
    """The storage manager. If the database is away at the start, it is asked again and again."""
    site = frame.site
    made = Storage(
        frame.reactor,
        site.storage.url,
        frame.data,
        site,
        frame.now,
        _passwords(site, "password"),
        _passwords(site, "sip_password"),
    )
    while True:
        try:
            await made.start()
            break
        except StorageAway as error:
            log.error("storage-away", error=str(error))
            await frame.pause(AGAIN_SECONDS)
    for interface, provider in {
        "storage": made.ledger,
        "records": made.records,
        "customers": made.customers,
        "accounts": made.credentials,
        "credentials": made.credentials,
        "sessions": made.sessions,
        "bindings": made.bindings,
        "monitor-store": made.monitor,
        "mail-store": made.mail,
        "visits": made.visits,
        "dialog-store": made.dialogs,
    }.items():
        frame.directory.provide(interface, "1.0", provider)
    return made.stop


def _not_kept(failure: Any) -> None:
    log.error("checkpoint-not-kept", error=str(failure.value))  # the next core folds a longer ledger, no more


async def acd(frame: Frame) -> Stop:
    """The rules, recovered from the ledger, and the exchange that serves them."""
    ledger: Any = await frame.find("storage")
    ledger.on_fault = lambda: frame.present("ending").leave(1)  # the next core reads what is committed
    sounds = SoundStore(frame.data / "voicemail", [mailbox.id for mailbox in frame.site.mailbox])
    pins = {box.id: resolve_secret(box.pin, frame.site.folder) for box in frame.site.mailbox if box.pin}
    loops = LongLoops(frame.data / "loops")
    site_sounds = SiteSounds(
        frame.site, sounds.folder, loops.of, frame.data / phone_scripts.PROMPTS, frame.data / phone_scripts.SCRIPTS
    )
    plan = Plan(frame.site, site_sounds, pins)
    loops.tidy()
    flow = CallFlow(plan, secrets.SystemRandom().random)
    checkpoint, entries = await ledger.recover()
    if checkpoint is not None and not CallFlow.can_use(checkpoint):
        log.warning("checkpoint-of-another-version")
        checkpoint, entries = None, [entry async for page in ledger.iterate(0) for entry in page]
    flow.recover(checkpoint, entries)
    country = frame.site.site.country
    exchange = Exchange(
        frame.reactor,
        flow,
        ledger,
        frame.directory.proxy("telephony", "1", Telephony),
        frame.now,
        lambda text: to_e164(text, country),
    )
    exchange.remove_sounds = sounds.remove
    stop_scripts = phone_scripts.phone_scripts(frame, exchange, site_sounds.dialogs)
    sounds.remove_strays(flow.sounds(), frame.now().wall)
    exchange.on_checkpoint = lambda position, octets: ledger.save_checkpoint(position, octets).addErrback(_not_kept)
    await exchange.begin(clock.boot_id(), version())
    frame.conditions["ledger"] = True
    log.info("ledger-folded", entries=len(entries), calls=flow.live_count())
    frame.directory.provide("acd", "1.0", exchange)
    frame.directory.provide("voicemail", "1.0", Mailboxes(frame.site, flow, exchange.tell))

    def stop() -> None:
        stop_scripts()
        exchange.save_checkpoint()
        exchange.stop()

    return stop


def _not_swept(failure: Any) -> None:
    log.error("sweep-ended", error=str(failure.value))


async def telephony(frame: Frame) -> Stop:
    """The pool of line cards."""
    exchange: Exchange = await frame.find("acd")
    counting = Counting(frame.reactor, exchange)

    def lost(card: str, call: str) -> None:
        exchange.tell(CardLost(card, call))

    def orphans(card: str, messages: list[bytes]) -> None:
        edge = frame.present("edge")
        if edge is not None:
            edge.send_for_card(card, messages)

    pool = Pool(
        frame.reactor,
        frame.site,
        frame.data,
        frame.secret(processes.CARDS_KEY_FILE),
        frame.now,
        on_event=exchange.card_said,
        on_lost=lost,
        on_hello=counting.hello,
        on_orphans=orphans,
    )
    frame.counting = counting
    frame.directory.provide("telephony", "1.0", pool)
    pool.start(frame.sockets)
    counting.start()
    sweeping = LoopingCall(lambda: exchange.tell(CardsSeen(pool.conversations())))
    sweeping.clock = frame.reactor
    sweeping.start(SWEEP_SECONDS, now=False).addErrback(_not_swept)

    def stop() -> None:
        if sweeping.running:
            sweeping.stop()
        counting.stop()
        pool.stop()

    return stop


async def edge(frame: Frame) -> Stop:
    """SIP proxy and registrar."""
    pool: Pool = await frame.find("telephony")
    exchange: Exchange = await frame.find("acd")
    made = Edge(
        frame.reactor,
        frame.site,
        bytes.fromhex(frame.secret(processes.EDGE_KEY_FILE)),
        frame.secret(processes.CARDS_KEY_FILE),
        pool,
        await frame.find("credentials"),
        await frame.find("bindings"),
        frame.now,
    )
    phones = {agent.id for agent in frame.site.agent if agent.phone == "registered"}

    def seen(user: str, registered: bool) -> None:
        if user in phones:
            exchange.tell(PhoneSeen(user, registered))

    made.on_registration = seen
    counting = frame.counting
    expected = counting is not None and not counting.counted
    made.on_phone_news = exchange.tell
    await made.start(frame.sip_sockets(), frame.sockets[processes.CARDS_SIP], cards_expected=expected)
    exchange.ring_at(made)
    if counting is not None:
        counting.on_counted = made.cards_counted
        if counting.counted:  # while the edge started
            made.cards_counted()
    for user in phones:  # what expired while no core was there is told as well
        seen(user, made.registered(user))
    lamps = Lamps(frame.site, exchange.flow, made)
    lamps_out = exchange.subscribe(lamps)
    made.on_phone_came = lamps.phone_came
    made.on_summary_wanted = lamps.tell
    probing = Probing(frame.reactor, frame.site, made, exchange)
    probing.start()
    frame.directory.provide("edge", "1.0", made)
    frame.conditions["edge"] = True

    async def stop() -> None:
        lamps_out()
        probing.stop()
        await made.stop()

    return stop


async def desk(frame: Frame) -> Stop:
    """The desks' gateway, and who looks up the callers of queues whose priorities ask for it."""
    switchboard: Exchange = await frame.find("acd")
    customers = frame.directory.proxy("customers", "1", Customers)
    recognising = Recognising(switchboard, customers, asks_who_calls(frame.site))
    recognising.start()
    gateway = DeskGateway(
        reactor=frame.reactor,
        site=frame.site,
        switchboard=switchboard,
        customers=customers,
        records=frame.directory.proxy("records", "1", Records),
        sessions=await frame.find("sessions"),
        dialogs=frame.directory.proxy("dialogs", "1", Dialogs),
        services=frame.directory.services,
        voicemail=await frame.find("voicemail"),
        now=frame.now,
    )
    gateway.start()
    frame.directory.provide("desk", "1.0", gateway)
    stop_looking = look_for_left(frame, gateway.took_over)

    def stop() -> None:
        stop_looking()
        recognising.stop()
        gateway.stop()

    return stop


async def web(frame: Frame) -> Stop | None:
    """HTTP and WebSocket."""
    if not frame.site.web.listen:
        frame.conditions["web"] = True
        return None
    gateway: DeskGateway = await frame.find("desk")
    exchange: Exchange = await frame.find("acd")
    wiring = WebWiring(
        site=frame.site,
        switchboard=exchange,
        accounts=await frame.find("accounts"),
        sessions=await frame.find("sessions"),
        credentials=await frame.find("credentials"),
        records=frame.directory.proxy("records", "1", Records),
        customers=frame.directory.proxy("customers", "1", Customers),
        monitor_store=frame.directory.proxy("monitor-store", "1", MonitorStore),
        reports=frame.directory.proxy("reports", "1", Reports),
        voicemail=await frame.find("voicemail"),
        dialogs=frame.directory.proxy("dialogs", "1", Dialogs),
        visits=frame.directory.proxy("visits", "1", Visits),
        numbers=lambda text: of_visitor(text, frame.site.site.country),
        data=frame.data,
        services=frame.directory.services,
        watch_services=lambda changed: frame.directory.registry.watch(lambda _: changed()).end,
        figures=lambda: frame.present("figures"),
        campaigns=lambda: frame.present("campaign-status"),
        ready=frame.ready,
        sip_access=lambda: _sip_access(frame),
        session_ended=gateway.end_session,
        now=frame.now,
    )
    shown = [*_figures(frame, exchange, gateway), *mail_figures(frame), *dialog_figures(frame)]
    gate = service_gate(frame)
    shown += service_figures(gate, frame.site)
    made = Web(frame.reactor, wiring, gateway.factory(), shown, gate.factory())
    made.listen(frame.sockets.get(processes.WEB))
    frame.directory.provide("web", "1.0", made)
    frame.conditions["web"] = True

    async def stop() -> None:
        await made.stop()  # nobody comes back in while they are sent away
        await gate.stop()

    return stop


def _sip_access(frame: Frame) -> SipAccess:
    """Where a softphone registers: the first UDP listener over IPv4, at the address that others see."""
    edge: Edge | None = frame.present("edge")
    listeners = edge.listeners if edge is not None else []
    # softphones have no sound over IPv6: a listener of it is the last choice, for a desk that has another phone
    chosen = min(listeners, key=lambda one: (":" in one.shown, one.kind != "udp"), default=None)
    if chosen is None:
        return SipAccess(server="", transport="udp")
    host = f"[{chosen.shown}]" if ":" in chosen.shown else chosen.shown
    return SipAccess(server=f"{host}:{chosen.port}", transport=chosen.kind)


def _figures(frame: Frame, exchange: Exchange, gateway: DeskGateway) -> list[Figure]:
    def counters(name: str) -> dict[tuple[str, ...], float]:
        service = frame.present(name)
        return {} if service is None else {(key,): float(value) for key, value in service.counters.items()}

    def cards() -> dict[tuple[str, ...], float]:
        pool: Pool | None = frame.present("telephony")
        return {} if pool is None else {(key,): float(value) for key, value in pool.counts().items()}

    return [
        Figure(name="desks", help="Desks that are connected.", read=lambda: float(gateway.connected)),
        Figure(name="cards", help="Line cards by state.", labels=("state",), read=cards),
        Figure(
            name="exchange", kind="counter", help="What went through the rules.", labels=("what",),
            read=lambda: {(key,): float(value) for key, value in exchange.counters.items()},
        ),
        Figure(
            name="edge", kind="counter", help="What went over the SIP edge.", labels=("what",),
            read=lambda: counters("edge"),
        ),
        Figure(
            name="pool", kind="counter", help="What happened to line cards.", labels=("what",),
            read=lambda: counters("telephony"),
        ),
    ]  # fmt: skip


async def control(frame: Frame) -> Stop:
    """The control socket of `caruso ctl`."""
    exchange: Exchange = await frame.find("acd")
    began = frame.now().wall

    def status() -> dict[str, Any]:
        pool: Pool | None = frame.present("telephony")
        return {
            "pid": os.getpid(),
            "version": version(),
            "since": began,
            "ready": frame.ready(),
            "calls": exchange.flow.live_count(),
            "cards": pool.counts() if pool is not None else {},
            "services": [f"{one.interface} {one.version} {one.state}" for one in frame.directory.services()],
        }

    ending = await frame.find("ending")
    links = PersonalLinks(
        frame.site,
        frame.directory.proxy("dialogs", "1", Dialogs),
        frame.directory.proxy("customers", "1", Customers),
        frame.directory.proxy("visits", "1", Visits),
        lambda: frame.now().wall,
    )
    made = Control(
        frame.reactor,
        frame.data,
        ControlWiring(
            switchboard=exchange,
            records=frame.directory.proxy("records", "1", Records),
            ledger=await frame.find("storage"),
            status=status,
            listening=lambda: [(name, sock.fileno()) for name, sock in frame.sockets.items()],
            stop=ending.begin,
            mail=frame.directory.stand_in(MAIL),
            voicemail=await frame.find("voicemail"),
            dialogs=await frame.find("dialog-store"),
            dialog_link=links.make,
        ),
    )
    made.listen(frame.sockets.get(processes.CONTROL_SOCKET))
    frame.directory.provide("control", "1.0", made)
    frame.conditions["control"] = True
    return made.stop


COMPONENTS = {
    "storage": storage,
    "acd": acd,
    "figures": figures,
    "reports": reports,
    "telephony": telephony,
    "edge": edge,
    "desk": desk,
    "web": web,
    "control": control,
    "mail": mail,
    "dialogs": dialogs,
    "scheduled-reports": scheduled_reports,
    "message-mails": message_mails,
}
ENDING_ORDER = (
    "web", "desk", "control", "edge", "telephony", "figures", "scheduled-reports", "message-mails", "reports",
    "dialogs", "acd", "mail", "storage",
)  # fmt: skip
