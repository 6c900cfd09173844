"""What one process of the house hands to another: inherited sockets, readiness, the reason of an end.

Used by the supervisor and by the core, which may not import one another; the words are `server.wire.processes`'.
"""

import array
import contextlib
import os
import socket
from collections.abc import Mapping, MutableMapping
from pathlib import Path

import msgspec

from server.wire import processes

MAX_DESCRIPTORS = 128
"""More listening sockets than this are not handed over on one connection."""


class HandoverFailed(Exception):
    """What another process handed to us cannot be understood."""


def inherited_sockets(environment: Mapping[str, str]) -> dict[str, socket.socket]:
    """The listening sockets that the supervisor passed to this process, by name; empty if there is no supervisor.

    Raises `HandoverFailed` when the description is broken or names a descriptor that is not an open socket.
    """
    text = environment.get(processes.SOCKETS_VARIABLE, "")
    if not text:
        return {}
    try:
        descriptors = msgspec.json.decode(text, type=dict[str, int])
        return {name: socket.socket(fileno=fd) for name, fd in descriptors.items()}
    except (msgspec.DecodeError, OSError) as error:
        raise HandoverFailed(f"{processes.SOCKETS_VARIABLE} does not describe open sockets: {error}") from error


def announce_ready(environment: MutableMapping[str, str]) -> None:
    """Tell the supervisor that this core is ready. Says it once; without a supervisor it does nothing."""
    text = environment.pop(processes.READY_VARIABLE, "")
    if not text:
        return
    descriptor = int(text)
    with contextlib.suppress(BrokenPipeError):  # the supervisor that asked has died; its successor adopted us
        os.write(descriptor, processes.READY_WORD)
    os.close(descriptor)


def announce_warm(environment: Mapping[str, str]) -> None:
    """Tell the supervisor that this core has imported all it needs and waits for its turn."""
    text = environment.get(processes.READY_VARIABLE, "")
    if text:
        with contextlib.suppress(BrokenPipeError):  # the supervisor has died; the other pipe says so too
            os.write(int(text), processes.WARM_WORD)


def announce_exit(data: Path, status: int) -> None:
    """Leave word why this core is about to end (0: stopped on purpose), for a supervisor that is not its parent."""
    temporary = data / f"{processes.CORE_EXIT_FILE}.{os.getpid()}"
    temporary.write_text(f"{status}\n", encoding="ascii")
    temporary.replace(data / processes.CORE_EXIT_FILE)


def send_with_descriptors(connection: socket.socket, data: bytes, descriptors: list[int]) -> None:
    """Send `data` over a Unix socket and `descriptors` with its first octet (SCM_RIGHTS)."""
    rights = array.array("i", descriptors)
    sent = connection.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
    if sent < len(data):  # sending nothing would fail on a peer that has read all and gone
        connection.sendall(data[sent:])


def receive_line_with_descriptors(connection: socket.socket, limit: int) -> tuple[bytes, list[int]]:
    """One line of at most `limit` octets and all descriptors that came with it, in order. They are the caller's.

    Raises `HandoverFailed` when the line is too long or the connection ends before it; no descriptor is left open then.
    """
    data = bytearray()
    descriptors: list[int] = []
    try:
        while b"\n" not in data:
            part, fds, _, _ = socket.recv_fds(connection, limit, MAX_DESCRIPTORS)
            descriptors += fds
            data += part
            if not part or len(data) > limit:
                raise HandoverFailed("the connection ended before the line did" if not part else "the line is too long")
    except (OSError, HandoverFailed) as error:
        for descriptor in descriptors:
            os.close(descriptor)
        raise HandoverFailed(str(error)) from error
    return bytes(data[: data.index(b"\n")]), descriptors
