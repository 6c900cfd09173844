"""The component `control`: the socket of `caruso ctl`."""

import os
from typing import Any

from server.app.core import Frame, Stop, version
from server.app.personal_links import PersonalLinks
from server.call.dialogs import Dialogs
from server.call.ports import Customers, Records
from server.call.visits import Visits
from server.control.server import Control, Wiring as ControlWiring
from server.exchange import Exchange
from server.linecard.pool import Pool
from server.services.interfaces import MAIL
from server.wire import processes


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
            "bank": "up" if pool is not None and pool.has_bank else "away",
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
