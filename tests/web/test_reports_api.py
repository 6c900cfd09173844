"""Reports over HTTP: page, command line and monitor tell the same; what a careless request gets."""

import csv
import io
import sys
from pathlib import Path

import msgspec
import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.defer import Deferred

sys.path.insert(0, str(Path(__file__).parents[1] / "simulator"))
sys.path.insert(0, str(Path(__file__).parents[1] / "reports"))
from filled import fill, site_file
from varied_day import ZONE, VariedDay

from server.app.reporting import Reports
from server.call.now import Now
from server.commands import report as command
from server.config.load import load_site
from server.config.site import Web
from server.records.live_figures import LiveFigures
from server.records.summary import Terms
from server.wire.reports import ReportEntry, ReportMade
from tests.fakes.switchboard import FakeSwitchboard, an_agent
from tests.fakes.web_server import WebServer, done, header

DAY = VariedDay(11, hours=2, calls_per_hour=110)
NOON = Now(DAY.start.wall + 1.6 * 3600, DAY.start.mono + 1.6 * 3600)
"""In the middle of the work: callers wait, agents talk."""
SO_FAR = [entry for entry in DAY.entries if entry.at.mono <= NOON.mono]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("told")
    fill(folder / "data", SO_FAR)
    site_file(folder, [(agent.id, list(agent.queues)) for agent in DAY.site.agent])
    return folder


@pytest.fixture
def real(folder):
    """A server with the real reports over that ledger, and with the figures of now."""
    site = msgspec.structs.replace(load_site(folder / "site.toml"), web=Web(listen="127.0.0.1:0"))
    reports = Reports(reactor, site, folder / "data", lambda: NOON)
    live = LiveFigures(Terms.of(site, ZONE), lambda: NOON)
    for entry in SO_FAR:
        live.take([entry])
    people = [an_agent("sofia", role="supervisor", phone="tel:+351210000009"), an_agent("ana")]
    made = WebServer(site, switchboard=FakeSwitchboard(people), clock=lambda: NOON, figures=live, reports=reports)
    made.start()
    yield made
    pytest_twisted.blockon(done(made.stop()))
    reports.stop()


@pytest.fixture
def server():
    made = WebServer()
    made.start()
    yield made
    pytest_twisted.blockon(done(made.stop()))


@pytest_twisted.ensureDeferred
async def test_page_command_line_and_monitor_tell_the_same_to_the_last_digit(real, folder, monkeypatch, capsys):
    token = await real.log_in("sofia")
    answer = await real.ask("GET", "/api/v1/reports/calls?period=today&queue=billing", token=token)
    assert answer.code == 200, answer.raw
    monkeypatch.setattr(command, "now", lambda: NOON)
    capsys.readouterr()  # what was logged so far
    words = ["calls", "--period", "today", "--queue", "billing", "--format", "json"]
    assert command.main([*words, "--data", str(folder / "data"), "--site", str(folder / "site.toml")]) == 0
    assert capsys.readouterr().out.encode() == answer.raw
    table = answer.json_body
    names = [column["name"] for column in table["columns"]]
    monitor = real.figures.queue_today("billing")
    told = {name: value for name, value in zip(names, table["total"], strict=True) if name not in ("queue", "interval")}
    assert told == {name: monitor[name] for name in told}
    assert told["offered"] > 100
    assert 0 < told["occupancy"] < 1
    assert len(table["points"]) == len(table["rows"])


@pytest_twisted.ensureDeferred
async def test_agents_are_told_as_the_monitor_tells_them(real):
    token = await real.log_in("sofia")
    answer = await real.ask("GET", "/api/v1/reports/availability?period=today&lang=pt", token=token)
    table = answer.json_body
    assert (table["title"], table["language"]) == ("Disponibilidade dos agentes", "pt-BR")
    names = [column["name"] for column in table["columns"]]
    for row in table["rows"]:
        told = dict(zip(names, row, strict=True))
        live = real.figures.agent_today(told.pop("agent"))
        assert told == {name: live[name] for name in told}
    assert len(table["rows"]) == 5


@pytest_twisted.ensureDeferred
async def test_csv_is_a_file_and_html_is_a_page_that_may_have_its_own_style(real):
    token = await real.log_in("sofia")
    answer = await real.ask("GET", "/api/v1/reports/lost-calls?period=today&format=csv", token=token)
    assert header(answer, "content-type").startswith("text/csv; charset=utf-8")
    assert header(answer, "content-disposition") == 'attachment; filename="lost-calls_2026-01-05_2026-01-05.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.raw.decode("utf-8"))))
    assert len(rows) > 10
    page = await real.ask("GET", "/api/v1/reports/abandoned?period=today&format=html", token=token)
    assert "style-src 'sha256-" in header(page, "content-security-policy")
    assert "<table>" in page.raw.decode()


@pytest_twisted.ensureDeferred
async def test_the_shelf_tells_what_there_is(real):
    token = await real.log_in("sofia")
    shelf = (await real.ask("GET", "/api/v1/reports?lang=pt", token=token)).json_body
    assert (await real.ask("GET", "/api/v1/reports?lang=xx", token=token)).code == 400
    assert (shelf["today"], shelf["time_zone"]) == ("2026-01-05", "Europe/Lisbon")
    assert [queue["id"] for queue in shelf["queues"]] == ["billing", "rescue"]
    known = {entry["name"]: entry for entry in shelf["reports"]}
    assert {"calls", "agents", "messages", "voicemail", "customers"} <= known.keys()
    assert known["calls"]["title"] == "Chamadas por fila e intervalo"
    assert (known["calls"]["has_interval"], known["calls"]["filters"]) == (True, ["queue"])
    assert (known["agents"]["has_interval"], known["agents"]["filters"]) == (False, ["queue", "agent"])


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        ("calls?from=2020-01-01&interval=1d", 400, "period-too-long"),
        ("calls?from=2025-12-01&interval=5m", 400, "too-many-intervals"),
        ("calls?from=2026-01-05&to=2026-01-04", 400, "period-empty"),
        ("calls?from=tomorrow", 400, "no-moment"),
        ("calls?period=today&from=2026-01-05", 400, "report-refused"),
        ("calls?agent=ana", 400, "no-filter"),
        ("customers?queue=billing", 400, "no-filter"),
        ("calls?queue=biling", 400, "report-refused"),
        ("calls?format=pdf", 400, "parameter-invalid"),
        ("calls?period=today&period=today", 400, "parameter-invalid"),
        ("nothing", 404, "not-found"),
        ("..%2Fsite", 404, "not-found"),
    ],
)
@pytest_twisted.ensureDeferred
async def test_what_cannot_be_told_is_refused_with_its_cure(real, query, status, kind):
    answer = await real.ask("GET", f"/api/v1/reports/{query}", token=await real.log_in("sofia"))
    assert answer.code == status, answer.raw
    assert answer.json_body["type"] == f"urn:caruso:problem:{kind}"
    assert "--" not in answer.json_body["detail"]


@pytest_twisted.ensureDeferred
async def test_who_gives_up_ends_the_work(real):
    token = await real.log_in("sofia")
    given_up = done(real.ask("GET", "/api/v1/reports/calls?period=today", token=token))
    began: Deferred[None] = Deferred()
    reports = real.reports

    def look() -> None:
        if reports._working:
            began.callback(None)
        else:
            reactor.callLater(0.01, look)

    look()
    await began
    (worker,) = reports._working
    given_up.addErrback(lambda _: None)
    given_up.cancel()
    await done_when(lambda: not reports._working and worker._process.poll() is not None)
    answer = await real.ask("GET", "/api/v1/reports/calls?period=today", token=token)
    assert answer.code == 200  # the next one is served as ever


def done_when(is_so) -> Deferred[None]:
    over: Deferred[None] = Deferred()

    def look() -> None:
        if is_so():
            over.callback(None)
        else:
            reactor.callLater(0.01, look)

    look()
    return over.addTimeout(60, reactor)


@pytest_twisted.ensureDeferred
async def test_a_ledger_that_must_be_folded_first_is_told_by_its_progress(server):
    server.reports.answers = [ReportMade(state="going-on", progress=0.4), ReportMade(state="made", body=b"{}")]
    token = await server.log_in("sofia")
    first = await server.ask("GET", "/api/v1/reports/calls?period=last-month&interval=1d&queue=a&queue=b", token=token)
    assert (first.code, first.json_body) == (202, {"progress": 0.4})
    second = await server.ask("GET", "/api/v1/reports/calls", token=token)
    assert (second.code, second.raw) == (200, b"{}")
    asked = server.reports.asked[0]
    assert (asked.name, asked.period, asked.interval, asked.queues) == ("calls", "last-month", "1d", ["a", "b"])
    assert asked.is_limited


@pytest_twisted.ensureDeferred
async def test_a_database_that_is_away_and_files_that_are_wrong_are_told(server):
    token = await server.log_in("sofia")
    away = await server.ask("GET", "/api/v1/reports/calls", token=token)
    assert (away.code, away.json_body["detail"]) == (503, "There is no database.")
    server.reports.shelf = [ReportEntry(name="x", title="x", is_own=True, problem="x.toml:1: wrong. Cure")]
    shelf = await server.ask("GET", "/api/v1/reports", token=token)
    assert shelf.json_body["reports"][0]["problem"] == "x.toml:1: wrong. Cure"


@pytest_twisted.ensureDeferred
async def test_agents_get_no_reports(server):
    token = await server.log_in("ana")
    for path in ("/api/v1/reports", "/api/v1/reports/calls"):
        assert (await server.ask("GET", path, token=token)).code == 403


@pytest_twisted.ensureDeferred
async def test_the_page_has_a_strict_policy_and_no_inline_code(server):
    page = await server.ask("GET", "/reports")
    html = page.raw.decode()
    policy = header(page, "content-security-policy")
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert " style=" not in html
    for name in ("reports.js", "reports.css", "table.js", "chart.js"):
        part = await server.ask("GET", f"/reports/static/{name}")
        assert part.code == 200
        assert "http" not in part.raw.decode()
    assert (await server.ask("GET", "/reports/static/page.html")).code == 404
