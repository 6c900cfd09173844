"""What each endpoint of the API does."""

import math
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

import msgspec
import structlog

from server.call.dialogs import Dialogs, ScriptService
from server.call.events import AgentAsked, RequestRefused
from server.call.now import Now
from server.call.ports import (
    Accounts,
    Customers,
    Figures,
    MonitorStore,
    OpenedSession,
    RecordJson,
    Records,
    Reports,
    SessionCredentials,
    Sessions,
    Switchboard,
    Voicemail,
)
from server.call.snapshots import AgentSnapshot
from server.call.visits import Visits
from server.config.site import SiteFile
from server.records.instants import iso
from server.views import agent_view
from server.web import status
from server.web.access import Caller, Role, cookie_header
from server.web.answers import Answer, ProblemFound
from server.web.log_in_limits import LogInLimits
from server.web.metrics import CONTENT_TYPE, Metrics
from server.web.origins import Origins, client_address
from server.wire import api, desk

DEFAULT_RECORDS = 1000
MOST_RECORDS = 10_000
MOST_LOG_INS_UNDER_WAY = 32
"""Passwords that are checked or wait for it; each costs some 50 ms of a core."""
SIP_PASSWORD_OCTETS = 24
"""Of chance in a SIP password that lives as long as a session."""

log = structlog.get_logger()


class SipAccess(msgspec.Struct, frozen=True):
    """Where softphones register: `HOST:PORT`, and `udp` or `tcp`."""

    server: str
    transport: str


class Wiring(msgspec.Struct, frozen=True, kw_only=True):
    """What the web needs of the others. Services may be stand-ins for ones that are replaced while we run.

    `services` gives what an interface (empty: any) has, `watch_services` calls at each change until its result is
    called; `figures` gives None while nobody has any, `campaigns` while nobody tells of any. `ready` names each
    condition of `/readyz`. `session_ended(id)` is told of a session that was closed. `numbers` gives a telephone number
    as it is dialled, and in E.164 (empty: it is none). `data` is the data directory.
    """

    site: SiteFile
    switchboard: Switchboard
    accounts: Accounts
    sessions: Sessions
    credentials: SessionCredentials
    records: Records
    customers: Customers
    monitor_store: MonitorStore
    reports: Reports
    voicemail: Voicemail
    dialogs: Dialogs
    visits: Visits
    numbers: Callable[[str], tuple[str, str]]
    data: Path
    services: Callable[[str], Sequence[desk.ServiceView]]
    watch_services: Callable[[Callable[[], None]], Callable[[], None]]
    figures: Callable[[], Figures | None]
    campaigns: Callable[[], ScriptService | None]
    ready: Callable[[], Mapping[str, bool]]
    sip_access: Callable[[], SipAccess]
    session_ended: Callable[[str], None]
    now: Callable[[], Now]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request that was admitted. `body` is of the endpoint's type; `caller` is None only where anyone may ask."""

    request: Any
    caller: Caller | None
    path: Mapping[str, str]
    body: Any

    @property
    def someone(self) -> Caller:
        """The caller of an endpoint that needs a log-in."""
        if self.caller is None:
            raise ProblemFound("not-logged-in", "Log in first: POST /api/v1/sessions.")
        return self.caller


class Does(Protocol):
    """An endpoint's work."""

    async def __call__(self, asked: Asked) -> Answer: ...


class Api:
    """The endpoints' work. Each method is one endpoint."""

    def __init__(self, wiring: Wiring, origins: Origins, metrics: Metrics, openapi: Callable[[], bytes]) -> None:
        self._w = wiring
        self._origins = origins
        self._metrics = metrics
        self._openapi = openapi
        self._limits = LogInLimits(wiring.site.web.log_in_attempts, lambda: wiring.now().mono)
        self._log_ins_under_way = 0
        self.failed_log_ins = 0

    # sessions

    async def open_session(self, asked: Asked) -> Answer:
        """Log in. Who does not exist is answered like a wrong password."""
        body: api.LogIn = asked.body
        address = client_address(asked.request)
        wait_seconds = self._limits.begin(body.user, address)
        if wait_seconds > 0:
            self.failed_log_ins += 1
            raise ProblemFound(
                "too-many-log-ins",
                "Too many attempts; wait a little and try again.",
                headers={"Retry-After": str(math.ceil(wait_seconds))},
            )
        agent = await self._verified(body)
        if agent is None:
            self.failed_log_ins += 1
            log.warning("log_in_failed", user=body.user, address=address)
            raise ProblemFound("log-in-failed", "User or password is wrong.")
        self._limits.succeeded(body.user, address)
        opened = await self._w.sessions.open(agent.id, agent.role)
        log.info("logged_in", user=agent.id, session=opened.session.id, address=address)
        return await self._logged_in(asked, body, agent, opened)

    async def _verified(self, body: api.LogIn) -> AgentSnapshot | None:
        if self._log_ins_under_way >= MOST_LOG_INS_UNDER_WAY:
            raise ProblemFound("service-away", "Too many people log in just now.", headers={"Retry-After": "2"})
        self._log_ins_under_way += 1
        try:
            is_right = await self._w.accounts.verify(body.user, body.password)
        finally:
            self._log_ins_under_way -= 1
        return self._w.switchboard.agent(body.user) if is_right else None

    async def _logged_in(self, asked: Asked, body: api.LogIn, agent: AgentSnapshot, opened: OpenedSession) -> Answer:
        sip = None
        if agent.phone == "registered" and not body.cookie:
            password = secrets.token_urlsafe(SIP_PASSWORD_OCTETS)
            await self._w.credentials.add_session_credential(agent.id, password, opened.session.id)
            where = self._w.sip_access()
            sip = api.SipAccount(
                user=agent.id,
                password=password,
                domain=self._w.site.sip.domain,
                server=where.server,
                transport="tcp" if where.transport == "tcp" else "udp",
            )
        answer = api.LoggedIn(
            token="" if body.cookie else opened.token,
            expires_at=iso(opened.session.expires_at),
            agent=agent.id,
            role=agent.role,
            desk_url=self._origins.base_url(asked.request).replace("http", "ws", 1) + "/desk",
            sip=sip,
        )
        cookie = {"Set-Cookie": cookie_header(opened.token, self._origins.secure)} if body.cookie else {}
        return Answer(status=201, value=answer, headers=cookie)

    async def close_session(self, asked: Asked) -> Answer:
        """Log out."""
        caller = asked.someone
        await self._w.sessions.close(caller.token)
        self._w.session_ended(caller.session)
        log.info("logged_out", user=caller.user, session=caller.session)
        cookie = {"Set-Cookie": cookie_header("", self._origins.secure)} if caller.by_cookie else {}
        return Answer(status=204, headers=cookie)

    # the present

    async def status(self, asked: Asked) -> Answer:
        """What happens now; an agent sees only own calls."""
        caller = asked.someone
        own = caller.user if caller.role < Role.SUPERVISOR else ""
        return Answer(value=status.status(self._w.switchboard, self._w.now().wall, own))

    async def set_presence(self, asked: Asked) -> Answer:
        """Choose a presence: agents their own, supervisors anybody's."""
        caller, agent = asked.someone, asked.path["agent"]
        if caller.role < Role.SUPERVISOR and caller.user != agent:
            raise ProblemFound("not-allowed", "Agents choose their own presence only.")
        if self._w.switchboard.agent(agent) is None:
            raise ProblemFound("not-found", "There is no agent of that id.")
        body: api.PresenceChoice = asked.body
        choice = desk.SetPresence(presence=body.presence, reason=body.reason)
        try:
            await self._w.switchboard.tell(AgentAsked(agent, caller.user, choice))
        except RequestRefused as refused:
            raise ProblemFound("refused", refused.detail, type_id=refused.problem) from refused
        changed = self._w.switchboard.agent(agent)
        if changed is None:
            raise ProblemFound("not-found", "There is no agent of that id.")
        return Answer(value=agent_view(changed))

    # records

    async def calls(self, asked: Asked) -> Answer:
        """Call records: the newest `limit` ones, oldest first."""
        caller = asked.someone
        own = caller.user if caller.role < Role.SUPERVISOR else ""
        limit = _number(asked.request, "limit", DEFAULT_RECORDS, MOST_RECORDS)
        live = _flag(asked.request, "live")
        before = _argument(asked.request, "before") or ""
        await self._w.switchboard.settled()
        if before and await self._visible(caller, before) is None:
            raise ProblemFound("parameter-invalid", "before is the id of a call; there is none of that id (any more).")
        found = [self._seen(caller, record) for record in await self._w.records.all(live, own, before, limit + 1)]
        headers = {}
        if len(found) > limit:
            found = found[1:]
            query = {"limit": limit, "before": found[0]["call_id"], **({"live": "true"} if live else {})}
            headers["Link"] = f'</api/v1/calls?{urlencode(query)}>; rel="prev"'
        return Answer(value=found, headers=headers)

    async def call(self, asked: Asked) -> Answer:
        """One call record; an agent finds only own calls."""
        caller = asked.someone
        await self._w.switchboard.settled()
        record = await self._visible(caller, asked.path["call"])
        if record is None:
            raise ProblemFound("not-found", "There is no call of that id.")
        return Answer(value=self._seen(caller, record))

    async def _visible(self, caller: Caller, call: str) -> RecordJson | None:
        """The record of that id; None: there is none, or none that the caller may see."""
        record = await self._w.records.one(call)
        if record is not None and caller.role < Role.SUPERVISOR and not _is_of(record, caller.user):
            return None
        return record

    def _seen(self, caller: Caller, record: RecordJson) -> RecordJson:
        """A record as the caller may see it: who listened is told to agents only where the site says so."""
        if caller.role >= Role.SUPERVISOR or self._w.site.site.supervision_visible:
            return record
        return {**record, "supervisions": []}

    # the server itself

    async def openapi(self, _: Asked) -> Answer:
        """This API, as OpenAPI 3.1."""
        return Answer(value=self._openapi())

    async def alive(self, _: Asked) -> Answer:
        """The process answers."""
        return Answer(value={"alive": True})

    async def readiness(self, _: Asked) -> Answer:
        """Whether calls are taken."""
        conditions = dict(self._w.ready())
        is_ready = all(conditions.values())
        return Answer(status=200 if is_ready else 503, value=api.Readiness(ready=is_ready, conditions=conditions))

    async def metrics(self, _: Asked) -> Answer:
        """Figures for Prometheus."""
        return Answer(value=self._metrics.text(), content_type=CONTENT_TYPE)


def _is_of(record: RecordJson, agent: str) -> bool:
    """Whether the agent talked in the call, be it that another one has it now."""
    talks: Any = record["conversations"]
    return agent == record["agent"] or any(one["agent"] == agent for one in talks)


def _argument(request: Any, name: str) -> str | None:
    values = request.args.get(name.encode(), [])
    if len(values) > 1:
        raise ProblemFound("parameter-invalid", f"{name} is given more than once.")
    return values[0].decode("utf-8", "replace") if values else None


def _number(request: Any, name: str, default: int, most: int) -> int:
    text = _argument(request, name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= most):
        raise ProblemFound("parameter-invalid", f"{name} is a number from 1 to {most}.")
    return int(text)


def _flag(request: Any, name: str) -> bool:
    text = _argument(request, name)
    if text not in (None, "true", "false"):
        raise ProblemFound("parameter-invalid", f"{name} is true or false.")
    return text == "true"
