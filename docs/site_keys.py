"""Writes the tables of `administrator.md` from `server/config/tables`: python docs/site_keys.py

A test runs it and compares, so that no key and no default is documented wrongly.
"""

import ast
import json
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE / "administrator.md"
TABLES = HERE.parent / "server" / "config" / "tables"
ORDER = ("house", "calls", "queues", "people", "sending")
BEGIN, END = "<!-- site keys: written by docs/site_keys.py -->", "<!-- end of site keys -->"
TYPES = {
    "str": "text", "int": "whole number", "float": "number", "bool": "true or false", "list[str]": "list of texts",
    "dict[str, int]": "names and whole numbers", "list[Tier]": "tables `[[queue.tier]]`",
    "list[str] | str": "text or list of texts",
    "list[CallerPriority]": "tables `[[queue.caller_priority]]`", "list[Exit]": "tables `[[queue.exit]]`",
}  # fmt: skip


def source() -> str:
    """All tables, in the order in which they are told."""
    return "\n".join((TABLES / f"{name}.py").read_text("utf-8") for name in ORDER)


def tables(source: str) -> str:
    """Markdown: a heading, a sentence and a table for each table of the site file."""
    parts = []
    for node in ast.parse(source).body:
        title = re.match(r"`(\[\[?[\w.]+\]\]?)`: (.*)", ast.get_docstring(node) or "") if _is_class(node) else None
        if title is not None and isinstance(node, ast.ClassDef):
            sentence = title[2][0].upper() + title[2][1:]
            rows = ["| key | kind | default | meaning |", "|---|---|---|---|", *_rows(node)]
            parts.append("\n".join([f"### `{title[1]}`", "", sentence, "", *rows]))
    return "\n\n".join(parts)


def renewed(document: str, source: str) -> str:
    """The document with its tables made anew."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables(source)}\n\n{END}{after}"


def undocumented(source: str) -> list[str]:
    """Keys without a meaning."""
    return [row for row in tables(source).splitlines() if row.endswith("|  |")]


def _is_class(node: ast.stmt) -> bool:
    return isinstance(node, ast.ClassDef)


def _rows(table: ast.ClassDef) -> list[str]:
    rows = []
    for node, following in zip(table.body, [*table.body[1:], None], strict=True):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        is_text = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
        meaning = " ".join(str(following.value.value).split()) if is_text else ""  # type: ignore[union-attr]
        kind = ast.unparse(node.annotation)
        words = re.findall(r"'([^']*)'", kind)
        shown = " or ".join(f'`"{word}"`' for word in words) or TYPES[kind]
        rows.append(f"| `{_key(node.target.id, node.value)}` | {shown} | {_default(node.value)} | {meaning} |")
    return rows


def _key(name: str, value: ast.expr | None) -> str:
    """The name in the file: another one where `msgspec.field(name=...)` says so."""
    if isinstance(value, ast.Call):
        return next((str(ast.literal_eval(word.value)) for word in value.keywords if word.arg == "name"), name)
    return name


def _default(value: ast.expr | None) -> str:
    if value is None:
        return "required"
    if isinstance(value, ast.Call):  # msgspec.field(default_factory=lambda: [...]), or default=...
        made = value.keywords[0].value
        value = made.body if isinstance(made, ast.Lambda) else made
    return f"`{json.dumps(ast.literal_eval(value))}`"


if __name__ == "__main__":
    DOCUMENT.write_text(renewed(DOCUMENT.read_text("utf-8"), source()), "utf-8")
