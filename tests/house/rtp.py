"""Ears and mouths outside the server: RTP ends that note when each packet came and what it held.

The kernel stamps the arrivals (SO_TIMESTAMPNS), so a busy test process does not show as a gap. An end sends to where
its packets come from, as phones behind a router do.
"""

from __future__ import annotations

import itertools
import selectors
import socket
import struct
import threading
import time
from dataclasses import dataclass, field

import numpy as np

SO_TIMESTAMPNS = 35
PACKET_SECONDS = 0.02
SAMPLES = 160
PCMA = 8


def _alaw_table() -> np.ndarray:
    """A-law codes to 16-bit samples (ITU-T G.711, table 1a)."""
    table = np.zeros(256, dtype=np.int16)
    for code in range(256):
        bits = code ^ 0x55
        segment, mantissa = (bits & 0x70) >> 4, bits & 0x0F
        value = (mantissa << 4) + 8 if segment == 0 else ((mantissa << 4) + 0x108) << (segment - 1)
        table[code] = value if bits & 0x80 else -value
    return table


ALAW = _alaw_table()
_ORDER = np.argsort(ALAW)
_BORDERS = (ALAW[_ORDER][:-1].astype(np.int32) + ALAW[_ORDER][1:]) / 2


def alaw_encode(samples: np.ndarray) -> bytes:
    """16-bit samples to the nearest G.711 A-law codes."""
    return bytes(_ORDER[np.searchsorted(_BORDERS, samples)].astype(np.uint8))


@dataclass
class Packet:
    """One RTP packet: when it came (seconds of the wall clock), its sequence number, time stamp and payload."""

    at: float
    sequence: int
    stamp: int
    payload_type: int
    payload: bytes


@dataclass
class End:
    """One RTP end at `port`. `tone_hz` 0: it sends silence; None: it sends nothing."""

    port: int
    tone_hz: float | None = None
    level: float = 0.25
    packets: list[Packet] = field(default_factory=list)
    peer: tuple[str, int] | None = None
    sent_from: float = 0
    _sequence: int = 0

    def packet_to_send(self, number: int) -> bytes:
        """The RTP packet for frame `number`; the tone's phase follows the frame."""
        t = (np.arange(SAMPLES) + number * SAMPLES) / 8000
        wave = np.sin(2 * np.pi * (self.tone_hz or 0) * t) * self.level * 32767
        self._sequence = (self._sequence + 1) & 0xFFFF
        head = struct.pack("!BBHII", 0x80, PCMA, self._sequence, number * SAMPLES & 0xFFFFFFFF, 0x1000 + self.port)
        return head + alaw_encode(wave.astype(np.int16))

    def audio(self, since: float = 0, before: float = float("inf")) -> np.ndarray:
        """What was heard between two moments, in order of arrival, as samples."""
        parts = [p.payload for p in self.packets if since <= p.at < before and p.payload_type == PCMA]
        return ALAW[np.frombuffer(b"".join(parts), dtype=np.uint8)]

    def longest_gap(self, since: float, before: float) -> float:
        """Longest time without a packet between two moments, in seconds."""
        return max(b - a for a, b in self.gaps(since, before))

    def gaps(self, since: float, before: float) -> list[tuple[float, float]]:
        """Every stretch without a packet between two moments, from when to when (wall clock)."""
        times = [since, *(p.at for p in self.packets if since <= p.at < before), before]
        return list(itertools.pairwise(times))


class Ends:
    """Many ends, one thread that hears and one that speaks."""

    def __init__(self, ends: list[End], host: str = "127.0.0.1") -> None:
        self.ends = ends
        self._sockets: dict[socket.socket, End] = {}
        self._selector = selectors.DefaultSelector()
        for end in ends:
            sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
            sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            sock.bind((host, end.port))
            sock.setblocking(False)
            self._sockets[sock] = end
            self._selector.register(sock, selectors.EVENT_READ)
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._hear), threading.Thread(target=self._speak)]

    def __enter__(self) -> Ends:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        for sock in self._sockets:
            sock.close()

    def _hear(self) -> None:
        while not self._stop.is_set():
            for key, _ in self._selector.select(0.1):
                sock = key.fileobj
                assert isinstance(sock, socket.socket)
                self._read(sock, self._sockets[sock])

    def _read(self, sock: socket.socket, end: End) -> None:
        while True:
            try:
                data, notes, _, peer = sock.recvmsg(2048, 256)
            except (BlockingIOError, ConnectionRefusedError):
                return
            if len(data) < 12 or data[0] >> 6 != 2 or 64 <= data[1] & 0x7F <= 95:
                continue  # not RTP (RFC 3550 5.1), or RTCP (RFC 5761)
            at = time.time()
            for level, kind, value in notes:
                if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
                    seconds, nanoseconds = struct.unpack("qq", value[:16])
                    at = seconds + nanoseconds / 1e9
            sequence, stamp = struct.unpack("!HI", data[2:8])
            end.peer = peer
            end.packets.append(Packet(at, sequence, stamp, data[1] & 0x7F, data[12:]))

    def _speak(self) -> None:
        started, number = time.monotonic(), 0
        while not self._stop.wait(max(0.0, started + number * PACKET_SECONDS - time.monotonic())):
            for sock, end in self._sockets.items():
                if end.tone_hz is not None and end.peer is not None:
                    end.sent_from = end.sent_from or time.time()
                    try:
                        sock.sendto(end.packet_to_send(number), end.peer)
                    except OSError:
                        end.peer = None  # the far end is gone; a new first packet will tell where it is
            number += 1
