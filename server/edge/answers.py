"""Answers: each goes back the way its request came, which is signed in our Via, or to whoever of us asked."""

from server.call.now import Now
from server.edge import checks
from server.edge.actions import Send
from server.edge.calls import Calls
from server.edge.farewells import Farewells
from server.edge.media import Media
from server.edge.outbox import Outbox
from server.edge.phones.probes import Probes
from server.edge.phones.subscriptions import Subscriptions
from server.edge.signing import Signer
from server.edge.sip import headers
from server.edge.sip.errors import BadMessage, Dropped
from server.edge.sip.flows import Flow
from server.edge.sip.message import Message
from server.edge.sip.replies import reply, take_off_via
from server.edge.sip.sdp import IPV6_MARK
from server.edge.talks import Talks


class Answers:
    """Passes answers on."""

    def __init__(
        self,
        signer: Signer,
        media: Media,
        calls: Calls,
        farewells: Farewells,
        subscriptions: Subscriptions,
        probes: Probes,
        talks: Talks,
        outbox: Outbox,
    ) -> None:
        self._signer = signer
        self._media = media
        self._calls = calls
        self._farewells = farewells
        self._subscriptions = subscriptions
        self._probes = probes
        self._talks = talks
        self._outbox = outbox

    def pass_on(self, message: Message, now: Now, card: str = "") -> None:
        """Send an answer back the way its request came. `card`: who gives it, or empty. Raises `Dropped`."""
        try:
            top, rest_of_line = message.header_lines[message.keys.index("via")].partition(":")[2].strip(), ""
            if "," in top:
                top, rest_of_line = headers.split_first(top)
            via = headers.via(top)
        except (BadMessage, ValueError):  # there is none
            raise Dropped("bad_answers") from None
        back = self._signer.read_way_back(via.branch, via.parameters.get("flow") or "")
        if back is None:
            raise Dropped("forged_answers")
        take_off_via(message, rest_of_line)
        if card and back.kind == "tcp" and 200 <= message.code < 300:
            self._talk_goes_on(message, back, now, card)
        is_ipv6 = "media" in via.parameters
        if message.body and (is_ipv6 or IPV6_MARK in message.body):
            self._media.carry_answer(message, is_ipv6, back, self._outbox)
        attempt = self._calls.attempt_of(via.branch)
        if attempt is not None:
            attempt.answer(via.branch, message, now)
        elif via.branch in self._farewells.unanswered:  # the card that would want it is dead
            self._farewells.answered(via.branch, message.code)
        elif via.branch in self._subscriptions.unanswered:
            self._subscriptions.answered(via.branch, message.code)
        elif "via" in message.keys:
            self._outbox.emit(Send(back, message.octets()))
        elif not self._probes.answered(via.branch, message.code):
            self._outbox.counters["answers_to_us"] += 1  # to a CANCEL of ours

    def _talk_goes_on(self, message: Message, back: Flow, now: Now, card: str) -> None:
        """A card accepts what a far end asked: the dialog is there if that was an INVITE."""
        if (message.first("cseq") or "").endswith("INVITE"):
            self._talks.goes_on(card, message.first("call-id") or "", back, now)

    def in_place_of_target(self, message: Message, now: Now) -> None:
        """Our own request `message` did not leave: it is answered 503. Raises `Dropped`, `BadMessage`."""
        branch = headers.via(checks.all_vias(message)[0]).branch
        attempt = self._calls.attempt_of(branch)
        if attempt is None:
            self.pass_on(reply(message, 503, ""), now)
        elif message.method == "INVITE":
            attempt.unreachable(branch, 503, now)
