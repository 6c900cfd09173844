"""The desk's own SVG icons, drawn in any colour of the theme."""

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

ICONS = Path(__file__).parent.parent / "icons"
SHARPNESS = 2
"""Pixels are drawn for screens of twice the usual density."""


@lru_cache(maxsize=256)
def picture(name: str, colour: str, size: int) -> QPixmap:
    """The icon `name` in `colour` (`#rrggbb`), `size` logical pixels high and wide. Raises `OSError`: no such icon."""
    svg = (ICONS / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    pixmap = QPixmap(QSize(size, size) * SHARPNESS)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(SHARPNESS)
    return pixmap


def icon(name: str, colour: str, disabled: str) -> QIcon:
    """The icon for a button: in `colour`, and in `disabled` while the button cannot be used."""
    made = QIcon(picture(name, colour, 16))
    made.addPixmap(picture(name, disabled, 16), QIcon.Mode.Disabled)
    return made
