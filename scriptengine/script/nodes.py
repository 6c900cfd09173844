"""Nodes: the stations of a session."""

from __future__ import annotations

from typing import Literal

from scriptengine.script.actions import Action, Arg, Result
from scriptengine.script.answers import Choice, Choices, Constraint
from scriptengine.script.place import Element
from scriptengine.script.texts import Hint, Text, Title
from scriptengine.script.voice import Prompt
from scriptengine.script.ways import Filled, Go, NoInput, NoMatch

QuestionType = Literal[
    "yesno", "choice", "multi", "text", "memo", "integer", "decimal", "money", "date", "time", "datetime", "phone",
    "email", "iban", "postcode", "object", "signature", "file", "scale", "consent",
]  # fmt: skip
Layout = Literal["page", "list", "grid"]
Outcome = Literal["success", "failure", "partial", "transfer", "callback"]


class Node(Element, frozen=True, kw_only=True):
    """What all nodes have."""

    id: str


class Info(Node, frozen=True, kw_only=True):
    """`info`: something is said or shown. `channels` empty: on all. `condition` None: always."""

    texts: tuple[Text, ...]
    hints: tuple[Hint, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    actions: tuple[Action, ...] = ()
    goes: tuple[Go, ...] = ()
    channels: tuple[str, ...] = ()
    condition: str | None = None


class Question(Node, frozen=True, kw_only=True):
    """`question`: one answer, kept under `name`.

    `choices`: those inside the question. `choices_id`: of a list at the top of the script instead. `class_name`,
    `query`: for type object, the class and which of its records. `bind`: a record's attribute, as `customer.email`,
    that gives the first value and takes the answer. `required`: `yes`, `no` or an expression. `default`, `min`, `max`:
    a value as it is answered, or an expression. `length`: `8`, `2-40`, `-40`. `pattern`: a simple regular expression.
    `digits`: how many on the phone. `terminator`: the key that ends them. `timeout_seconds` None: the surface's own.
    `can_skip`: not asked when a value is there. `is_reusable`: asked once, not again in a later session.
    """

    name: str
    type: QuestionType
    texts: tuple[Text, ...]
    hints: tuple[Hint, ...] = ()
    choices: tuple[Choice, ...] = ()
    own_choices: Choices | None = None
    choices_id: str | None = None
    class_name: str | None = None
    query: str | None = None
    bind: str | None = None
    constraints: tuple[Constraint, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    noinputs: tuple[NoInput, ...] = ()
    nomatches: tuple[NoMatch, ...] = ()
    filled: Filled | None = None
    goes: tuple[Go, ...] = ()
    channels: tuple[str, ...] = ()
    condition: str | None = None
    required: str = "yes"
    default: str | None = None
    min: str | None = None
    max: str | None = None
    length: str | None = None
    pattern: str | None = None
    has_keys: bool = True
    digits: int | None = None
    terminator: str = "#"
    timeout_seconds: float | None = None
    confirm: Literal["always", "voice", "never"] = "never"
    can_skip: bool = False
    is_sensitive: bool = False
    is_reusable: bool = False


class Group(Node, frozen=True, kw_only=True):
    """`group`: nodes that belong together, once or several times.

    `foreach`: an expression for a list; each member in turn is called `member`. `repeat`: an expression: a number of
    times, or a condition asked after each time. `max`: times at most, None: 50.
    """

    nodes: tuple[AnyNode, ...]
    titles: tuple[Title, ...] = ()
    goes: tuple[Go, ...] = ()
    channels: tuple[str, ...] = ()
    condition: str | None = None
    layout: Layout = "page"
    foreach: str | None = None
    member: str | None = None
    repeat: str | None = None
    max: int | None = None


class Decision(Node, frozen=True, kw_only=True):
    """`decision`: the first way that holds."""

    goes: tuple[Go, ...]


class Block(Node, frozen=True, kw_only=True):
    """`block`: actions."""

    actions: tuple[Action, ...]
    goes: tuple[Go, ...] = ()
    condition: str | None = None


class Subdialog(Node, frozen=True, kw_only=True):
    """`subdialog`: another script, run to its end. `version` None: the published one."""

    source: str
    version: str | None = None
    args: tuple[Arg, ...] = ()
    results: tuple[Result, ...] = ()
    goes: tuple[Go, ...] = ()
    condition: str | None = None


class End(Node, frozen=True, kw_only=True):
    """`end`: what came of it. `disposition`: the result that is stored. `queue`: where the customer goes on."""

    outcome: Outcome
    disposition: str | None = None
    queue: str | None = None
    texts: tuple[Text, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    actions: tuple[Action, ...] = ()


AnyNode = Info | Question | Group | Decision | Block | Subdialog | End
