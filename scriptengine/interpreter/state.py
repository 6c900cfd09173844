"""The state of a session: frozen, and JSON when it is stored.

`Core` is where the session stands; it is computed from the events on the path alone. `State` is the core with what must
outlive going back: the journal of all events, the results of actions, the answers that are off the path.

The state holds answers in clear, sensitive ones too: it could not go on without them. Who stores it stores personal
data. What is meant for reading is `answers_of` and `journal_for_reading`, which mask them.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal, TypeVar

import msgspec

from scriptengine.interpreter.effects import Perform, Said
from scriptengine.interpreter.events import Event

FORMAT = 1
"""Of the stored state; a state of another format is refused."""
_SIGN = "$"
_TYPES: dict[str, Any] = {
    "decimal": Decimal, "date": date.fromisoformat, "time": time.fromisoformat, "datetime": datetime.fromisoformat,
}  # fmt: skip


class StateError(Exception):
    """A stored state cannot be used: another format, another script or version, or no state at all."""


class Loop(msgspec.Struct, frozen=True):
    """A group that is run several times. `index` from 0; `members`: of `foreach`, None: `repeat` or once."""

    index: int = 0
    members: tuple[Any, ...] | None = None


class Frame(msgspec.Struct, frozen=True):
    """A script that is running. The first frame is the session's script, others are sub-dialogs.

    `source`, `version`: how the sub-dialog was called; `script`: id, version and hash. `caller`: the node `subdialog`.
    `key`: what its answers' keys begin with. `values`: of the names.
    """

    script: tuple[str, str, str]
    values: dict[str, Any]
    source: str = ""
    version: str | None = None
    caller: str = ""
    key: str = ""
    node: str = ""
    loops: dict[str, Loop] = {}


class Answer(msgspec.Struct, frozen=True):
    """An answer on the path. `depth`: of its frame, from 0."""

    question: str
    name: str
    value: Any
    at: datetime
    channel: str
    depth: int = 0


class Stop(msgspec.Struct, frozen=True):
    """Where a session waits. `node`: of the question, info or group; `value`: the answer to be confirmed."""

    key: str
    node: str
    kind: Literal["question", "page", "info", "confirm"]
    value: Any = None


class Entry(msgspec.Struct, frozen=True):
    """An action of the outbox, not yet released. `results`: result name to the variable of the first frame."""

    perform: Perform
    results: tuple[tuple[str, str], ...] = ()
    depth: int = 0


class Core(msgspec.Struct, frozen=True, kw_only=True):
    """Where a session stands.

    `status`: `new`, `running`, `resting`, `ended`. `context`: `caller`, `queue`, `agent`. `said`: infos since the last
    stop: depth and node; `heard`: what was said in sub-dialogs that are over. `attempts`: of this stop: `noinput`,
    `nomatch`. `problems`: by question, of this stop. `counts`: how often each action was reached, by its place.
    `end`: the node at which it ended.
    """

    session: str = ""
    status: Literal["new", "running", "resting", "ended"] = "new"
    channel: str = "desk"
    language: str = ""
    context: dict[str, Any] = {}
    known: dict[str, Any] = {}
    frames: tuple[Frame, ...] = ()
    stop: Stop | None = None
    said: tuple[tuple[int, str], ...] = ()
    heard: tuple[Said, ...] = ()
    answers: dict[str, Answer] = {}
    attempts: tuple[int, int] = (0, 0)
    problems: dict[str, str] = {}
    counts: dict[str, int] = {}
    outbox: tuple[Entry, ...] = ()
    end: str = ""


class Recorded(msgspec.Struct, frozen=True):
    """An event of the journal. `stop`: the key of the stop at which it came."""

    at: datetime
    event: Event
    stop: str = ""


class Result(msgspec.Struct, frozen=True):
    """What came of an action. `failure` empty: it was done. `can_retry`: it may be done again after going back."""

    value: Any = None
    failure: str = ""
    can_retry: bool = False


class Pending(msgspec.Struct, frozen=True):
    """An event that waits for an action: it is run again from `core` when the result is there."""

    action: str
    core: Core
    event: Event
    at: datetime
    can_retry: bool = False


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A session. `path`: which entries of the journal count now. `inactive`: answers that are off the path."""

    format: int = FORMAT
    script: tuple[str, str, str]
    core: Core = Core()
    journal: tuple[Recorded, ...] = ()
    path: tuple[int, ...] = ()
    done: dict[str, Result] = {}
    inactive: dict[str, Answer] = {}
    pending: Pending | None = None


_T = TypeVar("_T")


def encode_state(state: State) -> bytes:
    """The state as JSON."""
    return encode_words(state)


def encode_words(value: Any) -> bytes:
    """An effect, an event or plain values as JSON in which amounts, dates and times stay what they are.

    Raises TypeError for what is none of them.
    """
    return msgspec.json.encode(_packed(msgspec.to_builtins(value, builtin_types=(Decimal, date, datetime, time))))


def decode_words(octets: bytes | str, type: type[_T]) -> _T:
    """What `encode_words` wrote; raises StateError."""
    try:
        return msgspec.convert(
            _unpacked(msgspec.json.decode(octets)), type, builtin_types=(Decimal, date, datetime, time)
        )
    except (msgspec.DecodeError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise StateError(f"this is no {type.__name__}: {error}") from None


def decode_state(octets: bytes) -> State:
    """The state from JSON; raises StateError."""
    try:
        raw = msgspec.json.decode(octets)
        if not isinstance(raw, dict) or raw.get("format") != FORMAT:
            found = raw.get("format") if isinstance(raw, dict) else None
            raise StateError(f"the state has the format {found}, this program reads {FORMAT}")
        return msgspec.convert(_unpacked(raw), State, builtin_types=(Decimal, date, datetime, time))
    except (msgspec.DecodeError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise StateError(f"this is no state: {error}") from None


def _packed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _packed(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_packed(inner) for inner in value]
    if isinstance(value, Decimal):
        return {_SIGN: "decimal", "is": str(value)}
    if isinstance(value, datetime | date | time):
        return {_SIGN: value.__class__.__name__, "is": value.isoformat()}
    return value


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {_SIGN, "is"}:
            return _TYPES[value[_SIGN]](value["is"]) if value[_SIGN] in _TYPES else None
        return {key: _unpacked(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_unpacked(inner) for inner in value]
    return value
