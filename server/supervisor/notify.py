"""Words to systemd (sd_notify): READY, STOPPING, EXTEND_TIMEOUT_USEC. Without systemd nothing happens."""

import socket
from collections.abc import Mapping

import structlog

_log = structlog.get_logger()
PATIENCE_SECONDS = 1.0
"""How long it is waited for a systemd that reads nothing; then the word is lost, and the log says so."""


def notify(environment: Mapping[str, str], words: str) -> None:
    """Send `words`, such as `READY=1`, to the socket that systemd named in `NOTIFY_SOCKET`."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as speaker:
            speaker.settimeout(PATIENCE_SECONDS)
            speaker.sendto(words.encode(), address)
    except OSError as error:
        _log.warning("systemd-not-told", words=words, error=str(error))
