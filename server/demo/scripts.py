"""The demo's dialog scripts: published into the data directory before the server starts, as an administrator would."""

from datetime import datetime
from pathlib import Path

from scriptengine.publishing import Shelf

SAMPLES = Path(__file__).resolve().parents[2] / "dialogs"


def scripts_of(vertical: Path) -> list[Path]:
    """A vertical's own scripts (its folder `dialogs`); if it has none, the samples."""
    own = vertical / "dialogs"
    return sorted((own if own.is_dir() else SAMPLES).glob("*.xml"))


def publish(vertical: Path, data: Path, now: datetime) -> list[str]:
    """Publish them, and give their ids. Raises `Unpublished` for a script that has errors or fails its own tests."""
    shelf = Shelf(data / "dialogs")
    for file in scripts_of(vertical):
        shelf.publish(file, now)
    return shelf.names()
