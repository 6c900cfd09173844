"""The search box (Ctrl+K) and what it found."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem

from agentdesk.desk import actions, keys
from agentdesk.desk.views import Hit
from agentdesk.widgets import Press
from agentdesk.words import Words

WIDTH, LIST_HEIGHT = 236, 320


class SearchBox(QLineEdit):
    """Finds customers, actions and results. Down and Enter choose; Esc closes and empties."""

    def __init__(self, words: Words, press: Press) -> None:
        super().__init__()
        self._press = press
        self._hits: list[Hit] = []
        self.setPlaceholderText(words.tr("Find customer or action…") + f"  {keys.SEARCH}")
        self.setAccessibleName(words.tr("Find a customer, an action or a result"))
        self.setMinimumWidth(WIDTH)
        self.setClearButtonEnabled(False)
        self.textEdited.connect(lambda text: press(actions.Search(text)))
        self.list = QListWidget()
        self.list.setWindowFlags(Qt.WindowType.ToolTip)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(words.tr("Found"))
        self.list.itemClicked.connect(lambda _item: self._choose())
        self.installEventFilter(self)

    def show_hits(self, hits: list[Hit], searching: str) -> None:
        """What was found for `searching`."""
        if not searching and self.text():
            self.clear()
        if hits == self._hits:
            return
        self._hits = hits
        self.list.clear()
        for hit in hits:
            self.list.addItem(QListWidgetItem(f"{hit.group}:  {hit.text}"))
        self.list.setCurrentRow(0)
        if not hits or not self.hasFocus():
            self.list.hide()
            return
        width = max(self.width(), 420)
        corner = self.mapToGlobal(self.rect().bottomRight())
        height = min(LIST_HEIGHT, 8 + self.list.sizeHintForRow(0) * len(hits))
        self.list.setGeometry(corner.x() - width, corner.y() + 4, width, height)
        self.list.show()

    def _choose(self) -> None:
        place = self.list.currentRow()
        if 0 <= place < len(self._hits):
            action = self._hits[place].action
            self._close()
            self._press(action)

    def _close(self) -> None:
        self.list.hide()
        self.clear()
        self._press(actions.Search(""))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """The keys that move in the list while the cursor stays in the box."""
        if event.type() == QEvent.Type.FocusOut:
            self.list.hide()
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        steps = {int(Qt.Key.Key_Down): 1, int(Qt.Key.Key_Up): -1}
        if event.key() in steps and self._hits:
            self.list.setCurrentRow((self.list.currentRow() + steps[event.key()]) % len(self._hits))
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._choose()
            return True
        if event.key() == Qt.Key.Key_Escape:
            self._close()
            return True
        return False
