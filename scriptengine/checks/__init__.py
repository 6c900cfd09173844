"""Checks of a script beyond its DTD: computed on its graph and its types, never on how things are called.

`check(program)` gives the findings D01 to D18. What each means, to the letter:

D01 a node that no session reaches on any channel; D02 a node behind which nothing comes; D03 ways that depend on the
answer to a question with fixed answers, none of them without condition, that leave out an answer; D04 a way that is
never taken because earlier ones hold whenever it does; D05 a circle in which nobody need be asked (error), questions
from which no end is reached (warning); D06 a name that is not declared; D07 a name read where, on some path, it has not
been given, without `answered(...)` or `else`; D08 expressions that are none, or types that do not fit; D09 a condition
that is the same for all values its names can have there; D10 a `var` that nothing reads; D11 a class, attribute,
service, operation, argument or result that does not exist; D12 a text without one of the languages, or with other
placeholders; D13 a value in a text that may be empty there, without `else`; D14 what the phone cannot do; D15 what is
sensitive or for agents only, in a text for the web; D16 a call that is done twice, or of which nobody knows when and
how it fails; D17 an `end` without disposition; D18 a sub-dialog that is not there, calls itself, or is called with
other names or types than it has.

What lives here: `walking` (parts of a script), `names`, `formulas` (expressions by place), `flow` (stations and ways on
a channel), `sampling` (values that stand for all values), `knowing` (what is known where), `uses` (where values are
read), and one module for each family of checks; `check` puts them together.
What may not live here: files, the command line (`cli`), running a script (D19, D20: `tools`).
"""

from scriptengine.checks.check import Checking, check

__all__ = ["Checking", "check"]
