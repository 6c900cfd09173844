"""Voice messages: list, player, and what can be done with one."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from agentdesk.colours import Colours
from agentdesk.desk import actions
from agentdesk.desk.message_book import SEEK_SECONDS, Line, MessageBook, MessagesView, Order, Which
from agentdesk.widgets import Press
from agentdesk.widgets.icons import icon
from agentdesk.widgets.pieces import label, restyle
from agentdesk.words import Words

SCALE = 10
"""Steps of the slider in a second."""
LEAST_LIST_PIXELS = 104


class MessagesPanel(QWidget):
    """Shows a `MessagesView`; what the agent does goes to the book, and its orders to `carry_out`."""

    def __init__(
        self,
        words: Words,
        colours: Colours,
        book: MessageBook,
        carry_out: Callable[[list[Order]], None],
        press: Press,
    ) -> None:
        super().__init__()
        self._words, self._colours, self._book, self._carry_out = words, colours, book, carry_out
        self._shown: MessagesView | None = None
        self.setAccessibleName(words.tr("Voice messages"))
        self.box = QComboBox()
        self.box.setAccessibleName(words.tr("Mailbox"))
        self.box.activated.connect(lambda place: self._do(book.open_box(str(self.box.itemData(place)))))
        self.list = QListWidget()
        self.list.setAccessibleName(words.tr("Voice messages"))
        self.list.setAccessibleDescription(words.tr("Space plays, ← and → move by 5 seconds, Delete deletes"))
        self.list.setToolTip(words.tr("Space plays, ← and → move by 5 seconds, Delete deletes"))
        self.list.setMinimumHeight(LEAST_LIST_PIXELS)
        self.list.installEventFilter(self)
        self.list.currentRowChanged.connect(self._row)
        self.nothing = label("", "quiet")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(words.tr("Place in the message"))
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.slider.actionTriggered.connect(lambda _action: self._moved())
        self.time = label("", "quiet")
        self.trouble = label("")
        self.trouble.setWordWrap(True)
        restyle(self.trouble, stateText="alarm")
        self.task = label("")
        self.task.setWordWrap(True)
        self.call_now = QPushButton(words.tr("Call the customer"))
        self.call_now.clicked.connect(lambda: press(actions.CallCustomer()))
        self.no_call = QPushButton(words.tr("No call needed"))
        self.no_call.clicked.connect(lambda: press(actions.FinishMessage()))
        for button in (self.call_now, self.no_call):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._which: dict[Which, QPushButton] = {}
        self._make_buttons()
        self._lay_out()

    def _make_buttons(self) -> None:
        tr, book = self._words.tr, self._book
        self._group = QButtonGroup(self)
        for which in ("new", "urgent", "saved"):
            button = self._button("", partial(book.show, which))
            button.setCheckable(True)
            self._group.addButton(button)
            self._which[which] = button
        self.play = self._button(tr("Play"), book.play_or_pause)
        self.save = self._button(tr("Save"), book.save)
        self.delete = self._button(tr("Delete"), book.delete)
        self.call = self._button(tr("Call back"), book.call_back)
        self.call.setIcon(icon("handset", self._colours.text, self._colours.disabled))
        self.forward = QPushButton(tr("Forward"))
        self.forward.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.targets = QMenu(self.forward)
        self.forward.setMenu(self.targets)

    def _button(self, text: str, does: Callable[[], list[Order]]) -> QPushButton:
        button = QPushButton(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self._do(does()))
        return button

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.task)
        words_of_task = QHBoxLayout()
        words_of_task.addWidget(self.call_now, 1)
        words_of_task.addWidget(self.no_call, 1)
        column.addLayout(words_of_task)
        column.addWidget(self.box)
        kinds = QHBoxLayout()
        for button in self._which.values():
            kinds.addWidget(button, 1)
        column.addLayout(kinds)
        column.addWidget(self.list, 1)
        column.addWidget(self.nothing)
        player = QHBoxLayout()
        player.addWidget(self.play)
        player.addWidget(self.slider, 1)
        player.addWidget(self.time)
        column.addLayout(player)
        grid = QGridLayout()
        for place, button in enumerate((self.call, self.save, self.forward, self.delete)):
            grid.addWidget(button, place // 2, place % 2)
        column.addLayout(grid)
        column.addWidget(self.trouble)

    def show_messages(self, view: MessagesView) -> None:
        """Show this; what did not change is not touched."""
        if view == self._shown:
            return
        before, self._shown = self._shown, view
        if before is None or (before.boxes, before.box) != (view.boxes, view.box):
            self._show_boxes(view)
        self._show_kinds(view)
        if before is None or before.lines != view.lines:
            self._show_lines(view.lines)
        if before is None or before.targets != view.targets:
            self.targets.clear()
            for name in view.targets:
                self.targets.addAction(name.name, partial(self._forward, name.id))
        self.nothing.setText(view.empty)
        self.nothing.setVisible(not view.lines)
        self._show_player(view)
        self.task.setText(view.task)
        for widget in (self.task, self.call_now, self.no_call):
            widget.setVisible(bool(view.task))
        for button in (self.call_now, self.no_call):
            button.setEnabled(view.hearing)
        for button in (self.save, self.delete):
            button.setEnabled(view.enabled)
        self.save.setEnabled(view.enabled and view.which != "saved")
        self.forward.setEnabled(view.enabled and bool(view.targets))
        self.call.setEnabled(view.may_call)
        self.trouble.setText(view.trouble)
        self.trouble.setVisible(bool(view.trouble))

    def _show_boxes(self, view: MessagesView) -> None:
        self.box.clear()
        for box in view.boxes:
            self.box.addItem(box.name, box.id)
        self.box.setCurrentIndex(self.box.findData(view.box))
        self.box.setEnabled(bool(view.boxes))

    def _show_kinds(self, view: MessagesView) -> None:
        tr = self._words.tr
        names = {"new": tr("New"), "urgent": tr("Urgent"), "saved": tr("Saved")}
        for which, button in self._which.items():
            button.setText(f"{names[which]} ({view.counts[which]})" if view.counts[which] else names[which])
            button.setChecked(view.which == which)
            restyle(button, on="true" if view.which == which else "false")

    def _show_lines(self, lines: list[Line]) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for row, line in enumerate(lines):
            item = QListWidgetItem(f"{line.text}\n{line.detail}")
            shape, colour = ("triangle", self._colours.alarm) if line.urgent else ("note", self._colours.outline)
            item.setIcon(icon(shape, colour, colour))
            item.setData(Qt.ItemDataRole.UserRole, line.message)
            self.list.addItem(item)
            if line.chosen:
                self.list.setCurrentRow(row)
        self.list.blockSignals(False)

    def _show_player(self, view: MessagesView) -> None:
        tr, playing = self._words.tr, bool(view.playing)
        self.play.setText(tr("Pause") if playing else tr("Play"))
        self.play.setEnabled(view.playing is not None)
        self.slider.setEnabled(view.playing is not None)
        if not self.slider.isSliderDown():
            self.slider.setRange(0, int(view.length * SCALE))
            self.slider.setValue(int(view.position * SCALE))
        self.time.setText(view.time)

    def _do(self, orders: list[Order]) -> None:
        self._carry_out(orders)

    def _forward(self, to: str) -> None:
        self._do(self._book.forward(to))

    def _moved(self) -> None:
        self._do(self._book.seek(self.slider.sliderPosition() / SCALE))

    def _row(self, row: int) -> None:
        item = self.list.item(row)
        if item is not None:
            self._do(self._book.choose(str(item.data(Qt.ItemDataRole.UserRole))))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Keys of the list."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or event.modifiers():
            return False
        deeds: dict[int, Callable[[], list[Order]]] = {
            Qt.Key.Key_Space: self._book.play_or_pause,
            Qt.Key.Key_Return: self._book.play_or_pause,
            Qt.Key.Key_Enter: self._book.play_or_pause,
            Qt.Key.Key_Left: partial(self._book.skip, -SEEK_SECONDS),
            Qt.Key.Key_Right: partial(self._book.skip, SEEK_SECONDS),
            Qt.Key.Key_Delete: self._book.delete,
        }
        deed = deeds.get(event.key())
        if deed is None:
            return False
        self._do(deed())
        return True
