"""Requests to the server that have no answer yet."""

from server.wire import desk as wire

ANSWER_WITHIN_SECONDS = 10.0
"""A server that is silent for longer is taken as gone, though the connection may seem to stand."""


class Requests:
    """Numbers requests and remembers those on the way."""

    def __init__(self) -> None:
        self._number = 0
        self._on_the_way: dict[int, tuple[wire.AnyRequest, float]] = {}

    def number(self) -> int:
        """The next id."""
        self._number += 1
        return self._number

    def sent(self, request: wire.AnyRequest, now: float) -> None:
        """The request leaves."""
        self._on_the_way[request.id] = (request, now)

    def answered(self, number: int) -> tuple[wire.AnyRequest, float] | None:
        """The request that was answered and when it left; None: an answer to nothing we asked on this connection."""
        return self._on_the_way.pop(number, None)

    def waiting(self, kind: type[wire.Request]) -> bool:
        """Whether a request of that kind is on the way."""
        return any(isinstance(request, kind) for request, _ in self._on_the_way.values())

    def forget(self) -> None:
        """The connection is gone, and with it the answers."""
        self._on_the_way.clear()

    def overdue(self, now: float) -> bool:
        """Whether the server owes an answer for too long."""
        return any(now - left > ANSWER_WITHIN_SECONDS for _, left in self._on_the_way.values())
