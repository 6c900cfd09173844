"""A web server on loopback over fakes, and a client for it."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import treq
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.web.client import Agent

from server.call.dialogs import Dialogs, ScriptService
from server.config.site import Queue, Reason, Sip, SiteFile, Web
from server.desk.gateway import DeskGateway
from server.services.directory import Directory
from server.storage.numbers import of_visitor
from server.web.api import SipAccess, Wiring
from server.web.front import Web as WebFront
from server.web.metrics import Figure
from server.wire import desk
from tests.fakes.clocks import FakeClock
from tests.fakes.customers import FakeCustomers
from tests.fakes.storage import FakeAccounts, FakeMonitorStore, FakeRecords, FakeReports, FakeSessions
from tests.fakes.switchboard import FakeSwitchboard, a_queue, an_agent
from tests.fakes.visits import FakeVisits
from tests.fakes.voicemail import FakeVoicemail

PASSWORDS = {"ana": "ana's word", "rui": "rui's word", "sofia": "sofia's word", "admin": "admin's word"}


class WebServer:
    """Agents ana and rui, supervisor sofia (with an outside phone), administrator admin; one queue.

    `switchboard`, `clock`, `figures` and `reports` stand in for those.
    """

    def __init__(
        self,
        site: SiteFile | None = None,
        timers: Any = reactor,
        *,
        switchboard: FakeSwitchboard | None = None,
        clock: Any = None,
        figures: Any = None,
        reports: Any = None,
        dialogs: Any = None,
        data: Path | None = None,
    ) -> None:
        self.clock = clock or FakeClock()
        self.figures = figures
        self.switchboard = switchboard or FakeSwitchboard(
            [
                an_agent("ana", queues=["service"]),
                an_agent("rui", queues=["service"]),
                an_agent("sofia", role="supervisor", phone="tel:+351210000009"),
                an_agent("admin", role="administrator"),
            ],
            [a_queue("service")],
        )
        self.accounts = FakeAccounts(PASSWORDS)
        self.sessions = FakeSessions()
        self.records = FakeRecords()
        self.customers = FakeCustomers()
        self.monitor_store = FakeMonitorStore()
        self.reports = reports or FakeReports()
        self.voicemail = FakeVoicemail()
        self.campaigns: ScriptService | None = None
        self.visits = FakeVisits()
        self.conditions = {"ledger": True, "cards": True}
        self.services = [desk.ServiceView(interface="acd", version="1", instance="core", rank=0, state="up")]
        self.service_watchers: list[Callable[[], None]] = []
        site = site or SiteFile(
            web=Web(listen="127.0.0.1:0"),
            sip=Sip(domain="caruso.test"),
            queue=[Queue(id="service", name="Service")],
            reason=[Reason(id="break", name="Break")],
        )
        self.gateway = DeskGateway(
            reactor=timers,
            site=site,
            switchboard=self.switchboard,
            customers=self.customers,
            records=self.records,
            sessions=self.sessions,
            dialogs=dialogs or Directory(timers, lambda: 0.0).proxy("dialogs", "1", Dialogs),
            services=lambda interface: [s for s in self.services if interface in ("", s.interface)],
            now=self.clock,
        )
        self.web = WebFront(
            reactor,
            Wiring(
                site=site,
                switchboard=self.switchboard,
                accounts=self.accounts,
                sessions=self.sessions,
                credentials=self.sessions,
                records=self.records,
                customers=self.customers,
                monitor_store=self.monitor_store,
                reports=self.reports,
                voicemail=self.voicemail,
                dialogs=dialogs or Directory(timers, lambda: 0.0).proxy("dialogs", "1", Dialogs),
                visits=self.visits,
                numbers=lambda text: of_visitor(text, "DE"),
                data=Path(data or tempfile.mkdtemp(prefix="caruso-web-")),
                services=lambda interface: [s for s in self.services if interface in ("", s.interface)],
                watch_services=self._watch_services,
                figures=lambda: self.figures,
                campaigns=lambda: self.campaigns,
                ready=lambda: self.conditions,
                sip_access=lambda: SipAccess("127.0.0.1:5060", "udp"),
                session_ended=self.gateway.end_session,
                now=self.clock,
            ),
            self.gateway.factory(),
            [Figure(name="test_calls", kind="counter", help="A counter of a test.", read=lambda: 41)],
        )
        self._client = treq.client.HTTPClient(Agent(reactor))

    def _watch_services(self, changed: Callable[[], None]) -> Callable[[], None]:
        self.service_watchers.append(changed)
        return lambda: self.service_watchers.remove(changed)

    def start(self) -> None:
        self.gateway.start()
        self.web.listen()

    async def stop(self) -> None:
        self.gateway.stop()
        await self.web.stop()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.web.port}"

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        token: str = "",
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> Any:
        """One request; the response has `text` (str) and `json_body` (or None) added."""
        sent = {"Connection": "close", **(headers or {})}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if body is not None:
            more["json"] = body
        response = await self._client.request(
            method, f"http://{self.address}{path}", headers=sent, allow_redirects=False, **more
        )
        response.raw = await treq.content(response)
        is_json = "json" in (response.headers.getRawHeaders("content-type") or [""])[0]
        response.json_body = (await treq.json_content(response)) if is_json and response.raw else None
        return response

    async def log_in(self, user: str) -> str:
        """A token."""
        answer = await self.ask("POST", "/api/v1/sessions", {"user": user, "password": PASSWORDS[user]})
        assert answer.code == 201, answer.raw
        return str(answer.json_body["token"])


def header(response: Any, name: str) -> str | None:
    """The one value of a header."""
    values = response.headers.getRawHeaders(name) or [None]
    assert len(values) == 1
    return values[0]


def done(awaitable: Any) -> Deferred[Any]:
    """An awaitable as a Deferred, for `pytest_twisted.blockon`."""
    return Deferred.fromCoroutine(awaitable)
