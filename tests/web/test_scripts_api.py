"""Scripts' statistics over HTTP and on the command line: real sessions in a real database, worked out by a process."""

import csv
import io
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_twisted
from twisted.internet import reactor

from scriptengine.cli.main import main as script_command
from scriptengine.drawing import read_heat
from scriptengine.statistics import SessionTrace
from server.app.reporting import Reports
from server.call.now import Now
from server.commands.app import main as command
from server.config.load import load_site
from server.config.site import Web
from tests.dialogs.visited import visit
from tests.fakes.switchboard import FakeSwitchboard, an_agent
from tests.fakes.web_server import WebServer, done, header

NOON = Now(1_767_614_400.0, 1_000.0)
DAY = "from=2026-01-05&to=2026-01-05"
Visits = dict[tuple[str, str], list[SessionTrace]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("visited")


@pytest.fixture(scope="module")
def visits(folder: Path) -> Visits:
    return visit(folder, NOON.wall, 40)


@pytest.fixture
def web(folder: Path, visits: Visits):
    site = msgspec.structs.replace(load_site(folder / "site.toml"), web=Web(listen="127.0.0.1:0"))
    people = [an_agent("sofia", role="supervisor", phone="tel:+351210000009"), an_agent("ana")]
    reports = Reports(reactor, site, folder / "data", lambda: NOON)
    made = WebServer(site, switchboard=FakeSwitchboard(people), clock=lambda: NOON, reports=reports)
    made.start()
    yield made
    pytest_twisted.blockon(done(made.stop()))
    reports.stop()


async def _ask(web: WebServer, path: str, user: str = "sofia") -> Any:
    return await web.ask("GET", path, token=await web.log_in(user))


@pytest_twisted.ensureDeferred
async def test_which_scripts_there_are(web: WebServer, visits: Visits) -> None:
    told = (await _ask(web, f"/api/v1/scripts?{DAY}&lang=pt")).json_body
    ended = {name: sum(bool(t.end) for (one, _), some in visits.items() for t in some if one == name)
             for name in ("complaint", "meter-reading")}  # fmt: skip
    assert [(one["id"], one["version"], one["versions"], one["sessions"], one["ended"]) for one in told["scripts"]] == [
        ("complaint", "2", ["1", "2"], 80, ended["complaint"]),
        ("meter-reading", "1", ["1"], 40, ended["meter-reading"]),
    ]
    assert told["scripts"][1]["title"] == "Leitura do medidor"
    assert told["site"] == "Lisboa Luz"


@pytest_twisted.ensureDeferred
async def test_one_script_is_told_as_its_sessions_went(web: WebServer, visits: Visits) -> None:
    sheet = (await _ask(web, f"/api/v1/scripts/complaint?{DAY}&version=2&against=1")).json_body
    traces = visits["complaint", "2"]
    assert (sheet["sessions"], sheet["ended"]) == (40, sum(bool(trace.end) for trace in traces))
    entered = [one.node for trace in traces for _, nodes in trace.steps for one in nodes if not one.how]
    assert {node["node"]: node["visits"] for node in sheet["nodes"] if node["visits"]} == {
        node: entered.count(node) for node in set(entered)
    }
    for node in sheet["nodes"]:
        gone = sum(node[how] for how in ("went_on", "went_back", "ended", "left", "open"))
        assert node["visits"] + node["returns"] == gone
    assert {line["version"] for line in sheet["per_version"]} == {"1", "2"}
    assert "success" in {one["outcome"] for one in sheet["compared"]}
    assert sheet["drawn"] == "2"
    assert f"{entered.count(entered[0])} visits" in sheet["svg"]
    assert (await _ask(web, f"/api/v1/scripts/complaint?{DAY}")).json_body["sessions"] == 80
    assert (await _ask(web, "/api/v1/scripts/complaint?period=yesterday")).json_body["sessions"] == 0


@pytest_twisted.ensureDeferred
async def test_tables_as_csv_say_the_same(web: WebServer) -> None:
    sheet = (await _ask(web, f"/api/v1/scripts/complaint?{DAY}")).json_body
    answer = await _ask(web, f"/api/v1/scripts/complaint?{DAY}&format=csv&table=nodes")
    assert header(answer, "content-disposition") == 'attachment; filename="complaint_nodes_2026-01-05_2026-01-06.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.raw.decode())))
    assert [(row["node"], int(row["visits"]), int(row["left"])) for row in rows] == [
        (node["node"], node["visits"], node["left"]) for node in sheet["nodes"]
    ]
    for table in ("ways", "paths", "outcomes", "versions"):
        lines = list(
            csv.reader(
                io.StringIO((await _ask(web, f"/api/v1/scripts/complaint?{DAY}&format=csv&table={table}")).raw.decode())
            )
        )
        assert len({len(line) for line in lines}) == 1
        assert len(lines) > 1


@pytest_twisted.ensureDeferred
async def test_no_answer_of_anybody_is_told(web: WebServer, folder: Path) -> None:
    for path in ("/api/v1/scripts/complaint", "/api/v1/scripts/meter-reading"):
        text = (await _ask(web, f"{path}?{DAY}")).raw.decode()
        assert "12345678" not in text
        assert '"answers"' not in text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/scripts/nobody", 404),
        ("/api/v1/scripts/.hidden", 404),
        (f"/api/v1/scripts/complaint?{DAY}&version=9", 404),
        ("/api/v1/scripts/complaint?version=..%2F..", 400),
        ("/api/v1/scripts/complaint?channel=fax", 400),
        ("/api/v1/scripts/complaint?format=xls", 400),
        ("/api/v1/scripts/complaint?from=x", 400),
        ("/api/v1/scripts/complaint?from=2020-01-01&to=2026-01-01", 400),
        ("/api/v1/scripts?period=today&from=2026-01-01", 400),
    ],
)
@pytest_twisted.ensureDeferred
async def test_careless_requests_get_a_problem(web: WebServer, path: str, status: int) -> None:
    answer = await _ask(web, path)
    assert answer.code == status, answer.raw
    assert answer.json_body["detail"]


@pytest_twisted.ensureDeferred
async def test_it_is_for_supervisors(web: WebServer) -> None:
    assert (await _ask(web, "/api/v1/scripts", "ana")).code == 403
    assert (await web.ask("GET", "/api/v1/scripts/complaint")).code == 401
    page = await web.ask("GET", "/scripts/complaint")
    assert page.code == 200
    assert "script-src 'self'" in header(page, "content-security-policy")


def test_the_command_writes_heat_for_the_picture(folder: Path, visits: Visits, tmp_path: Path, capsys) -> None:
    heat, svg = tmp_path / "heat.json", tmp_path / "out.svg"
    period = ["--from", "2026-01-05", "--to", "2026-01-06"]
    assert (
        command(
            ["script-heat", "complaint", "--data", str(folder / "data"), "--version", "1", *period, "-o", str(heat)]
        )
        == 0
    )
    found = read_heat(heat.read_bytes())
    entered = sum(not one.how for trace in visits["complaint", "1"] for _, nodes in trace.steps for one in nodes)
    assert (sum(found.visits.values()), found.version) == (entered, "1")
    assert script_command(["graph", str(folder / "drafts" / "complaint.xml"), "--heat", str(heat), "-o", str(svg)]) == 0
    assert "visits" in svg.read_text("utf-8")
    assert command(["script-heat", "complaint", "--data", str(tmp_path)]) == 1
    capsys.readouterr()
    assert command(["script-heat", "complian", "--data", str(folder / "data")]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "caruso script-heat: There is no script complian. Did you mean complaint?\n")
    assert command(["script-heat", "complaint", "--data", str(folder / "data"), "--from", "x"]) == 2
