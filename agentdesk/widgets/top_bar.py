"""The window's upper edge: my state, what comes after the call, my queues, search, the line."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from agentdesk.colours import Colours
from agentdesk.desk import actions, keys
from agentdesk.desk.views import Choice, Line, QueueLine, TopBar
from agentdesk.widgets import Press
from agentdesk.widgets.icons import icon, picture
from agentdesk.widgets.pieces import ElidedLabel, FoldingRow, label, restyle
from agentdesk.widgets.search_box import SearchBox
from agentdesk.words import Words

MOST_QUEUES = 4
MOST_STATE_LETTERS = 40


class TopBarWidget(QWidget):
    """Shows a `TopBar`."""

    sound_wanted = Signal()

    def __init__(self, words: Words, colours: Colours, press: Press) -> None:
        super().__init__()
        self._words, self._colours, self._press = words, colours, press
        self._shown: TopBar | None = None
        self._choices: list[Choice] = []
        self.state = QToolButton()
        self.state.setObjectName("state")
        self.state.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.state.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.state.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.menu = QMenu(self.state)
        self.menu.setAccessibleName(words.tr("My state"))
        self.state.setMenu(self.menu)
        self.after_call = QComboBox()
        self.after_call.setAccessibleName(words.tr("After this call"))
        self.after_call.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.after_call.setMinimumContentsLength(12)  # "Ready [F4]" is whole even where the queues are many
        self.after_call.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.after_call.activated.connect(self._after_call_chosen)
        self._after_label = label(words.tr("After this call"), "quiet")
        self.after_call.setToolTip(f"{words.tr('Choose what comes after this call')}  [{keys.AFTER_CALL}]")
        self._queues = ElidedLabel()
        self.search = SearchBox(words, press)
        self._line_shape, self._line = QLabel(), label()
        self.sound = QToolButton()
        self.sound.setIcon(icon("headset", colours.text, colours.disabled))
        self.sound.setText(f"[{keys.SOUND}]")
        self.sound.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.sound.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.sound.setAccessibleName(words.tr("Microphone, loudspeaker and ring"))
        self.sound.setToolTip(words.tr("Microphone, loudspeaker and ring"))
        self.sound.clicked.connect(self.sound_wanted)
        self._lay_out()

    def _lay_out(self) -> None:
        halves = QWidget(), QWidget()
        first, second = (QHBoxLayout(half) for half in halves)
        for row in (first, second):
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(8)
        left: tuple[QWidget, ...] = (self.state, self._after_label, self.after_call)
        right: tuple[QWidget, ...] = (self.search, self.sound, self._line_shape, self._line)
        for widget in left:
            first.addWidget(widget)
        first.addSpacing(8)
        first.addWidget(self._queues, 1)
        for widget in right:
            second.addWidget(widget)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(FoldingRow(*halves))

    def show_top(self, top: TopBar) -> None:
        """Show this."""
        if top == self._shown:
            return
        before, self._shown = self._shown, top
        self._show_state(top)
        if before is None or before.presences != top.presences:
            self._fill_menu(top.presences)
        if before is None or before.after_call != top.after_call:
            self._fill_after_call(top.after_call)
        self._after_label.setEnabled(top.after_call_enabled)
        self.after_call.setEnabled(top.after_call_enabled)
        self._show_queues(top.queues)
        self._show_line(top.line)

    def _show_state(self, top: TopBar) -> None:
        chip = top.chip
        word = chip.word if len(chip.word) <= MOST_STATE_LETTERS else chip.word[: MOST_STATE_LETTERS - 1] + "…"
        self.state.setText(f" {word}   {chip.timer}".rstrip() + "  ▾")
        self.state.setIcon(icon(chip.shape, self._colours.on_state, self._colours.on_state))
        self.state.setAccessibleName(self._words.tr("My state: {word}", word=chip.word))
        self.state.setAccessibleDescription(chip.timer)
        restyle(self.state, state=chip.colour.replace("_", "-"))

    def _fill_menu(self, presences: list[Choice]) -> None:
        self.menu.clear()
        key_of = {("ready", ""): keys.READY, ("not-ready", ""): keys.NOT_READY}
        for choice in presences:
            presence = choice.action
            key = (
                key_of.get((presence.presence, presence.reason), "")
                if isinstance(presence, actions.SetPresence)
                else ""
            )
            item = QAction(f"{choice.text}\t{key}" if key else choice.text, self.menu)
            item.setCheckable(True)
            item.setChecked(choice.chosen)
            item.triggered.connect(lambda _checked=False, one=choice: self._press(one.action))
            self.menu.addAction(item)
        self.menu.addSeparator()
        leave = QAction(f"{self._words.tr('Log out and close')}\t{keys.LOG_OUT}", self.menu)
        leave.triggered.connect(lambda: self._press(actions.LogOut()))
        self.menu.addAction(leave)

    def _fill_after_call(self, choices: list[Choice]) -> None:
        self._choices = choices
        self.after_call.clear()
        for place, choice in enumerate(choices):
            self.after_call.addItem(f"{choice.text}  [{keys.AFTER_CALL}]" if choice.chosen else choice.text)
            if choice.chosen:
                self.after_call.setCurrentIndex(place)

    def open_after_call(self) -> None:
        """F4: the choice drops down."""
        if self.after_call.isEnabled():
            self.after_call.showPopup()

    def _after_call_chosen(self, place: int) -> None:
        self._press(self._choices[place].action)
        self.after_call.setCurrentIndex(next((n for n, one in enumerate(self._choices) if one.chosen), -1))

    def _show_queues(self, queues: list[QueueLine]) -> None:
        parts = []
        for queue in queues[:MOST_QUEUES]:
            waiting = f"▲ {queue.waiting_text}" if queue.waiting else queue.waiting_text
            parts.append(" · ".join(part for part in (f"{queue.name}  {waiting}", queue.longest) if part))
        if len(queues) > MOST_QUEUES:
            parts.append(self._words.tr("{count} more queues", count=len(queues) - MOST_QUEUES))
        self._queues.show_text("     ".join(parts))

    def _show_line(self, line: Line) -> None:
        self._line_shape.setPixmap(picture(line.shape, getattr(self._colours, line.colour), 14))
        self._line_shape.setAccessibleName(line.text)
        self._line.setText(line.text)
        restyle(self._line, stateText=line.colour.replace("_", "-"))
