"""Sessions of published dialog scripts: the engine room behind desk, web and phone (services `dialogs`, `objects`).

What lives here: `viewing` (a session as others see it), `beginning` (what a session is handed at its start).
What may not live here: tables and SQL (`server.storage`), what a surface looks like, the rules of calls.
"""
