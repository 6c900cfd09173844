"""Middle column: during a call the script, the keypad, the selected contact and the notes; between calls my queues."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agentdesk.colours import Colours
from agentdesk.desk import actions, keys
from agentdesk.desk.views import HistoryLine, NotesPane, QueueLine, ScriptPane, TopBar
from agentdesk.widgets import Press
from agentdesk.widgets.papers_button import PapersButton
from agentdesk.widgets.pieces import ChipLabel, Panel, ScrolledText, label, restyle
from agentdesk.widgets.script.panel import ScriptPanel
from agentdesk.words import Words
from server.wire.desk import MAX_NOTES_CHARACTERS

NOTES_PIXELS, NOTES_BESIDE_PIXELS = 110, 56
"""Least height of the notes, alone and below a script."""
DIGITS = ("123", "456", "789", "*0#")


class Keypad(Panel):
    """Twelve keys; while it has the focus the keyboard's digits are keys too."""

    def __init__(self, words: Words, press: Press) -> None:
        super().__init__(f"{words.tr('Keypad')}  [{keys.KEYPAD}]")
        self._words = words
        self.buttons: dict[str, QPushButton] = {}
        grid = QGridLayout()
        grid.setSpacing(4)
        for row, digits in enumerate(DIGITS):
            for column, digit in enumerate(digits):
                button = QPushButton(digit)
                button.setAccessibleName(words.tr("Key {digit}", digit=digit))
                button.setShortcut(digit)
                button.clicked.connect(lambda _checked=False, what=digit: press(actions.PressDigit(what)))
                grid.addWidget(button, row, column)
                self.buttons[digit] = button
        self.body.addLayout(grid)

    def show_keypad(self, pane: NotesPane) -> None:
        """Show or hide it, and what was sent."""
        opened = pane.keypad_open and self.isHidden()
        self.setVisible(pane.keypad_open)
        self.set_aside(self._words.tr("sent: {digits}", digits=pane.digits_sent) if pane.digits_sent else "")
        if opened:  # the agent pressed F9: the digits are the next thing to type
            self.buttons["5"].setFocus()


class QueueBoard(Panel):
    """My queues in large figures, for the time between two calls."""

    def __init__(self, words: Words, colours: Colours) -> None:
        super().__init__(words.tr("My queues"))
        self._words = words
        self._chip = ChipLabel(colours)
        self._hint = label("", "large", wrap=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(2, 1)
        self.body.addSpacing(6)
        rows = QWidget()
        rows.setObjectName("boardRows")
        column = QVBoxLayout(rows)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._grid)
        column.addStretch(1)
        self.area = QScrollArea()  # thirty queues are no reason for a window to be higher than the screen
        self.area.setObjectName("board")
        self.area.setAccessibleName(words.tr("My queues"))
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.area.setWidget(rows)
        self.body.addWidget(self.area, 1)
        self.body.addWidget(self._chip)
        self.body.addWidget(self._hint)

    def show_board(self, top: TopBar) -> None:
        """Show these queues, and what comes next."""
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for row, queue in enumerate(top.queues):
            self._add(row, queue)
        self._chip.show_chip(top.chip)
        self._hint.setText(top.hint)

    def _add(self, row: int, queue: QueueLine) -> None:
        number = label(str(queue.waiting), "number")
        number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        number.setAccessibleName(f"{queue.name}: {queue.waiting_text}")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label(queue.name, "large"))
        words.addWidget(label(queue.longest or self._words.tr("nobody waits"), "quiet"))
        holder = QWidget()
        holder.setLayout(words)
        self._grid.addWidget(number, row, 0)
        self._grid.addWidget(holder, row, 1)


class WorkColumn(QWidget):
    """The middle column."""

    def __init__(self, words: Words, colours: Colours, press: Press) -> None:
        super().__init__()
        self._words, self._press = words, press
        self._top: TopBar | None = None
        self._line: HistoryLine | None = None
        self._wanted = self._has_script = False
        self._sheet = ""
        self._contact = Panel(words.tr("Contact"))
        self._contact_heading = label("", "large", wrap=True)
        self._contact_notes = ScrolledText(words.tr("Notes"))
        self._contact.body.addWidget(self._contact_heading)
        self._contact.body.addWidget(self._contact_notes)
        self.contact_papers = PapersButton(words, colours, press)
        self._contact.body.addWidget(self.contact_papers, 0, Qt.AlignmentFlag.AlignLeft)
        self.keypad = Keypad(words, press)
        self.keypad.hide()
        self._notes_panel = Panel(f"{words.tr('Notes')}  [{keys.NOTES}]")
        self.notes = QPlainTextEdit()
        self.notes.setObjectName("notes")
        self.notes.setAccessibleName(words.tr("Notes"))
        self.notes.setTabChangesFocus(True)
        self.notes.setMinimumHeight(NOTES_PIXELS)
        self.notes.textChanged.connect(self._edited)
        self._notes_panel.body.addWidget(self.notes)
        in_call = QWidget()
        column = QVBoxLayout(in_call)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.script = ScriptPanel(words, colours, press)
        self.script.hide()
        column.addWidget(self._contact)
        column.addWidget(self.keypad)
        column.addWidget(self.script, 4)
        column.addWidget(self._notes_panel, 1)
        self.board = QueueBoard(words, colours)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.board)
        self._pages.addWidget(in_call)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)

    def show_contact(self, line: HistoryLine | None, by_agent: bool) -> None:
        """The contact that is selected in the history. `by_agent`: not by itself; the script makes room for it."""
        self._line, self._wanted = line, by_agent
        self._place_contact()
        if line is not None:
            self._contact_heading.setText(line.heading)
            self._contact_notes.show_text(line.notes)
            self.contact_papers.show_papers(line.papers)

    def open_file(self) -> None:
        """Ctrl+O: a file of the contact that the agent looks at, else of the script."""
        at_contact = self.contact_papers.isVisible() and (self._wanted or not self.script.papers.isVisible())
        (self.contact_papers if at_contact else self.script.papers).open()

    def show_script(self, pane: ScriptPane) -> None:
        """Show this. A contact that the agent did not ask for leaves the room to the script."""
        if pane.sheet != self._sheet:
            self._sheet, self._wanted = pane.sheet, False
        self._has_script = pane.kind not in ("none", "message") or bool(pane.trail or pane.say)
        self.script.show_script(pane)
        self.notes.setMinimumHeight(NOTES_BESIDE_PIXELS if pane.kind != "none" else NOTES_PIXELS)
        self._place_contact()

    def _place_contact(self) -> None:
        self._contact.setVisible(self._line is not None and (self._wanted or not self._has_script))

    def show_work(self, notes: NotesPane, top: TopBar, in_call: bool) -> None:
        """Show this."""
        self._pages.setCurrentIndex(1 if in_call else 0)
        if top != self._top and not in_call:
            self.board.show_board(top)
        self._top = top if not in_call else None
        if notes.text != self.notes.toPlainText():
            self.notes.blockSignals(True)
            self.notes.setPlainText(notes.text)
            self.notes.moveCursor(QTextCursor.MoveOperation.End)
            self.notes.blockSignals(False)
        self.notes.setEnabled(notes.enabled)
        self.notes.setPlaceholderText(
            self._words.tr("What was it about, what was promised? Saved by itself.") if notes.enabled else ""
        )
        self._notes_panel.set_aside(notes.status)
        restyle(self._notes_panel.aside, stateText="wrap-up" if notes.trouble else "")
        self.keypad.show_keypad(notes)

    def _edited(self) -> None:
        text = self.notes.toPlainText()
        if len(text) > MAX_NOTES_CHARACTERS:
            text = text[:MAX_NOTES_CHARACTERS]
            self.notes.blockSignals(True)
            self.notes.setPlainText(text)
            self.notes.moveCursor(QTextCursor.MoveOperation.End)
            self.notes.blockSignals(False)
        self._press(actions.EditNotes(text))
