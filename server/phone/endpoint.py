"""The one pjsua2 endpoint of a phone's process: set up for tests, without sound device and threads of its own."""

import secrets
from types import TracebackType
from typing import Any, Self

import pjsua2 as pj

from server.phone.words import MAX_CALLS

PREFERRED_CODECS = ("PCMA/8000/1", "PCMU/8000/1")
_FIRST_RTP_PORT, _RTP_PORTS = 10_000, 9_000
"""RTP begins at a random even port in here, so that many phones on one machine rarely try the same."""


class Endpoint:
    """A running pjsua2 library. Only one can be in a process; all calls into it come from the thread that made it.

    `address`: IPv4 address that SIP and RTP are bound to; empty: all of them. `port`: SIP port for UDP and
    TCP, 0: any. Raises pjsua2.Error when a port is taken.
    """

    def __init__(self, address: str = "127.0.0.1", port: int = 0, log_level: int = 0) -> None:
        self.address = address
        self._endpoint = pj.Endpoint()
        self._endpoint.libCreate()
        try:
            self._endpoint.libInit(_configuration(log_level))
            udp, tcp = self._listen(pj.PJSIP_TRANSPORT_UDP, port), self._listen(pj.PJSIP_TRANSPORT_TCP, port)
            self.port, self.tcp_port = udp, tcp
            self._endpoint.audDevManager().setNullDev()
            self._endpoint.libStart()
            self._prefer_telephone_codecs()
        except pj.Error:
            self._endpoint.libDestroy(pj.PJSUA_DESTROY_NO_NETWORK)
            raise

    @property
    def host(self) -> str:
        """The address as it is written into a URI."""
        return self.address or "127.0.0.1"

    def turn(self, milliseconds: int) -> None:
        """Let the library work: returns after an event, or when the time is over. Callbacks run in here."""
        self._endpoint.libHandleEvents(milliseconds)

    def account(self, user: str, domain: str = "") -> Any:
        """Configuration of an account that sends from this endpoint's address, not registered anywhere."""
        config = pj.AccountConfig()
        config.idUri = f"sip:{user}@{domain or f'{self.host}:{self.port}'}"
        config.regConfig.registerOnAdd = False
        config.mediaConfig.transportConfig.port = _FIRST_RTP_PORT + 2 * secrets.randbelow(_RTP_PORTS // 2)
        config.mediaConfig.transportConfig.portRange = _RTP_PORTS
        config.mediaConfig.transportConfig.boundAddress = self.address
        config.natConfig.contactRewriteUse = 0
        config.natConfig.viaRewriteUse = 0
        config.natConfig.sipOutboundUse = 0
        config.callConfig.timerUse = pj.PJSUA_SIP_TIMER_OPTIONAL
        return config

    def close(self) -> None:
        """End the library at once; every account, call and sound must have been let go of before."""
        self._endpoint.libDestroy(pj.PJSUA_DESTROY_NO_NETWORK)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _listen(self, kind: int, port: int) -> int:
        config = pj.TransportConfig()
        config.port = port
        config.boundAddress = self.address
        number = self._endpoint.transportCreate(kind, config)
        return int(self._endpoint.transportGetInfo(number).localName.rpartition(":")[2])

    def _prefer_telephone_codecs(self) -> None:
        for codec in self._endpoint.codecEnum2():
            wanted = codec.codecId in PREFERRED_CODECS
            priority = 250 - PREFERRED_CODECS.index(codec.codecId) if wanted else 0
            self._endpoint.codecSetPriority(codec.codecId, priority)


def _configuration(log_level: int) -> Any:
    config = pj.EpConfig()
    config.logConfig.level = config.logConfig.consoleLevel = log_level
    config.uaConfig.threadCnt = 0  # callbacks come only from our own `turn`
    config.uaConfig.mainThreadOnly = False
    config.uaConfig.maxCalls = MAX_CALLS
    config.uaConfig.userAgent = "caruso-phone"
    config.medConfig.hasIoqueue = False
    config.medConfig.threadCnt = 0
    config.medConfig.noVad = True  # a test phone sends all the time, so that a gap is a fault
    config.medConfig.clockRate = config.medConfig.sndClockRate = 8000
    config.medConfig.channelCount = 1
    config.medConfig.sndAutoCloseTime = -1  # without its clock, a recording that ends between calls is never completed
    config.medConfig.ecTailLen = 0
    return config


def reason_of(error: Any) -> str:
    """One line about a pjsua2 error."""
    return f"{error.reason} ({error.status})"
