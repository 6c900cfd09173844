"""Files and signatures: sent from here, or filed on paper under a name."""

from typing import Any, NamedTuple

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from agentdesk.desk import actions
from agentdesk.desk.happenings import Typed
from agentdesk.desk.views import Attached, Field
from agentdesk.widgets import Press
from agentdesk.widgets.pieces import ElidedLabel, label, restyle
from agentdesk.widgets.script.field import FieldWidget, Told
from agentdesk.widgets.script.pad import SignaturePad
from agentdesk.words import Words
from server.wire.uploads import EXTENSIONS, is_name

LONGEST_NAME = 200


class Attaching(NamedTuple):
    """Where a file or a drawing is reported: for which sheet, to whom; and what may be attached, in words."""

    sheet: str
    press: Press
    limit: str


class PaperField(FieldWidget):
    """What is attached, or a way to attach it, or the name under which the paper is filed."""

    def __init__(
        self,
        field: Field,
        words: Words,
        attaching: Attaching,
        changed: Told,
        entered: Told,
        *,
        way: QWidget,
        take_away: str,
    ) -> None:
        """`way`: how something is attached. `take_away`: the button that undoes it."""
        super().__init__(changed, entered)
        self._question, self._words, self._attaching = field.item.question, words, attaching
        self._attached: Attached | None = None
        self._shown = ElidedLabel("attached")
        self.remove = QPushButton(take_away)
        self.remove.setAccessibleName(f"{take_away}: {field.name}")
        self.remove.clicked.connect(self.detach)
        self.open = QPushButton(words.tr("Open"))
        self.open.setAccessibleName(words.tr("Open {name}", name=field.name))
        self.open.clicked.connect(self._open)
        self._kept_row = QWidget()
        kept = QHBoxLayout(self._kept_row)
        kept.setContentsMargins(0, 0, 0, 0)
        kept.addWidget(self._shown, 1)
        kept.addWidget(self.open)
        kept.addWidget(self.remove)
        self.way = way
        self.trouble = label("", wrap=True)
        restyle(self.trouble, stateText="alarm")
        self.line = QLineEdit(field.first)
        self.line.setAccessibleName(field.name)
        self.line.setMaxLength(LONGEST_NAME)
        self.line.setAcceptDrops(False)  # a file that is dropped here is the field's
        self.line.setPlaceholderText(words.tr("or on paper: under which name or number it is filed"))
        self.line.textEdited.connect(lambda _text: self.changed())
        self.line.returnPressed.connect(lambda: self.entered())
        self.main = self.line
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self._kept_row, self.way, self.trouble, self.line):
            column.addWidget(widget)
        self.show_attached(None)

    @property
    def answer(self) -> Any:
        """The name of what is attached, or the one that was typed."""
        if self._attached is not None and self._attached.state == "kept":
            return self._attached.answer
        return self.line.text().strip() or None

    @property
    def is_on_the_way(self) -> bool:
        """Whether it is being sent."""
        return self._attached is not None and self._attached.state == "sending"

    @property
    def typed(self) -> Typed:
        """The name that is typed."""
        return self.line.text()

    def restore(self, typed: Typed) -> None:
        """Go on with a name; what is attached is shown by itself."""
        if isinstance(typed, str) and not is_name(typed):
            self.line.setText(typed)

    def show_attached(self, attached: Attached | None) -> None:
        """Show what is attached, how far it is, or why it is not."""
        before, self._attached = self._attached, attached
        there = attached is not None and attached.state != "failed"
        self._kept_row.setVisible(there)
        self.way.setVisible(not there)
        self.line.setVisible(not there)
        self.main = self.remove if there else self.line
        if attached is not None:
            self._shown.show_text(_told(attached, self._words))
            restyle(self._shown, stateText="ready" if attached.state == "kept" else "")
        self.open.setVisible(attached is not None and attached.state == "kept")
        problem = attached.problem if attached is not None else ""
        self.trouble.setText(problem)
        self.trouble.setVisible(bool(problem))
        if before != attached:
            holder = QApplication.focusWidget()
            if holder is not None and self.isAncestorOf(holder):
                self.main.setFocus()
            self.changed()

    def _open(self) -> None:
        if self._attached is not None:
            self._attaching.press(actions.OpenFile(self._attached.answer, self._attached.label))

    def detach(self) -> None:
        """It is not the answer."""
        self._attaching.press(actions.Detach(self._attaching.sheet, self._question))


def _told(attached: Attached, words: Words) -> str:
    if attached.state == "kept":
        return words.tr("✓  Attached: {name}", name=attached.label)
    return words.tr("Sending, {percent} %: {name}", name=attached.label, percent=int(attached.share * 100))


class FileField(PaperField):
    """A file, chosen in a dialog or dropped here."""

    def __init__(self, field: Field, words: Words, attaching: Attaching, changed: Told, entered: Told) -> None:
        choose = QPushButton(words.tr("Choose a file…"))
        choose.setAccessibleName(words.tr("Choose a file: {question}", question=field.name))
        frame = QFrame()
        frame.setObjectName("drop")
        row = QHBoxLayout(frame)
        row.setContentsMargins(8, 6, 8, 6)
        row.addWidget(choose)
        row.addWidget(label(attaching.limit, "quiet", wrap=True), 1)
        super().__init__(field, words, attaching, changed, entered, way=frame, take_away=words.tr("Remove"))
        self.choose = choose
        self.setAcceptDrops(True)
        self.choose.clicked.connect(self.open_dialog)

    def open_dialog(self) -> None:
        """Which file? The desk goes on meanwhile."""
        tr = self._words.tr
        dialog = QFileDialog(self, tr("Choose a file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        patterns = " ".join(f"*.{ending} *.{ending.upper()}" for ending in EXTENSIONS)
        dialog.setNameFilters([f"{tr('Pictures and PDF')} ({patterns})", f"{tr('All files')} (*)"])
        dialog.fileSelected.connect(self._attach)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _attach(self, path: str) -> None:
        self._attaching.press(actions.AttachFile(self._attaching.sheet, self._question, path))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Something is held over the field."""
        if self._file_of(event.mimeData()):
            restyle(self.way, over="true")
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """It is taken away again."""
        restyle(self.way, over="false")

    def dropEvent(self, event: QDropEvent) -> None:
        """It is dropped."""
        restyle(self.way, over="false")
        path = self._file_of(event.mimeData())
        if path:
            event.acceptProposedAction()
            self._attach(path)

    def _file_of(self, dropped: QMimeData) -> str:
        """The one file of this computer that is dropped; empty: it is something else, or one is attached already."""
        paths = [url.toLocalFile() for url in dropped.urls()]
        return paths[0] if len(paths) == 1 and not self.way.isHidden() else ""


class SignatureField(PaperField):
    """A signature that is drawn. It is sent when the answers are handed in."""

    def __init__(self, field: Field, words: Words, attaching: Attaching, changed: Told, entered: Told) -> None:
        pad, clear = SignaturePad(words.tr("Place to sign: {question}", question=field.name)), QPushButton()
        clear.setText(words.tr("Clear"))
        clear.setAccessibleName(words.tr("Clear the signature"))
        clear.setEnabled(False)
        below = QHBoxLayout()
        below.addWidget(clear)
        below.addWidget(label(words.tr("sign with the mouse, a pen or a finger"), "quiet", wrap=True), 1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(pad)
        column.addLayout(below)
        super().__init__(field, words, attaching, changed, entered, way=whole, take_away=words.tr("Sign again"))
        self.pad, self.clear = pad, clear
        self.pad.drawn.connect(self._drawn)
        self.clear.clicked.connect(self._cleared)

    def _drawn(self) -> None:
        self.clear.setEnabled(True)
        self.changed()

    def _cleared(self) -> None:
        self.pad.clear()
        self.clear.setEnabled(False)
        self.changed()

    @property
    def is_on_the_way(self) -> bool:
        """Whether it is being sent, or drawn and not sent yet."""
        attached = self._attached
        return bool(self.pad.strokes) if attached is None or attached.state == "failed" else attached.state == "sending"

    @property
    def typed(self) -> Typed:
        """The strokes that are drawn, else the name that is typed."""
        return self.pad.written or super().typed

    def restore(self, typed: Typed) -> None:
        """Go on with a drawing, or with a name."""
        if isinstance(typed, list):
            self.pad.draw(typed)
            self.clear.setEnabled(bool(self.pad.strokes))
        else:
            super().restore(typed)

    def send(self) -> None:
        """Send what is drawn."""
        if self._attached is None or self._attached.state == "failed":
            self._attaching.press(actions.AttachDrawing(self._attaching.sheet, self._question, self.pad.png()))

    def detach(self) -> None:
        """Sign again, on clean paper."""
        self._cleared()
        super().detach()

    def keep(self, other: FieldWidget) -> None:
        """Go on with what was drawn and typed."""
        super().keep(other)
        if isinstance(other, SignatureField):
            self.line.setText(other.line.text())
