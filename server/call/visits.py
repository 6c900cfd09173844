"""Visits: who is at a dialog's page on the web, and the links that lead there (service `visits`).

A token is told once, to whoever may use it; what is kept of it is its SHA-256. A visit is a session of a script
(`server.call.dialogs`) with what only the web needs: the present address, the private link for later, the call-back
that was asked for.
"""

from collections.abc import Awaitable
from typing import Protocol

import msgspec


class Visit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A session on the web. Moments are seconds since 1970.

    `page`: hash of the token in the page's address; `seen_at`: last used. `later`: hash of the private link's token,
    good until `later_until`; empty: none was asked for. `link`: hash of the personal link that it was begun with.
    `customer`: the customer file's id, of a personal link; empty: nobody knows who it is. `call`, `queue`, `number`:
    the call-back that was asked for; `is_typed`: the visitor wrote the number; `is_ordered`: the rules have it.
    """

    session: str
    script: str
    page: str
    begun_at: float
    seen_at: float
    later: str = ""
    later_until: float = 0
    link: str = ""
    customer: str = ""
    call: str = ""
    queue: str = ""
    number: str = ""
    is_typed: bool = True
    is_ordered: bool = False
    is_resting: bool = False


class PersonalLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link that says whose session it is. `token`: hash; `session`: that it leads to, begun when it is first used."""

    token: str
    script: str
    customer: str
    session: str
    made_at: float
    expires_at: float


class Visits(Protocol):
    """Where visits and personal links are kept (service `visits`, version 1). Raises `ConnectionError` when it cannot
    be."""

    def save(self, visit: Visit) -> Awaitable[None]:
        """Keep a visit as it is now, new or not; fires when it is stored."""
        ...

    def touch(self, session: str, seen_at: float) -> Awaitable[None]:
        """The page was used."""
        ...

    def of_session(self, session: str) -> Awaitable[Visit | None]:
        """The visit of a session; None: there is none."""
        ...

    def of_page(self, page: str) -> Awaitable[Visit | None]:
        """The visit whose page has a token of this hash; None: there is none."""
        ...

    def of_later(self, later: str) -> Awaitable[Visit | None]:
        """The visit whose private link has a token of this hash; None: there is none."""
        ...

    def idle(self, before: float, limit: int) -> Awaitable[list[Visit]]:
        """Visits that do not rest and were used last before that moment, oldest first."""
        ...

    def unordered(self) -> Awaitable[list[Visit]]:
        """Visits that asked for a call-back of which nobody noted that the rules have it."""
        ...

    def forget(self, before: float) -> Awaitable[list[str]]:
        """Take out visits that were used last before that moment and have no private link that lives on, and personal
        links that ended before it; the sessions of the visits."""
        ...

    def add_link(self, link: PersonalLink) -> Awaitable[None]:
        """Keep a new personal link."""
        ...

    def link(self, token: str) -> Awaitable[PersonalLink | None]:
        """The personal link whose token has this hash; None: there is none."""
        ...
