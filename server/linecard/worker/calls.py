"""One SIP dialog as pjsua2 sees it: its callbacks post reports and return.

The callbacks run on the event thread (or on the main thread, inside a method that was called there). A `pj.Call` must
outlive its callbacks, so nothing here drops a reference.
"""

import functools
from collections.abc import Callable
from typing import Any

import pjsua2 as pj
import structlog

from server.linecard.worker import reports
from server.linecard.worker.crossings import LegMedia
from server.linecard.worker.reports import Figures, Post

log = structlog.get_logger()

_FORBIDDEN = 403


def guarded(callback: Callable[..., None]) -> Callable[..., None]:
    """An exception that leaves a callback would abort the process; here it ends in one log line."""

    @functools.wraps(callback)
    def inner(*arguments: Any) -> None:
        try:
            callback(*arguments)
        except Exception:
            log.exception("callback failed", callback=callback.__name__)

    return inner


class CardCall(pj.Call):  # type: ignore[misc]  # pjsua2 ships no types
    """A leg. `outgoing`: we dialled it. `call_id`: pjsua's number of an arriving call."""

    def __init__(self, account: Any, leg: str, post: Post, call_id: int | None = None) -> None:
        super().__init__(account, pj.PJSUA_INVALID_ID if call_id is None else call_id)
        self.leg = leg
        self.outgoing = call_id is None
        self.media_index: int | None = None
        self.sip_call_id = ""
        self.last_figures: Figures | None = None
        """Set before we hang up; when the far end does, the stream's end is the last that can be measured."""
        self._former: Figures | None = None
        self._post = post
        self._rang_with = 0
        self._answer = ""

    @guarded
    def onCallState(self, prm: Any) -> None:  # noqa: N802 - pjsua2's name
        """A step in the life of the dialog."""
        info = self.getInfo()
        state = info.state
        if state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self.sip_call_id = info.callIdString
            heard = prm.e.type == pj.PJSIP_EVENT_TSX_STATE and prm.e.body.tsxState.type == pj.PJSIP_EVENT_RX_MSG
            figures = self.last_figures or self._former
            self._post(reports.Ended(self.leg, info.lastStatusCode, figures), wake=not heard)
        elif state == pj.PJSIP_INV_STATE_CONFIRMED:
            text = self._answer if self.outgoing else prm.e.body.rxMsg.rdata.wholeMsg
            self._answer = ""
            self._post(reports.Connected(self.leg, text), wake=not text)
        elif not self.outgoing:
            return
        elif state == pj.PJSIP_INV_STATE_CALLING:
            self._post(reports.Called(self.leg, prm.e.body.tsxState.src.tdata.wholeMsg))
        elif state == pj.PJSIP_INV_STATE_EARLY and info.lastStatusCode != self._rang_with:
            self._rang_with = info.lastStatusCode
            self._post(reports.Rang(self.leg, info.lastStatusCode), wake=False)
        elif state == pj.PJSIP_INV_STATE_CONNECTING:
            self._answer = prm.e.body.tsxState.src.rdata.wholeMsg

    @guarded
    def onCallMediaState(self, prm: Any) -> None:  # noqa: N802, ARG002 - pjsua2's name
        """Media began, or was negotiated anew: its place in the conference is a new one."""
        info = self.getInfo()  # its parts live no longer than the whole
        for media in info.media:
            if media.type == pj.PJMEDIA_TYPE_AUDIO:
                self.media_index = media.index
                held = media.status != pj.PJSUA_CALL_MEDIA_ACTIVE
                # after a 2xx to us `Connected` follows at once
                self._post(reports.MediaChanged(self.leg, held), wake=not self._answer)
                return

    @guarded
    def onStreamDestroyed(self, prm: Any) -> None:  # noqa: N802, ARG002 - pjsua2's name
        """A stream ends: with the call, or because media is negotiated anew."""
        if self.last_figures is None:
            self._former = self.figures()

    @guarded
    def onDtmfDigit(self, prm: Any) -> None:  # noqa: N802 - pjsua2's name
        """A digit, once for each key, as RFC 4733 events or SIP INFO."""
        self._post(reports.Pressed(self.leg, prm.digit[:1], prm.method))

    @guarded
    def onCallTransferRequest(self, prm: Any) -> None:  # noqa: N802 - pjsua2's name
        """REFER: transfers are the core's business, not the far end's."""
        prm.statusCode = _FORBIDDEN

    @guarded
    def onCallReplaceRequest(self, prm: Any) -> None:  # noqa: N802 - pjsua2's name
        """INVITE with Replaces: nobody takes a leg over behind the core's back."""
        prm.statusCode = _FORBIDDEN

    def _unheeded(self, prm: Any) -> None:
        """pjsua2 tells twenty such things for each conversation, and its own methods go back into C++ to do nothing."""

    onCallTsxState = onCallMediaTransportState = onCallSdpCreated = _unheeded  # noqa: N815 - pjsua2's names
    onCreateMediaTransport = onStreamPreCreate = onStreamCreated = _unheeded  # noqa: N815

    def leg_media(self) -> LegMedia | None:
        """The stream as it is now; None: there is none."""
        if self.media_index is None:
            return None
        try:
            own = self.getMedTransportInfo(self.media_index).localRtpName
            far = self.getStreamInfo(self.media_index).remoteRtpAddress
        except pj.Error:
            return None
        host, _, port = far.rpartition(":")
        return LegMedia(int(own.rpartition(":")[2]), host, int(port))

    def lingers(self) -> bool:
        """Whether pjsua still waits for the far end's answer to our BYE or CANCEL, up to 32 s (RFC 3261, timer F)."""
        try:
            info = self.getInfo()
        except pj.Error:
            return False
        return bool(info.callIdString == self.sip_call_id)  # else another call has the place by now

    def figures(self) -> Figures | None:
        """Media counters over all streams so far; None: there was no media."""
        if self.media_index is None:
            return self._former
        try:
            whole = self.getStreamStat(self.media_index)
        except pj.Error:
            return self._former
        rtcp = whole.rtcp  # a part, which lives no longer than the whole
        received, round_trip = rtcp.rxStat, rtcp.rttUsec
        return (self._former or _NOTHING).plus(
            Figures(
                sent=rtcp.txStat.pkt,
                received=received.pkt,
                lost=received.loss,
                jitter_ms=received.jitterUsec.mean / 1000 if received.jitterUsec.n else None,
                round_trip_ms=round_trip.mean / 1000 if round_trip.n else None,
            )
        )


_NOTHING = Figures(0, 0, 0)


class CardEndpoint(pj.Endpoint):  # type: ignore[misc]  # pjsua2 ships no types
    """The endpoint; `refused` is handed the first INVITEs that pjsua2 answers by itself, with status and reason."""

    def __init__(self, refused: Callable[[int, str], None]) -> None:
        super().__init__()
        self._refused = refused

    @guarded
    def onRejectedIncomingCall(self, prm: Any) -> None:  # noqa: N802 - pjsua2's name
        """A first INVITE that became no call: no port or no place was free, or it was none that we understand."""
        self._refused(prm.statusCode, prm.reason)


class CardAccount(pj.Account):  # type: ignore[misc]  # pjsua2 ships no types
    """Our only account; `arrive` is handed each first INVITE as pjsua2 tells it."""

    def __init__(self, arrive: Callable[[Any, Any], None]) -> None:
        super().__init__()
        self._arrive = arrive

    @guarded
    def onIncomingCall(self, prm: Any) -> None:  # noqa: N802 - pjsua2's name
        """A first INVITE."""
        self._arrive(self, prm)
