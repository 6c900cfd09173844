"""All that a window shows, as frozen structs; texts are in the agent's language already.

A window compares each part with what it showed before and redraws only what changed.
"""

from typing import Literal

import msgspec

from agentdesk.desk import actions
from agentdesk.desk.happenings import Typed
from scriptengine.interpreter import Item, Piece
from server.wire import desk as wire

StateColour = Literal["ready", "talking", "ringing", "wrap_up", "offline", "alarm"]


class Chip(msgspec.Struct, frozen=True, kw_only=True):
    """A state: colour, shape (name of an icon) and word together; `timer` may be empty."""

    colour: StateColour
    shape: str
    word: str
    timer: str = ""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to choose, and what choosing it does."""

    text: str
    action: actions.Action
    chosen: bool = False


class Button(msgspec.Struct, frozen=True, kw_only=True):
    """A button. `on`: it is pressed in. `why`: what to do instead while it is not enabled (a tool tip)."""

    label: str
    key: str
    enabled: bool
    shown: bool = True
    on: bool = False
    why: str = ""


class Banner(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong and what to do. `button` is empty when there is nothing to press."""

    kind: Literal["alarm", "warning", "note"]
    text: str
    cure: str
    button: str = ""
    key: str = ""
    action: actions.Action | None = None


class QueueLine(msgspec.Struct, frozen=True, kw_only=True):
    """One of my queues. `longest` is empty when nobody waits."""

    name: str
    waiting: int
    waiting_text: str
    longest: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Quality of the line to the server."""

    colour: StateColour
    shape: str
    text: str


class TopBar(msgspec.Struct, frozen=True, kw_only=True):
    """The upper edge of the window. `hint`: what comes next, for the time between two calls."""

    chip: Chip
    presences: list[Choice]
    after_call: list[Choice]
    after_call_enabled: bool
    queues: list[QueueLine]
    hint: str
    line: Line


class CallBar(msgspec.Struct, frozen=True, kw_only=True):
    """Who calls. `who` is empty when there is no call. `watched`: the supervisor who is on the line; None: nobody."""

    who: str
    number: str
    facts: str
    chip: Chip | None
    answer: Button
    hold: Button
    mute: Button
    keypad: Button
    hang_up: Button
    watched: Chip | None


class HistoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """A contact. `heading`, `notes` and `papers` (files to open) are what the reader shows when it is selected."""

    when: str
    what: str
    result: str
    heading: str
    notes: str
    papers: tuple[Choice, ...] = ()


class CustomerPane(msgspec.Struct, frozen=True, kw_only=True):
    """The customer. `kind`: `nobody`, `looking-up`, `known`, `choose` (several match), `new` (a card to fill).

    `call`: whose customer it is; a form that is being filled belongs to it. `title` and `lines` describe a known one;
    `card` is what a new card starts with, or the known card: whole, for a form; all else is cut to be shown.
    """

    kind: Literal["nobody", "looking-up", "known", "choose", "new"]
    call: str
    title: str
    lines: list[str]
    card: wire.Customer
    matches: list[Choice]
    history_title: str
    history: list[HistoryLine]


class NotesPane(msgspec.Struct, frozen=True, kw_only=True):
    """The notes of the call. `status`: saved, saving, or kept on this computer only."""

    call: str
    text: str
    enabled: bool
    status: str
    trouble: bool
    keypad_open: bool
    digits_sent: str


class ResultPane(msgspec.Struct, frozen=True, kw_only=True):
    """Results to choose, likely ones first; `left` describes the wrap-up's time, `share` 0 to 1 of it is left
    (None: there is no wrap-up or it has no limit)."""

    results: list[Choice]
    enabled: bool
    finish: Button
    extend: Button
    left: str
    ending: bool
    share: float | None


class ColleagueLine(msgspec.Struct, frozen=True, kw_only=True):
    """A colleague and what they do."""

    name: str
    chip: Chip


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One of my figures today."""

    name: str
    value: str


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """Something the search found."""

    group: str
    text: str
    action: actions.Action


Paragraph = tuple[Piece, ...]


class AnswerButton(msgspec.Struct, frozen=True, kw_only=True):
    """An answer, or a way, to press. `key` empty: there are more than nine. `asked`: it was pressed and asks whether it
    is meant. `suggested`: what was answered before, or is expected."""

    text: str
    key: str
    action: actions.Action
    asked: bool = False
    suggested: bool = False
    is_way: bool = False


class Attached(msgspec.Struct, frozen=True, kw_only=True):
    """The file or signature that answers a question. `label`: how the agent knows it. `share`: 0 to 1 is sent.

    `answer`: once it is `kept`. `problem`: why it is `failed`.
    """

    state: Literal["sending", "kept", "failed"]
    label: str
    number: int = 0
    share: float = 0.0
    answer: str = ""
    problem: str = ""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A question that is filled in. `name`: for screen readers. `first`: what the field begins with, as the agent would
    type it; of `multi` the values. `problem`: the server's sentence."""

    item: Item
    name: str
    first: str
    chosen: tuple[str, ...] = ()
    problem: str = ""


class ScriptPane(msgspec.Struct, frozen=True, kw_only=True):
    """The script of my call.

    `kind`: `none` (the call has no script), `message` (nothing to answer: `text`, and what to do about it in `cure`),
    `question` (answers to press, or one field), `page` (several fields), `confirm` (`confirm` is the value).
    `sheet`: what is typed belongs to it; another one begins empty. `language`: of the session. `say`: paragraphs;
    `earlier`: those that lead up to the question. `searchable`: too many answers for buttons. `problem`: what is
    wrong with the answer that was pressed. `forward_action` None: going on hands in the fields. `attached`: by
    question; `file_limit`: what may be attached, in words. `papers`: files to
    open. `typed`: what stood in the fields when the sheet was left.
    """

    kind: Literal["none", "message", "question", "page", "confirm"] = "none"
    sheet: str = ""
    revision: int = 0
    language: str = ""
    title: str = ""
    aside: str = ""
    trail: str = ""
    earlier: tuple[Paragraph, ...] = ()
    say: tuple[Paragraph, ...] = ()
    hints: tuple[Paragraph, ...] = ()
    text: str = ""
    cure: str = ""
    tone: Literal["", "good", "warning"] = ""
    answers: tuple[AnswerButton, ...] = ()
    searchable: bool = False
    fields: tuple[Field, ...] = ()
    attached: dict[str, Attached] = {}
    typed: dict[str, Typed] = {}
    papers: tuple[Choice, ...] = ()
    file_limit: str = ""
    layout: str = ""
    confirm: str = ""
    problem: str = ""
    notices: tuple[str, ...] = ()
    forward: Button | None = None
    forward_action: actions.Action | None = None
    back: Button | None = None
    stops: tuple[Choice, ...] = ()
    leave: Button | None = None
    jump: Button | None = None
    languages: tuple[Choice, ...] = ()


class JumpList(msgspec.Struct, frozen=True, kw_only=True):
    """Where the agent can jump to; `open` false: nobody asked."""

    open: bool = False
    places: tuple[Choice, ...] = ()


class View(msgspec.Struct, frozen=True, kw_only=True):
    """The whole window."""

    title: str
    banners: list[Banner]
    top: TopBar
    call_bar: CallBar
    customer: CustomerPane
    notes: NotesPane
    result: ResultPane
    colleagues: list[ColleagueLine]
    my_day: list[Figure]
    script: ScriptPane
    jump: JumpList
    hits: list[Hit]
    searching: str
