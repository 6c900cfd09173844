"""The status monitor for supervisors.

What lives here: `service` (all of it together), `board` (what pages show, from snapshots, and how two of them differ),
`levels` and `thresholds` (amber and red), `recent` (figures, from the fold that the reports use), `trend`,
`names`, `feed` (the WebSocket that tells it), `pages` and `static/` (the page's files: no others are loaded, from
nowhere else; `static/vendor/` with their licences). What may not live here: figures of their own making, rules of calls
and agents.
"""
