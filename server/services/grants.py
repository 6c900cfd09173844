"""Which company's program may register what: its token, and the interfaces that the site file names. [pure]"""

import hmac
from collections.abc import Iterable

import msgspec

from server.config.services import HOUSE


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What a program that logs in with `token` may do. `name`: of its `[[service]]`."""

    name: str
    token: str
    interfaces: frozenset[str]
    timeout_seconds: float
    may_watch: bool = False

    def allows(self, interface: str) -> bool:
        """Whether it may register an interface: only what is named, and never one of the house."""
        return interface in self.interfaces and interface not in HOUSE

    def instance(self, own: str) -> str:
        """An instance's full name: no program can take the place of another one's."""
        return f"{self.name}/{own}" if own else self.name


class Grants:
    """All grants of a site."""

    def __init__(self, grants: Iterable[Grant]) -> None:
        self._grants = tuple(grants)

    def of(self, token: str) -> Grant | None:
        """Whose token it is; None: nobody's. It takes as long whether it is nearly right or far from it."""
        found = None
        sent = token.encode()
        for grant in self._grants:
            if hmac.compare_digest(grant.token.encode(), sent):
                found = grant
        return found if token else None
