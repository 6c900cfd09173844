"""Words and port of what is kept of dialog sessions (service `dialog-store`). Implemented in `server.storage`.

Whatever is kept is synced to disk before the answer fires. A session holds what people answered in clear, sensitive
answers too: it could not go on otherwise.
"""

from collections.abc import Awaitable, Sequence
from typing import Any, Protocol

import msgspec

from scriptengine.interpreter import Ended, Perform, Trodden
from scriptengine.statistics.words import SessionTrace
from server.call.dialog_facts import DialogFact

WAITING = "waiting"
ASKED = "asked"
DONE = "done"
FAILED = "failed"


class Overtaken(Exception):
    """The session was changed by somebody else since it was read: read it again."""


class KeptDialog(msgspec.Struct, frozen=True, kw_only=True):
    """A session as it is kept. Moments are wall seconds since 1970.

    `hash`: SHA-256 of the script. `revision`: as people see it; `serial`: rises with everything that is kept of it.
    `state`: as `encode_state` wrote it. `ended`: how it ended, None: it has not. `agent`: whose desk it is at.
    `touched_at`: its last step. `untold`: facts that may not be in the ledger yet.
    """

    id: str
    script: str
    version: str
    hash: str
    status: str
    channel: str
    began_channel: str
    began_at: float
    touched_at: float
    state: bytes
    language: str = ""
    call: str = ""
    customer: str = ""
    agent: str = ""
    revision: int = 0
    serial: int = 0
    ended_at: float | None = None
    ended: Ended | None = None
    untold: tuple[DialogFact, ...] = ()


class KeptAction(msgspec.Struct, frozen=True, kw_only=True):
    """An action of the outbox: nobody waits for it. `id`: of its `Perform`.

    `state`: `waiting` (until `due_at`), `asked` (it may have been done), `done` or `failed`. `since`: when it was
    released. `error`: what went wrong last. `version` counts the changes. `is_told`: its fact is in the ledger.
    """

    id: str
    session: str
    script: str
    call: str
    perform: Perform
    since: float
    due_at: float
    is_idempotent: bool
    state: str = WAITING
    attempts: int = 0
    error: str = ""
    version: int = 0
    is_told: bool = False


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What a step changes, kept as a whole or not at all. `nodes`: its trail, for statistics."""

    dialog: KeptDialog
    actions: tuple[KeptAction, ...] = ()
    nodes: tuple[Trodden, ...] = ()


class DialogRow(msgspec.Struct, frozen=True, kw_only=True):
    """A session in a list, without anything that people answered."""

    id: str
    script: str
    version: str
    status: str
    channel: str
    call: str
    agent: str
    began_at: float
    touched_at: float
    outcome: str = ""
    disposition: str = ""


class DialogStore(Protocol):
    """Keeps sessions over a restart. Fails with `ConnectionError` while the database is away: nothing was kept then,
    or everything."""

    def add(self, change: Change) -> Awaitable[None]:
        """Keep a new session; `Overtaken` if there is one of its id."""
        ...

    def save(self, change: Change) -> Awaitable[None]:
        """Keep a session that was read or kept with the serial before this one; `Overtaken` if it has another."""
        ...

    def told(self, session: str, serial: int) -> Awaitable[None]:
        """The untold facts of that serial are in the ledger; nothing happens if the session was changed since."""
        ...

    def get(self, session: str) -> Awaitable[KeptDialog | None]:
        """A session; None: there is none."""
        ...

    def of_call(self, call: str, but: str = "") -> Awaitable[str]:
        """The session of a call that was touched last, the session `but` left out; empty: the call has none."""
        ...

    def untold(self) -> Awaitable[list[KeptDialog]]:
        """Sessions with facts that may not be in the ledger."""
        ...

    def listed(self, with_ended: bool, limit: int) -> Awaitable[list[DialogRow]]:
        """The sessions that were touched last, newest first; without `with_ended` only those that can go on."""
        ...

    def counts(self) -> Awaitable[dict[str, int]]:
        """How many sessions there are, by status."""
        ...

    def reusable(self, customer: str) -> Awaitable[dict[str, Any]]:
        """What a customer's earlier sessions left for later ones, by the question's name; the newest counts."""
        ...

    def open_actions(self) -> Awaitable[list[KeptAction]]:
        """Actions of the outbox that are not over or not told, oldest first."""
        ...

    def save_action(self, action: KeptAction) -> Awaitable[bool]:
        """Keep this as the next version of an action. False: it has changed since."""
        ...

    def traces(self, script: str, version: str, since: float, until: float) -> Awaitable[Sequence[SessionTrace]]:
        """How the sessions of a script (`version` empty: of all) went that began in [since, until), oldest first."""
        ...
