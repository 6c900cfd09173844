"""What is written about calls afterwards: reports as tables, the ledger in the formats that others read.

What lives here [pure]: `definition` (a report as a small TOML file; `builtin/` has those that are shipped), `table`
(figures or records as rows), `writing` (text, CSV, JSON, HTML), `queue_log` and `cdr` (exports), `period`. What may not
live here: databases, clocks, the arithmetic of figures (`server.records`).
"""
