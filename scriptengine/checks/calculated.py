"""Variables that are worked out from others: each may read only what stands above it.

The interpreter works them out in the order of the document, once for each look at the names.
"""

from __future__ import annotations

from collections.abc import Iterator

from scriptengine.checks.formulas import Formulas
from scriptengine.checks.sampling import paths_in
from scriptengine.findings import Finding
from scriptengine.script import Script, Var


def too_early(script: Script, formulas: Formulas) -> Iterator[tuple[Var, str]]:
    """Each `<var calc="...">` with a name in it that is worked out only below it, or that is the variable itself."""
    calculated = [var for var in script.vars if var.calc is not None]
    for index, var in enumerate(calculated):
        below = {later.name for later in calculated[index:]}
        expression = formulas.of(var, "calc")
        paths = () if expression is None else paths_in(expression.tree)
        for name in sorted({path.partition(".")[0] for path in paths} & below):
            yield var, name


def order_findings(script: Script, formulas: Formulas) -> Iterator[Finding]:
    """D07: a variable that is worked out from itself, or from one that has no value yet."""
    for var, name in too_early(script, formulas):
        if name == var.name:
            message = f"{name} is worked out from itself, and never has a value."
            hint = "Read other names, or write default and change it by <set>."
        else:
            message = f"{name} is used here, and is worked out only further down."
            hint = f'Move <var name="{name}"> above this one.'
        yield var.place.finding("D07", message, hint, attribute="calc")
