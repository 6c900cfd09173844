"""The relay of a card: carries RTP and RTCP between far ends over IPv6 and pjsua2's sockets over IPv4.

One thread, which lives while there is something to carry; opened and closed from the main thread. A card in whose calls
nothing goes over IPv6 has neither thread nor sockets of it. All sockets end with the process, so that a killed card
leaves no port behind.
"""

import contextvars
import os
import select
import socket
import threading
import time
from typing import NamedTuple

import structlog

from server.linecard.worker.peer import Peer
from server.wire.media import FarStream

log = structlog.get_logger()

_OCTETS = 65536


class Crossing(NamedTuple):
    """One stream to be carried. `host`, `port`: pjsua2's RTP socket, RTCP is the next one. `ipv6`: our address for the
    far end, at the same ports. `stand_in`: the address that pjsua2 takes for the far end's."""

    host: str
    port: int
    ipv6: str
    stand_in: str
    far: FarStream


class _Pair:
    """Two sockets with a far end at one of them: `outside` over IPv6, `inside` towards pjsua2."""

    def __init__(self, crossing: Crossing, offset: int, peer: Peer) -> None:
        self.peer = peer
        self.packets = self.lost = 0
        self.outside = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.inside = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        try:
            self.outside.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            self.outside.bind((crossing.ipv6, crossing.port + offset))
            self.inside.bind((crossing.stand_in, crossing.far.stand_in_port + offset))
            self.inside.connect((crossing.host, crossing.port + offset))  # the kernel takes pjsua2's packets only
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        self.outside.close()
        self.inside.close()


class Relay:
    """Carries any number of crossings, each under a name."""

    def __init__(self) -> None:
        self._buffer = memoryview(bytearray(_OCTETS))
        self._lock = threading.Lock()
        self._pairs: dict[str, tuple[_Pair, _Pair]] = {}
        self._ends: dict[int, tuple[_Pair, bool]] = {}
        self._epoll: select.epoll | None = None
        self._wake = -1

    def open(self, name: str, crossing: Crossing) -> None:
        """Carry a stream from now on, in place of what had the name. Raises `OSError` for ports that are taken."""
        self.close(name)
        far = crossing.far
        rtp = _Pair(crossing, 0, Peer(far.host, far.port))
        try:
            rtcp = _Pair(crossing, 1, Peer(far.rtcp_host, far.rtcp_port))
        except OSError:
            rtp.close()
            raise
        with self._lock:
            epoll = self._epoll or self._start()
            self._pairs[name] = rtp, rtcp
            for pair in (rtp, rtcp):
                for end, from_outside in ((pair.outside, True), (pair.inside, False)):
                    self._ends[end.fileno()] = pair, from_outside
                    epoll.register(end.fileno(), select.EPOLLIN)

    def close(self, name: str) -> None:
        """Carry this no longer; its ports are free when this returns. Nothing happens if it was not carried."""
        with self._lock:
            pairs = self._pairs.pop(name, None)
            if pairs is None or self._epoll is None:
                return
            for pair in pairs:
                for end in (pair.outside, pair.inside):
                    self._epoll.unregister(end.fileno())
                    del self._ends[end.fileno()]
                pair.close()
            if not self._pairs:  # the thread ends; another begins with the next crossing
                self._epoll = None
                os.eventfd_write(self._wake, 1)
        rtp, rtcp = pairs
        log.info(
            "relay closed",
            name=name,
            rtp_packets=rtp.packets,
            rtcp_packets=rtcp.packets,
            lost=rtp.lost + rtcp.lost,
            strangers=rtp.peer.strangers + rtcp.peer.strangers,
        )

    def _start(self) -> select.epoll:
        self._epoll, self._wake = select.epoll(), os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._epoll.register(self._wake, select.EPOLLIN)
        carry = contextvars.copy_context().run  # so that its log lines name the card
        arguments = self._carry, self._epoll, self._wake
        threading.Thread(target=carry, args=arguments, name="relay", daemon=True).start()
        return self._epoll

    def _carry(self, epoll: select.epoll, wake: int) -> None:
        """The thread."""
        began = time.monotonic()
        while True:
            ready = epoll.poll()
            with self._lock:
                if self._epoll is not epoll:
                    break
                for number, _ in ready:
                    end = self._ends.get(number)
                    if end is not None:
                        self._pass(*end)
        epoll.close()
        os.close(wake)
        log.info("relay rests", cpu_ms=round(time.thread_time() * 1000), ms=round((time.monotonic() - began) * 1000))

    def _pass(self, pair: _Pair, from_outside: bool) -> None:
        """Carry one packet, or lose it as networks do; how many were lost is told at the end."""
        buffer = self._buffer
        try:
            if from_outside:
                octets, source = pair.outside.recvfrom_into(buffer)
                if not pair.peer.takes(source[0], source[1]):
                    return
                pair.inside.send(buffer[:octets])
            else:
                octets = pair.inside.recv_into(buffer)
                pair.outside.sendto(buffer[:octets], pair.peer.target)
            pair.packets += 1
        except BlockingIOError:  # somebody else's event under a number that is used again, or a full queue
            return
        except OSError:  # refused: pjsua2's socket is not there (yet), or the network has no way to the far end
            pair.lost += 1
