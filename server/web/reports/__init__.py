"""Reports for supervisors.

What lives here: `service` (the two endpoints), `pages` and `static/` (the page's files; it uses some of the monitor's,
too). What may not live here: figures, formulas and limits (`server.reports`), reading of the database (a process of
its own, see `server.app.reporting`).
"""
