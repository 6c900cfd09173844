"""Which requests may bring a long body, and how long: judged by their head, before any of it is read.

Whoever takes uploads gives a `BodyDoor` for each address; a long body at any other address is refused at once.
"""

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import unquote

import msgspec

from server.networks import network_of
from server.web.answers import Answer, ProblemFound
from server.web.origins import client_address

MOST_AT_ONCE = 24
"""Long bodies that come at the same time: each may take room on the temporary disk."""
MOST_AT_ONCE_OF_ONE = 4
"""The same of one address (IPv6: of its /64)."""
AGAIN_SECONDS = 10

Path = dict[str, str]


class Instead(Exception):
    """The body is not wanted: this is answered instead."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class BodyDoor(msgspec.Struct, frozen=True):
    """An address that takes long bodies. `path` as in the table of endpoints.

    `admit(request, parts of the path, length)` gives how many octets the body may have. `length` is what the sender
    says; None: it does not say. Raises `ProblemFound` or `Instead` for who may not send one. The request has method,
    path and headers then, and nothing else.
    """

    method: str
    path: str
    admit: Callable[[Any, Path, int | None], Awaitable[int]]


class BodyDoors:
    """All the doors of a site."""

    def __init__(self, doors: Sequence[BodyDoor] = ()) -> None:
        self._doors = [(door, re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", door.path))) for door in doors]
        self._open: Counter[str] = Counter()

    @property
    def open(self) -> int:
        """Long bodies that are coming."""
        return self._open.total()

    def find(self, method: bytes, path: bytes) -> tuple[BodyDoor, Path] | None:
        """The door at an address, and the parts of its path; None: there is none. `path`: without the query."""
        text = path.decode("latin-1")
        for door, pattern in self._doors:
            found = pattern.fullmatch(text) if method == door.method.encode() else None
            if found is not None:
                return door, {name: unquote(value) for name, value in found.groupdict().items()}
        return None

    async def admit(self, request: Any, door: BodyDoor, path: Path, length: int | None) -> int:
        """How many octets the body may have. Raises `ProblemFound` and `Instead`."""
        network = network_of(client_address(request))
        if self.open >= MOST_AT_ONCE or self._open[network] >= MOST_AT_ONCE_OF_ONE:
            headers = {"Retry-After": str(AGAIN_SECONDS)}
            raise ProblemFound("too-many-uploads", "Too much is being sent just now; try again.", headers=headers)
        self._open[network] += 1
        request.notifyFinish().addBoth(self._over, network)
        return await door.admit(request, path, length)

    def _over(self, _: object, network: str) -> None:
        self._open[network] -= 1
        if not self._open[network]:
            del self._open[network]
