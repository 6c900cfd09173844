"""`python -m tests.bench.bare_card PORT PHONE`: two legs in pjsua2 with as little around them as can be.

Answers each INVITE at 127.0.0.1:PORT, calls the SIP URI PHONE, joins the two, and hangs one up when the other does;
endpoint and conference are set up as a line card's. What this takes is the floor under a card: no core, no commands, no
events, nothing that is watched, kept or measured. A run is a few hundred conversations long, so calls are never let go.
"""

import gc
import sys
import time
from typing import Any

import pjsua2 as pj

from server.linecard.worker import settings
from server.linecard.worker.conversation import REST_AFTER_SECONDS


class Leg(pj.Call):  # type: ignore[misc]  # pjsua2 ships no types
    """One of the two."""

    def __init__(self, card: "BareCard", call_id: int = pj.PJSUA_INVALID_ID) -> None:
        super().__init__(card.account, call_id)
        self.__disown__()
        self.card = card
        self.other: Leg | None = None
        self.has_media = False
        card.legs += 1

    def onCallState(self, prm: Any) -> None:
        """The first of the two that ends takes the other along."""
        if self.getInfo().state != pj.PJSIP_INV_STATE_DISCONNECTED:
            return
        self.card.legs -= 1
        other, self.other = self.other, None
        if other is not None:
            other.other = None
            parameters = pj.CallOpParam()
            parameters.statusCode = 200
            other.hangup(parameters)

    def onCallMediaState(self, prm: Any) -> None:
        """When both have media they are joined."""
        self.has_media = True
        if self.other is not None and self.other.has_media:
            here, there = self.getAudioMedia(0), self.other.getAudioMedia(0)
            here.startTransmit(there)
            there.startTransmit(here)


class BareCard(pj.Account):  # type: ignore[misc]  # pjsua2 ships no types
    """Endpoint, account and legs in one."""

    def __init__(self, port: int, phone: str) -> None:
        super().__init__()
        self.legs = 0
        self._phone = phone
        self._endpoint = self._started(port)
        self._ticks = False
        self._alone_since: float | None = None
        self._kept: list[Leg] = []
        config = pj.AccountConfig()
        config.idUri = f"sip:card@127.0.0.1:{port}"
        config.mediaConfig.lockCodecEnabled = False
        config.natConfig.contactRewriteUse = config.natConfig.viaRewriteUse = config.natConfig.sdpNatRewriteUse = 0
        self.create(config)

    @property
    def account(self) -> "BareCard":
        return self

    def _started(self, port: int) -> Any:
        endpoint = pj.Endpoint()
        endpoint.libCreate()
        config = pj.EpConfig()
        config.logConfig.level = config.logConfig.consoleLevel = 1
        config.uaConfig.threadCnt, config.uaConfig.mainThreadOnly, config.uaConfig.maxCalls = 0, False, 4
        media = config.medConfig
        media.hasIoqueue, media.threadCnt, media.noVad = False, 0, True
        media.clockRate = media.sndClockRate = 8000
        media.ecTailLen, media.sndAutoCloseTime = 0, -1
        endpoint.libInit(config)
        transport = pj.TransportConfig()
        transport.boundAddress, transport.port = "127.0.0.1", port
        endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
        endpoint.libStart()
        endpoint.audDevManager().setNoDev()
        settings.choose_codecs(endpoint, 8000)
        return endpoint

    def onIncomingCall(self, prm: Any) -> None:
        """Answer, and call the phone."""
        if not self._ticks:
            self._endpoint.audDevManager().setNullDev()
            self._ticks = True
        arrived, dialled = Leg(self, prm.callId), Leg(self)
        arrived.other, dialled.other = dialled, arrived
        self._kept += [arrived, dialled]
        answer = pj.CallOpParam()
        answer.statusCode = 200
        arrived.answer(answer)
        offer = pj.CallOpParam(True)
        offer.opt.audioCount, offer.opt.videoCount = 1, 0
        dialled.makeCall(self._phone, offer)

    def run(self) -> None:
        """Turn, and stop the clock when there has been nothing to hear for a while."""
        while True:
            self._endpoint.libHandleEvents(100 if self._ticks else 2000)
            if self.legs:
                self._alone_since = None
            elif self._ticks:
                self._alone_since = self._alone_since or time.monotonic()
                if time.monotonic() - self._alone_since > REST_AFTER_SECONDS:
                    self._endpoint.audDevManager().setNoDev()
                    self._ticks, self._alone_since = False, None


if __name__ == "__main__":
    gc.disable()
    card = BareCard(int(sys.argv[1]), sys.argv[2])
    print("up", flush=True)
    card.run()
