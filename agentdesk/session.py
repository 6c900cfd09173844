"""One agent's work at one window: carries the desk's effects out and brings it the news."""

import time
from collections.abc import Callable
from pathlib import Path

import structlog
from PySide6.QtCore import QObject, QSettings, QTimer, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from agentdesk.colours import Colours
from agentdesk.desk import Desk, actions
from agentdesk.desk.effects import (
    Alert,
    AskWho,
    Close,
    DropDraft,
    DropTyped,
    Effect,
    FetchFile,
    PhoneDo,
    Reconnect,
    Send,
    SendFile,
    StartPhone,
    StopFile,
    StoreDraft,
    StoreTyped,
)
from agentdesk.desk.happenings import DraftFound, FileFetched, Happening, LoggedIn
from agentdesk.drafts import Drafts
from agentdesk.file_fetch import FileFetch
from agentdesk.file_service import FileService
from agentdesk.link import Link
from agentdesk.messages import Messages
from agentdesk.opened_files import OpenedFiles
from agentdesk.phone import Phone
from agentdesk.widgets.icons import icon
from agentdesk.widgets.window import Window
from agentdesk.words import Words
from server.wire import desk as wire, softphone

log = structlog.get_logger()
TICK_MILLISECONDS = 250
ALERT_MILLISECONDS = 10_000


class DeskSession(QObject):
    """Desk, link, softphone, drafts and window together. Emits `over` when the agent has logged out."""

    over = Signal()
    log_in_wanted = Signal(str)
    """Server, user and password are to be asked for anew; why."""

    def __init__(
        self,
        words: Words,
        colours: Colours,
        desk: Desk,
        link: Link,
        phone: Phone,
        drafts: Drafts,
        settings: QSettings,
        opened_folder: Path,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._desk, self._link, self._phone, self._drafts = desk, link, phone, drafts
        self._settings, self._clock = settings, clock
        self.window = Window(words, colours, self.press, self.tell_phone)
        self.messages = Messages(words, colours, self.window, link.server, self.press, desk.standing.zone)
        self._files = FileService(link.server, self)
        self._files.happened.connect(self.happened)
        self._fetch = FileFetch(link.server, self._files.network, self)
        self._opened = OpenedFiles(opened_folder, self.window, words)
        self._fetch.fetched.connect(self._file_came)
        for source in (self._fetch, self._opened):
            source.happened.connect(self.happened)
        self.window.ask_before_close = lambda: desk.busy
        self.window.closed.connect(self._window_closed)
        self._ended = False
        self._tray = self._make_tray(colours)
        link.happened.connect(self.happened)
        phone.happened.connect(self.happened)
        for draft in drafts.all():
            self.happened(DraftFound(draft.call, draft.text, draft.result))
        for typed in drafts.all_typed():
            self.happened(typed)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MILLISECONDS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self._show()

    def _make_tray(self, colours: Colours) -> QSystemTrayIcon | None:
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return None
        tray = QSystemTrayIcon(icon("caruso", colours.talking, colours.talking), self)
        tray.show()
        return tray

    def press(self, action: actions.Action) -> None:
        """The agent did something."""
        self._carry_out(self._desk.press(action, self._clock()))
        self._show()

    def happened(self, news: Happening) -> None:
        """Server, softphone or link have news."""
        self._carry_out(self._desk.handle(news, self._clock()))
        if isinstance(news, softphone.Phone):
            self._restore_sound()
        if isinstance(news, LoggedIn):
            self.messages.service.log_in(news.session.token)
            self._files.log_in(news.session.token)
            self._fetch.log_in(news.session.token)
        if isinstance(news, wire.Saved):
            self.window.customer.saved()
        self._show()

    def tell_phone(self, command: softphone.ToPhone) -> None:
        """A command of the sound settings; the choice of devices is remembered."""
        if isinstance(command, softphone.UseSound):
            for name in command.__struct_fields__:
                self._settings.setValue(f"sound/{name}", getattr(command, name))
        self._phone.send(command)

    def _restore_sound(self) -> None:
        kept = {name: str(self._settings.value(f"sound/{name}", "")) for name in ("microphone", "loudspeaker", "ring")}
        volume = str(self._settings.value("sound/ring_volume", ""))
        ring_volume = int(volume) if volume.isdigit() and int(volume) <= 100 else softphone.UseSound().ring_volume
        self._phone.send(softphone.UseSound(**kept, ring_volume=ring_volume))

    def _tick(self) -> None:
        self._carry_out(self._desk.tick(self._clock()))
        self._show()

    def _show(self) -> None:
        if not self._ended:
            self.window.show_view(self._desk.view(self._clock()), self._desk.standing)
            self.messages.show_call(self._desk.standing.call)

    def _carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Send():
                    self._link.send(effect.request)
                case Reconnect():
                    self._link.reconnect(effect.why, effect.fresh_session)
                case AskWho():
                    self.log_in_wanted.emit(effect.problem)
                case PhoneDo():
                    self._phone.send(effect.command)
                case StartPhone():
                    self._phone.start()
                case StoreDraft() | DropDraft():
                    self._keep(effect)
                case StoreTyped() | DropTyped():
                    self._keep_typed(effect)
                case SendFile():
                    self._files.send(effect)
                case FetchFile():
                    self._fetch.fetch(effect)
                case StopFile():
                    self._files.stop(effect.number)
                case Alert():
                    self._alert(effect)
                case Close():
                    self._end()

    def _keep(self, effect: StoreDraft | DropDraft) -> None:
        try:
            if isinstance(effect, StoreDraft):
                self._drafts.store(effect)
            else:
                self._drafts.drop(effect.call)
        except OSError as error:  # a full disk must not end the call; the server still gets the notes
            log.error("draft-not-kept", call=effect.call, why=str(error))

    def _keep_typed(self, effect: StoreTyped | DropTyped) -> None:
        try:
            if isinstance(effect, StoreTyped):
                self._drafts.store_typed(effect)
            else:
                self._drafts.drop_typed(effect.call)
        except OSError as error:  # the agent goes on; it stands in the window
            log.error("typed-not-kept", call=effect.call, why=str(error))

    def _file_came(self, order: FetchFile, octets: bytes) -> None:
        self.happened(FileFetched(order.number))
        self._opened.show(order, octets)

    def _alert(self, alert: Alert) -> None:
        QApplication.alert(self.window)
        if self._tray is not None and not alert.quiet:
            self._tray.showMessage(alert.title, alert.text, self.window.windowIcon(), ALERT_MILLISECONDS)

    def _end(self) -> None:
        """Logged out: the softphone ends too (after its call, should there be one)."""
        if not self._ended:
            self._stop(quit_phone=True)
            self.window.ask_before_close = lambda: False
            self.window.close()
            self._link.log_out(self.over.emit)

    def log_in_as(self, password: str, language: str) -> None:
        """The agent has typed the password again."""
        self._link.log_in_as(password, language)

    def end_now(self) -> None:
        """Somebody else ends the program (the computer shuts down): nobody is asked, and nothing is lost."""
        self.window.ask_before_close = lambda: False
        self.window.close()

    def _window_closed(self) -> None:
        """Closed by hand: the softphone stays for a call that goes on, and ends by itself otherwise."""
        if not self._ended:
            busy = self._desk.busy
            self._stop(quit_phone=not busy)
            if busy:  # the session stays: the softphone's credential hangs on it
                self.over.emit()
            else:
                self._link.log_out(self.over.emit)

    def _stop(self, quit_phone: bool) -> None:
        if not self._ended:
            self._carry_out(self._desk.closing(self._clock()))
        self._ended = True
        self._timer.stop()
        self.messages.service.stop()
        self._files.stop_all()
        self._fetch.stop_all()
        self._opened.clear()
        self._link.stop()
        self._phone.leave(quit_phone)


def drafts_folder(base: Path, agent: str, server: str) -> Path:
    """Where the drafts of that agent at that server lie."""
    return base / "drafts" / _safe(agent, server)


def opened_folder(base: Path, agent: str, server: str) -> Path:
    """Where files lie that the agent looks at."""
    return base / "opened" / _safe(agent, server)


def _safe(agent: str, server: str) -> str:
    return "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in f"{agent}@{server}")[:100]
