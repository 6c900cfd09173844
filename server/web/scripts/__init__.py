"""Statistics of dialog scripts for supervisors and administrators.

What lives here: `service` (the two endpoints), `pages` and `static/` (the page's files; it uses some of the monitor's
and of the reports'). What may not live here: counting and reading (`scriptengine.statistics`, `server.reports.scripts`,
`server.storage.script_figures`); the dialogs themselves (`server.web.dialogs`).
"""
