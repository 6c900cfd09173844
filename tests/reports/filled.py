"""A data directory with a day in it, as a server leaves one."""

from pathlib import Path
from zoneinfo import ZoneInfo

from server.call import facts as f
from server.records.book import Book
from server.storage.commits import Commits
from server.storage.database import Database
from server.storage.ledger_reading import LedgerReading
from server.storage.rows import contact_row, last_of_each, ledger_row, record_row
from server.storage.spool import Batch, Spool

URL = "sqlite:///caruso.db"

SITE_TOML = """
[site]
time_zone = "Europe/Lisbon"
country = "PT"

[[queue]]
id = "billing"
wrap_up_seconds = 25
[[queue]]
id = "rescue"
service_level_abandons = "against"
{agents}
"""
AGENT_TOML = '[[agent]]\nid = "{id}"\nqueues = {queues}\nphone = "sip:{id}@192.0.2.1"\n'


def fill(folder: Path, entries: list[f.Entry], checkpoint_at: int | None = None) -> None:
    """`checkpoint_at`: the position up to which a core's checkpoints reach; None: the last."""
    database = Database(URL, folder)
    database.open()
    spool = Spool(folder)
    spool.open()
    commits = Commits(database, spool)
    closed = Book(ZoneInfo("Europe/Lisbon")).take(entries).closed
    rows = [ledger_row(entry) for entry in entries]
    for start in range(0, len(rows), 1000):
        assert commits.save(Batch(rows=rows[start : start + 1000]))
    records = last_of_each([record_row(call) for call in closed])
    contacts = last_of_each([contact_row(call) for call in closed])
    assert commits.save(Batch(rows=[], records=records, contacts=contacts))
    reading = LedgerReading(database)
    for name in ("exchange", "book"):
        reading.save_checkpoint(name, checkpoint_at or entries[-1].position, b"")
    commits.close()
    database.close()


def site_file(folder: Path, agents: list[tuple[str, list[str]]]) -> Path:
    text = "".join(AGENT_TOML.format(id=agent, queues=queues) for agent, queues in agents).replace("'", '"')
    file = folder / "site.toml"
    file.write_text(SITE_TOML.format(agents=text), encoding="utf-8")
    return file
