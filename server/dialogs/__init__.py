"""Sessions of published dialog scripts: the engine room behind desk, web and phone (services `dialogs`, `objects`).

What lives here: `sessions` (the service: each step computed, kept, then shown), `changes` and `telling` (what is kept
of a step, and its facts; pure), `reporting` (facts on their way into the ledger), `programs` (published scripts),
`performing` (actions carried out), `results` (what came of them, until it is kept), `outbox` (those that nobody waits
for), `actions`, `letters`, `objects` (customers and contacts as scripts see them), `notes` (lines that scripts write
into histories; pure), `house` and `beginning` (what a session is handed at its start), `viewing` (a session as others
see it; pure).
What may not live here: tables and SQL (`server.storage`), what a surface looks like, the rules of calls.
"""
