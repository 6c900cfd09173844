"""Desk tests draw without a screen, unless somebody asks for one, and wait for what will come on a busy machine too."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, QStandardPaths
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

# Before anything of the desk is imported: Qt reads both when it is loaded.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.multimedia.*=false")

from agentdesk.app import DeskApplication

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


@pytest.fixture
def desk(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeskApplication]:
    """The whole desk before the log-in, with settings and files of its own."""
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _which: str(tmp_path / "data"))
    one = DeskApplication(qapp, "light", "en")
    one._settings = QSettings(str(tmp_path / "desk.ini"), QSettings.Format.IniFormat)
    yield one
    if one.session is not None:
        one.session.over.disconnect()
        one.session.end_now()
