"""Small pieces that the window is built of."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from agentdesk.colours import Colours
from agentdesk.desk.views import Button, Chip
from agentdesk.widgets.icons import icon, picture

LEAST_ELIDED_PIXELS = 120


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


def label(text: str = "", part: str = "", wrap: bool = False, selectable: bool = False) -> QLabel:
    """A label in one of the style sheet's parts. Text from outside is never taken as markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if part:
        made.setProperty("part", part)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
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
        self.setToolTip(self._whole if shown != self._whole else "")


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
        self.setToolTip("" if button.enabled else button.why)
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
