"""What a data directory holds, for the commands that read it beside a server that runs or not."""

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from server.config.load import load_site
from server.config.site import SiteFile
from server.records.summary import Terms
from server.wire.processes import SITE_PATH_FILE

if TYPE_CHECKING:
    from server.storage.archive import Archive


def site_of(file: Path | None, data: Path) -> SiteFile:
    """The site: of the file, or of the one that the directory was last served with; the defaults if it never was.

    Raises `SiteError`.
    """
    if file is None:
        try:
            file = Path((data / SITE_PATH_FILE).read_text(encoding="utf-8").removesuffix("\n"))
        except (FileNotFoundError, NotADirectoryError):
            return SiteFile()
    return load_site(file)


def terms_of(site: SiteFile) -> Terms:
    """What the site says about figures."""
    return Terms.of(site, ZoneInfo(site.site.time_zone))


def open_archive(site: SiteFile, data: Path) -> "Archive":
    """The database of the directory. Raises `StorageRefused` or `StorageAway`."""
    from server.storage.archive import Archive  # SQLAlchemy: only when there is something to read

    return Archive(site.storage.url, data)
