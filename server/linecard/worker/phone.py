"""The pjsua2 adapter: one endpoint, one account, a few calls.

All methods are called on the main thread, which pjlib knows because it created the library. `turn_events` is the second
thread. Arriving INVITEs are claimed on that thread, so that the second of two is refused at once.
"""

import contextlib
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Set
from typing import Any

import pjsua2 as pj
import structlog
from pjsua2 import pjsua2 as generated

from server.call.now import Now
from server.linecard.options import BankOptions
from server.linecard.worker import reports, settings
from server.linecard.worker.calls import CardAccount, CardCall, CardEndpoint
from server.linecard.worker.crossings import Crossings
from server.linecard.worker.legs import SINK, PhoneRefused, Wire
from server.linecard.worker.patchbay import Patchbay
from server.linecard.worker.recording import Recorder
from server.linecard.worker.reports import Figures, Post
from server.wire.linecard import CUSTOMER

log = structlog.get_logger()

SIP_HOST = "127.0.0.1"
GRAVE_SECONDS = 2.0
"""Players are kept for so long after their end: a callback may still be on its way out of them."""
LONGEST_WAIT_MILLISECONDS = 2000
"""The event thread waits for the next message or timer, but no longer. Of timers that are set meanwhile by another
thread it learns in its next round: with the answer to what we sent, as a rule; else it is nudged."""
NUDGE_AFTER_SECONDS = 0.4
"""Below the 500 ms after which what is not answered is sent again (T1, RFC 3261 section 17.1.1.1)."""
_NUDGE = b"\r\n\r\n"
"""A keep-alive (RFC 5626 section 4.4.1): a datagram that means nothing."""
FRAME_SECONDS = 0.02
AHEAD_SECONDS = 0.005
"""While packets flow, sockets are read so long before the conference's next tick, and not in between."""
FLOW_PACKETS, FLOW_SECONDS = 6, 0.03
"""So many packets, none later than this after the one before, are a flow of sound."""
_BUSY, _FORBIDDEN, _NO_PORTS = 486, 403, 500


class Pjsua2Phone:
    """Implements `legs.Phone`. `post` may be called from any thread, `round_over` on the event thread."""

    def __init__(self, card: str, options: BankOptions, post: Post, round_over: Callable[[], None]) -> None:
        self.sip_port = 0
        self._card, self._options, self._post, self._round_over = card, options, post, round_over
        self._endpoint: Any = CardEndpoint(_refused_unasked)
        self._account: Any = None
        self._calls: dict[str, CardCall] = {}
        self._players: dict[int, Any] = {}
        self._recorders: dict[str, Recorder] = {}
        self._bay = Patchbay()
        self._graves: deque[tuple[float, Any]] = deque()
        self._lingering: list[CardCall] = []
        self._claim = threading.Lock()
        self._clock_since: float | None = None
        self._edge = f"{options.edge_host}:{options.edge_port}"
        self._time = 0.0
        self.crossings: Crossings | None = None
        """None where sound goes over IPv4 only."""
        self._rounds = self._unseen_in = 0
        self.nudge_at: float | None = None
        """When the event thread has to be woken (`mono`), unless it turns until then; None: it knows of all timers."""
        self._nudging = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._nudging.setblocking(False)

    def start(self) -> None:
        """Start the endpoint; afterwards `sip_port` is set. Raises `PhoneRefused`, `OSError`."""
        try:
            self._endpoint.libCreate()
            self._endpoint.libInit(settings.endpoint(self._options))
            transport = self._open_transport()
            self._endpoint.libStart()
            self._bay.put(SINK, self._endpoint.audDevManager().getPlaybackDevMedia())
            self._endpoint.audDevManager().setNoDev()
            settings.choose_codecs(self._endpoint, self._options.clock_hz)
            contact = f"<sip:{self._card}@{SIP_HOST}:{self.sip_port}>"
            self._account = CardAccount(self._arrive)
            self._account.create(settings.account(self._card, self._options, transport, contact))
        except pj.Error as error:
            raise PhoneRefused(f"pjsua2 does not start: {error.title}: {error.reason}") from error
        if self._options.media_ipv6:
            self.crossings = Crossings(self._options, self.sip_port)

    def turn_events(self) -> None:
        """The event thread: never returns.

        The conference takes sound every 20 ms; so while packets flow, they are left until shortly before the next time.
        One waking serves all legs then, and delays none. SIP may wait as long; while no sound flows it is read at once.
        """
        self._endpoint.libRegisterThread("events")
        # past the proxy class, which compares the names of types at each call: 50 times a second that is felt
        handle, endpoint = generated._pjsua2.Endpoint_libHandleEvents, self._endpoint.this
        woken, stream = 0.0, 0
        while True:
            self._rounds += 1
            handle(endpoint, LONGEST_WAIT_MILLISECONDS)
            self._round_over()
            since, now = self._clock_since, time.monotonic()
            stream = stream + 1 if now - woken < FLOW_SECONDS else 0
            woken = now
            if stream >= FLOW_PACKETS and since is not None:
                time.sleep(FRAME_SECONDS - (now - since + AHEAD_SECONDS) % FRAME_SECONDS)

    def tidy(self, now: Now) -> None:
        """Let go of what ended a while ago, and see that the event thread knows its timers."""
        self._time = now.mono
        if self.nudge_at is not None:
            if self._rounds != self._unseen_in:
                self.nudge_at = None
            elif self.nudge_at <= now.mono:
                self._nudge()
        while self._graves and self._graves[0][0] <= now.mono:
            self._graves.popleft()

    def read_notes(self) -> None:
        """The edge has told of far ends over IPv6; legs may have media already that waits for it."""
        if self.crossings is not None and self.crossings.read_notes():
            for leg, call in list(self._calls.items()):
                if call.media_index is not None:
                    self._cross(leg, call)

    # ---- legs.Phone

    def claim(self) -> bool:
        """Take the card for a conversation; False: it has one."""
        return self._claim.acquire(blocking=False)

    def free(self) -> None:
        """The conversation is over."""
        self._claim.release()

    def rest(self) -> None:
        """Stop the conference clock, if it runs (up to 20 ms, in which nothing is computed)."""
        if self._clock_since is not None:
            self._clock_since = None
            self._endpoint.audDevManager().setNoDev()

    def answer(self, leg: str, code: int) -> None:
        """Answer an arriving leg."""
        parameters = pj.CallOpParam(True)
        parameters.statusCode = code
        self._do(self._call(leg).answer, parameters)
        self._timers_set()

    def dial(self, leg: str, target: str, caller: str, headers: Iterable[tuple[str, str]]) -> None:
        """Send an INVITE through the edge."""
        parameters = pj.CallOpParam(True)
        parameters.txOption.localUri = caller
        for name, value in headers:
            parameters.txOption.headers.append(_header(name, value))
        call = CardCall(self._account, leg, self._post)
        self._calls[leg] = call
        try:
            self._do(call.makeCall, target, parameters)
            self._timers_set()
        except PhoneRefused:
            self.forget(leg)
            raise

    def hang_up(self, leg: str, code: int, elsewhere: bool) -> None:
        """End a leg. pjsua2 reports its end before this returns, and finishes the transaction by itself."""
        call = self._call(leg)
        call.last_figures = call.figures()
        parameters = pj.CallOpParam(True)
        if code:
            parameters.statusCode = code
        if elsewhere:
            parameters.txOption.headers.append(_header("Reason", 'SIP;cause=200;text="Call completed elsewhere"'))
        self._do(call.hangup, parameters)
        self._timers_set()
        self._lingering.append(call)

    def has_room(self, legs: int) -> bool:
        """Whether one more leg has a place, besides `legs` that live and those that linger."""
        maximum = self._options.legs_per_card
        return legs + len(self._lingering) < maximum or legs + self.lingering() < maximum

    def lingering(self) -> int:
        """Legs that are over, but whose place pjsua still needs."""
        if self._lingering:
            self._lingering = [call for call in self._lingering if call.lingers()]
        return len(self._lingering)

    def refresh(self, leg: str) -> None:
        """The leg's media is a new one."""
        call = self._calls.get(leg)
        try:
            if call is None or call.media_index is None:
                raise PhoneRefused("the leg has no media")
            self._bay.put(("leg", leg), self._do(call.getAudioMedia, call.media_index))
            if self._clock_since is None:
                self._endpoint.audDevManager().setNullDev()  # 0.1 ms
                self._clock_since = time.monotonic()
            self._cross(leg, call)
        except PhoneRefused:
            self._bay.remove(("leg", leg))

    def forget(self, leg: str) -> None:
        """The leg is over."""
        self._bay.remove(("leg", leg))
        if self.crossings is not None:
            self.crossings.drop(leg)
        call = self._calls.pop(leg, None)
        if call is not None:
            _keep(call)

    def play(self, player: int, path: str, loop: bool) -> None:
        """Open a file as a player."""
        opened = _Player(player, _unheard if loop else self._post)
        self._do(opened.createPlayer, path, 0 if loop else pj.PJMEDIA_FILE_NO_LOOP)
        self._players[player] = opened
        self._bay.put(("player", str(player)), opened)

    def stop_player(self, player: int) -> None:
        """Close a player."""
        opened = self._players.pop(player, None)
        if opened is not None:
            self._bay.patch_out(("player", str(player)))
            self._graves.append((self._time + GRAVE_SECONDS, opened))

    def patch(self, wires: Set[Wire]) -> None:
        """Make these wires."""
        self._bay.patch(wires)

    def press(self, leg: str, digits: str) -> None:
        """Send digits as RFC 4733 events."""
        self._do(self._call(leg).dialDtmf, digits)

    def record(self, token: str, path: str, tracks: int) -> None:
        """Begin a recording."""
        self._recorders[token] = Recorder(token, path, tracks, self._options.clock_hz, self._bay)

    def finish_recording(self, token: str) -> None:
        """End a recording; `Written` follows."""
        self._recorders.pop(token).finish(self._post)

    def figures(self, leg: str) -> Figures | None:
        """Media counters now."""
        call = self._calls.get(leg)
        return call.figures() if call else None

    def loudness(self, leg: str) -> int:
        """Level of the last frame that came from the leg."""
        return self._bay.loudness(("leg", leg))

    # ---- inside

    def _arrive(self, account: Any, prm: Any) -> None:
        """A first INVITE, on the event thread: claimed, or refused at once."""
        refusal = 0
        if prm.rdata.srcAddress != self._edge:
            refusal = _FORBIDDEN
        elif not self.claim():
            refusal = _BUSY
        if refusal:
            call = CardCall(account, "", _unheard, prm.callId)
            parameters = pj.CallOpParam(True)
            parameters.statusCode = refusal
            call.hangup(parameters)
            _keep(call)
            return
        self._calls[CUSTOMER] = CardCall(account, CUSTOMER, self._post, prm.callId)
        self._post(reports.Came(CUSTOMER, prm.rdata.wholeMsg), wake=False)

    def _cross(self, leg: str, call: CardCall) -> None:
        """Let the relay carry the leg's sound if its far end is over IPv6; without its ports the leg is hung up."""
        if self.crossings is None or not self.crossings.expects:
            return
        try:
            found = call.leg_media()
            if found is not None:
                self.crossings.carry(leg, found)
        except OSError as error:
            log.error("no sound over IPv6", leg=leg, address=self._options.media_ipv6, why=str(error))
            self.hang_up(leg, _NO_PORTS, False)

    def _timers_set(self) -> None:
        """This thread has set timers: when to send again what is not answered. The event thread is to see them soon."""
        if self.nudge_at is None or self._rounds != self._unseen_in:
            self.nudge_at = self._time + NUDGE_AFTER_SECONDS
            self._unseen_in = self._rounds

    def _nudge(self) -> None:
        """Wake the event thread."""
        self.nudge_at = None
        with contextlib.suppress(OSError):  # its socket is full: it will not sleep then
            self._nudging.sendto(_NUDGE, (SIP_HOST, self.sip_port))

    def _call(self, leg: str) -> CardCall:
        try:
            return self._calls[leg]
        except KeyError:
            raise PhoneRefused("the leg is over") from None

    @staticmethod
    def _do(action: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return action(*arguments)
        except pj.Error as error:
            raise PhoneRefused(error.reason or error.title) from error

    def _open_transport(self) -> int:
        transport = self._endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, settings.transport(SIP_HOST))
        self.sip_port = int(self._endpoint.transportGetInfo(transport).localName.rpartition(":")[2])
        return int(transport)


class _Player(pj.AudioMediaPlayer):  # type: ignore[misc]  # pjsua2 ships no types
    """A player that posts the end of its file."""

    def __init__(self, number: int, post: Post) -> None:
        super().__init__()
        self._number = number
        self._post = post

    def onEof2(self) -> None:  # noqa: N802 - pjsua2's name
        """End of the file, of every round if it loops; comes on a media thread."""
        self._post(reports.PlayerEnded(self._number))


def _refused_unasked(code: int, why: str) -> None:
    """pjsua2 has refused a first INVITE by itself. It says no more than 500 when the range of ports is used up."""
    cure = "see that [media] rtp_ports has free ports" if code == _NO_PORTS else None
    log.error("call refused before it began", status=code, why=why, cure=cure)


def _keep(call: CardCall) -> None:
    """Never destroy a `pj.Call`: it remembers its place in pjsua for ever, and its destructor would cut off whoever has
    that place by then. It costs 2 kB; the card is retired before that matters."""
    call.__disown__()


def _header(name: str, value: str) -> Any:
    header = pj.SipHeader()
    header.hName, header.hValue = name, value
    return header


def _unheard(report: reports.Report, *, wake: bool = True) -> None:
    """For the reports of a call that was refused at once, and of a file that begins anew."""
