"""Published scripts: a folder that keeps every version, and says which one new sessions begin with.

    shelf = Shelf(Path("data/dialogs"))
    shelf.publish(Path("power-outage.xml"))          # refuses what fails lint or its own tests
    program = shelf.program("power-outage")          # of the version that is current
    shelf.rollback("power-outage")

A version's folder is whole in itself: the script, the interfaces it was checked with, its sub-dialogs. It is never
changed, so a session that has begun finishes on the version it began with.

What lives here: `shelf` (the folder), `record` (what is current, and what was). What may not live here: sessions, the
command line (`cli`), databases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scriptengine.publishing.record import Publication, Record

if TYPE_CHECKING:
    from scriptengine.publishing.shelf import Shelf, Unpublished

__all__ = ["Publication", "Record", "Shelf", "Unpublished"]


def __getattr__(name: str) -> object:
    """Who only reads records (`caruso check`) does not wait until the engine is imported."""
    if name in ("Shelf", "Unpublished"):
        from scriptengine.publishing import shelf

        return getattr(shelf, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
