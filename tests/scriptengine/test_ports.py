"""Which records a script wants, as a port is told it."""

from decimal import Decimal
from typing import Any

import pytest

from scriptengine.interfaces import KNOWN
from scriptengine.interpreter import Perform
from scriptengine.ports import PortError, Where
from scriptengine.testing import MemoryObjects

ANA = {"number": 4, "name": "Ana", "segment": "gold"}


def where(text: str, **values: Any) -> Where:
    return Where(Perform(id="x", kind="find", class_name="Customer", where=text, values=values), KNOWN)


@pytest.mark.parametrize(
    ("text", "values", "matches", "equal"),
    [
        ("number == wanted", {"wanted": 4}, True, {"number": 4}),
        ("wanted == number and segment == 'gold'", {"wanted": 4}, True, {"number": 4, "segment": "gold"}),
        ("number == wanted or segment == 'gold'", {"wanted": 5}, True, {}),
        ("number gt 3 and name == who.name", {"who": {"name": "Ana"}}, True, {"name": "Ana"}),
        ("email == 'x'", {}, False, {"email": "x"}),
        ("name == wanted", {"wanted": None}, False, {}),
        ("number == wanted", {"wanted": None}, False, {}),
        ("name == segment", {}, False, {}),
        ("not (number == wanted)", {"wanted": 4}, False, {}),
        ("number in [4, 5] and name == name", {"name": "Bo"}, True, {}),
        ("number lt limit", {"limit": Decimal("4.5")}, True, {}),
        ("", {}, True, {}),
    ],
)
def test_where(text: str, values: dict[str, Any], matches: bool, equal: dict[str, Any]) -> None:
    wanted = where(text, **values)
    assert wanted.matches(ANA) is matches
    assert wanted.equal() == equal


def test_records_in_memory() -> None:
    objects = MemoryObjects(KNOWN)
    objects.add("Customer", {"number": "4", "name": "Ana", "unknown": 1})
    assert objects.fetch("Customer", 4) == {"number": 4, "name": "Ana"}
    objects.save("Customer", {"number": 4, "segment": "gold"})
    objects.save("Customer", {"number": 5})
    assert objects.records["Customer"] == [ANA, {"number": 5}]
    assert objects.find("Customer", where("segment == 'gold'")) == [ANA]
    with pytest.raises(PortError, match="Nothing is not known"):
        objects.fetch("Nothing", 1)
