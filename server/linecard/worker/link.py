"""The card's connection to the core: a Unix socket that is opened again whenever it breaks.

Never blocks. While the core is away the kernel may still accept a connection (the supervisor holds the listening
socket), so the core counts as here only when it has said something lately; it pings every second.
"""

import errno
import socket
from collections.abc import Callable

import structlog

from server.linecard import codec
from server.wire import linecard

log = structlog.get_logger()

SHORTEST_WAIT_SECONDS = 0.02
LONGEST_WAIT_SECONDS = 1.0
SILENCE_SECONDS = 3.0
"""A core that has said nothing for so long is away."""
MAX_UNSENT_OCTETS = 256 * 1024
"""Above this the core does not read; what comes next waits in the outbox."""
READ_OCTETS = 8192


class Link:
    """Sends frames and reads commands. `greet` gives the frames with which every connection begins."""

    def __init__(self, path: str, greet: Callable[[], bytes]) -> None:
        self.socket: socket.socket | None = None
        self._path = path
        self._greet = greet
        self._reader: codec.FrameReader[linecard.ToCard] = codec.FrameReader(linecard.ToCard)
        self._unsent = b""
        self._wait = SHORTEST_WAIT_SECONDS
        self._next_try = self._now = 0.0
        self._heard_at: float | None = None
        self.away_since: float | None = 0.0
        """Since when (`mono`) nobody decides; None: the core is here."""

    def tick(self, now: float) -> None:
        """Connect if it is time to, and notice a core that went silent."""
        self._now = now
        if self.socket is None and self._next_try <= now:
            self._connect(now)
        if self._heard_at is not None and now - self._heard_at > SILENCE_SECONDS:
            self._heard_at = None
            self.away_since = now

    def next_deadline(self) -> float | None:
        """When `tick` wants to be called; None: not before something happens."""
        if self.socket is None:
            return self._next_try
        return None if self._heard_at is None else self._heard_at + SILENCE_SECONDS + 0.1

    @property
    def ready(self) -> bool:
        """Whether frames may be sent."""
        return self.socket is not None and len(self._unsent) < MAX_UNSENT_OCTETS

    @property
    def wants_to_write(self) -> bool:
        """Whether the socket's becoming writable matters."""
        return bool(self._unsent)

    def send(self, frames: bytes) -> None:
        """Send frames, as far as the socket takes them now; the rest later."""
        self._unsent = self._unsent + frames if self._unsent else frames
        self.flush()

    def flush(self) -> None:
        """Send what is left."""
        if self.socket is None or not self._unsent:
            return
        try:
            sent = self.socket.send(self._unsent)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(str(error))
            return
        self._unsent = self._unsent[sent:]

    def read(self, now: float) -> list[linecard.ToCard]:
        """Commands that came in; none when the connection broke."""
        self._now = now
        if self.socket is None:
            return []
        try:
            data = self.socket.recv(READ_OCTETS)
            messages = self._reader.feed(data)
        except BlockingIOError:
            return []
        except (OSError, codec.BadFrame) as error:
            self._lose(str(error))
            return []
        if not data:
            self._lose("the core closed the connection")
            return []
        self._heard_at, self.away_since = now, None
        self._wait = SHORTEST_WAIT_SECONDS
        return messages

    def _connect(self, now: float) -> None:
        opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        opened.setblocking(False)
        try:
            opened.connect(self._path)
        except OSError as error:
            opened.close()
            if error.errno not in (errno.ENOENT, errno.ECONNREFUSED, errno.EAGAIN):
                log.warning("core not reached", why=str(error))
            self._next_try = now + self._wait
            self._wait = min(self._wait * 2, LONGEST_WAIT_SECONDS)
            return
        self.socket = opened
        self._reader = codec.FrameReader(linecard.ToCard)
        self._unsent = b""
        self._wait = min(self._wait * 2, LONGEST_WAIT_SECONDS)
        self.send(self._greet())

    def _lose(self, why: str) -> None:
        log.info("core lost", why=why)
        if self.socket is not None:
            self.socket.close()
        self.socket = None
        self._unsent = b""
        self._heard_at = None
        self._next_try = self._now + self._wait
        if self.away_since is None:
            self.away_since = self._now
