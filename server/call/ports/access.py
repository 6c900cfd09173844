"""Who may log in or register, and who has."""

from collections.abc import Awaitable, Sequence
from typing import Protocol

import msgspec


class Credentials(Protocol):
    """What the registrar checks digests against."""

    def ha1(self, user: str, algorithm: str) -> list[str]:
        """Valid HA1 values (hex) of a user, `algorithm` being `MD5` or `SHA-256`; empty: unknown user."""
        ...


class StoredBinding(msgspec.Struct, frozen=True, kw_only=True):
    """A registered contact. `expires_at`: seconds since 1970. `flow`: the connection it came over, the edge's own text.

    `path`: the Path header's values (RFC 3327), first to visit first.
    """

    user: str
    contact: str
    call_id: str
    cseq: int
    expires_at: float
    flow: str
    path: list[str] = []
    q: float = 1.0
    instance: str = ""
    user_agent: str = ""


class BindingStore(Protocol):
    """Keeps registrations over a restart."""

    def load(self) -> Awaitable[list[StoredBinding]]: ...

    def save(self, user: str, bindings: Sequence[StoredBinding]) -> Awaitable[None]:
        """Replace all bindings of a user."""
        ...


class Accounts(Protocol):
    """Who may log in (service `accounts`, version 1)."""

    def verify(self, user: str, password: str) -> Awaitable[bool]:
        """Whether that is the user's password. An unknown user takes as long to refuse as a wrong password."""
        ...


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A log-in. `id` is not the token and may be logged; `expires_at`: seconds since 1970."""

    id: str
    user: str
    role: str
    expires_at: float


class OpenedSession(msgspec.Struct, frozen=True, kw_only=True):
    """A new session with its token, which is random, told once, and stored hashed."""

    token: str
    session: Session


class Sessions(Protocol):
    """Log-ins; they outlive the core."""

    def open(self, user: str, role: str) -> Awaitable[OpenedSession]:
        """A new session of a user whose password was verified."""
        ...

    def check(self, token: str) -> Awaitable[Session | None]:
        """The session of a token; None: unknown, closed, or expired."""
        ...

    def close(self, token: str) -> Awaitable[None]:
        """End a session, and the SIP credential that was added for it; an unknown token is no error."""
        ...


class SessionCredentials(Protocol):
    """SIP passwords that live as long as a session (the storage's `Credentials` is this as well)."""

    def add_session_credential(self, user: str, password: str, session: str) -> Awaitable[None]:
        """From now on `password` is valid for the SIP user `user` until the session of that id is closed or expires."""
        ...
