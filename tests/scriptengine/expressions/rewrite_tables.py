"""Writes `scriptengine/expressions/tables.json` anew, for the `rule-engine` that is installed."""

import json
import runpy
import tempfile
from pathlib import Path

import msgspec
import rule_engine
from rule_engine._vendor.ply import yacc

from scriptengine.expressions.grammar import TABLES, Tables


def fresh_tables() -> Tables:
    """The tables as PLY makes them from the grammar now."""
    with tempfile.TemporaryDirectory() as folder:
        yacc.yacc(module=rule_engine.Rule.parser, tabmodule="fresh", outputdir=folder, debug=False)
        made = runpy.run_path(str(Path(folder, "fresh.py")))
    return Tables(
        version=made["_tabversion"],
        method=made["_lr_method"],
        signature=made["_lr_signature"],
        action=made["_lr_action"],
        goto=made["_lr_goto"],
        productions=made["_lr_productions"],
    )


def written() -> str:
    """The content of the file."""
    return json.dumps(msgspec.to_builtins(fresh_tables()), sort_keys=True, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    TABLES.write_text(written())
