"""What the bank and its cards are told at their start."""

import argparse
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import msgspec

from server.config.addresses import read_media_addresses

STOCK_CALLS = 4
"""Calls that one process of the stock pjsua2 build can hold (`PJSUA_MAX_CALLS`)."""


class BadOptions(Exception):
    """The bank cannot start with these options; the text is one sentence."""


class BankOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a card must know.

    `data`: the data directory. `edge_host`, `edge_port`: the edge's UDP socket for cards. `media_address`: the IPv4
    address for RTP. `media_ipv6`: the IPv6 address for RTP, empty: none; sound over it goes through relays to
    `media_address`, which is loopback where no IPv4 address is given. `rtp_first` to `rtp_last`: UDP ports for RTP and
    RTCP, shared by all cards (the kernel gives each pair to one). `clock_hz`: conference clock. `lost_seconds`: RTP
    silence after which a leg is lost, 0: never. `secret`: shared with the core. `domain`: host part of our own
    addresses. `music`: WAV file for who is left alone, empty: none.
    """

    data: str
    edge_host: str
    edge_port: int
    secret: str
    media_address: str
    rtp_first: int = 20000
    rtp_last: int = 23999
    clock_hz: int = 8000
    legs_per_card: int = STOCK_CALLS
    lost_seconds: float = 10
    domain: str = "caruso.local"
    music: str = ""
    media_ipv6: str = ""


def parse(arguments: Sequence[str]) -> BankOptions:
    """Read the command line. Raises `BadOptions` for a value out of range; argparse itself ends on an unknown word."""
    words = _parser().parse_args(arguments)
    host, _, port = words.edge.rpartition(":")
    first, _, last = words.rtp_ports.partition("-")
    try:
        media = read_media_addresses(words.media_address)
        options = BankOptions(
            data=words.data,
            edge_host=host.strip("[]"),
            edge_port=int(port),
            secret=_secret(Path(words.secret_file)),
            media_address=media.ipv4 or ("127.0.0.1" if media.ipv6 else outward_address()),
            media_ipv6=media.ipv6,
            rtp_first=int(first),
            rtp_last=int(last),
            clock_hz=words.clock_hz,
            legs_per_card=words.legs_per_card,
            lost_seconds=words.lost_seconds,
            domain=words.domain,
            music=words.music,
        )
    except ValueError as error:
        raise BadOptions(f"--edge, --rtp-ports or --media-address cannot be read: {error}") from error
    check(options)
    return options


def check(options: BankOptions) -> None:
    """Raise `BadOptions` for what cannot work."""
    for address, kind in (
        (options.edge_host, IPv4Address),
        (options.media_address, IPv4Address),
        (options.media_ipv6 or "::1", IPv6Address),
    ):
        try:
            kind(address)
        except ValueError as error:
            raise BadOptions(f"{address!r} is not an address of {kind.__name__.removesuffix('Address')}") from error
    if not (0 < options.edge_port < 65536 and 1024 <= options.rtp_first <= options.rtp_last - 1 < 65535):
        raise BadOptions("ports are 1 to 65535; RTP needs at least two, from 1024 up")
    if options.clock_hz not in (8000, 16000):
        raise BadOptions("--clock-hz is 8000 or 16000")
    if options.legs_per_card < 2:
        raise BadOptions("--legs-per-card is at least 2")
    if not options.secret:
        raise BadOptions("the secret file is empty")


def outward_address() -> str:
    """The address by which this machine talks to the world; loopback if it does not."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1: a route is looked up, nothing is sent
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def _secret(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise BadOptions(f"the secret file cannot be read: {error}") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m server.linecard.bank", description="Forks line cards.")
    parser.add_argument("--data", required=True, help="data directory")
    parser.add_argument("--edge", required=True, metavar="HOST:PORT", help="the edge's UDP socket for cards")
    parser.add_argument("--secret-file", required=True, help="file with the secret shared with the core")
    parser.add_argument("--media-address", default="", help="IPv4 and IPv6 address for RTP, with a comma; empty: own")
    parser.add_argument("--rtp-ports", default="20000-23999", metavar="FIRST-LAST")
    parser.add_argument("--clock-hz", type=int, default=8000)
    parser.add_argument("--legs-per-card", type=int, default=STOCK_CALLS)
    parser.add_argument("--lost-seconds", type=float, default=10)
    parser.add_argument("--domain", default="caruso.local", help="host part of our own addresses")
    parser.add_argument("--music", default="", help="WAV file for a leg that is left alone")
    return parser
