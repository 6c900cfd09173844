"""The import of `rule-engine` with the tables of its grammar ready.

`rule-engine` makes the tables of its LALR parser when it is imported, about 0.4 s each time. Its parser generator, PLY,
looks first for a module of tables, `rule_engine.parser.parsetab`, and takes it if the grammar's signature in it is the
same; `rule-engine` ships none. `tables.json` beside this module is that module's content for version 5.1, and the
import takes 0.1 s. With any other grammar PLY makes its tables as before: slower, never wrong.
`tests/scriptengine/expressions/rewrite_tables.py` writes the file.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import msgspec

TABLES = Path(__file__).with_name("tables.json")
_MODULE = "rule_engine.parser.parsetab"


class Tables(msgspec.Struct, frozen=True):
    """What PLY writes into a module of tables; `action` and `goto` by the number of the parser's state."""

    version: str
    method: str
    signature: str
    action: dict[int, dict[str, int | None]]
    goto: dict[int, dict[str, int]]
    productions: list[tuple[str, str, int, str | None, str | None, int | None]]


def import_grammar() -> None:
    """Import `rule-engine`, once per process; threads may ask at the same time."""
    if "rule_engine" in sys.modules:
        return
    tables = msgspec.json.decode(TABLES.read_bytes(), type=Tables)
    module = ModuleType(_MODULE)
    module.__dict__.update(
        _tabversion=tables.version,
        _lr_method=tables.method,
        _lr_signature=tables.signature,
        _lr_action=tables.action,
        _lr_goto=tables.goto,
        _lr_productions=tables.productions,
    )
    sys.modules[_MODULE] = module
    try:
        import rule_engine  # noqa: F401  # reads the module above, which nobody needs afterwards
    finally:
        sys.modules.pop(_MODULE, None)  # another thread that waited for the same import may have done it
