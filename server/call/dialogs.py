"""Sessions of dialog scripts, as desks, the web and calls see them (service `dialogs`).

A session is one run of a published script. It is kept after every step, goes on after a restart at the same question,
finishes on the version it began with, and may move: begun on the phone, gone on with at the desk.

    view = await dialogs.begin(Beginning(script="meter-reading", channel="web"))
    view = await dialogs.take(view.session, Answered({"meter": "12345678"}), view.revision)
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from scriptengine.interpreter import Ask, Ended, Event, Notice
from scriptengine.interpreter.effects import Said

STALE = "stale"
NO_SESSION = "no-session"
NO_SCRIPT = "no-script"
NOT_HERE = "not-here"
NOT_KEPT = "not-kept"


class DialogRefused(Exception):
    """What was asked of a session was not done. `code`: `STALE` (another step came first: show the session again),
    `NO_SESSION`, `NO_SCRIPT`, `NOT_HERE` (the script is not for this channel), `NOT_KEPT` (it could not be stored;
    nothing has changed). The text is for people.
    """

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        super().__init__(text)


class Beginning(msgspec.Struct, frozen=True, kw_only=True):
    """A session that is to begin.

    `session`: its id; a session that exists is shown, not begun again; empty: a new one. `version` empty: the one that
    is current. `given`: the script's parameters by name. `known`: reusable answers by the question's name. `call`,
    `queue`, `agent`: the conversation it belongs to; `customer`: id of the customer file; `number`: who calls.
    """

    script: str
    channel: str
    session: str = ""
    version: str = ""
    language: str = ""
    given: dict[str, Any] = {}
    known: dict[str, Any] = {}
    call: str = ""
    queue: str = ""
    agent: str = ""
    customer: str = ""
    number: str = ""


class Crumb(msgspec.Struct, frozen=True):
    """An earlier stop to go back to (`Back(to=key)`). `label`: its question, in the language of the session."""

    key: str
    node: str
    label: str


class DialogView(msgspec.Struct, frozen=True, kw_only=True):
    """A session as it stands.

    `revision`: rises with every step. `status`: `running`, `resting` (left, or hung up; can be gone on with) or
    `ended`. `ask`: what waits for a person; None: over. `ended`: how it ended, as long as it is known. `said`: what was
    said last, when there is nothing to ask. `notices`: of the last step. `answers`: by name, sensitive ones masked.
    `silence_seconds`: the script's `timeout`, after so much silence a session on the phone ends; None: the phone's own.
    """

    session: str
    script: str
    version: str
    revision: int
    status: str
    channel: str
    language: str
    title: str = ""
    languages: tuple[str, ...] = ()
    call: str = ""
    customer: str = ""
    agent: str = ""
    ask: Ask | None = None
    ended: Ended | None = None
    said: tuple[Said, ...] = ()
    notices: tuple[Notice, ...] = ()
    crumbs: tuple[Crumb, ...] = ()
    answers: dict[str, Any] = {}
    silence_seconds: float | None = None


class ScriptView(msgspec.Struct, frozen=True, kw_only=True):
    """A published script. `titles`: by language. `channels`: where it may run. `events`: those that it has handlers for
    (`on`), in lower case, as `person` or `hangup`. `person_queue`: the queue to which `person` leads straight away,
    with nothing done on the way; empty: it leads elsewhere, or nowhere.
    """

    id: str
    version: str
    titles: dict[str, str]
    languages: tuple[str, ...]
    channels: tuple[str, ...]
    events: tuple[str, ...] = ()
    person_queue: str = ""


class Dialogs(Protocol):
    """Sessions of published scripts (service `dialogs`, version 1). All raise `DialogRefused`."""

    def begin(self, beginning: Beginning) -> Awaitable[DialogView]:
        """Begin a session, or show the one that has this id already."""
        ...

    def take(self, session: str, event: Event, revision: int | None = None) -> Awaitable[DialogView]:
        """Apply an event. Fires when the step is stored, and actions it waited for are done or have failed.

        Events of one session are taken one after the other. `revision`: what the person saw; None: whatever it is.
        """
        ...

    def look(self, session: str) -> Awaitable[DialogView]:
        """The session as it stands; an action that a dead core began is carried out first."""
        ...

    def of_call(self, call: str, but: str = "") -> Awaitable[DialogView | None]:
        """The session of a call that was gone on with last, the session `but` left out; None: the call has none."""
        ...

    def attach(self, session: str, call: str) -> Awaitable[DialogView]:
        """The session belongs to this call from now on: `of_call` finds it, over or not. Fires when that is stored.

        No step of the dialog: `revision` stays. For a session without a call that a person is to go on with.
        """
        ...

    def places(self, session: str) -> Awaitable[Sequence[Crumb]]:
        """Where an agent may jump to (`Jumped(node)`): questions, infos, groups and ends of the script that runs, in
        its order; `key` is empty."""
        ...

    def scripts(self) -> Sequence[ScriptView]:
        """Scripts that are published now."""
        ...

    def subscribe(self, subscriber: Callable[[DialogView], None]) -> Callable[[], None]:
        """Be told of every step of every session; returns what ends it. A subscriber must not raise."""
        ...


class ScriptService(Protocol):
    """A company's service that scripts may call: registered under the name that scripts use."""

    def call(self, operation: str, arguments: Mapping[str, Any], key: str) -> Awaitable[Mapping[str, Any]]:
        """The results by name. `key`: the same for the same action: what was done under it is not done again.

        Raises `RequestRefused` with a text for people.
        """
        ...


class Saver(msgspec.Struct, frozen=True, kw_only=True):
    """For whom a script saves a record.

    `key`: the same for the same action, however often it is asked for, and after going back to it with other words.
    `channel`: where the session is now: `desk`, `web` or `ivr`. `customer`: id of the card of whom the house knows that
    it is the one in the session (by the number that calls, a personal link, the agent's choice); empty: nobody.
    `agent`: empty: none.
    """

    key: str
    channel: str
    customer: str = ""
    agent: str = ""


class Objects(Protocol):
    """Records of classes (service `objects`, version 1): `Customer`, `Contact`, later a company's own tables."""

    def fetch(self, class_name: str, key: Any) -> Awaitable[Mapping[str, Any] | None]:
        """The record with a key; None: there is none."""
        ...

    def find(
        self, class_name: str, equal: Mapping[str, Any], limit: int = 500
    ) -> Awaitable[Sequence[Mapping[str, Any]]]:
        """Records whose attributes have these values."""
        ...

    def save(self, class_name: str, record: Mapping[str, Any], by: Saver | None = None) -> Awaitable[None]:
        """Keep a record's attributes; those that are not named stay. A new key makes a new record; a Contact without
        one is a new line of a customer's history, with the same `by.key` the same line. `by` None: no script asks."""
        ...
