"""Steady examples are those of their test, whichever modules are loaded beside it."""

import importlib
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.internal.conjecture.providers import HypothesisProvider

from tests.steady import NO_WORDS


def _examples() -> list[tuple[str, int, bytes]]:
    seen: list[tuple[str, int, bytes]] = []

    @settings(derandomize=True, database=None, max_examples=200, deadline=None)
    @given(st.text(), st.integers(), st.binary())
    def look(text: str, number: int, octets: bytes) -> None:
        seen.append((text, number, octets))

    look()
    return seen


def test_what_another_module_holds_is_in_no_steady_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HypothesisProvider, "_local_constants", NO_WORDS)
    before = _examples()
    words = [f"word {number}" for number in range(300)]
    (tmp_path / "full_of_words.py").write_text(f"WORDS = {words}\nNUMBERS = {list(range(700_000, 700_300))}\n")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("full_of_words")
    assert _examples() == before
    assert len(set(before)) > 100
