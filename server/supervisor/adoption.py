"""A new supervisor takes the listening sockets back from the core that its dead predecessor left running."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from server.handover import HandoverFailed, receive_line_with_descriptors
from server.wire import control, processes

ANSWER_SECONDS = 5.0
TRY_AGAIN_SECONDS = 0.25
MAX_LINE_OCTETS = control.MAX_LINE_OCTETS


class _Reply(msgspec.Struct):
    """`ok`: names of the sockets, in the order of their descriptors."""

    ok: list[str] | None = None
    error: str = ""


def sockets_of_running_core(data: Path, within_seconds: float, has_ended: Callable[[], bool]) -> dict[str, int]:
    """Ask the core for its listening sockets: name -> descriptor, ours to close.

    A core that has only just started may not listen to its control socket yet, so it is asked again until
    `within_seconds` are over, or it `has_ended`. Raises `HandoverFailed` if it does not give them.
    """
    give_up_mono = time.monotonic() + within_seconds
    while True:
        try:
            return _ask(data / processes.CONTROL_SOCKET)
        except (OSError, HandoverFailed) as error:
            if time.monotonic() >= give_up_mono or has_ended():
                raise HandoverFailed(f"the core does not give its sockets: {error}") from error
            time.sleep(TRY_AGAIN_SECONDS)  # nothing else to do: nobody is watched before the adoption


def _ask(path: Path) -> dict[str, int]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(ANSWER_SECONDS)
        connection.connect(str(path))
        connection.sendall(msgspec.json.encode(control.Sockets()) + b"\n")
        line, descriptors = receive_line_with_descriptors(connection, MAX_LINE_OCTETS)
    try:
        reply = msgspec.json.decode(line, type=_Reply)
    except msgspec.DecodeError as error:
        _close(descriptors)
        raise HandoverFailed(f"the core's answer cannot be read: {error}") from error
    if reply.ok is None or len(reply.ok) != len(descriptors) or len(set(reply.ok)) != len(reply.ok):
        _close(descriptors)
        raise HandoverFailed(reply.error or f"{len(descriptors)} descriptors came for the names {reply.ok}")
    return dict(zip(reply.ok, descriptors, strict=True))


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        socket.close(descriptor)
