"""A dialog script as frozen objects: one class for each element of `dtd/dialog.dtd`, in the words of the DTD.

An element's class has its attributes with the DTD's defaults applied, numbers as numbers, expressions as text, and
`place`: where it stands in the file. A name that is no Python word or says too little is spelt out: `if` is
`condition`, `from` is `source`, `else` is `otherwise`, `class` is `class_name`, `go*` is `goes`.

What lives here: `place`, `texts`, `voice`, `actions`, `ways`, `answers`, `nodes`, `cases` (the tests), `script`.
What may not live here: reading XML (`loading`), running it (`interpreter`), judging it (`checks`).
"""

from scriptengine.script.actions import Action, Arg, Call, Clear, Load, Log, Result, Save, Set, When
from scriptengine.script.answers import Choice, Choices, Constraint
from scriptengine.script.cases import Answer, Case, Expect, Given
from scriptengine.script.nodes import (
    AnyNode,
    Block,
    Decision,
    End,
    Group,
    Info,
    Node,
    Outcome,
    Question,
    QuestionType,
    Subdialog,
)
from scriptengine.script.place import Element, Place
from scriptengine.script.script import Param, Script, Use, Var
from scriptengine.script.texts import Audience, Bold, Doc, Hint, Label, LineBreak, Part, Text, Title, Value
from scriptengine.script.voice import Pause, Prompt, Say
from scriptengine.script.ways import Filled, Go, NoInput, NoMatch, On

__all__ = [
    "Action",
    "Answer",
    "AnyNode",
    "Arg",
    "Audience",
    "Block",
    "Bold",
    "Call",
    "Case",
    "Choice",
    "Choices",
    "Clear",
    "Constraint",
    "Decision",
    "Doc",
    "Element",
    "End",
    "Expect",
    "Filled",
    "Given",
    "Go",
    "Group",
    "Hint",
    "Info",
    "Label",
    "LineBreak",
    "Load",
    "Log",
    "NoInput",
    "NoMatch",
    "Node",
    "On",
    "Outcome",
    "Param",
    "Part",
    "Pause",
    "Place",
    "Prompt",
    "Question",
    "QuestionType",
    "Result",
    "Save",
    "Say",
    "Script",
    "Set",
    "Subdialog",
    "Text",
    "Title",
    "Use",
    "Value",
    "Var",
    "When",
]  # fmt: skip
