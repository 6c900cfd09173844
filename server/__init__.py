"""Caruso's communication server.

What lives here: one folder for each room of the house. `wire`, `config`, `call`, `records`, `acd` and `callflow` are
pure: they know no clock, socket, thread or chance. `edge`, `linecard`, `storage`, `services`, `desk`, `web`,
`control`, `speech` and `exchange` are the edges; `app` puts them together; `supervisor` keeps the processes alive.
The import rules stand in `pyproject.toml` and are checked by `make check`.
"""
