"""The component `web`: HTTP and WebSocket, and the figures of `/metrics`."""

from server.app.core import Frame, Stop
from server.app.dialogs import dialog_figures
from server.app.mailing import mail_figures
from server.app.service_gate import service_figures, service_gate
from server.app.storing import storage_figures
from server.call.dialogs import Dialogs
from server.call.ports import Customers, MonitorStore, Records, Reports
from server.call.visits import Visits
from server.desk.gateway import DeskGateway
from server.edge.service import Edge
from server.exchange import Exchange
from server.linecard.pool import Pool
from server.storage.numbers import of_visitor
from server.web.api import SipAccess, Wiring as WebWiring
from server.web.front import Web
from server.web.metrics import Figure
from server.wire import processes


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
    shown += storage_figures(await frame.find("storage"))
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

    def bank() -> float:
        pool: Pool | None = frame.present("telephony")
        return float(pool is not None and pool.has_bank)

    return [
        Figure(name="desks", help="Desks that are connected.", read=lambda: float(gateway.connected)),
        Figure(name="cards", help="Line cards by state.", labels=("state",), read=cards),
        Figure(name="bank", help="1: there is a line bank, and it can fork cards; 0: there is none.", read=bank),
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
