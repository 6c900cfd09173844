"""Voice messages in a session: book, service and panel together, as a tab of the window."""

from datetime import UTC, tzinfo

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QScrollArea

from agentdesk.colours import Colours
from agentdesk.desk import actions, keys
from agentdesk.desk.message_book import MessageBook
from agentdesk.message_service import MessageService
from agentdesk.widgets import Press
from agentdesk.widgets.messages_panel import MessagesPanel
from agentdesk.widgets.window import Window
from agentdesk.words import Words
from server.wire import desk as wire


class Messages(QObject):
    """Adds itself to the window; told of the session and of the call."""

    def __init__(
        self, words: Words, colours: Colours, window: Window, server: str, press: Press, zone: tzinfo = UTC
    ) -> None:
        super().__init__(window)
        self.book = MessageBook(words, zone)
        self.service = MessageService(
            self.book, server, lambda mailbox, message: press(actions.CallBackMessage(mailbox, message)), self
        )
        self.panel = MessagesPanel(words, colours, self.book, self.service.carry_out, press)
        self._tabs = window.side.tabs
        self._page = QScrollArea()  # a small window has no room for all of it, and must not grow by it
        self._page.setWidgetResizable(True)
        self._page.setFrameShape(QFrame.Shape.NoFrame)
        self._page.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._page.setAccessibleName(words.tr("Voice messages"))
        self._page.setWidget(self.panel)
        self._place = self._tabs.addTab(self._page, words.tr("Messages"))
        self._had: str = ""
        self.service.changed.connect(self._show)
        QShortcut(QKeySequence(keys.MESSAGES), window, activated=self._go)  # type: ignore[call-overload]
        self._show()

    def show_call(self, call: wire.Call | None) -> None:
        """The agent's call; one that is for a message brings the tab to the front, once."""
        task = call.task if call is not None else None
        orders = self.book.show_task(task)
        if orders:
            self.service.carry_out(orders)
        if task is not None and call is not None and self._had != call.call:
            self._tabs.setCurrentWidget(self._page)
        self._had = call.call if call is not None else ""
        self._show()

    def _go(self) -> None:
        self._tabs.setCurrentWidget(self._page)
        self.panel.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show(self) -> None:
        view = self.book.view()
        if self._tabs.tabText(self._place) != view.title:
            self._tabs.setTabText(self._place, view.title)
        self.panel.show_messages(view)
