"""The service manager: who offers what, and how it is found.

What lives here: `registry` (pure: registrations, leases, look-up, numbered changes), `versions` (pure), `directory`
(in one process: objects behind registrations), `proxy` (asks for the best provider at each call), `interfaces` (those
that the house itself knows), `errors`; and for a company's programs, which come over a WebSocket: `gate` (all
connections), `connection` (one WebSocket), `remote` (what is said over it), `grants` (pure: who may register what),
`calls` (what they are asked), `form` (pure: of their answers). What may not live here: what the services do.
"""
