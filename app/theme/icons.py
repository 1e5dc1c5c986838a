"""Icons: SVG files in ``resources/icons``, drawn in a colour of the tokens at any size."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

SCALES = (1.0, 1.5, 2.0, 3.0)


def paint_icon(painter: QPainter, name: str, colour: str, box: QRectF) -> None:
    """Draw an icon into ``box`` with the painter's own resolution."""
    device = painter.device()
    pixmap = icon_pixmap(name, colour, round(box.width()), device.devicePixelRatio())
    painter.drawPixmap(box.topLeft(), pixmap)


@lru_cache(maxsize=256)
def icon(
    name: str, colour: str, px: int = 16, *, active: str | None = None, gap_px: int = 0
) -> QIcon:
    """An icon for a button. active: its colour where that is checked; gap_px: room on its right.

    Kept: Qt's cache of pixmaps takes each new one for another, and would fill with them.
    """
    made = QIcon()
    for scale in SCALES:
        made.addPixmap(_with_gap(icon_pixmap(name, colour, px, scale), gap_px))
        if active is not None:
            lit = _with_gap(icon_pixmap(name, active, px, scale), gap_px)
            made.addPixmap(lit, QIcon.Mode.Normal, QIcon.State.On)
    return made


def _with_gap(pixmap: QPixmap, gap_px: int) -> QPixmap:
    if gap_px == 0:
        return pixmap
    scale = pixmap.devicePixelRatio()
    wide = QPixmap(pixmap.width() + round(gap_px * scale), pixmap.height())
    wide.setDevicePixelRatio(scale)
    wide.fill(QColor(Qt.GlobalColor.transparent))
    painter = QPainter(wide)
    painter.drawPixmap(0, 0, pixmap)
    painter.end()
    return wide


@lru_cache(maxsize=512)
def icon_pixmap(name: str, colour: str, px: int, scale: float) -> QPixmap:
    """The icon as ``px`` device-independent pixels square."""
    pixmap = QPixmap(round(px * scale), round(px * scale))
    pixmap.fill(QColor(Qt.GlobalColor.transparent))
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(_source(name).replace(b"currentColor", colour.encode()))).render(
        painter
    )
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap


@lru_cache(maxsize=64)
def _source(name: str) -> bytes:
    return files("resources").joinpath("icons", f"{name}.svg").read_bytes()
