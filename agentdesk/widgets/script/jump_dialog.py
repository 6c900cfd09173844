"""Where to in the script: all its places, with a filter."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout, QWidget

from agentdesk.desk import actions
from agentdesk.desk.actions import Action
from agentdesk.desk.views import AnswerButton, JumpList
from agentdesk.widgets import Press
from agentdesk.widgets.script.answers import SearchList
from agentdesk.words import Words


class JumpDialog(QDialog):
    """Opens when the places have come, which the agent has asked for."""

    def __init__(self, words: Words, press: Press, parent: QWidget) -> None:
        super().__init__(parent)
        self._press = press
        self.setWindowTitle(words.tr("Jump to another place in the script"))
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.resize(560, 420)
        self.places = SearchList(words, self._chosen)
        column = QVBoxLayout(self)
        hint = QLabel(words.tr("Answers stay as they are. Enter jumps, Esc stays here."))
        hint.setWordWrap(True)
        column.addWidget(hint)
        column.addWidget(self.places, 1)
        self.rejected.connect(lambda: press(actions.CloseJumpList()))

    def show_places(self, jump: JumpList) -> None:
        """Show or hide it."""
        if not jump.open:
            if self.isVisible():
                self.hide()
            return
        self.places.show_answers(tuple(AnswerButton(text=one.text, key="", action=one.action) for one in jump.places))
        if not self.isVisible():
            self.places.filter.clear()
            self.show()
            self.places.filter.setFocus()

    def _chosen(self, action: Action) -> None:
        self.hide()
        self._press(action)
