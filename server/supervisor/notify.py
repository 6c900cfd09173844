"""Words to systemd (sd_notify): READY, STOPPING, RELOADING. Without systemd nothing happens."""

import socket
from collections.abc import Mapping

import structlog

_log = structlog.get_logger()


def notify(environment: Mapping[str, str], words: str) -> None:
    """Send `words`, such as `READY=1`, to the socket that systemd named in `NOTIFY_SOCKET`."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as speaker:
            speaker.sendto(words.encode(), address)
    except OSError as error:
        _log.warning("systemd-not-told", words=words, error=str(error))
