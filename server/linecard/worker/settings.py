"""How pjsua2 is set up in a card: as little as it takes."""

from typing import Any

import pjsua2 as pj

from server.call.card_route import card_route
from server.linecard.options import BankOptions

_CODECS = {
    8000: {"PCMA/8000": 250, "PCMU/8000": 249, "G722/16000": 248},
    16000: {"G722/16000": 250, "PCMA/8000": 249, "PCMU/8000": 248},
}
"""Priorities by conference clock: what needs no resampling first. Every other codec of the build is off."""


def endpoint(options: BankOptions) -> Any:
    """No threads of pjsua2's own but the conference clock; media sockets are polled with the SIP socket."""
    config = pj.EpConfig()
    config.logConfig.level = config.logConfig.consoleLevel = 0  # what fails is raised, or reported
    agent = config.uaConfig
    agent.threadCnt, agent.mainThreadOnly, agent.userAgent = 0, False, "Caruso"
    agent.maxCalls, agent.natTypeInSdp = options.legs_per_card, 0
    media = config.medConfig
    media.hasIoqueue, media.threadCnt, media.noVad = False, 0, True
    media.clockRate = media.sndClockRate = options.clock_hz
    media.ecTailLen, media.sndAutoCloseTime = 0, -1
    return config


def transport(host: str) -> Any:
    """SIP over UDP at `host` and a port of the system's choice."""
    config = pj.TransportConfig()
    config.boundAddress, config.port = host, 0
    return config


def choose_codecs(running: Any, clock_hz: int) -> None:
    """Switch the codecs of a running endpoint on and off."""
    wanted = _CODECS[clock_hz]
    for codec in running.codecEnum2():
        running.codecSetPriority(codec.codecId, wanted.get(codec.codecId.rpartition("/")[0], 0))


def account(card: str, options: BankOptions, transport_id: int, contact: str) -> Any:
    """The only account: every request goes to the edge with the card's signed Route; addresses stay as they are."""
    config = pj.AccountConfig()
    config.idUri = f"sip:{card}@{options.domain}"
    config.sipConfig.transportId = transport_id
    config.sipConfig.contactForced = contact
    config.sipConfig.proxies.append(card_route(options.secret, card, options.edge_host, options.edge_port))
    nat = config.natConfig
    nat.contactRewriteUse = nat.viaRewriteUse = nat.sdpNatRewriteUse = nat.contactUseSrcPort = 0
    nat.sipOutboundUse = nat.udpKaIntervalSec = 0
    media = config.mediaConfig
    media.lockCodecEnabled = False  # a second offer for each call, to no use
    rtp = media.transportConfig
    rtp.boundAddress = options.media_address
    # every card draws from the whole range at random: the kernel gives a port to one only
    rtp.port, rtp.portRange, rtp.randomizePort = options.rtp_first, options.rtp_last - options.rtp_first, True
    return config
