"""The list of keys and the sound settings."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QProgressBar,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from agentdesk.widgets.pieces import label
from agentdesk.widgets.side_column import keys_table
from agentdesk.words import Words
from server.wire import softphone

Tell = Callable[[softphone.ToPhone], None]


def _close_button(dialog: QDialog, words: Words) -> QDialogButtonBox:
    buttons = QDialogButtonBox()
    close = buttons.addButton(words.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
    close.setAccessibleName(words.tr("Close"))
    buttons.rejected.connect(dialog.close)
    return buttons


class KeysDialog(QDialog):
    """All keys, large enough to be read at a glance."""

    def __init__(self, words: Words, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(words.tr("Keys"))
        table = keys_table(words)
        table.setMinimumSize(560, 560)
        column = QVBoxLayout(self)
        column.addWidget(table)
        column.addWidget(_close_button(self, words))


class SoundDialog(QDialog):
    """Devices, ring volume with a test, and level meters. Each change counts at once."""

    def __init__(self, words: Words, tell: Tell, parent: QWidget) -> None:
        super().__init__(parent)
        self._words, self._tell = words, tell
        self._sound: softphone.Sound | None = None
        self.setWindowTitle(words.tr("Microphone, loudspeaker and ring"))
        self.setMinimumWidth(460)
        self.microphone, self.loudspeaker, self.ring = QComboBox(), QComboBox(), QComboBox()
        self.volume = QSlider(Qt.Orientation.Horizontal)
        self.volume.setRange(0, 100)
        self.volume.setSingleStep(5)
        self.test = QPushButton(words.tr("Test the ring"))
        self.test.setAccessibleName(words.tr("Test the ring"))
        self.test.clicked.connect(lambda: tell(softphone.TestRing()))
        self.meters = (QProgressBar(), QProgressBar())
        self._trouble = label("", wrap=True)
        rows = (
            (words.tr("Microphone"), self.microphone),
            (words.tr("Its level"), self.meters[0]),
            (words.tr("Loudspeaker"), self.loudspeaker),
            (words.tr("What you hear"), self.meters[1]),
            (words.tr("Ring on"), self.ring),
            (words.tr("Ring volume"), self.volume),
        )
        form = QFormLayout()
        for name, widget in rows:
            widget.setAccessibleName(name)
            form.addRow(label(name), widget)
        form.addRow("", self.test)
        for meter in self.meters:
            meter.setTextVisible(False)
            meter.setRange(0, 100)
            meter.setProperty("meter", "true")
        for box in (self.microphone, self.loudspeaker, self.ring):
            box.activated.connect(lambda _place: self._use())
        self.volume.sliderReleased.connect(self._use)
        self.volume.actionTriggered.connect(lambda _action: None if self.volume.isSliderDown() else self._use())
        column = QVBoxLayout(self)
        column.addWidget(self._trouble)
        column.addLayout(form)
        column.addWidget(_close_button(self, words))

    def show_sound(self, sound: softphone.Sound, level: softphone.Level | None, trouble: str) -> None:
        """Show devices and levels; `trouble` is what the banner says."""
        self._trouble.setText(trouble)
        self._trouble.setVisible(bool(trouble))
        for meter, value in zip(self.meters, (level.microphone, level.loudspeaker) if level else (0, 0), strict=True):
            meter.setValue(value)
        if sound == self._sound:
            return
        self._sound = sound
        self._fill(self.microphone, sound.microphones, sound.chosen.microphone)
        self._fill(self.loudspeaker, sound.loudspeakers, sound.chosen.loudspeaker)
        self._fill(self.ring, sound.loudspeakers, sound.chosen.ring)
        if not self.volume.isSliderDown():
            self.volume.setValue(sound.chosen.ring_volume)

    def _fill(self, box: QComboBox, devices: list[softphone.Device], chosen: str) -> None:
        box.clear()
        box.addItem(self._words.tr("The system's choice"), "")
        for device in devices:
            box.addItem(device.name, device.id)
        box.setCurrentIndex(max(0, box.findData(chosen)))

    def _use(self) -> None:
        self._tell(
            softphone.UseSound(
                microphone=self.microphone.currentData() or "",
                loudspeaker=self.loudspeaker.currentData() or "",
                ring=self.ring.currentData() or "",
                ring_volume=self.volume.value(),
            )
        )

    def open_now(self) -> None:
        """Show the dialog; the microphone is listened to for its meter."""
        self._tell(softphone.WatchLevels(True))
        self.show()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The meters are not needed any more."""
        self._tell(softphone.WatchLevels(False))
        super().closeEvent(event)

    def reject(self) -> None:
        """Esc closes it as the button does."""
        self.close()
