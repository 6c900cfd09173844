"""Attached files that the agent looks at: harmless kinds in the computer's viewer, others saved where the agent says.

Name and content come from strangers. The folder is the agent's alone, a file in it is never executable, its name is
made here, and its ending says what the content is, so that no viewer is chosen by what a name claims.
"""

import contextlib
import os
import shutil
import unicodedata
from pathlib import Path

import structlog
from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from agentdesk.desk.effects import FetchFile
from agentdesk.desk.happenings import FileNotFetched
from agentdesk.words import Words
from server.wire.uploads import BEGINNING_OCTETS, kind_of

log = structlog.get_logger()
LONGEST_STEM = 60
NOT_STORED = "file-not-stored"
UNKNOWN_ENDING = "dat"
_RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{digit}" for name in ("com", "lpt") for digit in range(10))}
"""Names that are devices to Windows, with any ending."""


def safe_stem(label: str) -> str:
    """A file's name without its ending, made of what somebody called it: letters, digits, blanks, `-` and `_`; no
    signs that nobody sees, no more than `LONGEST_STEM`; never empty, never a device."""
    text = unicodedata.normalize("NFC", label)
    kept = "".join(one if one.isalnum() or one in "-_" else " " for one in text if unicodedata.category(one) != "Cf")
    stem = " ".join(kept.split())[:LONGEST_STEM].strip()
    return stem if stem and stem.casefold() not in _RESERVED else f"file {stem}".strip()


class OpenedFiles(QObject):
    """The folder and what is in it. Emits `happened` with `FileNotFetched` for what could not be stored."""

    happened = Signal(object)

    def __init__(self, folder: Path, window: QWidget, words: Words) -> None:
        """`folder` is made with the first file; what an earlier window left in it goes now."""
        super().__init__(window)
        self._folder, self._window, self._words = folder, window, words
        self._number = 0
        self.clear()

    def clear(self) -> None:
        """Delete all of them; a viewer that has one open keeps what it has read."""
        try:
            shutil.rmtree(self._folder)
        except FileNotFoundError:
            return
        except OSError as error:  # a viewer holds it (Windows): the next window deletes it
            log.warning("opened-files-not-deleted", folder=str(self._folder), why=str(error))

    def show(self, order: FetchFile, octets: bytes) -> None:
        """Open it, or ask where to save it."""
        kind = kind_of(octets[:BEGINNING_OCTETS])
        if kind is None:
            self._ask_where(order, octets, f"{safe_stem(_without_ending(order.label))}.{UNKNOWN_ENDING}")
            return
        try:
            path = self._stored(f"{safe_stem(_without_ending(order.label))}.{kind}", octets)
        except OSError as error:
            self._failed(order, str(error))
            return
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            log.info("no-viewer", kind=kind)
            self._ask_where(order, octets, path.name)

    def _stored(self, name: str, octets: bytes) -> Path:
        """The file, in a folder of its own: two may have one name. Raises `OSError`."""
        self._number += 1
        place = self._folder / str(self._number)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        place.mkdir(mode=0o700)
        path = place / name
        with open(path, "xb", opener=lambda file, flags: os.open(file, flags, 0o400)) as file:
            file.write(octets)
        return path

    def _ask_where(self, order: FetchFile, octets: bytes, name: str) -> None:
        dialog = QFileDialog(self._window, self._words.tr("Save the file"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.selectFile(name)
        dialog.fileSelected.connect(lambda path: self._save(order, octets, Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _save(self, order: FetchFile, octets: bytes, path: Path) -> None:
        """Where the agent said; never executable, also where something executable was replaced."""
        try:
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
            with open(path, "xb", opener=lambda file, flags: os.open(file, flags, 0o600)) as file:
                file.write(octets)
        except OSError as error:
            self._failed(order, str(error))

    def _failed(self, order: FetchFile, why: str) -> None:
        log.error("file-not-stored", why=why)
        self.happened.emit(FileNotFetched(order.number, NOT_STORED))


def _without_ending(label: str) -> str:
    """What an agent's own file is called, without its ending."""
    stem, dot, ending = label.rpartition(".")
    return stem if dot and stem and len(ending) <= 5 and ending.isalnum() else label
