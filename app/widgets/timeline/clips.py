"""Draws the rows of the timeline: only clips that can be seen, and those too narrow to tell apart as one bar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from app import theme
from app.viewmodels.mixer import level_text
from app.viewmodels.timeline_index import Indexes, TrackIndex
from app.widgets.timeline.geometry import LEAST_NAMED, NAME_HEIGHT, Geometry
from app.widgets.timeline.handles import (
    numbers_of,
    paint_fade_handles,
    paint_numbers,
    paint_sync,
    pitch_text,
    speed_text,
    sync_mark,
)
from app.widgets.timeline.lost import paint_hatching, paint_word
from app.widgets.timeline.waves import Sound, Waves

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from engine.audio.outline import Outline
    from engine.timeline.document import Clip, Media, Project, Track

NARROW = 3  # px; a narrower clip has neither name nor waveform
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
Outlines = Callable[["Media"], "Outline | None"]


@lru_cache(maxsize=512)
def shades(colour: str | None, name: str, quiet: bool) -> tuple[QColor, QColor, QColor]:
    """Fill, waveform and edge of a track's clips; ``quiet`` for what is not heard."""
    hue = QColor(colour) if colour else theme.category_colour(name)
    strength = 0.25 if quiet else 1.0
    return (
        _mixed(QColor(theme.PANEL), hue, 0.26 * strength),
        _mixed(QColor(theme.PANEL), hue, 0.35 if quiet else 0.9),
        _mixed(QColor(theme.PANEL), hue, 0.5 * strength),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    geometry: Geometry
    rate: int
    media: dict[str, Media]
    selection: frozenset[str]
    missing: Mapping[str, Path]
    """Media whose files are not there."""

    def seen(self, box: QRectF) -> QRectF:
        """The part of a clip in view, and a little beyond it for its edges."""
        return box.intersected(QRectF(-4, box.top(), self.geometry.width + 8, box.height()))


class ClipPainter:
    """Draws a project into a view of it."""

    def __init__(self, outlines: Outlines, indexes: Indexes) -> None:
        self.indexes, self.waves = indexes, Waves()
        self._outlines = outlines

    def paint(
        self,
        painter: QPainter,
        geometry: Geometry,
        project: Project,
        selection: frozenset[str],
        current: str | None,
        *,
        missing: Mapping[str, Path],
    ) -> None:
        """Draw all rows in view; clips of ``missing`` media are placeholders."""
        scene = _Scene(
            geometry=geometry,
            rate=project.sample_rate,
            media={entry.id: entry for entry in project.media},
            selection=selection,
            missing=missing,
        )
        soloed = any(track.solo for track in project.tracks)
        painter.setFont(theme.font(theme.SMALL))
        for row in geometry.rows(len(project.tracks)):
            track = project.tracks[row]
            box = QRect(0, geometry.row_top(row), geometry.width, geometry.row_height - 1)
            painter.fillRect(box, QColor(theme.PANEL if track.id != current else theme.RAISED))
            self._row(painter, scene, track, not track.mute and (track.solo or not soloed), box)

    def _row(self, painter: QPainter, scene: _Scene, track: Track, heard: bool, box: QRect) -> None:
        geometry, index = scene.geometry, self.indexes.of(track)
        numbers = index.between(*geometry.span)
        if not len(numbers):
            return
        lefts = index.starts[numbers] / geometry.samples_per_px - geometry.left
        rights = index.ends[numbers] / geometry.samples_per_px - geometry.left
        wide = rights - lefts >= NARROW
        edge = shades(track.colour, track.name, not heard)[2]
        for bar in _bars(lefts[~wide], rights[~wide]):
            painter.fillRect(QRectF(bar[0], box.top() + 2, bar[1] - bar[0], box.height() - 3), edge)
        for number in numbers[wide].tolist():
            clip = track.clips[number]
            place = _box(geometry, clip, box)
            lost = clip.media in scene.missing
            colours = shades(track.colour, track.name, not heard or clip.mute or lost)
            self._clip(painter, scene, clip, place, colours)
            self._fades(painter, geometry, index, clip, place)
            self._frame(painter, scene, clip, place, colours[2])
            if lost:
                named = place.height() >= LEAST_NAMED
                paint_word(painter, body_of(place), scene.seen(place), "" if named else clip.name)
            if clip.id in scene.selection:
                paint_numbers(painter, clip, place, geometry.width)
                paint_fade_handles(painter, geometry, clip, place, body_of(place).top())
            paint_sync(painter, sync_mark(geometry, clip, body_of(place)), body_of(place))

    def _clip(
        self, painter: QPainter, scene: _Scene, clip: Clip, box: QRectF, colours: tuple[QColor, QColor, QColor]
    ) -> None:
        fill, wave, _ = colours
        width, selected = scene.geometry.width, clip.id in scene.selection
        seen = scene.seen(box)
        painter.fillRect(seen, fill)
        named, body, media = box.height() >= LEAST_NAMED, body_of(box), scene.media[clip.media]
        outline = self._outlines(media) if media.id not in scene.missing else None
        if media.id in scene.missing:
            paint_hatching(painter, body, seen)
        elif outline is not None:
            sound = Sound(clip=clip, media=media, outline=outline, rate=scene.rate)
            self.waves.paint(painter, body, (max(0.0, box.left()), float(width)), sound, wave)
        if named and seen.width() > 24:
            left = max(seen.left(), 0.0)
            painter.setPen(QColor(theme.TEXT if not clip.mute else theme.QUIET))
            apart = selected and any(numbers_of(clip, box, width))
            head = QRectF(left + 5, box.top(), seen.right() - left - 8, NAME_HEIGHT)
            painter.drawText(head, int(_LEFT), _words(clip, numbers=not apart))

    def _frame(self, painter: QPainter, scene: _Scene, clip: Clip, box: QRectF, edge: QColor) -> None:
        """The clip's edge and its marks, over its fades."""
        selected, seen = clip.id in scene.selection, scene.seen(box)
        if clip.media in scene.missing:
            own = QPen(theme.colour(theme.QUIET, 0.8), 1, Qt.PenStyle.DashLine)
        else:
            own = QPen(edge, 1)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.ACCENT), 2) if selected else own)
        inset = 1.0 if selected else 0.5
        painter.drawRect(seen.adjusted(inset, inset, -inset, -inset))
        self._marks(painter, scene.geometry, clip, body_of(box), selected)

    @staticmethod
    def _marks(painter: QPainter, geometry: Geometry, clip: Clip, body: QRectF, selected: bool) -> None:
        if clip.gain_db or selected:
            y = gain_y(body, clip.gain_db)
            painter.setPen(QPen(theme.colour(theme.TEXT, 0.55), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(max(0.0, body.left()), y), QPointF(min(body.right(), geometry.width), y))
        if clip.pan_keys:
            path = QPolygonF([QPointF(geometry.x_of(clip.position + k.at), pan_y(body, k.pan)) for k in clip.pan_keys])
            painter.setPen(QPen(theme.colour(theme.ACCENT, 0.8), 1))
            painter.drawPolyline(path)

    @staticmethod
    def _fades(painter: QPainter, geometry: Geometry, index: TrackIndex, clip: Clip, box: QRectF) -> None:
        fades = index.fades.get(clip.id)
        rising = (fades.fade_in if fades else clip.fade_in) / geometry.samples_per_px
        falling = (fades.fade_out if fades else clip.fade_out) / geometry.samples_per_px
        shade = theme.colour(theme.WINDOW, 0.62)
        body = body_of(box)  # the name above it stays readable
        for width, path in (
            (rising, _fade_path(body, rising, clip.fade_in_shape, rising=True)),
            (falling, _fade_path(body, falling, clip.fade_out_shape, rising=False)),
        ):
            if width > 1:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.fillPath(path, shade)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def gain_y(body: QRectF, gain_db: float) -> float:
    """Where a clip's level line lies: +12 dB at the top of its body, -36 dB at the bottom."""
    share = min(1.0, max(0.0, (12.0 - gain_db) / 48.0))
    return body.top() + share * body.height()


def pan_y(body: QRectF, pan: float) -> float:
    """Where a pan lies in a clip's body: left at the top, right at the bottom."""
    return body.center().y() + 0.5 * pan * (body.height() - 4)


def gain_step(body_height: float) -> float:
    """dB that one px of a drag on the level line changes."""
    return 48.0 / max(1.0, body_height)


def clip_box(geometry: Geometry, row: int, clip: Clip) -> QRectF:
    """Where a clip lies in the view."""
    return _box(geometry, clip, QRect(0, geometry.row_top(row), geometry.width, geometry.row_height - 1))


def body_of(box: QRectF) -> QRectF:
    """The part of a clip that shows the waveform."""
    return box.adjusted(0, NAME_HEIGHT if box.height() >= LEAST_NAMED else 1, 0, -1)


def _box(geometry: Geometry, clip: Clip, row: QRect) -> QRectF:
    left, right = geometry.x_of(clip.position), geometry.x_of(clip.end)
    return QRectF(left, row.top() + 1, right - left, row.height() - 2)


def _bars(lefts: np.ndarray, rights: np.ndarray) -> list[tuple[float, float]]:
    """Places of narrow clips, those that touch as one; each at least a pixel wide."""
    import numpy as np

    if not len(lefts):
        return []
    first = np.floor(lefts)
    last = np.maximum.accumulate(np.maximum(first + 1, np.ceil(rights)))
    begins = np.flatnonzero(np.concatenate([[True], first[1:] > last[:-1]]))
    ends = np.append(begins[1:], len(first)) - 1
    return list(zip(first[begins].tolist(), last[ends].tolist(), strict=True))


def _words(clip: Clip, *, numbers: bool) -> str:
    """What is not as it was recorded, then the name, which may be cut off; ``numbers`` tells of speed and pitch too."""
    parts = [
        f"{level_text(clip.gain_db)} dB" if clip.gain_db else "",
        speed_text(clip) if numbers and clip.speed != 1 else "",
        pitch_text(clip) if numbers and clip.pitch else "",
        "reversed" if clip.reverse else "",
        "muted" if clip.mute else "",
        clip.name,
    ]
    return "   ".join(part for part in parts if part)


def _fade_path(box: QRectF, width: float, shape: str, *, rising: bool) -> QPainterPath:
    """What a fade takes away, above its curve."""
    import numpy as np

    steps = np.linspace(0.0, 1.0, 13)
    gains = np.sin(steps * np.pi / 2) if shape == "equal_power" else steps
    xs = box.left() + steps * width if rising else box.right() - steps * width
    path = QPainterPath(QPointF(xs[0], box.top()))
    for x, gain in zip(xs.tolist(), gains.tolist(), strict=True):
        path.lineTo(x, box.bottom() - gain * box.height())
    path.lineTo(float(xs[-1]), box.top())
    path.closeSubpath()
    return path


def _mixed(one: QColor, other: QColor, share: float) -> QColor:
    return QColor.fromRgbF(
        one.redF() + (other.redF() - one.redF()) * share,
        one.greenF() + (other.greenF() - one.greenF()) * share,
        one.blueF() + (other.blueF() - one.blueF()) * share,
    )
