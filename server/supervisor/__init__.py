"""The supervisor: keeps the house's processes alive. No Twisted, and no logic of calls.

What lives here: `run` (the house), `loop` (what is waited for), `sockets` (listening sockets, opened once and handed
down), `child` (start, adopt), `standby` (the next core, warm already), `core_watch` (a core that hangs), `backoff`,
`adoption` (take the sockets back from a running core), `leftovers` (cards that nobody ended), `folder` (the data
directory: lock, keys), `notes` (what is written down there), `notify` (systemd), `signals`, `bank_options`. What may
not live here: SIP, calls, storage.
"""
