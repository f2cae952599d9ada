"""Waveforms: every sample's peak is drawn, crisp at any scale, from pictures computed once."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from app import theme
from app.widgets import waveform
from app.widgets.waveform import WaveformPainter, WaveformState, columns, coverage, snapped

OUTLINE = np.stack([-np.linspace(0, 1, 400), np.linspace(0, 1, 400)]).astype(np.float32)


def draw(painter: WaveformPainter, state: WaveformState, ratio: float = 1.0, peaks: object = OUTLINE) -> np.ndarray:
    """RGB ``(H, W, 3)`` in device pixels of a waveform 200 x 40."""
    image = QImage(round(200 * ratio), round(40 * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(theme.PANEL))
    brush = QPainter(image)
    painter.paint(brush, QRectF(0, 0, 200, 40), 1, peaks, state)  # type: ignore[arg-type]
    brush.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4)[..., 2::-1].astype(int)


def is_colour(pixels: np.ndarray, colour: str) -> np.ndarray:
    want = QColor(colour)
    return np.abs(pixels - [want.red(), want.green(), want.blue()]).max(axis=-1) < 12


@pytest.mark.parametrize("width", [1, 7, 134, 400, 401, 900])
def test_no_peak_is_lost_at_any_width(width: int) -> None:
    rng = np.random.default_rng(0)
    peaks = np.stack([-rng.random(400), rng.random(400)]).astype(np.float32)
    low, high = columns(peaks, width)
    assert (low.shape, high.shape) == ((width,), (width,))
    assert high.max() == peaks[1].max()
    assert low.min() == peaks[0].min()


def test_height_follows_level_and_silence_is_a_line() -> None:
    cover = coverage(OUTLINE, 100, 41)
    heights = cover.sum(axis=0)
    assert np.all(np.diff(heights) > -1e-4)
    assert heights[-1] == pytest.approx(41, abs=0.3)
    silent = coverage(np.zeros((2, 400), np.float32), 10, 41)
    assert np.allclose(silent.sum(axis=0), 1.0)
    assert silent[20].min() == 1.0  # on one row of pixels, not smeared over two


def test_parts_are_told_by_colour(dressed: object) -> None:
    state = WaveformState(chosen=(0.5, 0.75), playhead=0.6, played_from=0.5)
    pixels = draw(WaveformPainter(), state)
    middle = pixels[20]
    assert is_colour(middle[102:118], theme.ACCENT).mean() > 0.9  # heard
    assert is_colour(middle[125:148], theme.TEXT).mean() > 0.9  # chosen, not heard yet
    assert is_colour(middle[160:195], waveform._DIM).mean() > 0.9  # outside
    assert is_colour(pixels[2, 99:102], theme.ACCENT).any()  # the region's edge


def test_played_part_and_playhead_show_without_a_region(dressed: object) -> None:
    pixels = draw(WaveformPainter(), WaveformState(playhead=0.9))
    assert is_colour(pixels[20, 20:175], theme.ACCENT).mean() > 0.9
    assert is_colour(pixels[20, 185:198], theme.QUIET).mean() > 0.9
    assert is_colour(pixels[1, 176:184], theme.ACCENT).any()


def test_missing_outline_is_a_still_line(dressed: object) -> None:
    pixels = draw(WaveformPainter(), WaveformState(), peaks=None)
    assert is_colour(pixels, theme.LINE).any(axis=0).mean() > 0.95
    assert is_colour(pixels, theme.LINE).any(axis=1).sum() <= 2


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_drawn_with_device_pixels(dressed: object, ratio: float) -> None:
    square = np.zeros((2, 400), np.float32)
    square[1, 200:] = 1.0
    square[0, 200:] = -1.0
    pixels = draw(WaveformPainter(), WaveformState(), ratio, peaks=square)
    edge = is_colour(pixels[round(8 * ratio)], theme.QUIET)
    first = int(edge.argmax())
    assert edge[first:-1].all()  # no half-covered column on the way: the edge is one step
    assert first == pytest.approx(100 * ratio, abs=1)


def test_pictures_are_computed_once_and_bounded(dressed: object, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    real = waveform.outline_picture
    monkeypatch.setattr(waveform, "outline_picture", lambda *a: made.append(1) or real(*a))
    painter = WaveformPainter(most=3)
    for _ in range(5):
        draw(painter, WaveformState())
    assert len(made) == 1
    for ratio in (1.25, 1.5, 2.0, 3.0):
        draw(painter, WaveformState(), ratio)
    assert len(painter._pictures) == 3
    painter.clear()
    draw(painter, WaveformState(), 3.0)
    assert len(made) == 6


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_snapping_moves_onto_device_pixels(ratio: float) -> None:
    rect = snapped(QRectF(10.3, 7.7, 99.9, 26.2), ratio)
    for edge in (rect.left(), rect.top(), rect.width(), rect.height()):
        assert edge * ratio == pytest.approx(round(edge * ratio))


def test_thirty_rows_are_painted_within_a_frame(dressed: object, qtbot: QtBot) -> None:
    import time

    painter = WaveformPainter()
    image = QImage(400, 60, QImage.Format.Format_ARGB32_Premultiplied)
    brush = QPainter(image)
    state = WaveformState(proposed=(0.2, 0.6), playhead=0.4, played_from=0.2)
    for key in range(30):
        painter.paint(brush, QRectF(0, 0, 300, 26), key, OUTLINE, state)
    times = []
    for _ in range(10):
        begun = time.perf_counter()
        for key in range(30):
            painter.paint(brush, QRectF(0, 0, 300, 26), key, OUTLINE, state)
        times.append(time.perf_counter() - begun)
    brush.end()
    assert min(times) < 0.016
