"""The components that speak to telephones: `telephony`, the pool of line cards, and `edge`, SIP."""

from typing import Any

import structlog
from twisted.internet.task import LoopingCall

from server.app.core import Frame, Stop
from server.app.lamps import Lamps
from server.app.probing import Probing
from server.app.recovery import Counting
from server.call.events import CardLost, CardsSeen, PhoneSeen
from server.edge.service import Edge
from server.exchange import Exchange
from server.linecard.pool import Pool
from server.wire import processes

log = structlog.get_logger()

SWEEP_SECONDS = 10.0
"""So often the rules' state is compared with the line cards; what is found twice running is repaired."""


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


def _not_swept(failure: Any) -> None:
    log.error("sweep-ended", error=str(failure.value))


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
