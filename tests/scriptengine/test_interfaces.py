"""Files of interfaces: what is wrong with one is told, with what to write."""

from pathlib import Path

import pytest

from scriptengine.expressions import List, Record, Type
from scriptengine.findings import LoadError
from scriptengine.interfaces import KNOWN, beside, load_interfaces

GOOD = """
[classes.Meter]
key = "serial"
attributes = { serial = "string", owner = "Customer", readings = "decimal-list" }
[services.outages.operations.report]
arguments = { street = "string" }
results = { ticket = "string", until = "time" }
may_be_empty = ["until"]
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "interfaces.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_classes_become_types(tmp_path: Path) -> None:
    known = load_interfaces([written(tmp_path, GOOD)])
    expected = {"serial": Type.TEXT, "owner": Type.INTEGER, "readings": List(Type.NUMBER)}
    assert known.record("Meter") == Record(expected, "serial")
    assert known.record("Nothing") is None
    assert known.type_named("Meter-list") == List(known.record("Meter"))
    assert known.type_named("strange") is None
    assert known.classes.keys() >= KNOWN.classes.keys()


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        ('key = "serial"', 'key = "serial', "I01", "This is no TOML"),
        ('key = "serial"', "", "I02", "missing required field `key`"),
        ('["until"]', '["untill"]', "I02", "outages.report gives no result untill"),
        ('key = "serial"', 'key = "seral"', "I02", "The class Meter has no attribute seral."),
        ('key = "serial"', 'key = "owner"', "I02", "The key of the class Meter is another class."),
        ('serial = "string"', 'serial = "strin"', "I02", "The type strin of serial (class Meter) is not known."),
        ("arguments", "argument", "I02", "unknown field `argument`"),
        ('street = "string" }', 'street = "string" }\noptional = ["x"]', "I02", "outages.report has no argument x."),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, old: str, new: str, code: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(LoadError) as caught:
        load_interfaces([written(tmp_path, GOOD.replace(old, new))])
    assert [found.code for found in caught.value.findings] == [code]
    assert message in caught.value.findings[0].message


def test_files_beside_a_script(tmp_path: Path) -> None:
    general = written(tmp_path, GOOD)
    special = tmp_path / "bank.interfaces.toml"
    special.write_text("")
    assert beside(tmp_path / "script.xml") == [general, special]
    assert beside(tmp_path / "other" / "script.xml") == []
    with pytest.raises(LoadError, match="cannot be read"):
        load_interfaces([tmp_path / "none.toml"])
