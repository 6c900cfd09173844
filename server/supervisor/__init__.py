"""The supervisor: keeps the house's processes alive. No Twisted, and no logic of calls.

What lives here: `run` (the house), `loop` (what is waited for), `sockets` (listening sockets, opened once and handed
down), `child` (start, adopt, watch), `standby` (the next core, warm already), `backoff`, `adoption` (take the sockets
back from a running core), `leftovers` (cards that nobody ended), `folder` (the data directory: lock, keys, pid files),
`notify` (systemd), `signals`, `bank_options`. What may not live here: SIP, calls, storage.
"""
