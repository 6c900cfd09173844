"""Who calls, and what can be done with the call."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from agentdesk.colours import Colours
from agentdesk.desk import actions
from agentdesk.desk.views import CallBar
from agentdesk.widgets import Press
from agentdesk.widgets.pieces import ChipLabel, ElidedLabel, FoldingRow, KeyButton, label


class CallBarWidget(QFrame):
    """Shows a `CallBar`."""

    def __init__(self, colours: Colours, press: Press) -> None:
        super().__init__()
        self.setObjectName("callBar")
        self._shown: CallBar | None = None
        self._who, self._facts = ElidedLabel("who"), ElidedLabel("large")
        self._number = label("", "large", selectable=True)
        self._chip, self.watched = ChipLabel(colours), ChipLabel(colours)
        self.answer = KeyButton("handset", colours, "ready")
        self.hold = KeyButton("pause", colours)
        self.mute = KeyButton("microphone", colours)
        self.keypad = KeyButton("keypad", colours)
        self.hang_up = KeyButton("hang-up", colours, "alarm")
        deeds: list[tuple[KeyButton, actions.Action]] = [
            (self.answer, actions.Answer()),
            (self.hold, actions.ToggleHold()),
            (self.mute, actions.ToggleMute()),
            (self.keypad, actions.ToggleKeypad()),
            (self.hang_up, actions.HangUp()),
        ]
        said, buttons = QWidget(), QWidget()
        words = QVBoxLayout(said)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(2)
        words.addWidget(self._who)
        self._second = QWidget()
        second = QHBoxLayout(self._second)
        second.setContentsMargins(0, 0, 0, 0)
        second.setSpacing(12)
        second.addWidget(self._chip)
        second.addWidget(self._number)
        second.addWidget(self._facts, 1)
        words.addWidget(self._second)
        words.addWidget(self.watched)
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addStretch(1)
        for button, action in deeds:
            button.clicked.connect(lambda _checked=False, what=action: press(what))
            row.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 8, 12, 8)
        whole.addWidget(FoldingRow(said, buttons))

    def show_call(self, bar: CallBar) -> None:
        """Show this."""
        if bar == self._shown:
            return
        self._shown = bar
        self._who.show_text(bar.who or bar.facts)
        self._facts.show_text(bar.facts if bar.who else "")
        self._number.setText(bar.number)
        self._number.setVisible(bool(bar.number))
        self._second.setVisible(bool(bar.who))
        self._chip.show_chip(bar.chip)
        self.watched.show_chip(bar.watched)
        for name in ("answer", "hold", "keypad", "hang_up"):
            getattr(self, name).show_button(getattr(bar, name))
        self.mute.show_button(bar.mute, "microphone-off" if bar.mute.on else "")
