"""Texts of a script: what is said in large type, and help beside it."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from agentdesk.desk.views import Paragraph
from agentdesk.widgets.pieces import label

LINE_BREAK = "\n"


def marked_up(paragraph: Paragraph) -> str:
    """Rich text of a paragraph. Everything that comes from outside is escaped."""
    parts = []
    for piece in paragraph:
        text = "<br>" if piece.text == LINE_BREAK else escape(piece.text)
        parts.append(f"<b>{text}</b>" if piece.is_bold else text)
    return "".join(parts)


def words(paragraph: Paragraph) -> str:
    """The words alone, for screen readers."""
    return "".join(piece.text for piece in paragraph)


class Paragraphs(QWidget):
    """Paragraphs below each other, in a part of the style sheet."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part
        self._shown: tuple[Paragraph, ...] = ()
        self.labels: list[QLabel] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def show_paragraphs(self, paragraphs: tuple[Paragraph, ...]) -> None:
        """Show these; takes no room for none."""
        self.setVisible(bool(paragraphs))
        if paragraphs == self._shown:
            return
        self._shown = paragraphs
        while len(self.labels) > len(paragraphs):
            self.labels.pop().deleteLater()
        while len(self.labels) < len(paragraphs):
            made = label("", self._part, wrap=True)
            made.setTextFormat(Qt.TextFormat.RichText)
            made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._column.addWidget(made)
            self.labels.append(made)
        for shown, paragraph in zip(self.labels, paragraphs, strict=True):
            shown.setText(marked_up(paragraph))
            shown.setAccessibleName(words(paragraph))


class Hints(QFrame):
    """Help for the agent, apart from what is said."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.setObjectName("hints")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 8)
        column.setSpacing(2)
        column.addWidget(label(heading, "heading"))
        self._paragraphs = Paragraphs("hint")
        column.addWidget(self._paragraphs)

    def show_hints(self, hints: tuple[Paragraph, ...], are_open: bool) -> None:
        """Show these, unless they are folded or there are none."""
        self._paragraphs.show_paragraphs(hints)
        self.setVisible(bool(hints) and are_open)
