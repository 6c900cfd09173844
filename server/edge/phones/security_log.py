"""One line for each wrong log-in at the SIP edge, for people and programs that ban addresses; within bounds."""

import structlog

from server.call.now import Now

WINDOW_SECONDS = 10.0
LINES_PER_ADDRESS = 5
MAX_ADDRESSES = 10_000

_log = structlog.get_logger()


class SecurityLog:
    """At most `LINES_PER_ADDRESS` lines for an address in `WINDOW_SECONDS`; the next says how many were left out."""

    def __init__(self) -> None:
        self._windows: dict[str, tuple[float, int]] = {}

    def failed(self, host: str, method: str, user: str, limited: str, now: Now) -> None:
        """Somebody at `host` gave a wrong digest. `user` is whatever they wrote.

        `limited`: what is refused for a minute because of it, which has a line of its own: `address`, `user` (from all
        addresses), `phone`; empty: nothing.
        """
        began, count = self._windows.pop(host, (now.mono, 0))
        left_out = 0
        if now.mono - began > WINDOW_SECONDS:
            left_out = max(0, count - LINES_PER_ADDRESS)
            began, count = now.mono, 0
        self._windows[host] = (began, count + 1)
        if len(self._windows) > MAX_ADDRESSES:
            del self._windows[next(iter(self._windows))]
        if count < LINES_PER_ADDRESS:
            _log.warning(
                "sip_authentication_failed", address=host, method=method, user=ascii(user)[1:-1], left_out=left_out
            )
        if limited:
            _log.warning(f"sip_{limited}_refused", address=host, method=method, user=ascii(user)[1:-1])
