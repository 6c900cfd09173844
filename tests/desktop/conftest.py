"""Desk tests draw without a screen, unless somebody asks for one, and wait for what will come on a busy machine too."""

import os
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.multimedia.*=false")
PATIENCE_MS = 60_000


class PatientBot(QtBot):
    """Waits for a minute where pytest-qt waits for five seconds."""

    def waitUntil(self, *words: Any, timeout: int = PATIENCE_MS) -> None:
        super().waitUntil(*words, timeout=timeout)

    def waitSignal(self, *words: Any, timeout: int = PATIENCE_MS, **more: Any) -> Any:
        return super().waitSignal(*words, timeout=timeout, **more)

    def waitSignals(self, *words: Any, timeout: int = PATIENCE_MS, **more: Any) -> Any:
        return super().waitSignals(*words, timeout=timeout, **more)


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> PatientBot:
    """In place of pytest-qt's."""
    return PatientBot(request)
