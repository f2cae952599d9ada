"""Waveforms of clips as small pictures, made once a size; what there is no time for now is drawn a frame later."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

if TYPE_CHECKING:
    import numpy as np

    from engine.audio.outline import Outline
    from engine.timeline.document import Clip, Media

TILE = 256  # px
MOST_TILES = 3000
BUDGET = 0.006  # s a frame for new pictures: at 60 Hz there are 16.7 ms for everything
_CURVE = 0.65  # lifts what is soft, as ears do


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sound:
    """A clip, its media with its outline, and the project's sample rate (Hz)."""

    clip: Clip
    media: Media
    outline: Outline
    rate: int


class Waves:
    """Draws waveforms tile by tile.

    ``late`` tells whether something was left out for lack of time since :meth:`begin`.
    """

    def __init__(self) -> None:
        self.late = False
        self._tiles: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()
        self._until = math.inf
        self._made = 0

    def begin(self, budget: float = BUDGET) -> None:
        """A frame begins; new pictures may take ``budget`` seconds, and one is made however late it is."""
        self.late, self._made = False, 0
        self._until = time.perf_counter() + budget

    def clear(self) -> None:
        """Forget every picture."""
        self._tiles.clear()

    def paint(
        self,
        painter: QPainter,
        box: QRectF,
        visible: tuple[float, float],
        sound: Sound,
        colour: QColor,
    ) -> None:
        """Draw a clip's waveform.

        Args:
            painter: where to.
            box: of the whole clip, in logical px, also beyond the view.
            visible: first and last x that can be seen.
            sound: what is drawn.
            colour: of the waveform.
        """
        ratio = painter.device().devicePixelRatioF()
        first = max(0, int((visible[0] - box.left()) // TILE))
        last = min(math.ceil(box.width() / TILE), int((visible[1] - box.left()) // TILE) + 1)
        for number in range(first, last):
            left = number * TILE
            width = min(TILE, box.width() - left)
            picture = self._tile(sound, (left, width, box.width()), (box.height(), ratio), colour)
            if picture is not None:
                painter.drawPixmap(QRectF(box.left() + left, box.top(), width, box.height()), picture, picture.rect())

    def _tile(
        self,
        sound: Sound,
        across: tuple[float, float, float],
        size: tuple[float, float],
        colour: QColor,
    ) -> QPixmap | None:
        clip = sound.clip
        looks = (clip.source_in, clip.length, clip.speed, clip.reverse, clip.gain_db)
        name = (sound.media.id, looks, tuple(round(value, 2) for value in across), size, colour.rgba())
        found = self._tiles.get(name)
        if found is not None:
            self._tiles.move_to_end(name)
            return found
        if self._made and time.perf_counter() > self._until:
            self.late = True
            return None
        height, ratio = size
        pixels = (max(1, round(across[1] * ratio)), max(1, round(height * ratio)))
        columns = _columns(sound, across, pixels[0])
        self._made += 1
        made = self._tiles[name] = picture(columns * 10 ** (clip.gain_db / 20), *pixels, colour)
        while len(self._tiles) > MOST_TILES:
            self._tiles.popitem(last=False)
        return made


def _columns(sound: Sound, across: tuple[float, float, float], count: int) -> np.ndarray:
    """Lowest and highest of ``count`` px of a clip; ``across`` is left, width and the clip's whole width in px."""
    clip = sound.clip
    left, width, whole = across
    span = float(clip.length * clip.speed * Fraction(sound.media.sample_rate, sound.rate))
    begin, end = left / whole * span, (left + width) / whole * span
    if clip.reverse:
        begin, end = span - end, span - begin
    columns = sound.outline.columns(clip.source_in + begin, clip.source_in + end, count)
    return columns[:, ::-1] if clip.reverse else columns


def picture(columns: np.ndarray, width: int, height: int, colour: QColor) -> QPixmap:
    """Extremes ``(2, width)`` as a picture with smooth edges; full scale fills the height."""
    import numpy as np

    low, high = np.sign(columns) * np.abs(np.clip(columns, -1, 1)) ** _CURVE
    middle = height / 2
    top, bottom = middle - middle * high, middle - middle * low
    thin = np.maximum(0.0, 1.0 - (bottom - top)) / 2  # silence is a line of one pixel
    rows = np.arange(height, dtype=np.float32)[:, None]
    cover = np.clip(np.minimum(rows + 1, bottom + thin) - np.maximum(rows, top - thin), 0.0, 1.0)
    alpha = (cover * colour.alpha() + 0.5).astype(np.uint32)
    packed = alpha << 24
    for shift, part in ((16, colour.red()), (8, colour.green()), (0, colour.blue())):
        packed |= (alpha * part // 255) << shift
    data = np.ascontiguousarray(packed)
    image = QImage(data.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    return QPixmap.fromImage(image.copy())
