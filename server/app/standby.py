"""A core that waits until the supervisor wants it: everything is imported, and nothing is opened yet."""

import contextlib
import gc
import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from server.app.mailing import DELIVERY
from server.config.load import SiteError, load_site
from server.handover import announce_warm
from server.wire import processes

_DRIVERS = {
    "sqlite": ("sqlalchemy.dialects.sqlite", "sqlite3"),
    "postgresql": ("sqlalchemy.dialects.postgresql.psycopg", "psycopg"),
}
"""What a core imports when it opens a database of that kind."""


def its_turn(descriptor: int, site_file: Path, environment: Mapping[str, str]) -> bool:
    """Warm up, wait at the pipe, close it. Whether this process is to be the core now; False: nobody wants it.

    The site is only looked at here, to know what will be imported: the core reads it when its turn has come.
    """
    import_module("twisted.internet.reactor")
    with contextlib.suppress(SiteError):  # it may be right again by then
        site = load_site(site_file)
        kind = site.storage.url.partition(":")[0].partition("+")[0]
        for name in _DRIVERS.get(kind, ()):
            import_module(name)
        if site.mail.smtp:
            import_module(DELIVERY)
    gc.collect()  # now, not when calls wait
    announce_warm(environment)
    word = os.read(descriptor, 64)
    os.close(descriptor)
    return word == processes.GO_WORD
