"""A place to sign: with the mouse, a pen or a finger (Qt makes mouse events of both)."""

from math import ceil, isfinite

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

HEIGHT, LEAST_WIDTH, MOST_WIDTH = 120, 200, 420
FACTOR = 2
"""Pixels of the picture for each of the pad."""
PAPER, INK, PEN = "#ffffff", "#101820", 2.5
MOST_POINTS = 20_000


class SignaturePad(QWidget):
    """Paper is white and ink dark in either theme. Emits `drawn` after each stroke."""

    drawn = Signal()

    def __init__(self, name: str) -> None:
        """`name`: for screen readers; who does not see it files the signature by name."""
        super().__init__()
        self.strokes: list[QPolygonF] = []
        self._points = 0
        self._pressed = False
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(LEAST_WIDTH)
        self.setMaximumWidth(MOST_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def clear(self) -> None:
        """Clean paper."""
        self.strokes, self._points, self._pressed = [], 0, False
        self.update()

    @property
    def written(self) -> list[str]:
        """The strokes in writing: of each its points, `x,y` in pixels of the pad."""
        return [" ".join(f"{point.x():.1f},{point.y():.1f}" for point in stroke.toList()) for stroke in self.strokes]

    def draw(self, written: list[str]) -> None:
        """Show strokes that were written down; what cannot be read is left out."""
        self.clear()
        for line in written:
            points = [_point(text) for text in line.split()[: MOST_POINTS - self._points]]
            known = [point for point in points if point is not None]
            if known and len(known) == len(points):
                self.strokes.append(QPolygonF(known))
                self._points += len(known)

    def png(self) -> bytes:
        """The picture; empty: nothing is drawn."""
        if not self.strokes:
            return b""
        right = max(stroke.boundingRect().right() for stroke in self.strokes)  # it may be from a wider window
        size = QSize(max(self.width(), min(ceil(right + PEN), MOST_WIDTH)), self.height())
        image = QImage(size * FACTOR, QImage.Format.Format_RGB32)
        image.fill(QColor(PAPER))
        painter = QPainter(image)
        painter.scale(FACTOR, FACTOR)
        self._draw(painter)
        painter.end()
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]
        return bytes(buffer.data().data())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A stroke begins."""
        if event.button() is Qt.MouseButton.LeftButton and self._points < MOST_POINTS:
            self._pressed = True
            self.strokes.append(QPolygonF([event.position()]))
            self._add(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """It goes on."""
        if self._pressed and self._points < MOST_POINTS:
            self._add(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """It ends."""
        if event.button() is Qt.MouseButton.LeftButton and self._pressed:
            self._pressed = False
            self.drawn.emit()

    def _add(self, point: QPointF) -> None:
        self.strokes[-1].append(point)
        self._points += 1
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paper, the line to sign on, and what is drawn."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Dark), 1))
        painter.setBrush(QColor(PAPER))
        painter.drawRoundedRect(QRectF(0.5, 0.5, self.width() - 1, self.height() - 1), 4, 4)
        base = self.height() * 3 // 4
        painter.setPen(QPen(QColor("#9aa4ad"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(16, base, self.width() - 16, base)
        self._draw(painter)

    def _draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(
            QPen(QColor(INK), PEN, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        for stroke in self.strokes:
            painter.drawPolyline(stroke)


def _point(text: str) -> QPointF | None:
    """`x,y`; None: it is something else."""
    x, comma, y = text.partition(",")
    try:
        point = QPointF(float(x), float(y))
    except ValueError:
        return None
    return point if comma and isfinite(point.x()) and isfinite(point.y()) else None
