"""A phone for the softphone's tests: `tone_phone.py URI WAV SECONDS HZ` calls, plays a tone, records what it hears.

Prints one JSON line for each state of the call: `{"state": ..., "code": ...}`. Hangs up after SECONDS of talk.
"""

import json
import sys
import time

import pjsua2 as pj


class ToneCall(pj.Call):
    """Plays and records as soon as there is media."""

    def __init__(self, account: pj.Account, tone: pj.Media, recorder: pj.Media) -> None:
        super().__init__(account)
        self.tone, self.recorder = tone, recorder
        self.up_since: float | None = None
        self.over = False

    def onCallState(self, _news: pj.OnCallStateParam) -> None:
        about = self.getInfo()
        print(json.dumps({"state": about.stateText, "code": int(about.lastStatusCode)}), flush=True)
        if about.state == pj.PJSIP_INV_STATE_CONFIRMED:
            self.up_since = time.monotonic()
        self.over = about.state == pj.PJSIP_INV_STATE_DISCONNECTED

    def onCallMediaState(self, _news: pj.OnCallMediaStateParam) -> None:
        about = self.getInfo()
        if about.media[0].status == pj.PJSUA_CALL_MEDIA_ACTIVE:
            audio = self.getAudioMedia(0)
            self.tone.startTransmit(audio)
            audio.startTransmit(self.recorder)


def main(uri: str, wav: str, seconds: float, hertz: float) -> None:
    endpoint, config = pj.Endpoint(), pj.EpConfig()
    endpoint.libCreate()
    config.logConfig.level = config.logConfig.consoleLevel = 0
    config.uaConfig.threadCnt, config.uaConfig.mainThreadOnly = 0, False
    config.medConfig.threadCnt, config.medConfig.hasIoqueue, config.medConfig.noVad = 0, False, True
    endpoint.libInit(config)
    transport = pj.TransportConfig()
    transport.boundAddress = "127.0.0.1"
    endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
    endpoint.libStart()
    endpoint.audDevManager().setNullDev()
    account, settings = pj.Account(), pj.AccountConfig()
    settings.idUri = '"Anna \\"W\\" Weber" <sip:4930901820@127.0.0.1>'
    settings.mediaConfig.transportConfig.boundAddress = "127.0.0.1"
    account.create(settings)
    tone = pj.ToneGenerator()
    tone.createToneGenerator(16000, 1)
    note = pj.ToneDesc()
    note.freq1, note.on_msec, note.off_msec, note.volume = int(hertz), 1000, 0, 12000
    tone.play(pj.ToneDescVector([note]), True)
    recorder = pj.AudioMediaRecorder()
    recorder.createRecorder(wav)
    call = ToneCall(account, tone, recorder)
    call.makeCall(uri, pj.CallOpParam(True))
    while not call.over:
        endpoint.libHandleEvents(20)
        if call.up_since is not None and time.monotonic() - call.up_since > seconds:
            call.up_since = None
            call.hangup(pj.CallOpParam())
    del call, recorder, tone
    endpoint.libDestroy()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4]))
