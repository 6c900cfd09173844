"""A bank that runs and does not come to the core: it hung while it began, or while no core was there. Rules only."""

from server.wire.processes import ProcessName

COMES_WITHIN_SECONDS = 20.0
"""A bank that runs for so long without coming hangs; its start takes a second, on a slow machine some."""
PATIENT_SECONDS = 320.0
"""What that grows to: each bank that was ended makes the patience with the next one twice as long, until one comes."""
STALL_SECONDS = 2.0
"""`look` is to be called each second; after so long we stood still ourselves, which says nothing of others."""


class BankAbsence:
    """While no bank is connected: whether the one that is said to run is to be ended, so that another is started."""

    def __init__(self) -> None:
        self._patience = COMES_WITHIN_SECONDS
        self._awaited: ProcessName | None = None
        self._since = self._looked_at = 0.0

    def came(self) -> None:
        """A bank is here."""
        self._patience = COMES_WITHIN_SECONDS
        self._awaited = None

    def look(self, now: float, noted: ProcessName | None) -> bool:
        """Whether `noted`, the bank that runs now (None: none), has been away for too long. `now`: `mono` seconds."""
        stood_still = now - self._looked_at > STALL_SECONDS
        self._looked_at = now
        if noted is None or noted != self._awaited or stood_still:
            self._awaited, self._since = noted, now
            return False
        if now - self._since <= self._patience:
            return False
        self._patience = min(2 * self._patience, PATIENT_SECONDS)
        self._since = now
        return True
