"""Opening a database: private, up to date, or refused in words."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from storage_rig import URL

from server.storage import migrations
from server.storage.database import Database
from server.storage.errors import StorageRefused
from server.storage.tables import metadata

FINDS_US = {**os.environ, "PYTHONPATH": os.pathsep.join((str(Path(__file__).parent), str(Path(__file__).parents[2])))}
INTERRUPTED = """
import os, sys
from pathlib import Path
import sqlalchemy
from storage_rig import URL
from server.storage.database import Database

def dies(connection, cursor, statement, *_):
    if "call_agent" in statement:
        os._exit(7)

database = Database(URL, Path(sys.argv[1]))
sqlalchemy.event.listen(database.engine, "after_cursor_execute", dies)
database.open()
"""


def test_migrations_make_the_tables(tmp_path: Path) -> None:
    database = Database(URL, tmp_path)
    database.open()
    database.open()
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == migrations.HEAD
    database.close()
    folder = Path(str(migrations.__file__)).parent
    assert ScriptDirectory(str(folder)).get_current_head() == migrations.HEAD


def test_digests_of_log_in_passwords_are_dropped_and_overwritten(tmp_path: Path) -> None:
    database = Database(URL, tmp_path)
    config = Config()
    config.set_main_option("script_location", "server.storage:migrations")
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.execute(
            text("INSERT INTO credential VALUES ('ana', '$argon2id$ana', :md5, :sha256, 1.0)"),
            {"md5": "5a" * 16, "sha256": "c3" * 32},
        )
    database.close()
    assert b"5a" * 16 in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    database.open()
    with database.engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM credential")).one()
    database.close()
    assert tuple(row) == ("ana", "$argon2id$ana", 1.0)
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"5a" * 16 not in content
    assert b"c3" * 32 not in content


def test_who_talked_in_older_calls_is_taken_from_their_records(tmp_path: Path) -> None:
    database = Database(URL, tmp_path)
    config = Config()
    config.set_main_option("script_location", "server.storage:migrations")
    passed_on = '{"agent": "bo", "conversations": [{"agent": "ana", "queue": "q"}, {"agent": "bo"}]}'
    rows = [("c1", "bo", passed_on), ("c2", "ana", '{"conversations": []}'), ("c3", "", "{}"), ("c4", "bo", "nonsense")]
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
        for place, (call, agent, body) in enumerate(rows):
            connection.execute(
                text("INSERT INTO call_record VALUES (:call, :at, 1, 'q', :agent, 'answered', :body)"),
                {"call": call, "at": float(place), "agent": agent, "body": body},
            )
    database.close()
    database.open()
    with database.engine.connect() as connection:
        found = connection.execute(text("SELECT call, agent, arrived_at FROM call_agent ORDER BY call, agent")).all()
    database.close()
    assert [tuple(row) for row in found] == [
        ("c1", "ana", 0.0),
        ("c1", "bo", 0.0),
        ("c2", "ana", 1.0),
        ("c4", "bo", 3.0),
    ]


def test_a_migration_that_was_interrupted_begins_anew(tmp_path: Path) -> None:
    """The process dies when the table is there, and its rows and the number of the revision are not."""
    assert subprocess.run([sys.executable, "-c", INTERRUPTED, str(tmp_path)], check=False, env=FINDS_US).returncode == 7
    database = Database(URL, tmp_path)
    database.open()
    with database.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == migrations.HEAD
    database.close()


def test_nobody_else_may_read(tmp_path: Path) -> None:
    data_dir = tmp_path / "new" / "data"
    database = Database(URL, data_dir)
    database.open()
    assert data_dir.stat().st_mode & 0o777 == 0o700
    files = list(data_dir.iterdir())
    assert {file.name for file in files} >= {"caruso.db"}
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    database.close()


@pytest.mark.parametrize("url", ["caruso.db", "sqlite://", "sqlite:///:memory:", "mysql://localhost/x", ""])
def test_urls_that_cannot_be_used(tmp_path: Path, url: str) -> None:
    with pytest.raises(StorageRefused, match="storage url"):
        Database(url, tmp_path)


def test_postgresql_speaks_psycopg(tmp_path: Path) -> None:
    assert Database("postgresql://host/caruso", tmp_path).url.drivername == "postgresql+psycopg"


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "caruso.db").write_text("no database at all, but long enough to be looked at" * 20)
    with pytest.raises(StorageRefused, match=r"caruso\.db is no database"):
        Database(URL, tmp_path).open()


def test_a_data_directory_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StorageRefused, match="cannot be used"):
        Database(URL, tmp_path / "data").open()


def test_a_database_that_a_newer_version_has_used_is_left_alone(tmp_path: Path) -> None:
    database = Database("sqlite:///caruso.db", tmp_path)
    database.open()
    with sqlite3.connect(tmp_path / "caruso.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageRefused, match=f"revision 9999, this version knows them up to {migrations.HEAD}"):
        database.open()
    database.close()
