"""What the status monitor keeps: thresholds that supervisors chose, and the samples of its trend."""

from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import select
from twisted.internet.defer import Deferred

from server.storage import tables
from server.storage.database import Database
from server.storage.workers import Workers
from server.wire.monitor import Sample, Thresholds

_threshold = tables.monitor_threshold
_sample = tables.monitor_sample
_thresholds_of = msgspec.json.Decoder(Thresholds).decode
_samples_of = msgspec.json.Decoder(list[Sample]).decode
_encode = msgspec.json.Encoder().encode


class StoredMonitor:
    """Implements `server.call.ports.MonitorStore`."""

    def __init__(self, database: Database, readers: Workers, writer: Workers, wall: Callable[[], float]) -> None:
        self._database = database
        self._readers = readers
        self._writer = writer
        self._wall = wall

    def thresholds(self) -> Deferred[dict[str, Thresholds]]:
        """What was chosen, by queue."""
        return self._readers.run(self._thresholds)

    def save_thresholds(self, queue: str, chosen: Thresholds | None, by: str) -> Deferred[None]:
        """Keep a choice; None: the defaults again."""
        return self._writer.run(self._save_thresholds, queue, chosen, by, self._wall())

    def samples(self, since: float) -> Deferred[list[Sample]]:
        """Kept samples from `since` (wall seconds) on, oldest first."""
        return self._readers.run(self._samples, since)

    def add_samples(self, samples: Sequence[Sample], keep_from: float) -> Deferred[None]:
        """Keep some more, and forget what is older than `keep_from`."""
        return self._writer.run(self._add_samples, list(samples), keep_from)

    def _thresholds(self) -> dict[str, Thresholds]:
        query = select(_threshold.c.queue, _threshold.c.body)
        with self._database.engine.connect() as connection:
            return {queue: _thresholds_of(body) for queue, body in connection.execute(query)}

    def _save_thresholds(self, queue: str, chosen: Thresholds | None, by: str, at: float) -> None:
        with self._database.engine.begin() as connection:
            connection.execute(_threshold.delete().where(_threshold.c.queue == queue))
            if chosen is not None:
                row = {"queue": queue, "body": _encode(chosen).decode(), "changed_by": by, "changed_at": at}
                connection.execute(_threshold.insert(), row)

    def _samples(self, since: float) -> list[Sample]:
        query = select(_sample.c.body).where(_sample.c.at >= since).order_by(_sample.c.at)
        with self._database.engine.connect() as connection:
            found = [sample for body in connection.execute(query).scalars() for sample in _samples_of(body)]
        return [sample for sample in found if sample.at >= since]

    def _add_samples(self, samples: list[Sample], keep_from: float) -> None:
        with self._database.engine.begin() as connection:
            connection.execute(_sample.delete().where(_sample.c.at < keep_from))
            if samples:
                at = samples[-1].at
                connection.execute(_sample.delete().where(_sample.c.at == at))
                connection.execute(_sample.insert(), {"at": at, "body": _encode(samples).decode()})
