"""Record-Route and Route: two values of ours for each dialog (RFC 5658), for cards are behind a socket of their own.

Outside: `<sip:ADVERTISED:PORT;lr;card=NAME;sig=...>`. Card side: `<sip:127.0.0.1:PORT;lr;card=NAME;flow=...;sig=...>`.
`flow` remembers over which connection or from which address the far end came, so that requests towards a phone behind
a NAT go back over it; `;media=6` after it that the dialog's sound goes over IPv6. The signature covers card, flow,
that mark and the dialog's Call-ID.
"""

import hmac
import re
from functools import lru_cache, partial

import msgspec

from server.call import card_route
from server.edge.places import Places
from server.edge.signing import Signer
from server.edge.sip import headers, uri
from server.edge.sip.errors import Dropped
from server.edge.sip.remembered import ANSWERS, remembered

_OURS = re.compile(
    r"<sips?:[^<>?@;]*(?:;transport=[a-z]+)?;lr;card=([^;<>]+)(?:;flow=([^;<>]+))?(;media=6)?;sig=([0-9a-f]{18,32})>"
)

_IPV6 = ";media=6"
LONGEST_REMEMBERED = 512
"""Characters of Route values."""
LONGEST_OWN = 512
"""No value that we write is longer: one that is was made up by somebody else, and is not worth a signature."""


class OwnRoute(msgspec.Struct, frozen=True):
    """What our own values at the top of a Route say.

    `card`: the card that they name, proved; empty: none was proved. `flow`: text of the far end's flow, or empty.
    `in_dialog`: proved by our Record-Route, not by the card's own signature. `is_ipv6`: the dialog's sound goes over
    IPv6.
    """

    card: str
    flow: str
    in_dialog: bool
    is_ipv6: bool = False


NOT_OURS = OwnRoute("", "", False)


class RouteBook:
    """Writes and reads our routes. `secret` is what edge and cards share."""

    def __init__(self, signer: Signer, places: Places, secret: str) -> None:
        self._signer = signer
        self._places = places
        self._signature_of = remembered(partial(card_route.signature, secret))
        self._remembered = lru_cache(maxsize=ANSWERS)(self._take_ours)

    def record(self, outside: str, card: str, call_id: str, flow: str, to_card: bool, is_ipv6: bool) -> list[str]:
        """The two Record-Route lines, the one of the side to which the request goes first.

        `outside`: as `Places.outside_route` gives it. `flow`: text of the far end's flow, or empty.
        """
        signature = self._signer.route(card, call_id, "")
        far = f"Record-Route: {outside};card={card};sig={signature}>"
        mark = _IPV6 if is_ipv6 else ""
        shown = f"{f';flow={flow}' if flow else ''}{mark}"
        signature = self._signer.route(card, call_id, flow + mark) if shown else signature
        near = f"Record-Route: {self._places.card_route};card={card}{shown};sig={signature}>"
        return [near, far] if to_card else [far, near]

    def take_ours(self, lines: list[str], call_id: str) -> tuple[OwnRoute, list[str]]:
        """What our values at the top of a request's Route lines say, and the rest.

        The requests of a dialog repeat them, so what was right is remembered. Raises `Dropped` for a signature that is
        not right, `BadMessage`.
        """
        if sum(map(len, lines)) <= LONGEST_REMEMBERED:
            said, rest = self._remembered(tuple(lines), call_id)
        else:
            said, rest = self._take_ours(tuple(lines), call_id)
        return said, list(rest)

    def _take_ours(self, lines: tuple[str, ...], call_id: str) -> tuple[OwnRoute, tuple[str, ...]]:
        values = [item for line in lines for item in headers.split_list(line)]
        said = NOT_OURS
        for index, value in enumerate(values):
            here = self._said(value, call_id)
            if here is None:
                return said, tuple(values[index:])
            if here.in_dialog:
                if said.in_dialog and said.card != here.card:
                    raise Dropped("bad_routes")
                said = OwnRoute(here.card, said.flow or here.flow, True, said.is_ipv6 or here.is_ipv6)
            elif here.card:
                if said.card:
                    raise Dropped("bad_routes")
                said = here
        return said, ()

    def _said(self, value: str, call_id: str) -> OwnRoute | None:
        """What one Route value says: `NOT_OURS` where it means us without a signature (a phone's outbound proxy), None
        where it means somebody else. Raises `Dropped` for a signature that is not right."""
        match = _OURS.match(value)
        if match is None:
            return NOT_OURS if self._is_here(value) else None
        if len(value) > LONGEST_OWN:
            raise Dropped("bad_routes")
        card, flow, mark, signature = match[1], match[2] or "", match[3] or "", match[4]
        if self._signer.is_route(signature, card, call_id, flow + mark):
            return OwnRoute(card, flow, True, bool(mark))
        if card.isascii() and hmac.compare_digest(self._signature_of(card), signature):
            return OwnRoute(card, "", False)
        raise Dropped("bad_routes")

    def is_ours(self, request_uri: str) -> bool:
        """Whether a request URI is a Record-Route of ours, as a strict router writes it (RFC 3261 section 16.4)."""
        return _OURS.match(f"<{request_uri}>") is not None

    def _is_here(self, value: str) -> bool:
        parsed = uri.parse(headers.name_address(value).uri)
        return self._places.is_here(parsed)


def is_loose(value: str) -> bool:
    """Whether a Route value's URI has the `lr` parameter."""
    return "lr" in uri.parse(headers.name_address(value).uri).parameters
