"""Answers to press: buttons with their keys, or a list with a filter when there are too many for buttons."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from agentdesk.desk.views import AnswerButton
from agentdesk.widgets import Press
from agentdesk.widgets.pieces import label, restyle
from agentdesk.words import Words

SHORT_CHARACTERS = 16
MOST_IN_A_ROW = 11
ROW_CHARACTERS = 48


class KeyedAnswer(QPushButton):
    """A button whose text is wrapped; the digit of its key stands before it. A click does not take the focus."""

    def __init__(self, answer: AnswerButton, press: Press, is_short: bool) -> None:
        super().__init__()
        self.answer = answer
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(answer.text)
        self.setAccessibleDescription(answer.key)
        self.clicked.connect(lambda: press(self.answer.action))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 9, 12, 9)
        row.setSpacing(10)
        digit = label(answer.key.rpartition("+")[2], "digit")
        self.text_label = label(answer.text, "answer", wrap=not is_short)
        for part in (digit, self.text_label):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        if answer.key and digit.text() != answer.text:  # on a scale the answer is its digit
            row.addWidget(digit)
        row.addWidget(self.text_label, 1)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        is_asked = "true" if answer.asked else "false"
        restyle(self, script="way" if answer.is_way else "answer", asked=is_asked)
        restyle(self, suggested="true" if answer.suggested else "false")

    def sizeHint(self) -> QSize:
        """As its text wants."""
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """As its text wants at the least."""
        layout = self.layout()
        return layout.minimumSize() if layout is not None else super().minimumSizeHint()

    def heightForWidth(self, width: int) -> int:
        """Higher when the text is wrapped."""
        layout = self.layout()
        return layout.heightForWidth(width) if layout is not None else super().heightForWidth(width)


class AnswerButtons(QWidget):
    """The buttons of a question; short ones in one row."""

    def __init__(self, press: Press) -> None:
        super().__init__()
        self._press = press
        self._shown: tuple[AnswerButton, ...] = ()
        self.buttons: list[KeyedAnswer] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def show_answers(self, answers: tuple[AnswerButton, ...]) -> None:
        """Show these."""
        self.setVisible(bool(answers))
        if answers == self._shown:
            return
        if [_without_action(one) for one in answers] == [_without_action(one) for one in self._shown]:
            self._shown = answers
            for button, answer in zip(self.buttons, answers, strict=True):
                button.answer = answer  # a new revision: the buttons stay, and with them the focus
            return
        self._shown = answers
        empty(self._column)
        self.buttons = []
        presses = [one for one in answers if not one.is_way]
        fits = len(presses) <= MOST_IN_A_ROW and sum(len(one.text) + 3 for one in presses) <= ROW_CHARACTERS
        in_row = fits and all(len(one.text) <= SHORT_CHARACTERS for one in presses)
        line = QHBoxLayout()
        line.setSpacing(6)
        for answer in answers:
            in_line = in_row and not answer.is_way
            button = KeyedAnswer(answer, self._press, in_line)
            self.buttons.append(button)
            (line if in_line else self._column).addWidget(button, 1 if in_line else 0)
        if line.count():
            self._column.insertLayout(0, line)


def _without_action(answer: AnswerButton) -> tuple[object, ...]:
    return (answer.text, answer.key, answer.asked, answer.suggested, answer.is_way)


def empty(box: QBoxLayout) -> None:
    """Take everything out of a box, and out of the boxes in it."""
    while (item := box.takeAt(0)) is not None:
        inner, widget = item.layout(), item.widget()
        if isinstance(inner, QBoxLayout):
            empty(inner)
            inner.deleteLater()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


class SearchList(QWidget):
    """Many answers: a filter, and the list of what fits."""

    def __init__(self, words: Words, press: Press) -> None:
        super().__init__()
        self._press = press
        self._answers: tuple[AnswerButton, ...] = ()
        self._fitting: list[AnswerButton] = []
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(words.tr("type to filter…"))
        self.filter.setAccessibleName(words.tr("Filter the answers"))
        self.filter.textChanged.connect(lambda _text: self._fill())
        self.filter.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(words.tr("Answers"))
        self.list.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.list.setMinimumHeight(150)
        self.list.itemClicked.connect(lambda item: self._choose(self.list.row(item)))
        self.list.itemActivated.connect(lambda item: self._choose(self.list.row(item)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.filter)
        column.addWidget(self.list, 1)

    def show_answers(self, answers: tuple[AnswerButton, ...]) -> None:
        """Show these."""
        if answers == self._answers:
            return
        if [one.text for one in answers] != [one.text for one in self._answers]:
            self.filter.clear()
        self._answers = answers
        self._fill()

    def _fill(self) -> None:
        wanted = self.filter.text().strip().casefold()
        self._fitting = [one for one in self._answers if wanted in one.text.casefold()]
        self.list.clear()
        self.list.addItems([one.text for one in self._fitting])
        suggested = next((row for row, one in enumerate(self._fitting) if one.suggested), 0)
        self.list.setCurrentRow(suggested if self._fitting else -1)

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._fitting):
            self._press(self._fitting[row].action)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """In the filter: Enter chooses, Down and Up move, Esc empties."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or event.modifiers():
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentRow())
            return True
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self.list.setCurrentRow(max(0, min(self.list.currentRow() + step, len(self._fitting) - 1)))
            return True
        if event.key() == Qt.Key.Key_Escape:
            self.filter.clear()
            return True
        return False


def quiet_label(text: str) -> QLabel:
    """A caption such as SAY and ANSWER."""
    made = label(text, "caption")
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return made
