"""Every check on a wrong script and its right twin."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from pairs import NAMES, expected_in, found_in, path_of

_CODES = {f"D{number:02}" for number in range(1, 21)}


@pytest.mark.parametrize("name", NAMES)
def test_wrong_script_is_found_where_it_is_wrong(name: str) -> None:
    path = path_of(name, "wrong")
    found = found_in(path)
    code = name[:3]
    assert [(f.code, f.severity, f.line) for f in found if f.code == code] == expected_in(path)
    assert all(f.message.endswith(".") and f.file == str(path) and f.column >= 1 for f in found)
    assert all(f.hint and f.hint[-1] in ".?" for f in found), [str(f) for f in found]


@pytest.mark.parametrize("name", NAMES)
def test_right_twin_is_free_of_it_and_of_errors(name: str) -> None:
    path = path_of(name, "right")
    assert expected_in(path) == []
    assert [str(f) for f in found_in(path) if f.code == name[:3] or f.severity == "error"] == []


def test_every_check_has_a_pair() -> None:
    assert {name[:3] for name in NAMES} == _CODES
