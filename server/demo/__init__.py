"""`caruso demo`: a whole small call centre on one machine, with callers who call by themselves.

What lives here: `site` (a site file for free loopback ports; pure), `stage` (data directory and server), `fill`,
`history` and `scripts` (sample customers, their past, and dialog scripts; `history` is pure), `company` (the program of
its own systems), `processes` (none is left over), `plan` (who calls when; pure), `cast` (the phones), `story` (what
happens, in sentences; pure), `show` (the running demo), `once` (one call from beginning to end, measured), `control`
and `hearsay` (the ledger followed, and waited for), `teller` (how it is printed), `main` (the command line).
The demo is a user of the server as any other: it starts `caruso serve` and speaks SIP and the control protocol. It may
import edges for that (`server.phone`, `server.speech`); no part of the server may import the demo.
"""
