"""One logged-in desk: what it was shown, and with which revision."""

from typing import Any, Protocol

import msgspec

from server.wire import desk

_encode = msgspec.json.Encoder().encode


class Wire(Protocol):
    """The connection, as the gateway sees it."""

    stalled: bool
    """The other end reads too slowly: what it was sent is still waiting here."""

    def send(self, payload: bytes) -> None:
        """Send one text frame."""
        ...

    def end(self, code: int, reason: str) -> None:
        """Close with a code; what was sent before is sent out first."""
        ...

    def abort(self) -> None:
        """Drop the connection now."""
        ...


class AgentDesk:
    """An agent's desk. Sections that cannot be sent now are kept, the latest of each, until the line is free."""

    def __init__(self, agent: str, session: str, token: str, wire: Wire, heard_mono: float) -> None:
        self.agent = agent
        self.session = session
        self.token = token
        self.wire = wire
        self.heard_mono = heard_mono
        """When the desk was last heard."""
        self.alive = False
        """Whether the rules were told that it is connected."""
        self.call = ""
        """The call whose card it shows; empty: none."""
        self.holds_back = False
        """Waits a moment for the customer's card before a new call is shown."""
        self._revision = 0
        self._shown: dict[str, Any] = {}
        self._kept: dict[str, Any] = {}

    @property
    def welcomed(self) -> bool:
        """Whether the desk has its first state."""
        return self._revision > 0

    def welcome(self, state: desk.State, now_wall: float) -> None:
        """The whole state, once."""
        self._revision = 1
        self._shown = {name: getattr(state, name) for name in desk.State.__struct_fields__}
        self.wire.send(_encode(desk.Welcome(revision=1, now=now_wall, state=state)))

    def show(self, now_wall: float, **sections: Any) -> None:
        """Send those of the sections that differ from what is shown. Before the welcome nothing is sent."""
        if not self.welcomed:
            return
        self._kept.update(sections)
        if self.wire.stalled:
            return
        kept, self._kept = self._kept, {}
        news = {name: section for name, section in kept.items() if self._shown.get(name) != section}
        if not news:
            return
        self._revision += 1
        self._shown.update(news)
        self.wire.send(_encode(desk.Changed(revision=self._revision, now=now_wall, **news)))

    def reply(self, message: desk.FromCore) -> None:
        """Answer a request."""
        self.wire.send(_encode(message))
