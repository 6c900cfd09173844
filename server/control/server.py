"""Listens on `DIR/control.sock`. Who may open the socket needs no password: its mode is 0600."""

import os
import socket
import stat
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from twisted.internet.defer import maybeDeferred
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IListeningPort
from twisted.internet.protocol import ServerFactory

from server import unix_port
from server.call.dialog_store import DialogStore
from server.call.ports import Ledger, Mail, Records, Switchboard, Voicemail
from server.control.conversation import Conversation
from server.wire import control
from server.wire.control import SOCKET_NAME

PROBE_SECONDS = 1.0


class ControlTaken(Exception):
    """Another core listens on the socket, or something that is no socket stands in its place."""


class Wiring(msgspec.Struct, frozen=True, kw_only=True):
    """What the control socket needs of the others.

    `status` gives figures that are added to what the switchboard knows (process id, version, since when, ready).
    `listening` gives the listening sockets' names and descriptors. `stop(grace_seconds)` begins the end; None: the
    grace time is as configured. `dialog_link(script, customer's number, days)` makes a personal link.
    """

    switchboard: Switchboard
    records: Records
    ledger: Ledger
    status: Callable[[], dict[str, Any]]
    listening: Callable[[], Sequence[tuple[str, int]]]
    stop: Callable[[float | None], None]
    mail: Mail | None = None
    voicemail: Voicemail | None = None
    dialogs: DialogStore | None = None
    dialog_link: Callable[[str, str, float], Awaitable[control.DialogLinkView]] | None = None


class Control(ServerFactory):
    """The control socket of one core, in the data directory `folder`."""

    def __init__(self, reactor: Any, folder: Path, wiring: Wiring) -> None:
        self._reactor = reactor
        self._path = folder / SOCKET_NAME
        self._wiring = wiring
        self._port: IListeningPort | None = None
        self._open: set[Conversation] = set()

    def listen(self, listening: socket.socket | None = None) -> None:
        """Begin, on a socket that listens already (it stays the caller's) or on a new one.

        Raises `ControlTaken` if another core is there, `OSError` if the directory cannot be used.
        """
        if listening is not None:
            listening.setblocking(False)  # Twisted accepts until there is nobody left
            self._port = unix_port.listen(self._reactor, listening, self)
            return
        clear_stale(self._path)
        before = os.umask(0o177)  # the socket is never open to others, not even for a moment
        try:
            self._port = self._reactor.listenUNIX(str(self._path), self, mode=0o600, wantPID=False)
        except CannotListenError as error:
            raise OSError(f"{self._path} cannot be used: {error.socketError}") from error
        finally:
            os.umask(before)

    async def stop(self) -> None:
        """End all conversations."""
        if self._port is not None:
            port, self._port = self._port, None
            await maybeDeferred(port.stopListening)
        for one in list(self._open):
            one.abort()

    def buildProtocol(self, _address: Any) -> Conversation:  # noqa: N802 - Twisted's name
        """A conversation."""
        return Conversation(self._wiring, self._open)


def clear_stale(path: Path) -> None:
    """Remove a socket that nobody listens on any more; raises `ControlTaken` for anything else at `path`."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise ControlTaken(f"{path} is not a socket; move it away.")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(PROBE_SECONDS)
        try:
            probe.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            path.unlink(missing_ok=True)
            return
        except OSError as error:
            raise ControlTaken(f"{path} cannot be judged: {error}.") from error
    raise ControlTaken(f"Another core listens on {path}.")
