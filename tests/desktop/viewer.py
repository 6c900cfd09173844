"""The computer's viewer, for tests: what it was asked to show."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices


class _Viewer(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.shown: list[Path] = []

    @Slot(QUrl)
    def show(self, url: QUrl) -> None:
        """Takes the place of the program that shows files."""
        self.shown.append(Path(url.toLocalFile()))


@contextmanager
def viewed() -> Iterator[list[Path]]:
    """Files that are opened meanwhile; no program is started."""
    viewer = _Viewer()
    QDesktopServices.setUrlHandler("file", viewer, "show")  # type: ignore[call-overload]
    try:
        yield viewer.shown
    finally:
        QDesktopServices.unsetUrlHandler("file")
