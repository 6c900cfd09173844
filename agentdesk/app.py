"""The desk as a program: settings, log-in, session, window."""

import os
import secrets
import signal
import sys
from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog
from PySide6.QtCore import QLibraryInfo, QLocale, QSettings, QStandardPaths, QTimeZone, QTranslator
from PySide6.QtWidgets import QApplication, QDialog

from agentdesk.desk import Desk
from agentdesk.drafts import Drafts
from agentdesk.link import Link
from agentdesk.phone import Phone
from agentdesk.session import DeskSession, drafts_folder, opened_folder
from agentdesk.softphone.runtime import UnsafeFolder, socket_path
from agentdesk.web import CertificatesUnreadable, believe_only
from agentdesk.widgets.login_dialog import LogInDialog
from agentdesk.widgets.theme import LARGEST, NORMAL, SMALLEST, STEP, dress
from agentdesk.words import Words, language_of, words_in

log = structlog.get_logger()
CANNOT = 2
"""Exit code: nothing could be begun (no display, no runtime folder)."""


def no_display() -> str:
    """Why no window can be shown here; empty: one can."""
    if os.environ.get("QT_QPA_PLATFORM") or not sys.platform.startswith("linux"):
        return ""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return ""
    return "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set): start the desk from a graphical session"


def local_zone() -> tzinfo:
    """The computer's time zone; UTC where it has no name."""
    try:
        return ZoneInfo(bytes(QTimeZone.systemTimeZoneId().data()).decode())
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


class DeskApplication:
    """Dresses the application, asks who is there, and runs one session."""

    def __init__(self, application: QApplication, theme: str | None, language: str | None) -> None:
        """`theme`, `language` None: as last time, else as the system has it."""
        self._application = application
        self._settings = QSettings("caruso", "desk")
        self._theme = theme or str(self._settings.value("theme", "system"))
        self.language = language_of(language or str(self._settings.value("language", "") or QLocale.system().name()))
        size = str(self._settings.value("text_percent", NORMAL))
        self._percent = int(size) if size.isdigit() else NORMAL
        self.colours = dress(application, self._theme, self._percent)
        self._translator = QTranslator()
        self.session: DeskSession | None = None
        self._who = ("", "")
        self._asking: LogInDialog | None = None
        self._translated = ""
        """The language of the window."""
        self._former: list[DeskSession] = []
        """Sessions that were given up for another one, until their last word is said."""

    def ask(self, server: str, user: str) -> tuple[str, str, str] | None:
        """Server, user and password from the dialog; None: the agent went away."""
        dialog = LogInDialog(server, user, self.language, self.colours)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return None
        server, user, password, self.language = dialog.values
        return server, user, password

    def begin(self, server: str, user: str, password: str) -> DeskSession:
        """The session and its window, shown. Raises `UnsafeFolder` and `OSError`."""
        words, self._translated = self._speak(), self.language
        folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation))
        link = Link(server, secrets.SystemRandom().random)
        session = DeskSession(
            words,
            self.colours,
            Desk(words, local_zone()),
            link,
            Phone(socket_path(user, server)),
            Drafts(drafts_folder(folder, user, server)),
            self._settings,
            opened_folder(folder, user, server),
        )
        session.window.text_size_wanted.connect(self._resize_text)
        session.over.connect(self._application.quit)
        geometry = self._settings.value("geometry")
        if geometry is not None:
            session.window.restoreGeometry(geometry)
        session.over.connect(lambda: self._settings.setValue("geometry", session.window.saveGeometry()))
        session.log_in_wanted.connect(self._ask_again)
        session.window.show()
        self._who = (server, user)
        link.start(user, password, self.language)
        self.session = session
        return session

    def _ask_again(self, problem: str) -> None:
        """The log-in was refused, or the server is not there: who is it, and where? The window stays behind it."""
        if self.session is None or self._asking is not None:
            return
        asking = LogInDialog(*self._who, self.language, self.colours, problem, self.session.window)
        self._asking = asking
        asking.finished.connect(self._answered)
        asking.open()

    def _answered(self, result: int) -> None:
        asking, self._asking = self._asking, None
        if asking is None or self.session is None:
            return
        asking.deleteLater()
        if result != QDialog.DialogCode.Accepted:
            return
        server, user, password, self.language = asking.values
        if (server, user) == self._who and self._translated == self.language:
            self.session.log_in_as(password, self.language)
            return
        former = self.session
        self._former.append(former)
        former.over.disconnect()  # that one's end is not ours
        former.over.connect(lambda: self._former.remove(former))
        former.end_now()
        self.begin(server, user, password)

    def end_with_the_computer(self) -> None:
        """A shut-down, or whoever started us, ends us orderly: SIGTERM, SIGHUP, SIGINT."""
        for one in (signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGTERM)):
            signal.signal(one, self._end_now)  # taken between two ticks, a quarter of a second apart

    def _end_now(self, _number: int, _frame: object) -> None:
        if self.session is not None:
            self.session.end_now()

    def _speak(self) -> Words:
        """Our texts and Qt's own in the agent's language."""
        self._settings.setValue("language", self.language)
        QLocale.setDefault(QLocale(self.language))
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self._translator.load(f"qtbase_{self.language}", folder):
            self._application.installTranslator(self._translator)
        return words_in(self.language)

    def _resize_text(self, direction: int) -> None:
        self._percent = NORMAL if direction == 0 else self._percent + direction * STEP
        self._percent = max(SMALLEST, min(self._percent, LARGEST))
        self._settings.setValue("text_percent", self._percent)
        dress(self._application, self._theme, self._percent)


def run(
    server: str,
    user: str,
    password: str | None,
    language: str | None = None,
    theme: str | None = None,
    certificates: str = "",
) -> int:
    """Run a desk until the agent logs out or closes the window.

    `password` None: a dialog asks. `theme`: `light`, `dark` or `system`. `certificates`: PEM file of who vouches for
    the server; empty: whom this computer trusts. Exit code 0: ended by the agent; 2: it could not begin (a sentence
    on standard error says why).
    """
    why = no_display()
    if why:
        print(f"caruso desk: {why}", file=sys.stderr)
        return CANNOT
    application = QApplication([sys.argv[0]])
    application.setApplicationName("caruso-desk")
    application.setQuitOnLastWindowClosed(False)
    try:
        if certificates:
            believe_only(certificates)
    except CertificatesUnreadable as error:
        print(f"caruso desk: {error}", file=sys.stderr)
        return CANNOT
    desk = DeskApplication(application, theme, language)
    if password is None or not user or not server:
        answers = desk.ask(server, user)
        if answers is None:
            return 0
        server, user, password = answers
    try:
        desk.begin(server, user, password)
        desk.end_with_the_computer()
    except (UnsafeFolder, OSError) as error:
        print(f"caruso desk: {error}", file=sys.stderr)
        return CANNOT
    return application.exec()
