"""A request on its way through the edge: as it came, and as it goes on."""

import msgspec

from server.edge.checks import Read
from server.edge.sip.flows import Flow


class Incoming(msgspec.Struct, frozen=True):
    """A request as it came. `back`: the flow over which its answers go; `card`: the card that sent it, or empty."""

    read: Read
    flow: Flow
    back: Flow
    card: str


class Target(msgspec.Struct, frozen=True):
    """One place to which a request goes. `octets`: the request as it is sent there; `via`: our Via line in it."""

    uri: str
    flow: Flow
    routes: list[str]
    branch: str
    via: str
    octets: bytes
