"""Storage: what must outlive the process.

What lives here: `storage` (the whole), `database` and `tables` (SQLAlchemy; SQLite or PostgreSQL), `migrations`
(alembic), `workers` (threads), `ledger` with `commits`, `spool`, `hang_ups` and `held_back` (facts, group commit, a
database that is away), `records`, `customers` with `cards`, `customer_file` and `numbers`, `bindings`, `passwords`,
`credentials`, `sessions`.
What may not live here: rules, and any use of a database outside this folder.
"""
