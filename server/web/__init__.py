"""HTTP and WebSocket on one listening socket: the API, health, metrics, and the status page.

What lives here: `front` (the listening socket), `site` (limits, headers, upgrades), `endpoints` (the table of what
there is and who may use it), `routes` (made from it), `api` (what each endpoint does), `access` (who asks), `origins`,
`log_in_limits`, `answers` (JSON and problems), `lost` (what people see at a wrong address), `languages`, `status` (the
present, from snapshots), `metrics`, `openapi`, `forms`, `monitor/` (the status monitor), `reports/`, `dialogs/`
(scripts as pages for visitors). What may not live here: rules of calls and agents, SQL, the desks' protocol (its
factory is handed in).
"""
