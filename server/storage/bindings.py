"""Registrations over a restart."""

from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import select
from twisted.internet.defer import Deferred

from server.call.ports import StoredBinding
from server.storage import tables
from server.storage.database import Database
from server.storage.workers import Workers

_binding = tables.binding
_decode = msgspec.json.Decoder(StoredBinding).decode


class StoredBindings:
    """Implements `server.call.ports.BindingStore`."""

    def __init__(self, database: Database, readers: Workers, writer: Workers, wall: Callable[[], float]) -> None:
        self._database = database
        self._readers = readers
        self._writer = writer
        self._wall = wall

    def load(self) -> Deferred[list[StoredBinding]]:
        """All registrations that have not expired, each user's in the order in which they were saved."""
        return self._readers.run(self._load, self._wall())

    def save(self, user: str, bindings: Sequence[StoredBinding]) -> Deferred[None]:
        """Replace all bindings of a user."""
        return self._writer.run(self._save, user, list(bindings))

    def _load(self, wall: float) -> list[StoredBinding]:
        query = select(_binding.c.body).where(_binding.c.expires_at > wall).order_by(_binding.c.user, _binding.c.place)
        with self._database.engine.connect() as connection:
            return [_decode(body) for body in connection.execute(query).scalars()]

    def _save(self, user: str, bindings: list[StoredBinding]) -> None:
        rows = [
            {
                "user": user,
                "place": place,
                "expires_at": binding.expires_at,
                "body": msgspec.json.encode(binding).decode(),
            }
            for place, binding in enumerate(bindings)
        ]
        with self._database.engine.begin() as connection:
            connection.execute(_binding.delete().where(_binding.c.user == user))
            if rows:
                connection.execute(_binding.insert(), rows)
