"""The window's end of the softphone: starts the process, attaches to one that runs, and again when it dies."""

import os
import subprocess
import sys
from pathlib import Path

import structlog
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalSocket

from agentdesk.desk.happenings import PhoneProcess
from agentdesk.softphone.frames import BadFrame, Frames, frame
from server.wire import softphone

log = structlog.get_logger()
LOOK_MILLISECONDS = 100
START_WITHIN_LOOKS = 100
MOST_STARTS = 5
"""So many deaths within `HEALTHY_MILLISECONDS` each, and it is not started again by itself."""
HEALTHY_MILLISECONDS = 30_000
RESTART_MILLISECONDS = 500


class Phone(QObject):
    """Emits `happened` with the softphone's messages and what becomes of its process."""

    happened = Signal(object)

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        """`path`: the softphone's socket, in a folder of our own."""
        super().__init__(parent)
        self._path = path
        self._frames = Frames(softphone.FromPhone)
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = self._looks = 0
        self._attached = False
        self._ending = False
        self._socket = QLocalSocket(self)
        self._socket.connected.connect(self._connected)
        self._socket.disconnected.connect(self._disconnected)
        self._socket.errorOccurred.connect(self._not_there)
        self._socket.readyRead.connect(self._read)
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(LOOK_MILLISECONDS)
        self._look.timeout.connect(self._knock)
        self._healthy = QTimer(self)
        self._healthy.setSingleShot(True)
        self._healthy.setInterval(HEALTHY_MILLISECONDS)
        self._healthy.timeout.connect(self._forget_deaths)

    def start(self) -> None:
        """Attach to the running softphone, or start one. Already attached: nothing happens."""
        if self._attached or self._look.isActive():
            return
        self._looks = 0
        if self._starts:
            self._look.start(RESTART_MILLISECONDS)
        else:
            self._knock()

    def send(self, command: softphone.ToPhone) -> None:
        """One command; dropped while there is no softphone (its snapshot will tell what is missing)."""
        if self._attached:
            self._socket.write(frame(command))

    def leave(self, quit_too: bool) -> None:
        """The window closes. `quit_too`: the softphone shall end with its call, or at once without one."""
        self._ending = True
        self._look.stop()
        if self._attached and quit_too:
            self.send(softphone.Quit())
            self._socket.flush()
            self._socket.waitForBytesWritten(500)
        self._socket.disconnectFromServer()

    def _knock(self) -> None:
        self._look.setInterval(LOOK_MILLISECONDS)
        self._socket.connectToServer(str(self._path))

    def _connected(self) -> None:
        self._attached, self._frames = True, Frames(softphone.FromPhone)
        self._healthy.start()

    def _not_there(self) -> None:
        if self._attached or self._ending:
            return
        if self._process is None or self._process.poll() is not None:
            if self._looks and self._process is not None:
                log.warning("softphone-ended-at-start", status=self._process.returncode)
            self._spawn()
        self._looks += 1
        if self._looks > START_WITHIN_LOOKS or self._starts > MOST_STARTS:
            log.error("softphone-does-not-start", starts=self._starts)
            self.happened.emit(PhoneProcess("broken"))
            return
        self._look.start()

    def _spawn(self) -> None:
        """A session of its own: neither the window's end nor its terminal's reaches it."""
        self._starts += 1
        if self._starts > MOST_STARTS:
            return
        self.happened.emit(PhoneProcess("starting"))
        command = [sys.executable, "-P", "-m", "agentdesk.softphone", "--socket", str(self._path)]
        descriptor = os.open(self._path.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                start_new_session=True,
            )
        finally:
            os.close(descriptor)
        log.info("softphone-started", pid=self._process.pid)

    def _disconnected(self) -> None:
        if not self._attached:
            return
        self._attached = False
        self._healthy.stop()
        if not self._ending:
            log.warning("softphone-gone")
            self.happened.emit(PhoneProcess("ended"))

    def _forget_deaths(self) -> None:
        self._starts = 0

    def _read(self) -> None:
        try:
            for message in self._frames.feed(bytes(self._socket.readAll().data())):
                self.happened.emit(message)
        except BadFrame as error:
            log.error("softphone-not-understood", why=str(error))
            self._socket.abort()
