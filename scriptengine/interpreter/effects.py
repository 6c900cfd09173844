"""What a step leads to: what a surface must present, what the ports must do, what is over.

Every effect can be told as JSON (`msgspec.json.encode`). `Perform` and `Logged` have an `id` that is the same whenever
the same thing is meant: who has seen it does nothing a second time.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from scriptengine.script import Outcome, QuestionType, When


class Piece(msgspec.Struct, frozen=True, omit_defaults=True):
    """A piece of a text. A line break is a piece that is just `\\n`."""

    text: str
    is_bold: bool = False


class Spoken(msgspec.Struct, frozen=True, omit_defaults=True):
    """A piece of a prompt. `kind`: `text`, `pause` (`milliseconds`), `audio` (`text`: the recording's name; what is
    spoken without it follows as other pieces), or how it is said: `digits number date time currency telephone spell`.
    """

    kind: str
    text: str = ""
    milliseconds: int = 0


class Speech(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is spoken in one go. `audio`: the recording that replaces `pieces`; empty: none."""

    pieces: tuple[Spoken, ...]
    audio: str = ""
    can_interrupt: bool = True


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """An info, title or end: `text` for eyes, `speech` for ears, `hints` beside it. `node`: whose it is."""

    node: str
    text: tuple[Piece, ...] = ()
    speech: tuple[Speech, ...] = ()
    hints: tuple[tuple[Piece, ...], ...] = ()


class Option(msgspec.Struct, frozen=True, omit_defaults=True):
    """An answer to choose. `key`: on the phone, empty: none."""

    value: str
    label: tuple[Piece, ...]
    key: str = ""
    speech: tuple[Speech, ...] = ()
    is_exclusive: bool = False


class Item(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A question as it is presented.

    `speech`: what is spoken on the phone; empty: the text is. `value`: the answer that counts now. `suggested`: one to
    begin with: given before going back, known, or the default. `problem`: what is wrong with the answer that was given,
    for people. `least`, `most`, `lengths`: limits; None: none. `is_sensitive`: must not be shown longer than it is
    typed, nor logged.
    """

    question: str
    name: str
    type: QuestionType
    text: tuple[Piece, ...]
    hints: tuple[tuple[Piece, ...], ...] = ()
    speech: tuple[Speech, ...] = ()
    options: tuple[Option, ...] = ()
    is_required: bool = True
    value: Any = None
    suggested: Any = None
    problem: str = ""
    least: Any = None
    most: Any = None
    lengths: tuple[int, int | None] = (0, None)
    pattern: str = ""
    digits: int | None = None
    terminator: str = "#"
    has_keys: bool = True
    timeout_seconds: float | None = None
    is_sensitive: bool = False


class Button(msgspec.Struct, frozen=True, omit_defaults=True):
    """A way that people choose. `number`: for the event `Chosen`."""

    number: int
    label: str
    needs_confirmation: bool = False


class Ask(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="ask", tag_field="effect"):
    """The session stands here and waits.

    `stop`: its key, the same whenever this place is reached in the same round. `node`: the question, info or group.
    `kind`: `question`; `page` (several items, layout `page list grid`); `info` (only buttons and going on); `confirm`
    (is the one item's value right?). `before`: what has been said on the way here. `attempt`: from 1.
    """

    stop: str
    node: str
    kind: Literal["question", "page", "info", "confirm"]
    channel: str
    language: str
    before: tuple[Said, ...] = ()
    items: tuple[Item, ...] = ()
    buttons: tuple[Button, ...] = ()
    layout: str = ""
    attempt: int = 1
    can_go_back: bool = False


class Perform(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="perform", tag_field="effect"):
    """To be carried out by a port, once for each `id`.

    `is_awaited`: the session waits for `Done` or `Failed` with this id; otherwise nobody does. `kind`: `fetch` (the
    record with `key`), `find` (the first for which `where` holds), `list` (all for which it does), `save` (`record`),
    `call`. `values`: of the script's names that `where` reads.
    """

    id: str
    kind: Literal["fetch", "find", "list", "save", "call"]
    when: When = "now"
    is_awaited: bool = True
    node: str = ""
    class_name: str = ""
    key: Any = None
    where: str = ""
    values: dict[str, Any] = {}
    record: dict[str, Any] = {}
    service: str = ""
    operation: str = ""
    version: str | None = None
    arguments: dict[str, Any] = {}
    is_idempotent: bool = False
    timeout_seconds: float | None = None


class Logged(msgspec.Struct, frozen=True, tag="logged", tag_field="effect"):
    """A line for the session's record; sensitive values are masked in it."""

    id: str
    text: str


class Notice(msgspec.Struct, frozen=True, tag="notice", tag_field="effect"):
    """Something people or logs should know: `refused` (the event does not fit), `failed` (an action),
    `fault` (the script), `warning` (an answer was accepted although a constraint does not hold).
    """

    kind: Literal["refused", "failed", "fault", "warning"]
    text: str


class Ended(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="ended", tag_field="effect"):
    """The session is over. `node` empty: without an end (`outcome` None).

    `results`: the script's `out` parameters. `reusable`: answers for later sessions (`Begin.known`), never sensitive.
    """

    node: str = ""
    outcome: Outcome | None = None
    disposition: str | None = None
    queue: str | None = None
    said: tuple[Said, ...] = ()
    results: dict[str, Any] = {}
    reusable: dict[str, Any] = {}
    reason: str = ""


class Trodden(msgspec.Struct, frozen=True, omit_defaults=True):
    """A node that was entered. `script`: its id. `before`: the node before it; empty: it was the first.

    `way`: the `place.number` of the `go` that led here; -1: the order of the document. `how`: empty for an entry, as
    the interpreter tells it; in a session's trail also `back` (it stands there again) and `shown` (it stands there as
    before, and goes on after a rest), which enter nothing.
    """

    script: str
    node: str
    before: str = ""
    way: int = -1
    how: Literal["", "back", "shown"] = ""


class Passed(msgspec.Struct, frozen=True, tag="passed", tag_field="effect"):
    """The nodes that were entered in this step, in order: for coverage and statistics."""

    nodes: tuple[Trodden, ...]


class Rested(msgspec.Struct, frozen=True, tag="rested", tag_field="effect"):
    """The session rests (left, or hung up) and can be resumed."""

    node: str


Effect = Ask | Perform | Logged | Notice | Ended | Rested | Passed
