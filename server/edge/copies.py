"""Which INVITEs were here already, so that a copy that came another way is told from a new call (RFC 3261 section
8.2.2.2): by `Read.merge_key`, with the transaction that was the first."""

from server.call.now import Now

KEPT_SECONDS = 32.0
"""After the end of a transaction no copy of its INVITE is under way any more (64 times T1, section 17.1.1.1)."""


class Copies:
    """Known INVITEs: those under way, and for a while those that were answered."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._over: dict[str, float] = {}
        """Until when (`Now.mono`), in the order of time."""

    def begin(self, merge_key: str, transaction: str) -> None:
        """An INVITE is taken."""
        self._over.pop(merge_key, None)
        self._known[merge_key] = transaction

    def first(self, merge_key: str, now: Now) -> str | None:
        """The transaction of the INVITE that was here; None: none was."""
        while self._over:
            oldest = next(iter(self._over))
            if self._over[oldest] > now.mono:
                break
            del self._over[oldest], self._known[oldest]
        return self._known.get(merge_key)

    def end(self, merge_key: str, transaction: str, now: Now, *, at_once: bool) -> None:
        """The transaction is over. `at_once`: it was refused, and the caller may try again with the same names."""
        if self._known.get(merge_key) != transaction:
            return
        self._over.pop(merge_key, None)
        if at_once:
            del self._known[merge_key]
        else:
            self._over[merge_key] = now.mono + KEPT_SECONDS
