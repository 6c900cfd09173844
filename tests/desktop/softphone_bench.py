"""What the softphone's tests stand on: a private PulseAudio, a softphone process, and a window's end of its socket."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from agentdesk.softphone.frames import Frames, frame
from server.wire import softphone
from tests.house.house import PATIENCE_SECONDS, until

RATE = 16000
Message = TypeVar("Message")


@contextmanager
def pulse(folder: Path, *modules: str) -> Iterator[dict[str, str]]:
    """A PulseAudio of our own with these modules; gives the environment of its clients."""
    folder.mkdir(mode=0o700)
    address = folder / "native"
    environment = {
        **os.environ,
        "XDG_RUNTIME_DIR": str(folder),
        "HOME": str(folder),
        "PULSE_SERVER": f"unix:{address}",
        "QT_LOGGING_RULES": "qt.multimedia.*=false",
    }
    loads = [f"module-native-protocol-unix auth-anonymous=1 socket={address}", *modules]
    command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--log-level=error"]
    command += [part for load in loads for part in ("-L", load)]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        ask = ["pactl", "info"]
        until("PulseAudio", lambda: subprocess.run(ask, env=environment, capture_output=True).returncode == 0)
        yield environment
    finally:
        server.terminate()
        server.wait(PATIENCE_SECONDS)


HEADSET = (
    "module-null-sink sink_name=ear rate=16000 channels=1",
    "module-null-sink sink_name=mouth rate=16000 channels=1",
    "module-remap-source source_name=mic master=mouth.monitor",
    "module-null-sink sink_name=bell rate=16000 channels=1",
)


@contextmanager
def softphone_process(path: Path, environment: dict[str, str], *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A real softphone process that serves `path`."""
    command = [sys.executable, "-m", "agentdesk.softphone", "--socket", str(path), *options]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_SECONDS)


class Window:
    """The window's end of the socket."""

    def __init__(self, path: Path) -> None:
        self._socket = until("the softphone to listen", lambda: self._connected(path))
        self._frames = Frames(softphone.FromPhone)
        self._come: list[object] = []

    @staticmethod
    def _connected(path: Path) -> socket.socket | None:
        tried = socket.socket(socket.AF_UNIX)
        if tried.connect_ex(str(path)) == 0:
            return tried
        tried.close()
        return None

    def say(self, message: softphone.ToPhone) -> None:
        self._socket.sendall(frame(message))

    def wait(self, kind: type[Message], seconds: float = PATIENCE_SECONDS) -> Message:
        """The next message of that kind; others before it are passed over."""
        self._socket.settimeout(seconds)
        while True:
            while self._come:
                message = self._come.pop(0)
                if isinstance(message, kind):
                    return message
            octets = self._socket.recv(65536)
            assert octets, "the softphone is gone"
            self._come += self._frames.feed(octets)

    def close(self) -> None:
        self._socket.close()
