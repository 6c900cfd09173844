"""The line card: one process, one pjsua2 endpoint, one conversation of a few legs.

What lives here: `main` (the process), `card` (its one loop) with `inbox` (what comes from other threads),
`conversation` (turns, deadlines, the end), `holding` and
`legs` (its state), `orders` (what a command does) and `hearing` (what a report means), none of which knows pjsua2,
`phone` (the pjsua2 adapter) with `calls` and `patchbay`, `recording`, `crossings` with `relay` and `peer` (sound over
IPv6, which pjsua2 has not), `link` (the socket to the core), `outbox` (events until they are acknowledged), `reports`
(what the phone tells the conversation),
and plain SIP text: `message`, `invite`, `farewell`, `farewells`, `addresses`, `causes`.

Two threads: the main one obeys commands and tells the core; the other turns pjsua2's event loop. pjsua2's callbacks
come on the second and on media threads; they only post a report to the first.
"""
