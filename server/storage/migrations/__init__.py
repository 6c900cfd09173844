"""Changes of the tables, in order (alembic). Run by `server.storage.database` at start; `HEAD` is the newest."""

HEAD = "0007"
