"""Addresses of host names: A and AAAA. (The place where SRV records belong, RFC 3263.)"""

from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IAddress, IHostResolution, IResolutionReceiver
from zope.interface import implementer

MAX_ADDRESSES = 8

Found = Callable[[list[str]], None]


@implementer(IResolutionReceiver)
class Addresses:
    """Collects the addresses of one name and gives them to `found`; none: the name has none."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self._hosts: list[str] = []

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:  # noqa: N802, N803 - Twisted's names
        """Nothing to be kept."""

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802 - Twisted's name
        """One more."""
        host = getattr(address, "host", "")
        if host and host not in self._hosts:
            self._hosts.append(host)

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's name
        """All of them."""
        self._found(self._hosts[:MAX_ADDRESSES])


def resolve(reactor: Any, host: str, found: Found) -> None:
    """Ask the reactor's resolver for `host`."""
    reactor.nameResolver.resolveHostName(Addresses(found), host)
