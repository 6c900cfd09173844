"""Which IP version a far end's sound has, and how an SDP gets from the one side of the edge to the other.

Cards speak RTP over IPv4 only. A far end over IPv6 has a relay of the card between (`server.wire.media`), and its SDP
is rewritten here in both directions; nothing is kept, so that a core which never saw the call begin does the same.
Which version a dialog has is remembered in the card's Record-Route, that of an answer in our Via.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from server.config.addresses import read_media_addresses, read_port_range
from server.config.site import Media as MediaKeys
from server.edge.actions import TellRelay
from server.edge.outbox import Outbox
from server.edge.signing import Signer
from server.edge.sip import sdp
from server.edge.sip.errors import Refusal
from server.edge.sip.flows import Flow
from server.edge.sip.message import Message
from server.wire import media

Result = TypeVar("Result")

VIA_MARK = ";media=6"
"""Parameter of our Via in a request to a card whose answer is to name IPv6 addresses."""
_INCOMPATIBLE = (("Warning", '301 caruso "Incompatible network address formats"'),)
"""RFC 3261 section 20.43."""
_MULTIPART = "the SDP in a multipart body cannot be read where sound goes over IPv6"


class Media:
    """Raises `ValueError` for addresses or ports of the site file that are none."""

    def __init__(self, keys: MediaKeys, signer: Signer) -> None:
        addresses = read_media_addresses(keys.address)
        self._ipv6 = addresses.ipv6
        self._has_ipv4 = bool(addresses.ipv4) or not addresses.ipv6
        self._first, self._last = read_port_range(keys.rtp_ports)
        self._signer = signer

    def is_ipv6_to(self, flow: Flow) -> bool:
        """Whether an offer over `flow` to a far end that has said nothing yet is to be one of IPv6."""
        return bool(self._ipv6) and (":" in flow.host or not self._has_ipv4)

    def is_ipv6_from(self, message: Message, flow: Flow, in_dialog: bool, is_ipv6: bool) -> bool:
        """Whether the answer to a request from outside is to name IPv6 addresses. `in_dialog`: it is in one, whose
        sound `is_ipv6`. Raises `Refusal` 488 for an SDP whose IP version we do not have."""
        body = message.body
        if not body:
            return is_ipv6 if in_dialog else self.is_ipv6_to(flow)
        wants = sdp.IPV6_MARK in body and _holds_sdp(message) and self._reads(partial(sdp.has_ipv6_media, body))
        if (wants and not self._ipv6) or (not wants and not self._has_ipv4 and _holds_sdp(message)):
            raise Refusal(488, "", _INCOMPATIBLE)
        return wants

    def to_card(self, message: Message, call_id: str, card: Flow) -> tuple[bytes, TellRelay | None]:
        """The body of a message from outside as the card `card` gets it, and what its relay must hear before.

        Raises `Refusal` 488 for an SDP that cannot be carried to a card.
        """
        body = message.body
        if sdp.IPV6_MARK not in body or not self._ipv6 or not _holds_sdp(message):
            return body, None
        if _is_multipart(message):
            raise _unfit(_MULTIPART)
        stand_ins = _StandIns(self._signer, call_id, self._first, self._last)
        rewritten, far = self._reads(partial(sdp.to_card, body, stand_ins))
        return rewritten, None if far is None else TellRelay(card, far)

    def to_outside(self, message: Message) -> bytes:
        """The body of a card's message as a far end over IPv6 gets it."""
        return sdp.to_outside(message.body, self._ipv6) if message.body and _holds_sdp(message) else message.body

    def carry_answer(self, message: Message, is_ipv6: bool, back: Flow, outbox: Outbox) -> None:
        """Let the SDP of an answer fit the other side of the edge. `is_ipv6`: it is a card's and is to name IPv6
        addresses. One that cannot be carried is left as it is, for the card to refuse."""
        body = message.body
        try:
            if back.kind == "card":
                body, tell = self.to_card(message, message.first("call-id") or "", back)
                if tell is not None:
                    outbox.emit(tell)
            elif is_ipv6:
                body = self.to_outside(message)
        except Refusal:
            outbox.counters["bad_media_answers"] += 1
        if body is not message.body:
            message.body = body
            message.replace_first("content-length", f"Content-Length: {len(body)}")

    @staticmethod
    def _reads(read: Callable[[], Result]) -> Result:
        try:
            return read()
        except sdp.BadSdp as error:
            raise _unfit(str(error)) from error


class _StandIns:
    """Implements `sdp.StandIns` for one dialog: digests under the edge's key, so that far ends do not choose them."""

    def __init__(self, signer: Signer, call_id: str, first: int, last: int) -> None:
        self._signer, self._call_id = signer, call_id
        self._first = first + first % 2
        self._count = (last + 1 - self._first) // 2

    def address(self, far: str) -> str:
        """One of 4 million."""
        network = media.STAND_INS
        return str(network[1 + self._digest(far) % (network.num_addresses - 2)])

    def ports(self, fars: Iterable[str]) -> list[int]:
        """Even ports of the RTP range. Raises `BadSdp` where it has too few."""
        taken: list[int] = []
        for number, far in enumerate(fars):
            if number >= self._count:
                raise sdp.BadSdp("the SDP has more media lines than the RTP range has room for")
            place = self._digest(f"{number} {far}") % self._count
            while (port := self._first + 2 * (place % self._count)) in taken:
                place += 1
            taken.append(port)
        return taken

    def _digest(self, text: str) -> int:
        return int(self._signer.mac(b"media", f"{self._call_id}|{text}", 8), 16)


def _unfit(why: str) -> Refusal:
    return Refusal(488, "", (("Warning", f'399 caruso "{why}"'),))


def _kind(message: Message) -> str:
    return (message.first("content-type") or "application/sdp").partition(";")[0].strip().lower()


def _is_multipart(message: Message) -> bool:
    return _kind(message).startswith("multipart/")


def _holds_sdp(message: Message) -> bool:
    return _kind(message) == "application/sdp" or _is_multipart(message)
