"""Which legs of a card need its relay: those whose far end the edge has told to be over IPv6.

Notes of the edge and media of legs come independently, in any order; a crossing is opened when both are there.
"""

import socket
from typing import NamedTuple

import structlog

from server.linecard.options import BankOptions
from server.linecard.worker.relay import Crossing, Relay
from server.wire import media

log = structlog.get_logger()

MAX_NOTES = 64
"""Far ends that are remembered; four legs that negotiate anew need some, a storm of offers no more."""


class LegMedia(NamedTuple):
    """The stream of a leg as pjsua2 sees it. `port`: its own RTP port. `far_host`, `far_port`: where it sends RTP."""

    port: int
    far_host: str
    far_port: int


class Crossings:
    """Belongs to the main thread. `sip_port`: of pjsua2 in this card."""

    def __init__(self, options: BankOptions, sip_port: int) -> None:
        self._options = options
        self._relay = Relay()
        self._far: dict[tuple[str, int], media.FarStream] = {}
        self._open: dict[str, tuple[LegMedia, media.FarStream]] = {}
        self._notes = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._notes.bind((media.NOTES_HOST, sip_port))
        self._notes.connect((options.edge_host, options.edge_port))  # the kernel takes the edge's packets only

    @property
    def descriptor(self) -> int:
        """Readable when a note has come."""
        return self._notes.fileno()

    @property
    def expects(self) -> bool:
        """Whether any leg may need the relay."""
        return bool(self._far)

    def read_notes(self) -> bool:
        """Take the notes that came; True: there were any."""
        came = False
        while True:
            try:
                octets = self._notes.recv(media.MAX_NOTE_OCTETS)
            except BlockingIOError:
                return came
            except ConnectionRefusedError:  # told of the edge's socket, which a core is opening anew
                continue
            try:
                note = media.decode(octets)
            except media.BadNote as error:
                log.error("note of the edge cannot be read", why=str(error))
                continue
            came = True
            for stream in note.streams:
                key = note.stand_in, stream.stand_in_port
                self._far.pop(key, None)
                self._far[key] = stream
            while len(self._far) > MAX_NOTES:
                del self._far[next(iter(self._far))]

    def carry(self, leg: str, found: LegMedia) -> None:
        """The media of a leg is this now. Raises `OSError` if its ports over IPv6 are not to be had."""
        far = self._far.get((found.far_host, found.far_port))
        opened = self._open.get(leg)
        if far is None:
            if opened is not None and opened[0] != found:
                self.drop(leg)  # the far end has gone over to IPv4
            return
        if opened == (found, far):
            return
        self._open.pop(leg, None)
        options = self._options
        self._relay.open(leg, Crossing(options.media_address, found.port, options.media_ipv6, found.far_host, far))
        self._open[leg] = found, far
        log.info("relay opened", leg=leg, port=found.port)

    def drop(self, leg: str) -> None:
        """The leg is over, or has no media."""
        if self._open.pop(leg, None) is not None:
            self._relay.close(leg)
