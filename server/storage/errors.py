"""What can go wrong with storage. One sentence each; whose fault it is follows from the class."""


class StorageAway(ConnectionError):
    """The database cannot be used now; it may come back. The operation was not carried out (or not wholly)."""


class StorageRefused(ValueError):
    """The configuration cannot be used (URL, file, permission): for the person who runs the server."""


class LedgerConflict(Exception):
    """The database holds other facts at positions that we gave away: two cores write one ledger."""
