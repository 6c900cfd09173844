"""The window: puts the pieces together, gives them the view, and listens to the keys."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QMainWindow,
    QMessageBox,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from agentdesk.colours import Colours
from agentdesk.desk import actions, keys
from agentdesk.desk.standing import Standing
from agentdesk.desk.views import Banner, HistoryLine, View
from agentdesk.widgets import Press
from agentdesk.widgets.banners import BannerStack
from agentdesk.widgets.call_bar import CallBarWidget
from agentdesk.widgets.customer_pane import CustomerColumn
from agentdesk.widgets.dialogs import KeysDialog, SoundDialog, Tell
from agentdesk.widgets.icons import icon
from agentdesk.widgets.script.jump_dialog import JumpDialog
from agentdesk.widgets.side_column import SideColumn
from agentdesk.widgets.top_bar import TopBarWidget
from agentdesk.widgets.work_column import WorkColumn
from agentdesk.words import Words

SIZE = QSize(1366, 768)
COLUMNS = (400, 540, 380)


class Window(QMainWindow):
    """Shows a `View`. It never takes the focus by itself, and no pop moves the cursor."""

    text_size_wanted = Signal(int)
    """+1 larger, -1 smaller, 0 normal."""
    closed = Signal()

    def __init__(self, words: Words, colours: Colours, press: Press, tell: Tell) -> None:
        super().__init__()
        self._words, self._press = words, press
        self._view: View | None = None
        self.ask_before_close: Callable[[], bool] = lambda: False
        self.setWindowIcon(icon("caruso", colours.talking, colours.talking))
        self.top = TopBarWidget(words, colours, press)
        self.banners = BannerStack(colours, press)
        self.call_bar = CallBarWidget(colours, press)
        self.customer = CustomerColumn(words, press)
        self.work = WorkColumn(words, colours, press)
        self.side = SideColumn(words, colours, press)
        self.keys_dialog = KeysDialog(words, self)
        self.sound_dialog = SoundDialog(words, tell, self)
        self.jump_dialog = JumpDialog(words, press, self)
        self.customer.contact_shown.connect(self._show_contact)
        self.top.sound_wanted.connect(self.sound_dialog.open_now)
        self._lay_out()
        self._listen_to_keys()
        self.resize(SIZE)

    def _lay_out(self) -> None:
        columns = QSplitter(Qt.Orientation.Horizontal)
        columns.setHandleWidth(8)
        columns.setChildrenCollapsible(False)
        for place, (column, width) in enumerate(zip((self.customer, self.work, self.side), COLUMNS, strict=True)):
            columns.addWidget(column)
            columns.setStretchFactor(place, width)
        columns.setSizes(list(COLUMNS))
        scroll = QScrollArea()
        scroll.setObjectName("columns")  # for text at 200 % or a small window; the bars above it stay in sight
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(columns)
        central = QWidget()
        central.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        central.setObjectName("nowhere")
        self._nowhere = central
        box = QVBoxLayout(central)
        box.setContentsMargins(10, 8, 10, 10)
        box.setSpacing(8)
        for widget in (self.banners, self.top, self.call_bar):
            box.addWidget(widget)
        box.addWidget(scroll, 1)
        self.setCentralWidget(central)

    def _listen_to_keys(self) -> None:
        pressed: dict[str, actions.Action] = {
            keys.READY: actions.SetPresence("ready"),
            keys.ANSWER: actions.Answer(),
            keys.HOLD: actions.ToggleHold(),
            keys.MUTE: actions.ToggleMute(),
            keys.KEYPAD: actions.ToggleKeypad(),
            keys.EXTEND: actions.ExtendWrapUp(),
            keys.HANG_UP: actions.HangUp(),
            keys.FINISH: actions.Finish(),
            "Ctrl+Enter": actions.Finish(),
            keys.TRY_NOW: actions.TryNow(),
            keys.DISMISS: actions.DismissNotice(),
            keys.SEEN: actions.SawMessage(),
            keys.NEW_CARD: actions.NewCard(),
        }
        done: dict[str, Callable[[], object]] = {key: partial(self._press, action) for key, action in pressed.items()}
        done |= {
            keys.HELP: self.keys_dialog.show,
            keys.NOT_READY: self.top.state.showMenu,
            keys.AFTER_CALL: self.top.open_after_call,
            keys.SOUND: self.sound_dialog.open_now,
            keys.SEARCH: partial(self._go, self.top.search),
            keys.NOTES: partial(self._go, self.work.notes),
            keys.RESULTS: partial(self._go, self.side.result.filter),
            keys.SCRIPT: self.work.script.go_to_script,
            keys.FORWARD: self.work.script.go_on,
            keys.BACK: self.work.script.go_back,
            keys.JUMP: self.work.script.open_jump_list,
            keys.HINTS: self.work.script.fold_hints,
            keys.LEAVE_SCRIPT: self.work.script.leave_script,
            keys.OPEN_FILE: self.work.open_file,
            keys.HISTORY: partial(self._go, self.customer.history),
            keys.EDIT_CARD: self.customer.start_editing,
            keys.SAVE_CARD: self.customer.save_card,
            keys.LOG_OUT: partial(self._press, actions.LogOut()),
            keys.LARGER: partial(self.text_size_wanted.emit, 1),
            "Ctrl+=": partial(self.text_size_wanted.emit, 1),
            keys.SMALLER: partial(self.text_size_wanted.emit, -1),
            keys.NORMAL_SIZE: partial(self.text_size_wanted.emit, 0),
        }
        for place in range(1, 10):
            done[f"Alt+{place}"] = partial(self.work.script.press_digit, place)
            done[f"Ctrl+{place}"] = partial(self.customer.choose_match, place)
        for key, deed in done.items():
            QShortcut(QKeySequence(key), self, activated=deed)  # type: ignore[call-overload]

    @staticmethod
    def _go(widget: QWidget) -> None:
        if widget.isEnabled():
            widget.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_view(self, view: View, standing: Standing) -> None:
        """Show this; parts that did not change are not touched."""
        holder = QApplication.focusWidget()
        self._show_parts(view, standing)
        self._let_go(holder)

    def _let_go(self, holder: QWidget | None) -> None:
        """The keyboard of what is gone belongs to nobody: it must not fall to the next button. In the script the next
        field has it, for who works there."""
        now = QApplication.focusWidget()
        if holder is None or now is holder or now is None or not self.isAncestorOf(now):
            return
        is_gone = not isValid(holder) or not (holder.isEnabled() and holder.isVisible())
        is_meant = self.work.script.isAncestorOf(now) or now is self.work.keypad.buttons["5"]
        if is_gone and not is_meant:
            self._nowhere.setFocus()

    def _show_parts(self, view: View, standing: Standing) -> None:
        self._view = view
        if self.windowTitle() != view.title:
            self.setWindowTitle(view.title)
        self.top.show_top(view.top)
        self.top.search.show_hits(view.hits, view.searching)
        self.banners.show_banners(view.banners)
        self.call_bar.show_call(view.call_bar)
        self.customer.show_customer(view.customer)
        self.work.show_work(view.notes, view.top, in_call=bool(view.notes.call) or bool(view.call_bar.who))
        self.work.show_script(view.script)
        self.jump_dialog.show_places(view.jump)
        self.side.tabs.show_tabs(view.colleagues, view.my_day)
        self.side.result.show_result(view.result)
        if self.sound_dialog.isVisible() and standing.phone is not None:
            self.sound_dialog.show_sound(standing.phone.sound, standing.level, _sound_trouble(view.banners))

    def _show_contact(self, line: HistoryLine | None) -> None:
        self.work.show_contact(line, by_agent=self.customer.history.hasFocus())

    def showEvent(self, event: QShowEvent) -> None:
        """Nothing has the keyboard until the agent goes there: a space must not press a button."""
        super().showEvent(event)
        if not event.spontaneous():
            self._nowhere.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """`?` outside of text fields lists the keys."""
        if event.text() == "?":
            self.keys_dialog.show()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """A call or unsaved notes: ask first. The call itself goes on in any case."""
        QGuiApplication.inputMethod().commit()  # an accent that waits for its letter belongs to the text too
        if self.ask_before_close() and not self._sure():
            event.ignore()
            return
        event.accept()
        self.closed.emit()

    def _sure(self) -> bool:
        tr = self._words.tr
        box = QMessageBox(self)
        box.setWindowTitle("Caruso")
        box.setText(tr("There is a call, or something is not saved yet."))
        box.setInformativeText(tr("The call goes on without the window; a new window finds it again."))
        close = box.addButton(tr("Close the window"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(tr("Stay"), QMessageBox.ButtonRole.RejectRole)
        box.exec()
        return box.clickedButton() is close


def _sound_trouble(banners: list[Banner]) -> str:
    """The sound banner's words, for the dialog in which it can be cured."""
    return next((f"{one.text} {one.cure}" for one in banners if one.kind == "warning"), "")
