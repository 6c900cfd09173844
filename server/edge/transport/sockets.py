"""The sockets of the edge: opened from the site file, or looked at when the supervisor hands them down."""

import contextlib
import re
import socket

from server.edge.places import Listener

_LISTEN = re.compile(r"(udp|tcp):(?:\[([0-9A-Fa-f:.%\w]+)\]|([^:\[\]]+)):([0-9]{1,5})")
_BACKLOG = 256
_RECEIVE_OCTETS = 4 * 1024 * 1024
"""Datagrams that queue while the core restarts."""


def open_listener(text: str) -> socket.socket:
    """Open and bind `udp:HOST:PORT` or `tcp:HOST:PORT`. Raises `ValueError`, `OSError`."""
    match = _LISTEN.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not udp:HOST:PORT or tcp:HOST:PORT")
    kind, bracketed, plain, port = match.groups()
    is_udp = kind == "udp"
    family, type_, protocol, _, address = socket.getaddrinfo(
        bracketed or plain, int(port), type=socket.SOCK_DGRAM if is_udp else socket.SOCK_STREAM
    )[0]
    opened = socket.socket(family, type_, protocol)
    try:
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if is_udp:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_OCTETS)
        else:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
        if not is_udp:
            opened.listen(_BACKLOG)
        opened.setblocking(False)
    except OSError:
        opened.close()
        raise
    return opened


def listener_of(opened: socket.socket, number: int, advertise: str, kind: str = "") -> Listener:
    """What is to be known of a bound socket. `advertise` as in the site file; `kind` empty: by the socket's type."""
    kind = kind or ("udp" if opened.type == socket.SOCK_DGRAM else "tcp")
    host, port = opened.getsockname()[:2]
    is_ipv6 = opened.family == socket.AF_INET6
    both = is_ipv6 and not opened.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)
    hosts = {host}
    if host in ("0.0.0.0", "::"):
        hosts = own_addresses(is_ipv6) | (own_addresses(False) if both else set())
        host = world_address(is_ipv6)
    return Listener(kind, number, 0 if both else 6 if is_ipv6 else 4, advertise or host, port, frozenset(hosts))


def world_address(is_ipv6: bool) -> str:
    """The address from which the machine talks to the world; loopback when it cannot. Nothing is sent."""
    family, far = (socket.AF_INET6, "2001:db8::1") if is_ipv6 else (socket.AF_INET, "192.0.2.1")
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((far, 9))
            return str(probe.getsockname()[0])
    except OSError:  # no route: a machine without a network
        return "::1" if is_ipv6 else "127.0.0.1"


def own_addresses(is_ipv6: bool) -> set[str]:
    """Addresses of the machine, as far as they are known: the world's, loopback, and those of its name."""
    found = {world_address(is_ipv6), "::1" if is_ipv6 else "127.0.0.1"}
    family = socket.AF_INET6 if is_ipv6 else socket.AF_INET
    with contextlib.suppress(OSError):  # a machine that does not know its own name
        found |= {str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None, family)}
    return found
