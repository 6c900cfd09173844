"""The component `desk`: the gateway of the agents' desks."""

from server.app.core import Frame, Stop
from server.app.left_sessions import look_for_left
from server.app.recognising import Recognising, asks_who_calls
from server.call.dialogs import Dialogs
from server.call.ports import Customers, Records
from server.desk.gateway import DeskGateway
from server.exchange import Exchange


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
