"""Who asks, and what that role may. Everything that is not in the table of endpoints is refused."""

from enum import IntEnum
from typing import Any

import msgspec

from server.call.ports import Sessions, Switchboard
from server.web.answers import ProblemFound
from server.web.origins import Origins

COOKIE = "caruso_session"
MOST_TOKEN_CHARACTERS = 200
SAFE_METHODS = frozenset({b"GET", b"HEAD"})


class Role(IntEnum):
    """What is needed to use an endpoint; each role may what those below it may."""

    ANYONE = 0
    AGENT = 1
    SUPERVISOR = 2
    ADMINISTRATOR = 3


ROLES = {"agent": Role.AGENT, "supervisor": Role.SUPERVISOR, "administrator": Role.ADMINISTRATOR}


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is logged in. `by_cookie`: the browser said so, perhaps on behalf of another page."""

    user: str
    role: Role
    session: str
    token: str
    by_cookie: bool


class Doorkeeper:
    """Finds out who asks. The role is what the site says now, not what it said at log-in."""

    def __init__(self, sessions: Sessions, switchboard: Switchboard, origins: Origins) -> None:
        self._sessions = sessions
        self._switchboard = switchboard
        self._origins = origins

    async def caller(self, request: Any) -> Caller | None:
        """Who asks; None: nobody who is logged in."""
        token, by_cookie = _token(request)
        if not token or len(token) > MOST_TOKEN_CHARACTERS:
            return None
        session = await self._sessions.check(token)
        agent = self._switchboard.agent(session.user) if session else None
        if session is None or agent is None:
            return None
        return Caller(
            user=session.user,
            role=ROLES.get(agent.role, Role.ANYONE),
            session=session.id,
            token=token,
            by_cookie=by_cookie,
        )

    async def admit(self, request: Any, needed: Role) -> Caller | None:
        """Who asks, if `needed` allows them; raises `ProblemFound`."""
        is_safe = request.method in SAFE_METHODS
        if not is_safe and not self._origins.is_ours(request):
            raise ProblemFound("origin-refused", "Requests that change something come from our own pages only.")
        if needed is Role.ANYONE:
            return None
        caller = await self.caller(request)
        if caller is None:
            challenge = {"WWW-Authenticate": "Bearer"}
            raise ProblemFound("not-logged-in", "Log in first: POST /api/v1/sessions.", headers=challenge)
        if caller.by_cookie and not is_safe and not self._origins.is_certainly_ours(request):
            raise ProblemFound("origin-refused", "A request with a cookie must say that it comes from our own page.")
        if caller.role < needed:
            raise ProblemFound("not-allowed", f"This is for the role {needed.name.lower()} and above.")
        return caller


def _token(request: Any) -> tuple[str, bool]:
    """The token, and whether it came in a cookie. A header wins: pages of others cannot set it."""
    header = request.getHeader(b"authorization")
    if header is not None:
        scheme, _, token = header.decode("latin-1").partition(" ")
        return (token.strip(), False) if scheme.lower() == "bearer" else ("", False)
    cookie = request.getCookie(COOKIE.encode())
    return (cookie.decode("latin-1"), True) if cookie else ("", False)


def cookie_header(token: str, secure: bool) -> str:
    """`Set-Cookie` for a token; an empty token takes the cookie back."""
    ending = "; Max-Age=0" if not token else ""
    return f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict{'; Secure' if secure else ''}{ending}"
