"""Paints waveforms from cached outlines: a picture per sound and size, so that drawing a list is only copying."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from app import theme

if TYPE_CHECKING:
    import numpy as np

MOST_PICTURES = 512
_FLOOR = 0.2
"""Sounds peaking below this keep looking quiet; louder ones fill the height."""
_CURVE = 0.65
"""Exponent that lifts what is soft inside a sound, as ears do."""

_DIM = "#55585f"
"""Outside the region."""
_FAINT = "#6d7077"
"""Sounds that do not fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveformState:
    """What is drawn over an outline; every place is a share 0..1 of the sound's length."""

    proposed: tuple[float, float] | None = None
    """The region the model proposes."""
    chosen: tuple[float, float] | None = None
    """The region the person chose."""
    playhead: float | None = None
    played_from: float = 0.0
    cursor: float | None = None
    """Where the pointer or the keys are."""
    quiet: bool = False
    """Draw it dimmer: it does not fit."""


@dataclass(frozen=True, slots=True, eq=False)
class _Outline:
    key: int
    peaks: np.ndarray
    ratio: float


class WaveformPainter:
    """Draws outlines device-pixel crisp, each computed once per size and colour."""

    def __init__(self, most: int = MOST_PICTURES) -> None:
        self._pictures: OrderedDict[tuple[int, int, int, str], QPixmap] = OrderedDict()
        self._most = most

    def clear(self) -> None:
        """Forget every picture: the outlines changed."""
        self._pictures.clear()

    def paint(self, painter: QPainter, rect: QRectF, key: int, peaks: np.ndarray | None, state: WaveformState) -> None:
        """Draw the outline ``(2, bins)`` of sound ``key`` into ``rect``; a still line while it is not there yet."""
        ratio = painter.device().devicePixelRatioF() if painter.device() is not None else 1.0
        rect = snapped(rect, ratio)
        if peaks is None:
            middle = rect.center().y()
            painter.setPen(QPen(QColor(theme.LINE), 1))
            painter.drawLine(QPointF(rect.left(), middle), QPointF(rect.right(), middle))
        else:
            self._paint_outline(painter, rect, _Outline(key, peaks, ratio), state)
        self._paint_marks(painter, rect, state)

    def _paint_outline(self, painter: QPainter, rect: QRectF, outline: _Outline, state: WaveformState) -> None:
        lit = state.chosen or state.proposed
        base = _FAINT if state.quiet else theme.QUIET
        layers = [((0.0, 1.0), _DIM if lit else base)]
        if lit is not None:
            painter.fillRect(_share(rect, lit), theme.colour(theme.ACCENT if state.chosen else theme.TEXT, 0.13))
            layers.append((lit, theme.QUIET if state.quiet else theme.TEXT))
        if state.playhead is not None and state.playhead > state.played_from:
            layers.append(((state.played_from, state.playhead), theme.ACCENT))
        for place, colour in layers:
            self._blit(painter, rect, place, self._picture(outline, rect, colour))

    @staticmethod
    def _blit(painter: QPainter, rect: QRectF, place: tuple[float, float], picture: QPixmap) -> None:
        part = _share(rect, place)
        if part.width() > 0:
            scale = picture.width() / rect.width()
            source = QRectF((part.left() - rect.left()) * scale, 0.0, part.width() * scale, float(picture.height()))
            painter.drawPixmap(part, picture, source)

    def _picture(self, outline: _Outline, rect: QRectF, colour: str) -> QPixmap:
        width, height = max(1, round(rect.width() * outline.ratio)), max(1, round(rect.height() * outline.ratio))
        name = (outline.key, width, height, colour)
        picture = self._pictures.get(name)
        if picture is None:
            picture = self._pictures[name] = outline_picture(outline.peaks, width, height, QColor(colour))
            if len(self._pictures) > self._most:
                self._pictures.popitem(last=False)
        else:
            self._pictures.move_to_end(name)
        return picture

    @staticmethod
    def _paint_marks(painter: QPainter, rect: QRectF, state: WaveformState) -> None:
        if state.chosen is not None:
            painter.setPen(QPen(QColor(theme.ACCENT), 1))
            _lines(painter, rect, state.chosen)
        if state.cursor is not None:
            painter.setPen(QPen(theme.colour(theme.TEXT, 0.7), 1))
            _lines(painter, rect, (state.cursor,))
        if state.playhead is not None:
            painter.setPen(QPen(QColor(theme.ACCENT), 1.5))
            _lines(painter, rect, (state.playhead,))


def outline_picture(peaks: np.ndarray, width: int, height: int, colour: QColor) -> QPixmap:
    """An outline ``(2, bins)`` as a picture of ``width`` x ``height`` device pixels with smooth edges."""
    import numpy as np

    cover = coverage(peaks, width, height)
    alpha = (cover * colour.alpha() + 0.5).astype(np.uint32)
    packed = alpha << 24
    for shift, part in ((16, colour.red()), (8, colour.green()), (0, colour.blue())):
        packed |= (alpha * part // 255) << shift
    image = QImage(
        np.ascontiguousarray(packed).data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied
    )
    return QPixmap.fromImage(image.copy())


def coverage(peaks: np.ndarray, width: int, height: int) -> np.ndarray:
    """How much of each pixel the outline ``(2, bins)`` covers: float32 ``(height, width)`` in 0..1."""
    import numpy as np

    low, high = columns(np.asarray(peaks, np.float32), width)
    loudest = max(float(np.abs(peaks).max(initial=0.0)), _FLOOR)
    middle = height / 2
    top = middle - middle * _lifted(high / loudest)
    bottom = middle - middle * _lifted(low / loudest)
    thin = np.maximum(0.0, 1.0 - (bottom - top)) / 2  # silence is a line of one pixel
    top, bottom = top - thin, bottom + thin
    rows = np.arange(height, dtype=np.float32)[:, None]
    return np.clip(np.minimum(rows + 1, bottom) - np.maximum(rows, top), 0.0, 1.0)


def columns(peaks: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest value for each of ``width`` columns of an outline ``(2, bins)``."""
    import numpy as np

    bins = peaks.shape[1]
    edges = np.arange(width) * bins // width
    if width > bins:
        return peaks[0, edges], peaks[1, edges]
    return np.minimum.reduceat(peaks[0], edges), np.maximum.reduceat(peaks[1], edges)


def snapped(rect: QRectF, ratio: float) -> QRectF:
    """``rect`` moved onto whole device pixels, so that what is drawn there stays sharp at 125 or 150 %."""
    left, top = round(rect.left() * ratio) / ratio, round(rect.top() * ratio) / ratio
    return QRectF(left, top, round(rect.width() * ratio) / ratio, round(rect.height() * ratio) / ratio)


def _lifted(values: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.sign(values) * np.abs(values) ** _CURVE


def _share(rect: QRectF, place: tuple[float, float]) -> QRectF:
    start, end = place
    left = rect.left() + min(max(start, 0.0), 1.0) * rect.width()
    right = rect.left() + min(max(end, 0.0), 1.0) * rect.width()
    return QRectF(left, rect.top(), max(0.0, right - left), rect.height())


def _lines(painter: QPainter, rect: QRectF, places: tuple[float, ...]) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for place in places:
        x = rect.left() + min(max(place, 0.0), 1.0) * (rect.width() - 1)
        painter.drawLine(QLineF(x, rect.top(), x, rect.bottom()))
