"""The softphone's composition: socket, endpoint and sound devices, and its one call."""

import fcntl
import os
import time
from pathlib import Path

import msgspec
import structlog
from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from agentdesk.softphone.bridge import RATE, SoundBridge
from agentdesk.softphone.drift import DriftBuffer
from agentdesk.softphone.endpoint import Endpoint
from agentdesk.softphone.frames import BadFrame, Frames, frame
from agentdesk.softphone.sound import SoundDevices
from server.wire import linecard, softphone

log = structlog.get_logger()
LEVEL_MILLISECONDS = 100
TEST_RING_SECONDS = 2.4


class AlreadyRuns(Exception):
    """Another softphone process holds this socket."""


class SoftphoneProcess(QObject):
    """One softphone. It ends when no window has been there for `linger_seconds` and no call is up."""

    _posted = Signal(object)

    def __init__(self, socket: Path, linger_seconds: float, log_level: int = 1) -> None:
        """Raises `AlreadyRuns`, `OSError` (no socket can be made there) and `pjsua2.Error`."""
        super().__init__()
        self._lock = os.open(f"{socket}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRuns(str(socket)) from error
        spoken, heard = DriftBuffer(RATE), DriftBuffer(RATE)
        self._bridge = SoundBridge(spoken, heard)
        self._sound = SoundDevices(spoken, heard, self)
        self._sound.changed.connect(self._say)
        self._posted.connect(self._endpoint_says)
        self._phone = softphone.Phone(pid=os.getpid(), sound=self._sound.state)
        self._window: QLocalSocket | None = None
        self._frames = Frames(softphone.ToPhone)
        self._quitting = False
        self._endpoint = Endpoint(self._bridge, self._posted.emit, log_level)
        self._endpoint.start()
        self._levels = QTimer(self)
        self._levels.setInterval(LEVEL_MILLISECONDS)
        self._levels.timeout.connect(self._say_level)
        self._alone = QTimer(self)
        self._alone.setSingleShot(True)
        self._alone.setInterval(int(linger_seconds * 1000))
        self._alone.timeout.connect(self._maybe_end)
        self._listen(socket)

    def _listen(self, socket: Path) -> None:
        QLocalServer.removeServer(str(socket))  # left behind by one that died; the lock says that none lives
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._window_came)
        if not self._server.listen(str(socket)):
            raise OSError(f"{socket}: {self._server.errorString()}")
        self._alone.start()
        log.info("softphone-listens", pid=os.getpid())

    def _window_came(self) -> None:
        window = self._server.nextPendingConnection()
        if self._window is not None:
            old, self._window = self._window, None
            old.abort()
            old.deleteLater()
        self._window, self._frames = window, Frames(softphone.ToPhone)
        window.readyRead.connect(lambda: self._read(window))
        window.disconnected.connect(lambda: self._window_went(window))
        self._alone.stop()
        self._phone = msgspec.structs.replace(self._phone, sound=self._sound.state)
        self._say(self._phone)

    def _window_went(self, window: QLocalSocket) -> None:
        if window is self._window:
            self._window = None
            self._watch_levels(False)
            self._alone.start()
        window.deleteLater()

    def _read(self, window: QLocalSocket) -> None:
        try:
            for message in self._frames.feed(bytes(window.readAll().data())):
                self._obey(message)
        except BadFrame as error:
            log.warning("bad-frame", why=str(error))
            window.abort()

    def _obey(self, message: object) -> None:
        match message:
            case softphone.UseSound():
                self._sound.use(message)
            case softphone.TestRing():
                self._sound.ring(True, TEST_RING_SECONDS)
            case softphone.WatchLevels():
                self._watch_levels(message.on)
            case softphone.Quit():
                self._quitting = True
                self._maybe_end(message.now)
            case softphone.Register():
                self._phone = msgspec.structs.replace(self._phone, user=message.user)
                self._endpoint.do(message)
            case linecard.Answer():
                self._sound.listen(True)
                self._endpoint.do(message)
            case _:
                self._endpoint.do(message)  # type: ignore[arg-type]  # the decoder lets only `ToPhone` pass

    def _say(self, message: softphone.FromPhone) -> None:
        if self._window is not None:
            self._window.write(frame(message))

    def _endpoint_says(self, event: softphone.FromPhone) -> None:
        """On the main thread: what it means for sound and snapshot, then the window."""
        change, call = msgspec.structs.replace, self._phone.call
        match event:
            case softphone.Registration():
                self._phone = change(self._phone, registration=event)
            case linecard.Arrived():
                self._arrived(event)
            case linecard.Answered() if call is not None:
                self._sound.ring(False)
                self._sound.listen(True)
                self._phone = change(self._phone, call=change(call, state="up", since=time.monotonic()))
            case linecard.Held() if call is not None:
                self._phone = change(self._phone, call=change(call, state="held" if event.on else "up"))
            case softphone.Muted() if call is not None:
                self._phone = change(self._phone, call=change(call, muted=event.on))
            case linecard.Released():
                self._phone = change(self._phone, call=None)
                self._sound.ring(False)
                self._sound.play(False)
                self._sound.listen(self._levels.isActive())
        self._say(event)
        if self._phone.call is None and (self._quitting or not (self._window or self._alone.isActive())):
            self._maybe_end()

    def _arrived(self, event: linecard.Arrived) -> None:
        call = softphone.PhoneCall(
            call=event.call,
            state="ringing",
            caller=event.caller,
            caller_name=event.caller_name,
            since=time.monotonic(),
        )
        self._phone = msgspec.structs.replace(self._phone, call=call)
        self._sound.play(True)
        self._sound.ring(True)

    def _watch_levels(self, on: bool) -> None:
        in_call = self._phone.call is not None and self._phone.call.state != "ringing"
        self._sound.listen(on or in_call)
        if on:
            self._levels.start()
        else:
            self._levels.stop()

    def _say_level(self) -> None:
        heard = self._bridge.heard_level if self._phone.call is not None else 0
        self._say(softphone.Level(self._sound.microphone_level, heard))

    def finish(self) -> None:
        """Hang up and end."""
        self._quitting = True
        self._maybe_end(now=True)

    def _maybe_end(self, now: bool = False) -> None:
        """End, unless a call is up (then at its end) or a window came meanwhile."""
        if not now and (self._phone.call is not None or (self._window is not None and not self._quitting)):
            return
        self._say(softphone.Gone("It was asked to." if self._quitting else "No window is there any more."))
        if self._window is not None:
            window, self._window = self._window, None
            window.flush()
            window.disconnected.disconnect()
        log.info("softphone-ends")
        self._server.close()
        self._endpoint.stop()
        QCoreApplication.quit()
