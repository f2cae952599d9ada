"""What a header draws: a meter is as high as its sound is loud."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from app.widgets.tracks.paint import paint_meter


def test_a_meter_is_as_high_as_it_is_loud() -> None:
    def lit(peak: float) -> int:
        image = QImage(12, 100, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.black)
        painter = QPainter(image)
        paint_meter(painter, QRectF(0, 0, 12, 100), (peak, 0.0, 0.0))
        painter.end()
        return sum(image.pixelColor(2, y).blue() > 60 or image.pixelColor(2, y).red() > 60 for y in range(100))

    assert lit(0.0) == 0 < lit(0.01) < lit(0.1) < lit(1.0)
