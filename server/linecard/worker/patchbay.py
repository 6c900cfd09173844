"""Wires in pjsua2's conference: remembers which are wanted and which exist."""

from collections.abc import Set
from typing import Any

import pjsua2 as pj
import structlog

from server.linecard.worker.legs import Node, Wire

log = structlog.get_logger()


class Patchbay:
    """Keeps the conference as wanted while its ends come and go. Main thread only."""

    def __init__(self) -> None:
        self._ends: dict[Node, Any] = {}
        self._made: set[Wire] = set()

    def put(self, node: Node, media: Any) -> None:
        """`node` is now this `pj.AudioMedia`; wires to a former one went with it."""
        self.remove(node)
        self._ends[node] = media

    def remove(self, node: Node) -> None:
        """`node` is no longer there, and its wires neither."""
        if self._ends.pop(node, None) is not None:
            self._made = {wire for wire in self._made if node not in wire}

    def patch_out(self, node: Node) -> None:
        """Take `node`, which still exists, off its wires, and forget it."""
        for wire in [wire for wire in self._made if node in wire]:
            self._connect(wire, on=False)
        self.remove(node)

    def loudness(self, node: Node) -> int:
        """Level of the last frame that came from `node`, 0 to 255; 0 if it is not there."""
        media = self._ends.get(node)
        try:
            return 0 if media is None else int(media.getTxLevel())  # what the end sends into the conference
        except pj.Error as error:  # its media is negotiated anew just now
            log.info("no level", node=node, why=error.reason)
            return 0

    def patch(self, wanted: Set[Wire]) -> None:
        """Make exactly the wanted wires whose both ends exist."""
        if wanted == self._made:
            return
        for wire in self._made - wanted:
            self._made.discard(wire)
            self._connect(wire, on=False)
        for wire in wanted - self._made:
            if wire[0] in self._ends and wire[1] in self._ends and self._connect(wire, on=True):
                self._made.add(wire)

    def _connect(self, wire: Wire, *, on: bool) -> bool:
        source, sink = self._ends[wire[0]], self._ends[wire[1]]
        try:
            if on:
                source.startTransmit(sink)
            else:
                source.stopTransmit(sink)
        except pj.Error as error:
            # the end was negotiated anew a moment ago: a report about it is on its way and patches again
            log.info("wire not patched", source=wire[0], sink=wire[1], on=on, why=error.reason)
            return False
        return True
