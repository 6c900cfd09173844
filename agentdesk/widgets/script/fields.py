"""One widget for each type of question that is filled in."""

from typing import Any

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import (
    QCalendarWidget,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidgetAction,
)

from agentdesk.desk.happenings import Typed
from agentdesk.desk.script.answering import choices
from agentdesk.desk.script.writing import written
from agentdesk.desk.views import Field
from agentdesk.widgets.pieces import restyle
from agentdesk.widgets.script.field import FieldWidget, Told
from agentdesk.widgets.script.papers import Attaching, FileField, SignatureField
from agentdesk.words import QT_TR_NOOP, Words

MEMO_PIXELS = 84
LONGEST_LINE, LONGEST_MEMO = 1_000, 10_000
MOST_SEGMENTS = 4
SHORT_SEGMENTS = 44
_NARROW = ("integer", "decimal", "money", "date", "time", "postcode", "scale")
NARROW_CHARACTERS = 32
_PLACEHOLDERS = {
    "date": QT_TR_NOOP("day/month/year"),
    "time": QT_TR_NOOP("hours:minutes"),
    "datetime": QT_TR_NOOP("day/month/year hours:minutes"),
}


class LineField(FieldWidget):
    """One line; a secret is seen only while it is typed."""

    def __init__(self, field: Field, words: Words, changed: Told, entered: Told) -> None:
        super().__init__(changed, entered)
        self._type, self._language = field.item.type, words.language
        self.line = QLineEdit(field.first)
        self.line.setAccessibleName(field.name)
        self.line.setMaxLength(LONGEST_LINE)
        placeholder = _PLACEHOLDERS.get(field.item.type)
        if placeholder is not None:
            self.line.setPlaceholderText(words.tr(placeholder))
        if field.item.is_sensitive:
            self.line.setEchoMode(QLineEdit.EchoMode.PasswordEchoOnEdit)
        self.line.textEdited.connect(lambda _text: self.changed())
        self.line.returnPressed.connect(lambda: self.entered())
        self.main = self.line
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.addWidget(self.line)
        if field.item.type in _NARROW:
            self.line.setMaximumWidth(self.line.fontMetrics().averageCharWidth() * NARROW_CHARACTERS)
            self.row.addStretch(1)

    @property
    def answer(self) -> Any:
        """In written form."""
        return written(self._type, self.line.text(), self._language) or None

    @property
    def typed(self) -> Typed:
        """The line."""
        return self.line.text()

    def restore(self, typed: Typed) -> None:
        """Go on with a line."""
        if isinstance(typed, str):
            self.line.setText(typed)


class DateField(LineField):
    """A line, and a calendar for the mouse."""

    def __init__(self, field: Field, words: Words, changed: Told, entered: Told) -> None:
        super().__init__(field, words, changed, entered)
        self.calendar = QCalendarWidget()
        self.calendar.setAccessibleName(words.tr("Calendar"))
        self.calendar.clicked.connect(self._picked)
        menu = QMenu(self)
        shown = QWidgetAction(menu)
        shown.setDefaultWidget(self.calendar)
        menu.addAction(shown)
        menu.aboutToShow.connect(self._turn_to)
        self.button = QToolButton()
        self.button.setText(words.tr("Calendar"))
        self.button.setAccessibleName(words.tr("Calendar"))
        self.button.setMenu(menu)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.row.insertWidget(1, self.button)

    def _turn_to(self) -> None:
        """Begin at the date that is typed."""
        day = QDate.fromString(str(self.answer or "")[:10], Qt.DateFormat.ISODate)
        if day.isValid():
            self.calendar.setSelectedDate(day)

    def _picked(self, day: QDate) -> None:
        self.line.setText(day.toString("dd/MM/yyyy"))
        menu = self.button.menu()
        if menu is not None:
            menu.close()
        self.changed()


class MemoField(FieldWidget):
    """Several lines; Tab leaves it."""

    def __init__(self, field: Field, changed: Told, entered: Told) -> None:
        super().__init__(changed, entered)
        self.text = QPlainTextEdit(field.first)
        self.text.setAccessibleName(field.name)
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(MEMO_PIXELS)
        self.text.textChanged.connect(lambda: self.changed())
        self.main = self.text
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.text)

    @property
    def answer(self) -> Any:
        """The text; None: blank."""
        return self.text.toPlainText().strip() or None

    @property
    def typed(self) -> Typed:
        """All lines."""
        return self.text.toPlainText()

    def restore(self, typed: Typed) -> None:
        """Go on with lines."""
        if isinstance(typed, str):
            self.text.setPlainText(typed)


class SeveralField(FieldWidget):
    """Boxes to check; Alt and a digit checks and unchecks."""

    def __init__(self, field: Field, changed: Told, entered: Told, has_keys: bool) -> None:
        super().__init__(changed, entered)
        self.boxes: dict[str, QCheckBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for place, (text, value) in enumerate(choices(field.item, ""), 1):
            key = f"{place}   " if has_keys and place <= 9 else ""
            box = QCheckBox(f"{key}{text}".replace("&", "&&"))
            box.setAccessibleName(text)
            box.setAccessibleDescription(f"Alt+{place}" if key else "")
            box.setChecked(str(value) in field.chosen)
            box.toggled.connect(lambda _on: self.changed())
            column.addWidget(box)
            self.boxes[str(value)] = box
        self.main = next(iter(self.boxes.values()), self)

    @property
    def answer(self) -> Any:
        """The values that are checked; None: none."""
        return [value for value, box in self.boxes.items() if box.isChecked()] or None

    @property
    def typed(self) -> Typed:
        """The values that are checked."""
        return [value for value, box in self.boxes.items() if box.isChecked()]

    def restore(self, typed: Typed) -> None:
        """Check these."""
        if isinstance(typed, list):
            for value, box in self.boxes.items():
                box.setChecked(value in typed)

    def press_digit(self, digit: int) -> bool:
        """Check, or uncheck."""
        boxes = list(self.boxes.values())
        if 1 <= digit <= len(boxes):
            boxes[digit - 1].toggle()
        return True


class OneField(FieldWidget):
    """One of a few answers on a page: buttons side by side, of which one is pressed in."""

    def __init__(self, field: Field, language: str, changed: Told, entered: Told) -> None:
        super().__init__(changed, entered)
        self.buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for text, value in choices(field.item, language):
            word = _word(value)
            button = QPushButton(text.replace("&", "&&"))
            button.setCheckable(True)
            button.setAccessibleName(f"{field.name} {text}")
            button.setChecked(word == field.first)
            button.clicked.connect(lambda _on, which=word: self._pressed(which))
            restyle(button, script="segment")
            row.addWidget(button)
            self.buttons[word] = button
        row.addStretch(1)
        self.main = next(iter(self.buttons.values()), self)

    def _pressed(self, word: str) -> None:
        for other, button in self.buttons.items():
            button.setChecked(other == word and button.isChecked())
        self.changed()

    @property
    def answer(self) -> str | None:
        """The value that is pressed in; None: none."""
        return next((word for word, button in self.buttons.items() if button.isChecked()), None)

    @property
    def typed(self) -> Typed:
        """The value that is pressed in."""
        return self.answer or ""

    def restore(self, typed: Typed) -> None:
        """Press this in."""
        for word, button in self.buttons.items():
            button.setChecked(word == typed)


class ListField(FieldWidget):
    """One of many answers on a page: a list that drops down; typing finds."""

    def __init__(self, field: Field, language: str, changed: Told, entered: Told) -> None:
        super().__init__(changed, entered)
        self.box = QComboBox()
        self.box.setAccessibleName(field.name)
        self.box.addItem("", "")
        for text, value in choices(field.item, language):
            self.box.addItem(text, _word(value))
        self.box.setCurrentIndex(max(0, self.box.findData(field.first)))
        self.box.activated.connect(lambda _place: self.changed())
        self.main = self.box
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box)

    @property
    def answer(self) -> str | None:
        """The value; None: none."""
        return str(self.box.currentData() or "") or None

    @property
    def typed(self) -> Typed:
        """The value that is chosen."""
        return self.answer or ""

    def restore(self, typed: Typed) -> None:
        """Choose this."""
        self.box.setCurrentIndex(max(0, self.box.findData(typed)))


def _word(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def field_widget(
    field: Field, words: Words, language: str, is_alone: bool, attaching: Attaching, changed: Told, entered: Told
) -> FieldWidget:
    """The widget for a field. `language`: of the session. `is_alone`: Alt and digits are its own. `attaching`: where
    files are reported."""
    match field.item.type:
        case "memo":
            return MemoField(field, changed, entered)
        case "multi":
            return SeveralField(field, changed, entered, is_alone)
        case "choice" | "object" | "yesno" | "consent" | "scale":
            texts = [text for text, _ in choices(field.item, language)]
            fits = len(texts) <= MOST_SEGMENTS and sum(len(text) + 4 for text in texts) <= SHORT_SEGMENTS
            fits = fits or (field.item.type == "scale" and len(texts) <= 11)
            return (OneField if fits else ListField)(field, language, changed, entered)
        case "date":
            return DateField(field, words, changed, entered)
        case "file":
            return FileField(field, words, attaching, changed, entered)
        case "signature":
            return SignatureField(field, words, attaching, changed, entered)
        case _:
            return LineField(field, words, changed, entered)
