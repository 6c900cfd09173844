"""The library that draws the desk must not wear Python out: each reference that a call takes is missing at the end."""

import sys
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

CALLS = 2_000
SLACK = 100
"""References that come and go by themselves meanwhile."""


@pytest.mark.parametrize(
    "does", [lambda one: one.setText("x"), lambda one: one.property("x"), lambda one: one.repaint()]
)
def test_a_call_that_returns_nothing_takes_no_reference_from_none(
    qtbot: QtBot, does: Callable[[QLabel], object]
) -> None:
    assert QApplication.instance() is not None
    label = QLabel()
    qtbot.addWidget(label)
    does(label)
    before = [sys.getrefcount(one) for one in (None, True, False)]
    for _ in range(CALLS):
        does(label)
    after = [sys.getrefcount(one) for one in (None, True, False)]
    assert max(abs(one - other) for one, other in zip(before, after, strict=True)) < SLACK
