"""What statistics of a script are made of: how each session went through it."""

from __future__ import annotations

import msgspec

from scriptengine.interpreter import Trodden


class SessionTrace(msgspec.Struct, frozen=True, kw_only=True):
    """How one session went. Moments are wall seconds since 1970.

    `channel`: on which it began. `steps`: for each step that entered nodes its moment and the nodes, in order; what
    came back after `Back` is not entered anew. `ended_at` None: it has not ended, and then `end`, `outcome` and
    `disposition` are empty, as they are when it was closed without reaching an end. `end`: the node it ended at.
    """

    session: str
    script: str
    version: str
    channel: str
    began: float
    steps: tuple[tuple[float, tuple[Trodden, ...]], ...] = ()
    ended_at: float | None = None
    end: str = ""
    outcome: str = ""
    disposition: str = ""
