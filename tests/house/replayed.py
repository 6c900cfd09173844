"""The ledger of a house that has ended, through the rules again."""

from server.config.load import load_site
from server.simulator.replay import Replayed, replay
from server.storage.archive import Archive
from tests.house.house import House


def replayed(house: House) -> Replayed:
    """What the rules make of it now."""
    site = load_site(house.site)
    archive = Archive(site.storage.url, house.data)
    try:
        return replay(site, list(archive.entries()))
    finally:
        archive.close()
