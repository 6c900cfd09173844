"""pjsua2's account and call, as the softphone uses them. Their callbacks run on the endpoint's thread."""

import re
import socket
from collections.abc import Callable

import pjsua2 as pj
import structlog

from agentdesk.softphone.bridge import SoundBridge
from server.wire import linecard, softphone
from server.wire.softphone import AGENT_LEG

log = structlog.get_logger()
CODECS = {"G722": 130, "PCMA": 129, "PCMU": 128}
"""Codecs that are offered, with pjsua2's priorities; the others are off."""
REGISTRATION_SECONDS, RETRY_SECONDS, FIRST_RETRY_SECONDS = 120, 5, 1
NOT_GOOD = (401, 403, 404, 407)
"""Answers to REGISTER after which trying again with the same credential is of no use."""
BUSY = 486
_NAME_ADDR = re.compile(r'^\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^<"]*?))\s*<?sips?:(?P<user>[^@;>]*)@?')
Post = Callable[[softphone.FromPhone], None]


def host_and_port(server: str) -> tuple[str, int]:
    """`HOST[:PORT]`, IPv6 in brackets. Raises `ValueError`."""
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^:\[\]\s]+))(?::(\d{1,5}))?", server)
    if match is None:
        raise ValueError(f"not HOST:PORT: {server}")
    return match[1] or match[2], int(match[3] or 5060)


def local_address(server: str) -> str:
    """The IPv4 address of this computer from which `server` is reached (nothing is sent).

    pjsua2 as we have it has no sound over IPv6, and ends the process when it is asked for it. Raises `OSError`, and
    `ValueError` for a server at an IPv6 address.
    """
    host, port = host_and_port(server)
    if ":" in host:
        raise ValueError(f"the softphone has no sound over IPv6, and the server is at {host}")
    address = socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_DGRAM)[0][4]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(address)
        return str(probe.getsockname()[0])


def name_and_user(uri: str) -> tuple[str, str]:
    """Display name and user part of a From value; empty where there is none."""
    match = _NAME_ADDR.match(uri)
    if match is None:
        return "", uri
    quoted = re.sub(r"\\(.)", r"\1", match["quoted"]) if match["quoted"] is not None else match["plain"]
    return quoted.strip(), match["user"]


class Account(pj.Account):  # type: ignore[misc]  # pjsua2 ships no types
    """The agent's registration."""

    def __init__(
        self, wish: softphone.Register, local: str, post: Post, incoming: Callable[["Account", int], None]
    ) -> None:
        """Registers at once. Raises `pjsua2.Error`."""
        super().__init__()
        self._wish, self._local, self._post, self._incoming = wish, local, post, incoming
        transport = pj.TransportConfig()
        transport.boundAddress = local
        self._transport = pj.Endpoint.instance().transportCreate(self._kind(), transport)
        self.create(self._config(wish))

    def _kind(self) -> int:
        return int(pj.PJSIP_TRANSPORT_TCP if self._wish.transport == "tcp" else pj.PJSIP_TRANSPORT_UDP)

    def _config(self, wish: softphone.Register) -> pj.AccountConfig:
        config, secret = pj.AccountConfig(), pj.AuthCredInfo("digest", "*", wish.user, 0, wish.password)
        name = wish.display_name.replace("\\", "").replace('"', "")
        config.idUri = f'"{name}" <sip:{wish.user}@{wish.domain}>' if name else f"sip:{wish.user}@{wish.domain}"
        config.regConfig.registrarUri = f"sip:{wish.domain}"
        config.regConfig.timeoutSec = REGISTRATION_SECONDS
        config.regConfig.retryIntervalSec = RETRY_SECONDS
        config.regConfig.firstRetryIntervalSec = FIRST_RETRY_SECONDS
        config.sipConfig.authCreds.append(secret)
        config.sipConfig.proxies.append(f"sip:{wish.server};transport={wish.transport};lr")
        config.sipConfig.transportId = self._transport
        config.natConfig.sipOutboundUse = 0
        config.mediaConfig.transportConfig.boundAddress = self._local
        return config

    def serves(self, wish: softphone.Register, local: str) -> bool:
        """Whether it already registers just so."""
        return wish == self._wish and local == self._local

    def register_again(self) -> None:
        """Ask the registrar anew. Raises `pjsua2.Error`."""
        self.setRegistration(True)

    def renew(self, wish: softphone.Register) -> None:
        """Take another credential without losing the call. Raises `pjsua2.Error`."""
        self._wish = wish
        self.modify(self._config(wish))

    def onRegState(self, news: pj.OnRegStateParam) -> None:
        """The registrar answered, or did not."""
        active = self.getInfo().regIsActive
        if news.code // 100 == 2:
            state = "registered" if active else "none"
        else:
            state = "refused" if news.code in NOT_GOOD else "failed"
        log.info("registration", state=state, code=news.code)
        self._post(softphone.Registration(state=state, code=int(news.code), detail=news.reason))  # type: ignore[arg-type]

    def onIncomingCall(self, news: pj.OnIncomingCallParam) -> None:
        """An INVITE came."""
        self._incoming(self, news.callId)


class Call(pj.Call):  # type: ignore[misc]  # pjsua2 ships no types
    """The softphone's call."""

    def __init__(
        self, account: Account, number: int, bridge: SoundBridge, post: Post, ended: Callable[["Call"], None]
    ) -> None:
        super().__init__(account, number)
        self._bridge, self._post, self._ended = bridge, post, ended
        self._ours = False
        self._silent = False
        self._held = False
        about = self.getInfo()
        self.name = str(about.callIdString)
        self._remote = str(about.remoteUri)
        self._local = str(about.localUri)

    def _answer(self, code: int) -> None:
        reply = pj.CallOpParam(True)
        reply.statusCode = code
        self.answer(reply)

    def refuse_busy(self) -> None:
        """There is a call already."""
        self._silent = True
        self._answer(BUSY)

    def ring(self) -> None:
        """Tell the caller that it rings, and the window."""
        self._answer(pj.PJSIP_SC_RINGING)
        name, user = name_and_user(self._remote)
        _, dialled = name_and_user(self._local)
        self._post(
            linecard.Arrived(
                call=self.name,
                leg=AGENT_LEG,
                caller=user,
                caller_name=name,
                dialled=dialled,
                sip_call_id=self.name,
            )
        )

    def take(self) -> None:
        """Answer. Raises `pjsua2.Error`."""
        self._answer(pj.PJSIP_SC_OK)

    def release(self, code: int) -> None:
        """Hang up, or reject with `code`. Raises `pjsua2.Error`."""
        self._ours = True
        end = pj.CallOpParam()
        end.statusCode = code
        self.hangup(end)

    def onCallState(self, _news: pj.OnCallStateParam) -> None:
        """The dialog went on."""
        about = self.getInfo()
        if about.state == pj.PJSIP_INV_STATE_CONFIRMED and not self._silent:
            self._post(linecard.Answered(call=self.name, leg=AGENT_LEG))
        elif about.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            if not self._silent:
                self._report_end(int(about.lastStatusCode))
            self._ended(self)

    def _report_end(self, code: int) -> None:
        by = "core" if self._ours else "far-end"
        causes = {200: "normal", 487: "cancelled", 486: "busy", 603: "rejected", 408: "no-answer"}
        cause = causes.get(code, "normal" if self._ours else "fault")
        self._post(linecard.Released(call=self.name, leg=AGENT_LEG, by=by, code=code, cause=cause))

    def onStreamDestroyed(self, news: pj.OnStreamDestroyedParam) -> None:
        """The media is about to go: its figures."""
        try:
            figures = self.getStreamStat(news.streamIdx).rtcp
        except pj.Error:  # the stream never ran
            return
        self._post(
            linecard.Quality(
                call=self.name,
                leg=AGENT_LEG,
                sent=int(figures.txStat.pkt),
                received=int(figures.rxStat.pkt),
                lost=int(figures.rxStat.loss),
                jitter_ms=figures.rxStat.jitterUsec.mean / 1000,
                round_trip_ms=figures.rttUsec.mean / 1000 or None,
            )
        )

    def onCallMediaState(self, _news: pj.OnCallMediaStateParam) -> None:
        """The media runs, or is held by the far end."""
        held, about = False, self.getInfo()  # the media live in `about`: it must stay while they are looked at
        for index, media in enumerate(about.media):
            if media.type != pj.PJMEDIA_TYPE_AUDIO:
                continue
            held = media.status == pj.PJSUA_CALL_MEDIA_REMOTE_HOLD
            if media.status in (pj.PJSUA_CALL_MEDIA_ACTIVE, pj.PJSUA_CALL_MEDIA_REMOTE_HOLD):
                audio = self.getAudioMedia(index)
                audio.startTransmit(self._bridge)
                self._bridge.startTransmit(audio)
        if held != self._held:
            self._held = held
            self._post(linecard.Held(call=self.name, leg=AGENT_LEG, on=held))
