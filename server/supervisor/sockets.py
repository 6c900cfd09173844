"""The listening sockets: opened once, kept over restarts of the core, handed down. Datagrams queue meanwhile."""

import contextlib
import errno
import json
import os
import select
import socket
from collections.abc import Mapping
from pathlib import Path

import msgspec
import structlog

from server.config.addresses import Listen, read_listen, read_web_listen
from server.config.site import SiteFile
from server.supervisor.notes import Notes
from server.wire import processes

_log = structlog.get_logger()

BACKLOG = 1024
QUEUE_OCTETS = 4 * 1024 * 1024
"""Room for datagrams while a core restarts; the system may grant less (`net.core.rmem_max`)."""
_SO_RCVBUFFORCE = 33  # asm-generic/socket.h; Python has no name for it
_UNIX = (processes.CARDS_SOCKET, processes.BANK_SOCKET, processes.CONTROL_SOCKET)

_CURES = {
    errno.EADDRINUSE: "end the program that uses it (ss -lnp shows it), or change the port in the site file",
    errno.EACCES: "ports below 1024 need a right that the server should not have: choose a higher one",
    errno.EADDRNOTAVAIL: "this machine does not have that address: correct it in the site file",
}
_KEYS = {processes.WEB: "[web].listen"}
_RESOLVING = socket.AI_PASSIVE | socket.AI_NUMERICSERV


class CannotListen(Exception):
    """A listening socket cannot be opened."""


class Sockets:
    """All listening sockets of a data directory, by name (`server.wire.processes`)."""

    def __init__(self, data: Path, notes: Notes) -> None:
        self._data, self._notes = data, notes
        self._open: dict[str, socket.socket] = {}

    def take_back(self, descriptors: Mapping[str, int]) -> None:
        """Own these sockets, which another process handed to us."""
        self._open |= {name: socket.socket(fileno=fd) for name, fd in descriptors.items()}

    def open_for(self, site: SiteFile) -> bool:
        """Open what the site wants and is not open, close what it no longer wants; whether anything changed.

        A core that has inherited a socket listens at it until it ends, also when it is closed here: the next one takes
        over at the new address. Raises `CannotListen`; what was open before is open still then.
        """
        former = self._former()
        wanted = _wanted(site)
        opened: dict[str, socket.socket] = {}
        try:
            for name, listen in wanted.items():
                if not self._serves(name, listen):
                    opened[name] = _open_network(name, listen, former.get(name, 0), self._open)
            for name in _UNIX:
                if name not in self._open:
                    opened[name] = _open_unix(self._data / name)
        except CannotListen:
            for listener in opened.values():
                listener.close()
            raise
        ended = (self._open.keys() - wanted.keys() - set(_UNIX)) | (self._open.keys() & opened.keys())
        for name in ended:
            _log.info("listening-ended", socket=name, address=_shown(self._open[name]))
            self._open.pop(name).close()
        self._open |= opened
        self._notes.text(processes.LISTENING_FILE, lambda: json.dumps(self.addresses(), indent=1) + "\n")
        return bool(opened or ended)

    def mend(self, site: SiteFile) -> bool:
        """Open anew what a core has shut down, or whose name it has taken away; whether there was such a thing.

        Raises `CannotListen`; it may be called again then.
        """
        broken = {name for name, listener in self._open.items() if _is_shut_down(listener)}
        broken |= {name for name in _UNIX if name in self._open and not (self._data / name).exists()}
        for name in broken:
            self._open.pop(name).close()
        missing = (_wanted(site).keys() | set(_UNIX)) - self._open.keys()
        if missing:
            self.open_for(site)
            _log.warning("sockets-mended", sockets=sorted(missing))
        return bool(missing)

    def addresses(self) -> dict[str, str]:
        """Where each socket really listens: `HOST:PORT`, or a path."""
        return {
            name: str(self._data / name) if name in _UNIX else _shown(listener) for name, listener in self._open.items()
        }

    def describe(self) -> str:
        """The value of `CARUSO_SOCKETS`."""
        return json.dumps({name: listener.fileno() for name, listener in self._open.items()})

    def descriptors(self) -> list[int]:
        """What a core must inherit."""
        return [listener.fileno() for listener in self._open.values()]

    def close(self) -> None:
        """Close them all and take the Unix sockets' names away."""
        for name, listener in self._open.items():
            listener.close()
            if name in _UNIX:
                (self._data / name).unlink(missing_ok=True)
        self._open.clear()

    def _serves(self, name: str, listen: Listen) -> bool:
        """Whether that socket is open, and where the site wants it. The names of the SIP sockets say where they are."""
        listener = self._open.get(name)
        return listener is not None and (name != processes.WEB or _listens_at(listener, listen))

    def former_card_address(self) -> str:
        """Where cards were told to find the edge before this start; empty: nowhere."""
        return self._noted().get(processes.CARDS_SIP, "")

    def _former(self) -> dict[str, int]:
        """Ports that were listened at before: a port that the system chose stays the same as long as it is free."""
        ports = {name: at.rpartition(":")[2] for name, at in self._noted().items()}
        return {name: int(port) for name, port in ports.items() if port.isdigit()}

    def _noted(self) -> dict[str, str]:
        try:
            return msgspec.json.decode((self._data / processes.LISTENING_FILE).read_bytes(), type=dict[str, str])
        except (OSError, msgspec.DecodeError):
            return {}


def _is_shut_down(listener: socket.socket) -> bool:
    """Whether somebody who shares the socket has called `shutdown` on it."""
    poll = select.poll()
    poll.register(listener, 0)
    return any(event & select.POLLHUP for _, event in poll.poll(0)) and listener.type == socket.SOCK_STREAM


def _wanted(site: SiteFile) -> dict[str, Listen]:
    wanted = {processes.SIP_PREFIX + text: read_listen(text) for text in site.sip.listen}
    wanted[processes.CARDS_SIP] = Listen("udp", "127.0.0.1", 0)
    if site.web.listen:
        wanted[processes.WEB] = read_web_listen(site.web.listen)
    return wanted


def _listens_at(listener: socket.socket, listen: Listen) -> bool:
    """Whether a socket is bound where `listen` says. A host that cannot be resolved now is taken to be the same."""
    host, port = listener.getsockname()[:2]
    if listen.port not in (0, port):
        return False
    try:
        found = socket.getaddrinfo(listen.host, listen.port, type=socket.SOCK_STREAM, flags=_RESOLVING)
    except OSError:
        return True
    return host in {where[0] for *_, where in found}


def _open_network(name: str, listen: Listen, former_port: int, ours: Mapping[str, socket.socket]) -> socket.socket:
    """`ours`: what this server has open already."""
    kind = socket.SOCK_DGRAM if listen.transport == "udp" else socket.SOCK_STREAM
    try:
        family, _, _, _, where = socket.getaddrinfo(listen.host, listen.port, type=kind, flags=_RESOLVING)[0]
        if not listen.port and former_port:
            with contextlib.suppress(OSError):
                return _bound(family, kind, (where[0], former_port, *where[2:]))
            _log.warning("former-port-taken", socket=name, port=former_port)
        return _bound(family, kind, where)
    except OSError as error:
        text = f"{listen.transport}:{listen.host}:{listen.port}"
        reason = error.strerror or str(error)
        cure = _CURES.get(error.errno or 0, f"correct {_KEYS.get(name, '[sip].listen')} in the site file")
        holders = [other for other, one in ours.items() if one.type == kind and _port_of(one) == listen.port]
        if error.errno == errno.EADDRINUSE and holders:
            cure = f"this server itself has that port ({holders[0]}): choose another one, or stop and start the server"
        raise CannotListen(f"{name}: cannot listen at {text}: {reason}; {cure}") from error


def _port_of(listener: socket.socket) -> int:
    """0: it is no network socket."""
    return 0 if listener.family == socket.AF_UNIX else int(listener.getsockname()[1])


def _bound(family: int, kind: int, where: tuple[object, ...]) -> socket.socket:
    listener = socket.socket(family, kind)
    try:
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if kind == socket.SOCK_STREAM:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        else:
            _make_room(listener)
        listener.bind(where)
        if kind == socket.SOCK_STREAM:
            listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def _open_unix(path: Path) -> socket.socket:
    """With mode 0600 from its first moment. What a dead process left there is taken away: the folder is locked."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        path.unlink(missing_ok=True)
        listener.bind(str(path))
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        raise CannotListen(f"{path}: cannot listen at this Unix socket: {reason}") from error
    finally:
        os.umask(mask)
    return listener


def _make_room(listener: socket.socket) -> None:
    """A long queue for datagrams: beyond the system's limit if we may (CAP_NET_ADMIN), else up to it."""
    try:
        listener.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, QUEUE_OCTETS)
    except PermissionError:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, QUEUE_OCTETS)


def _shown(listener: socket.socket) -> str:
    name = listener.getsockname()
    return f"[{name[0]}]:{name[1]}" if listener.family == socket.AF_INET6 else f"{name[0]}:{name[1]}"
