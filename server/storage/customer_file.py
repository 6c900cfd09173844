"""Customers' cards from a file: JSON (an array of objects) or CSV (UTF-8, with a header line).

Fields: `number` (the company's own, needed), `name`, `language`, `email`, `segment`, `numbers`: telephone numbers, in
CSV parted by semicolons.
"""

import csv
from pathlib import Path

import msgspec

from server.wire.desk import Customer

_FIELDS = ("number", "name", "language", "email", "segment", "numbers")


class CustomerFileRefused(ValueError):
    """The file cannot be read as customers; the text names file, line or place, and what is wrong."""


class _Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    number: str
    name: str = ""
    language: str = ""
    email: str = ""
    segment: str = ""
    numbers: list[str] = []


def read_customers(path: Path) -> list[Customer]:
    """The cards in `path` (`.json` or `.csv`), without ids. `CustomerFileRefused` if it cannot be read."""
    try:
        if path.suffix.casefold() == ".csv":
            return _csv(path)
        lines = msgspec.json.decode(path.read_bytes(), type=list[_Line])
    except (OSError, UnicodeDecodeError, csv.Error, msgspec.MsgspecError) as fault:
        raise CustomerFileRefused(f"{path}: {fault}") from fault
    return [Customer(**msgspec.structs.asdict(line)) for line in lines]


def _csv(path: Path) -> list[Customer]:
    cards = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        unknown = [name for name in lines.fieldnames or [] if name not in _FIELDS]
        if unknown or "number" not in (lines.fieldnames or []):
            wrong = f"unknown column {unknown[0]!r}" if unknown else "no column 'number'"
            raise CustomerFileRefused(f"{path}: line 1: {wrong}; columns are {', '.join(_FIELDS)}")
        for line in lines:
            if None in line or None in line.values():
                raise CustomerFileRefused(f"{path}: line {lines.line_num}: not as many fields as the header")
            numbers = [n.strip() for n in line.pop("numbers", "").split(";") if n.strip()]
            cards.append(Customer(**line, numbers=numbers))
    return cards
