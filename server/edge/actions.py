"""What the proxy decides: the adapters in `service` and `transports` carry it out, in order."""

import msgspec

from server.call.events import PhoneDeclined, PhonePickedUp, PhoneRang
from server.edge.sip.flows import Flow
from server.wire.media import FarMedia


class Send(msgspec.Struct, frozen=True):
    """Send octets over a flow. If that cannot be done and it was a request, `Proxy.undeliverable` is told."""

    flow: Flow
    octets: bytes


class TellRelay(msgspec.Struct, frozen=True):
    """Tell the relay of a card, before the SIP message that follows, for whom it stands in. `card`: the card's SIP."""

    card: Flow
    far: FarMedia


class TakeCard(msgspec.Struct, frozen=True):
    """Take a card from the pool; `Proxy.card_ready` or `Proxy.no_card` is told, with the same key."""

    key: str


class GiveUpCard(msgspec.Struct, frozen=True):
    """The card that was asked for under this key is not wanted any more."""

    key: str


class PutBack(msgspec.Struct, frozen=True):
    """Tell the pool that the INVITE did not reach the card."""

    card: str


class Resolve(msgspec.Struct, frozen=True):
    """Find the addresses of a host name; `Proxy.resolved` is told, with the same number."""

    number: int
    host: str


class SaveBindings(msgspec.Struct, frozen=True):
    """The bindings of a user changed and are to be stored."""

    user: str


class PhoneCame(msgspec.Struct, frozen=True):
    """A phone of the user registered that was not here, or was started anew: it knows of nothing that waits."""

    user: str


class SummaryWanted(msgspec.Struct, frozen=True):
    """Somebody subscribed to what waits for the user: it is to be told now (`Proxy.notify`)."""

    user: str


class AuthenticationFailed(msgspec.Struct, frozen=True):
    """A digest was wrong: a line for the security log. `user` is as it was sent; `limited` as in `Verdict`."""

    host: str
    method: str
    user: str
    limited: str = ""


class Probed(msgspec.Struct, frozen=True):
    """The probe of that number has its result."""

    number: int
    reachable: bool


PhoneNews = PhoneRang | PhonePickedUp | PhoneDeclined
"""What one of several phones does that ring for a leg: for the rules, at once, before what follows it is sent."""

Action = (
    Send
    | TellRelay
    | TakeCard
    | GiveUpCard
    | PutBack
    | Resolve
    | SaveBindings
    | PhoneCame
    | SummaryWanted
    | AuthenticationFailed
    | Probed
    | PhoneNews
)
