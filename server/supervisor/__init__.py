"""The supervisor: keeps the house's processes alive. No Twisted, and no logic of calls.

What lives here: `run` (the loop), `sockets` (listening sockets, opened once and handed down), `child` (start, adopt,
watch), `backoff`, `adoption` (take the sockets back from a running core), `leftovers` (cards that nobody ended),
`folder` (the data directory: lock, keys, pid files), `notify` (systemd). What may not live here: SIP, calls, storage.
"""
