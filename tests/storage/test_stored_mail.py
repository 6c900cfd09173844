"""Mails are kept, claimed once and forgotten, on each database that this machine has."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytest_twisted import ensureDeferred
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from storage_rig import WALL, Clock, site
from twisted.internet import reactor
from twisted.internet.defer import gatherResults

from server.call.mails import Letter, Mailing
from server.mail.service import new_mailing
from server.storage.database import Database
from server.storage.storage import Storage
from tests.sip.test_house_databases import DATABASES, url_of


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with url_of(request.param) as found:
        yield found


def mailing(ident: str, seconds: float = 0) -> Mailing:
    letter = Letter(to=["ana@example.com", "bia@example.com"], subject="Olá", text="")
    return new_mailing(letter, f"key of {ident}", ident, f"<{ident}@x>", 5, WALL + seconds)


@ensureDeferred
async def test_a_mail_through_its_states(url: str, tmp_path: Path) -> None:
    one = Storage(reactor, url, tmp_path / "one", site(), Clock())
    other = Storage(reactor, url.replace("///caruso", f"///{tmp_path}/one/caruso"), tmp_path / "two", site(), Clock())
    await one.start()
    await other.start()
    try:
        new = mailing("a")
        assert await one.mail.add(new, b"text\x00") == new
        assert await other.mail.add(replace(mailing("b"), key=new.key), b"other") == new
        assert await one.mail.message("a") == b"text\x00"
        assert await one.mail.message("b") == b""
        assert await other.mail.open() == [new]
        claims = await gatherResults([store.mail.claim(new) for store in (one, other) * 3])
        assert sorted(claims) == [False] * 5 + [True]
        claimed = await other.mail.by_id("a")
        assert claimed == replace(new, state="sending", version=1)
        assert not await other.mail.save(replace(new, state="queued"))
        assert await one.mail.save(replace(claimed, state="sent", ended_at=WALL + 1))
        sent = await other.mail.by_key(new.key)
        assert (sent.state, sent.version, sent.ended_at) == ("sent", 2, WALL + 1)
        assert await one.mail.message("a") == b""
        assert not await other.mail.save(replace(sent, state="queued"))
        assert not await other.mail.claim(sent)
        await one.mail.add(mailing("c", 5), b"c")
        await one.mail.add(mailing("d", 3), b"d")
        assert [mail.id for mail in await one.mail.listed(ended=False, limit=10)] == ["d", "c"]
        assert [mail.id for mail in await one.mail.listed(ended=True, limit=2)] == ["d", "c"]
        assert [mail.id for mail in await one.mail.listed(ended=True, limit=3)] == ["a", "d", "c"]
        assert await one.mail.forget(WALL + 1) == 0
        assert await one.mail.forget(WALL + 2) == 1
        assert await one.mail.by_id("a") is None
    finally:
        await one.stop()
        await other.stop()


def test_a_synced_transaction_is_synced_and_the_next_is_as_the_site_says(tmp_path: Path) -> None:
    database = Database("sqlite:///caruso.db", tmp_path, "normal")
    database.open()
    at_commit: list[int] = []
    event.listen(
        database.engine, "commit", lambda c: at_commit.append(c.exec_driver_sql("PRAGMA synchronous").scalar())
    )
    with database.synced() as connection:
        connection.execute(text("INSERT INTO monitor_threshold VALUES ('q', '{}', 'x', 1)"))
    assert at_commit[-1] == 2  # FULL
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1  # NORMAL
        assert connection.execute(text("SELECT count(*) FROM monitor_threshold")).scalar() == 1
    with suppress(ZeroDivisionError), database.synced() as connection:
        connection.execute(text("DELETE FROM monitor_threshold"))
        1 / 0  # noqa: B018
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM monitor_threshold")).scalar() == 1
    database.close()


def test_errors_do_not_show_what_was_to_be_written(tmp_path: Path) -> None:
    database = Database("sqlite:///caruso.db", tmp_path)
    database.open()
    with database.engine.begin() as connection, pytest.raises(OperationalError, match="no such table") as fault:
        connection.execute(text("INSERT INTO nowhere VALUES (:who)"), {"who": "ana@example.com"})
    assert "ana@example.com" not in str(fault.value)
    database.close()
