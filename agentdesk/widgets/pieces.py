"""Small pieces that the window is built of."""

import re
from html import escape

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from agentdesk.colours import Colours
from agentdesk.desk.views import Button, Chip
from agentdesk.widgets.icons import icon, picture

LEAST_ELIDED_PIXELS = 120
MOST_NEEDED_LETTERS = 40
MOST_NEEDED_IN_LINES = 24
"""So wide a label may ask to be, whatever it says: on one line, and where lines break."""
MOST_SCROLLED_LINES = 9
MAY_BREAK = "\u200b"
_LONG_WORD = re.compile(r"\S{24}(?=\S)")
ROW_PADDING_PIXELS = 26
"""Left and right of a button's text, with its border."""
MOST_TIP = 1000
"""Characters of a tool tip."""


def restyle(widget: QWidget, **properties: object) -> None:
    """Set properties that the style sheet asks for, and let it look again if one changed."""
    changed = False
    for name, value in properties.items():
        if widget.property(name) != value:
            widget.setProperty(name, value)
            changed = True
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def show_tip(widget: QWidget | QTableWidgetItem, text: str) -> None:
    """A tool tip that is never taken as markup, whatever its text looks like, and never larger than it can be read."""
    shown = text if len(text) <= MOST_TIP else text[: MOST_TIP - 1] + "…"
    lines = "<br>".join(escape(line) for line in shown.split("\n"))
    widget.setToolTip(f"<qt>{lines}</qt>" if shown else "")


class TextLabel(QLabel):
    """A label whose text makes no window wider than it is: strangers choose how long their names are.

    Qt breaks lines between words only and cuts a longer word off without a sign, so long ones may break here too; not
    in a text that can be selected, where the break would be copied with it.
    """

    def setText(self, text: str) -> None:
        """Show this."""
        if not self.wordWrap() or self.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse:
            super().setText(text)
            return
        shown = _LONG_WORD.sub(rf"\g<0>{MAY_BREAK}", text)
        super().setText(shown)
        self.setAccessibleName(text if shown != text else "")

    def minimumSizeHint(self) -> QSize:
        """Some words; what has no room is cut off."""
        size = super().minimumSizeHint()
        letters = MOST_NEEDED_IN_LINES if self.wordWrap() else MOST_NEEDED_LETTERS
        return QSize(min(size.width(), letters * self.fontMetrics().averageCharWidth()), size.height())


def label(text: str = "", part: str = "", wrap: bool = False, selectable: bool = False) -> QLabel:
    """A label in one of the style sheet's parts. Text from outside is never taken as markup."""
    made = TextLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if part:
        made.setProperty("part", part)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made.setText(text)
    return made


class ElidedLabel(QLabel):
    """One line with an ellipsis at its end, or `at_start`, when there is no room; the whole text is the tool tip."""

    def __init__(self, part: str = "", at_start: bool = False) -> None:
        super().__init__()
        self._whole = ""
        self._mode = Qt.TextElideMode.ElideLeft if at_start else Qt.TextElideMode.ElideRight
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if part:
            self.setProperty("part", part)

    def show_text(self, text: str) -> None:
        """Show this."""
        if text != self._whole:
            self._whole = text
            self.setAccessibleName(text)
            self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is more or less room."""
        super().resizeEvent(event)
        self._elide()

    def minimumSizeHint(self) -> QSize:
        """A few letters and the ellipsis."""
        return QSize(LEAST_ELIDED_PIXELS, super().minimumSizeHint().height())

    def _elide(self) -> None:
        shown = QFontMetrics(self.font()).elidedText(self._whole, self._mode, self.width())
        self.setText(shown)
        show_tip(self, self._whole if shown != self._whole else "")


class ScrolledText(QScrollArea):
    """A text that is as high as it needs, up to some lines; a longer one is scrolled."""

    def __init__(self, name: str) -> None:
        """`name`: for screen readers."""
        super().__init__()
        self.label = label("", wrap=True, selectable=True)
        self.label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setObjectName("scrolled")
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self.label)

    def show_text(self, text: str) -> None:
        """Show this, from its beginning."""
        if text != self.label.text():
            self.label.setText(text)
            self.verticalScrollBar().setValue(0)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines break elsewhere."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        most = MOST_SCROLLED_LINES * self.label.fontMetrics().lineSpacing()
        needed = self.label.heightForWidth(self.viewport().width())
        self.setFixedHeight(max(1, min(needed, most)))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if needed > most else Qt.FocusPolicy.NoFocus)


class RowButton(QPushButton):
    """A button as wide as its column, with an ellipsis where its text has no room; the whole text is the tool tip."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._whole = text
        self.setProperty("row", "true")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._elide()

    def minimumSizeHint(self) -> QSize:
        """A few letters and the ellipsis."""
        return QSize(LEAST_ELIDED_PIXELS, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """As high as a button, as wide as there is room."""
        return QSize(LEAST_ELIDED_PIXELS, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is more or less room."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = self.width() - ROW_PADDING_PIXELS
        shown = QFontMetrics(self.font()).elidedText(self._whole, Qt.TextElideMode.ElideRight, room)
        self.setText(shown.replace("&", "&&"))
        show_tip(self, self._whole if shown != self._whole else "")


class FoldingRow(QWidget):
    """Two halves beside each other, or one below the other when there is no room: large text, small window."""

    def __init__(self, left: QWidget, right: QWidget) -> None:
        super().__init__()
        self._halves = (left, right)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addWidget(left, 1)
        self._row.addWidget(right)

    def minimumSizeHint(self) -> QSize:
        """As wide as the wider half; as high as they stand now."""
        width = max(half.minimumSizeHint().width() for half in self._halves)
        return QSize(width, self._row.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is more or less room."""
        super().resizeEvent(event)
        self._fold()

    def event(self, event: QEvent) -> bool:
        """What is inside may have become longer."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fold()
        return super().event(event)

    def _fold(self) -> None:
        left, right = self._halves
        needed = left.minimumSizeHint().width() + right.sizeHint().width() + self._row.spacing()
        fold = QBoxLayout.Direction.TopToBottom if needed > self.width() else QBoxLayout.Direction.LeftToRight
        if fold is not self._row.direction():
            self._row.setDirection(fold)
            self.updateGeometry()


class Panel(QFrame):
    """A card with a heading; put the content into `body`."""

    def __init__(self, heading: str = "") -> None:
        super().__init__()
        self.setObjectName("panel")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(12, 8, 12, 10)
        self.body.setSpacing(6)
        self.heading = label(heading, "heading")
        self.heading.setVisible(bool(heading))
        self.aside = label("", "quiet")
        self.aside.hide()
        row = QHBoxLayout()
        row.addWidget(self.heading)
        row.addStretch(1)
        row.addWidget(self.aside)
        self.body.addLayout(row)

    def set_heading(self, heading: str) -> None:
        """Another heading."""
        self.heading.setText(heading)
        self.heading.setVisible(bool(heading))

    def set_aside(self, text: str) -> None:
        """A quiet word at the right of the heading."""
        self.aside.setText(text)
        self.aside.setVisible(bool(text))


class KeyButton(QPushButton):
    """A button that shows its key. It never takes the focus by a click, so that the notes' cursor stays."""

    def __init__(self, shape: str, colours: Colours, state: str = "") -> None:
        super().__init__()
        self._shape, self._colours, self._state = shape, colours, state
        self._shown: tuple[Button, str] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_button(self, button: Button, shape: str = "") -> None:
        """Show this; `shape`: another icon than usual."""
        if self._shown == (button, shape):
            return
        self._shown = (button, shape)
        text = f"{button.label}  [{button.key}]" if button.key else button.label
        self.setText(f" {text}" if self._shape else text)
        self.setAccessibleName(button.label)
        self.setAccessibleDescription(button.key)
        show_tip(self, "" if button.enabled else button.why)
        self.setVisible(button.shown)
        self.setEnabled(button.enabled)
        colour = self._colours.on_state if self._state or button.on else self._colours.text
        if shape or self._shape:
            self.setIcon(icon(shape or self._shape, colour, self._colours.disabled))
        restyle(self, on="true" if button.on else "false", **({"state": self._state} if self._state else {}))


class ChipLabel(QWidget):
    """A state's shape and word in its colour."""

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._colours = colours
        self._shape, self._word = QLabel(), label()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._shape)
        row.addWidget(self._word, 1)

    def show_chip(self, chip: Chip | None) -> None:
        """Show this state; None: nothing."""
        self.setVisible(chip is not None)
        if chip is None:
            return
        self._shape.setPixmap(picture(chip.shape, getattr(self._colours, chip.colour), 16))
        self._shape.setAccessibleName(chip.word)
        self._word.setText(f"{chip.word}  {chip.timer}".rstrip())
        restyle(self._word, stateText=chip.colour.replace("_", "-"))
