"""Storage as a whole: opened, recovered, closed."""

from collections.abc import Callable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorFromThreads, IReactorTime
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure

from server.call.now import Now
from server.config.site import SiteFile
from server.records.book import Book
from server.storage.bindings import StoredBindings
from server.storage.commits import Commits
from server.storage.credentials import StoredCredentials
from server.storage.customers import StoredCustomers
from server.storage.database import LOCK_SECONDS, Database
from server.storage.dialogs import StoredDialogs
from server.storage.errors import StorageAway
from server.storage.ledger import Ledger
from server.storage.ledger_reading import LedgerReading
from server.storage.mail import StoredMail
from server.storage.monitor import StoredMonitor
from server.storage.quick_commits import QuickCommits
from server.storage.records import StoredRecords
from server.storage.sessions import StoredSessions
from server.storage.spool import Spool
from server.storage.visits import StoredVisits
from server.storage.workers import Workers

log = structlog.get_logger()

READERS = 2
REFRESH_SECONDS = 5.0


class ReactorForStorage(IReactorTime, IReactorFromThreads):
    """What storage asks of a reactor."""


class Storage:
    """The storage service.

    `url` is a SQLAlchemy URL, a relative SQLite file lies in `data_dir`. `passwords` and `sip_passwords` are the site
    file's, resolved, by user. Nothing but the constructors' errors (`StorageRefused`) comes before `start`.
    """

    def __init__(
        self,
        reactor: ReactorForStorage,
        url: str,
        data_dir: Path,
        site: SiteFile,
        now: Callable[[], Now],
        passwords: Mapping[str, str] | None = None,
        sip_passwords: Mapping[str, str] | None = None,
    ) -> None:
        def wall() -> float:
            return now().wall

        def mono() -> float:
            return now().mono

        self._reactor = reactor
        self._zone = ZoneInfo(site.site.time_zone)
        self._database = Database(url, data_dir, site.storage.synchronous, LOCK_SECONDS)
        self._writer = Workers(reactor, "storage-writer")
        # A server that stands still holds up who waits for it; the ledger hangs up after a while and must wait for no
        # other. With SQLite there is nothing to wait for but the disk, and one writer at a time.
        self._ledger_writer = self._writer if self._database.is_sqlite else Workers(reactor, "storage-ledger")
        self._spooler = Workers(reactor, "storage-spooler")
        self._readers = Workers(reactor, "storage-reader", READERS)
        self._hashing = Workers(reactor, "passwords")
        self._spool = Spool(data_dir)
        self._commits = Commits(self._database, self._spool)
        self._quick = QuickCommits(self._database, mono)
        self._reading = LedgerReading(self._database)
        self._refreshing = LoopingCall(self._refresh)
        self._refreshing.clock = reactor
        self.ledger = Ledger(
            reactor,
            self._ledger_writer,
            self._writer,
            self._spooler,
            self._readers,
            self._commits,
            self._quick,
            self._reading,
            mono,
            site.storage.group_milliseconds / 1000,
        )
        self.records = StoredRecords(self._database, self._readers, self.ledger, now)
        self.customers = StoredCustomers(self._database, self._readers, self._writer, site.site.country, wall)
        self.bindings = StoredBindings(self._database, self._readers, self._writer, wall)
        self.mail = StoredMail(self._database, self._readers, self._writer)
        self.visits = StoredVisits(self._database, self._readers, self._writer)
        self.dialogs = StoredDialogs(self._database, self._readers, self._writer)
        self.monitor = StoredMonitor(self._database, self._readers, self._writer, wall)
        self.credentials = StoredCredentials(
            self._database,
            self._writer,
            self._hashing,
            site.sip.domain,
            wall,
            passwords or {},
            sip_passwords or {},
        )
        self.sessions = StoredSessions(self._database, self._writer, self.credentials, wall)

    @property
    def accounts(self) -> StoredCredentials:
        """Who may log in."""
        return self.credentials

    async def start(self) -> None:
        """Opens the database, writes what an earlier core spooled, folds the ledger.

        `StorageRefused` if it cannot be used, `LedgerConflict` if another core wrote the ledger, `StorageAway` if the
        database does not answer now; then `start` may be called again.
        """
        self.ledger.begin(await self._ledger_writer.run(self._open))
        await self.credentials.load()
        await self.sessions.load()
        self.credentials.on_password_changed = self._password_changed
        self._refreshing.start(REFRESH_SECONDS, now=False).addErrback(_failed, "credentials-not-refreshed")

    async def stop(self) -> None:
        """Commits what waits and closes; nothing may be asked any more."""
        if self._refreshing.running:
            self._refreshing.stop()
        await self.ledger.finish()
        self._quick.close()
        await self._ledger_writer.run(self._commits.close)
        every = (self._readers, self._hashing, self._spooler, self._writer, self._ledger_writer)
        for workers in dict.fromkeys(every):
            await workers.stop()
        self._database.close()

    def _open(self) -> Book:
        self._database.open()
        self._spool.open()
        if not self._commits.replay_all():
            raise StorageAway("the database does not take what was spooled while it was away")
        return self._reading.book(self._zone)

    def _refresh(self) -> Deferred[None]:
        return Deferred.fromCoroutine(self.credentials.refresh()).addErrback(_failed, "credentials-not-refreshed")

    def _password_changed(self, user: str) -> None:
        """Whoever is logged in with the old password is no more."""
        ended = Deferred.fromCoroutine(self.sessions.revoke_user(user))
        ended.addErrback(_failed, "sessions-not-revoked")


def _failed(failure: Failure, event: str) -> None:
    log.warning(event, fault=str(failure.value))
