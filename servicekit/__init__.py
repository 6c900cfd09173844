"""A company's own systems as services that dialog scripts may call. Needs Python, msgspec and autobahn; no Twisted.

    from datetime import date
    from servicekit import Offer, Program, Refused

    class Meters:
        def find_meter(self, meter: int) -> dict:
            ...
            return {"found": True, "last": 20418}

        def submit_reading(self, meter: int, value: int, day: date, key: str) -> dict:
            ...
            raise Refused("This day lies in the future.")     # is told to people

    Program("ws://127.0.0.1:8080/services/v1", token, [Offer("meters", "1.0", Meters())]).run()

It connects, registers, beats, comes back after the server was away, and on SIGTERM finishes what it does. Every public
method is an operation; its annotations say what arguments it takes, and others are refused before it is called.

What lives here: `offer` (operations and their arguments), `session` (what is said over one connection; no socket),
`pauses` (pure: how long to wait before the next attempt), `program` (the loop), `socket` (the WebSocket). What may not
live here: the server; of it only `server.wire` is known.
"""

from servicekit.offer import Offer, Refused
from servicekit.program import Program

__all__ = ["Offer", "Program", "Refused"]
