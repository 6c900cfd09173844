"""The mail server, what is handed to it, and one attempt as the service sees it (`delivery` is the real one)."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import msgspec
from twisted.internet.defer import Deferred

from server.config.mail import MailServer
from server.mail.words import Ending

Claim = Callable[[], Awaitable[bool]]
"""Claims the mail. False: another has it. Raises `ConnectionError` while the database is away."""


class Relay(msgspec.Struct, frozen=True, kw_only=True):
    """The mail server and how to speak to it. `authorities`: PEM of who may vouch for it; empty: the system's."""

    server: MailServer
    user: str = ""
    password: str = ""
    starttls: str = "required"
    authorities: str = ""

    @property
    def must_be_tls(self) -> bool:
        """Whether nothing of a mail (or the password) may go without TLS."""
        asked = self.starttls == "required" or (bool(self.user) and not self.server.is_local)
        return self.server.is_tls or asked


class Envelope(msgspec.Struct, frozen=True):
    """What is handed over: bare addresses, and the message with CRLF line ends."""

    sender: str
    recipients: Sequence[str]
    octets: bytes


class Attempting(Protocol):
    """One attempt under way. `ended` fires once with how it ended; it never fails."""

    claimed: bool
    ended: Deferred[Ending]

    def begin(self) -> None:
        """Connect, and go on by itself."""
        ...

    def abort(self) -> None:
        """Break it off, unless the whole mail is handed over; then wait for the answer."""
        ...

    def lose(self) -> None:
        """Break it off whatever the state."""
        ...


Deliver = Callable[[Envelope, Claim], Awaitable[Attempting]]
"""Makes an attempt, which is then to be begun."""
