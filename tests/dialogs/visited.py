"""A data directory in which scripts were published and gone through: real sessions, without a server."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random

import msgspec

from scriptengine.publishing import Shelf
from scriptengine.statistics import SessionTrace
from server.storage import tables
from server.storage.database import Database
from tests.scriptengine.statistics.walkers import played

URL = "sqlite:///caruso.db"
SITE = """
[site]
name = "Lisboa Luz"
time_zone = "Europe/Lisbon"
country = "PT"
"""
DIALOGS = Path(__file__).parents[2] / "dialogs"
OF_EACH = 120


def visit(folder: Path, now: float, of_each: int = OF_EACH) -> dict[tuple[str, str], list[SessionTrace]]:
    """Publishes two versions of `complaint` and one of `meter-reading`, and lets people go through them in the last
    hours before `now`; gives how each session went, by script and version.
    """
    (folder / "site.toml").write_text(SITE, encoding="utf-8")
    drafts = folder / "drafts"
    drafts.mkdir()
    (drafts / "interfaces.toml").write_bytes((DIALOGS / "interfaces.toml").read_bytes())
    shelf = Shelf(folder / "data" / "dialogs")
    (folder / "data").mkdir()
    database = Database(URL, folder / "data")
    database.open()
    random, found = Random(3), {}
    for name, version in (("complaint", "1"), ("complaint", "2"), ("meter-reading", "1")):
        text = (
            (DIALOGS / f"{name}.xml")
            .read_text("utf-8")
            .replace('version="1" xml:lang', f'version="{version}" xml:lang')
        )
        (drafts / f"{name}.xml").write_text(text, encoding="utf-8")
        shelf.publish(drafts / f"{name}.xml", datetime(2026, 1, int(version), 9, tzinfo=UTC))
        program = shelf.program(name, version)
        traces = [
            played(program, random, f"{name}-{version}-{number}", now - 7_000 + 20 * number)
            for number in range(of_each)
        ]
        found[name, version] = traces
        _keep(database, traces, program.script.hash)
    database.close()
    return found


def _keep(database: Database, traces: list[SessionTrace], hash: str) -> None:
    sessions, steps = [], []
    for trace in traces:
        touched = trace.ended_at or (trace.steps[-1][0] if trace.steps else trace.began)
        sessions.append({
            "id": trace.session, "serial": len(trace.steps), "revision": len(trace.steps), "script": trace.script,
            "version": trace.version, "hash": hash, "status": "running" if trace.ended_at is None else "ended",
            "channel": trace.channel, "began_channel": trace.channel, "language": "en", "call": "", "customer": "",
            "agent": "", "began_at": trace.began, "touched_at": touched, "ended_at": trace.ended_at,
            "end_node": trace.end, "outcome": trace.outcome, "disposition": trace.disposition, "ended": "",
            "untold": "", "state": "",
        })  # fmt: skip
        for number, (at, nodes) in enumerate(trace.steps):
            encoded = msgspec.json.encode(nodes).decode()
            steps.append({"session": trace.session, "number": number, "at": at, "nodes": encoded})
    with database.engine.begin() as connection:
        connection.execute(tables.dialog_session.insert(), sessions)
        connection.execute(tables.dialog_step.insert(), steps)
