"""A script made ready to run: names typed, expressions compiled, nodes linked. Checks and interpreter both use it.

`prepare(script, interfaces, library)` gives a `Program`; `Program.sites` lists every expression with its element and
attribute, `Program.scope` every name with what declares it.

What lives here: `scope` (names and types), `sites` (where expressions stand), `program`.
What may not live here: state of a session, checks that need more than one expression.
"""

from scriptengine.program.program import Library, Program, Readable, compiled, finding_of, prepare, prepare_checked
from scriptengine.program.scope import Name, question_type, scope_of, types_of, walk
from scriptengine.program.sites import Site, sites_of, type_of_path

__all__ = [
    "Library", "Name", "Program", "Readable", "Site", "compiled", "finding_of", "prepare", "prepare_checked",
    "question_type", "scope_of", "sites_of", "type_of_path", "types_of", "walk",
]  # fmt: skip
