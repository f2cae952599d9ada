"""The scrubber: a strip of the film's pictures with shots, fit curve, playhead, ruler and hover preview."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app import theme
from app.viewmodels.filmstrip import FilmstripViewModel
from app.widgets import strip_marks
from app.widgets.viewer import fitted
from engine.timeline.timecode import frames_a_second

if TYPE_CHECKING:
    from engine.media import Frame
    from engine.recommend.fit import Peak

RULER, STRIP = 16, 44  # px
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)  # s between ruler marks
MARK_WIDTH = 84  # px a mark needs for its time code


def to_image(frame: Frame) -> QImage:
    """A frame's pixels as a QImage of its own."""
    height, width, _ = frame.image.shape
    return QImage(frame.image.data, width, height, frame.image.strides[0], QImage.Format.Format_RGB888).copy()


class HoverPreview(QFrame):
    """A small picture with its time code that follows the pointer over the strip."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip | Qt.WindowType.WindowTransparentForInput)
        self._picture, self._time = QLabel(), QLabel()
        for label in (self._picture, self._time):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._time.setFont(theme.figures(theme.SMALL))
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(4)
        column.addWidget(self._picture)
        column.addWidget(self._time)
        self.setStyleSheet(f"HoverPreview {{ background: {theme.RAISED}; border: 1px solid {theme.LINE}; }}")

    def show_at(self, frame: Frame | None, timecode: str, strip: QWidget, x: int) -> None:
        """Show a picture above the strip at ``x`` px."""
        self._picture.setVisible(frame is not None)
        if frame is not None:
            ratio = self.devicePixelRatioF()
            pixmap = QPixmap.fromImage(to_image(frame)).scaledToHeight(
                round(72 * ratio), Qt.TransformationMode.SmoothTransformation
            )
            pixmap.setDevicePixelRatio(ratio)
            self._picture.setPixmap(pixmap)
        self._time.setText(timecode)
        self.adjustSize()
        above = strip.mapToGlobal(QPointF(x - self.width() / 2, -self.height() - 6)).toPoint()
        self.move(above)
        self.show()


class Filmstrip(QWidget):
    """Click or drag to scrub, hover to peek; arrows step while it has the focus. A click on a peak goes to it."""

    def __init__(self, viewmodel: FilmstripViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self._session = viewmodel.session
        self._strip = QPixmap()
        self._word = QRectF()
        self._hovered: Peak | None = None
        self._preview = HoverPreview(self)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Filmstrip")
        self.setToolTipDuration(1)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        viewmodel.changed.connect(self._forget_strip)
        self._session.video_changed.connect(self._forget_strip)
        self._session.time_changed.connect(lambda _: self.update())
        self._session.film.counting_changed.connect(self.update)
        for marks in (viewmodel.shots, viewmodel.fit):
            if marks is not None:
                marks.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """One row of pictures under a ruler."""
        return QSize(320, RULER + STRIP + 4)

    @property
    def strip_key(self) -> int:
        """Identity of the drawn strip; it changes when the pictures are drawn anew."""
        return self._strip.cacheKey()

    def x_of(self, seconds: float) -> float:
        """Where a time lies in the widget (px)."""
        return seconds / self._session.film.length * self.width() if self._session.film.length else 0.0

    def time_at(self, x: float) -> float:
        """The time (s) under a place in the widget (px)."""
        return min(1.0, max(0.0, x / max(1, self.width()))) * self._session.film.length

    def place_of(self, peak: Peak) -> QPointF:
        """Where a peak's mark is in the widget (px)."""
        return QPointF(self.x_of(peak.time), self._height_of(peak.score))

    def peak_at(self, point: QPointF) -> Peak | None:
        """The peak whose mark is under a place in the widget, the nearest of several."""
        fit = self._viewmodel.fit.fit if self._viewmodel.fit is not None else None
        near = [
            ((self.place_of(peak) - point).manhattanLength(), peak) for peak in (fit.peaks if fit is not None else ())
        ]
        distance, peak = min(near, key=lambda pair: pair[0], default=(math.inf, None))
        return peak if distance <= strip_marks.REACH else None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ruler, cached strip, shots, fit, playhead."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour(theme.PANEL))
        self._paint_ruler(painter)
        painter.drawPixmap(0, RULER, self._strip_pixmap())
        if self._session.film.length:
            self._paint_cuts(painter)
            self._paint_fit(painter)
            self._paint_playhead(painter)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour(theme.ACCENT), 1))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def resizeEvent(self, event: QEvent) -> None:
        """The strip is drawn anew for its new width."""
        self._forget_strip()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move the playhead here, or exactly onto the peak that is under the pointer."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._viewmodel.fit is not None and self._word.contains(event.position()):
            self._viewmodel.fit.clear()
            return
        peak = self.peak_at(event.position())
        self._session.seek(peak.time if peak is not None else self.time_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub while the button is down; peek otherwise."""
        x = event.position().x()
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._preview.hide()
            self._session.seek(self.time_at(x))
        elif self._session.film.length:
            seconds = self._hover(event.position())
            timecode = self._session.film.counting.at(seconds)
            self._preview.show_at(self._viewmodel.nearest(seconds), timecode, self, round(x))

    def leaveEvent(self, event: QEvent) -> None:
        """The peek ends with the pointer."""
        self._preview.hide()

    def hideEvent(self, event: QEvent) -> None:
        """No peek without its strip."""
        self._preview.hide()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """One frame a notch."""
        notches = event.angleDelta().y() or event.angleDelta().x()
        self._session.step(-1 if notches > 0 else 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Page keys move by a tenth of a film whose shots are not known; the window's own keys do the rest."""
        shots = self._viewmodel.shots
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and not (shots is not None and shots.shots):
            sign = 1 if event.key() == Qt.Key.Key_PageDown else -1
            self._session.seek(self._session.time + sign * self._session.film.length / 10)
        else:
            super().keyPressEvent(event)

    def _hover(self, point: QPointF) -> float:
        """The time (s) under the pointer, that of a peak when it is over one's mark."""
        peak = self.peak_at(point)
        on_word = self._word.contains(point)
        self.setCursor(Qt.CursorShape.PointingHandCursor if peak or on_word else Qt.CursorShape.ArrowCursor)
        if peak != self._hovered:
            self._hovered = peak
            self.update()
        return peak.time if peak is not None else self.time_at(point.x())

    def _height_of(self, score: float) -> float:
        """Where a score lies in the strip (px), on the scale of the curve that is shown."""
        room = STRIP - 2 * strip_marks.PEAK - 4
        fit = self._viewmodel.fit.fit if self._viewmodel.fit is not None else None
        return RULER + STRIP - 2 - (fit.height(score) if fit is not None else 0.0) * room

    def _paint_cuts(self, painter: QPainter) -> None:
        if self._viewmodel.shots is not None:
            places = [self.x_of(shot.start) for shot in self._viewmodel.shots.shots[1:]]
            strip_marks.paint_cuts(painter, places, RULER, RULER + STRIP)

    def _paint_fit(self, painter: QPainter) -> None:
        self._word = QRectF()
        viewmodel = self._viewmodel.fit
        if viewmodel is None or viewmodel.row is None:
            return
        area = QRectF(0, RULER, self.width(), STRIP)
        if viewmodel.fit is not None:
            fit = viewmodel.fit
            pairs = zip(fit.curve.times.tolist(), fit.curve.scores.tolist(), strict=True)
            points = [QPointF(self.x_of(time), self._height_of(score)) for time, score in pairs]
            points.append(QPointF(self.x_of(self._session.film.length), points[-1].y()))  # its last frame stands
            strip_marks.paint_curve(painter, points, area, self._height_of(fit.fits) if fit.reaches else None)
            for peak in fit.peaks:
                hovered = peak == self._hovered
                strip_marks.paint_peak(painter, self.place_of(peak), fits=peak.score >= fit.fits, hovered=hovered)
        failed = viewmodel.state == "failed"
        self._word = strip_marks.paint_word(painter, viewmodel.word, area, left=self._busier_right(), warm=failed)

    def _busier_right(self) -> bool:
        """Whether the curve stands higher in the right half: words then stand on the left."""
        fit = self._viewmodel.fit.fit if self._viewmodel.fit is not None else None
        if fit is None:
            return False
        late = fit.curve.times > self._session.film.length / 2
        return bool(fit.curve.scores[late].max(initial=0.0) > fit.curve.scores[~late].max(initial=0.0))

    def _forget_strip(self) -> None:
        self._strip = QPixmap()
        self.update()

    def _strip_pixmap(self) -> QPixmap:
        if self._strip.isNull():
            self._strip = self._draw_strip()
        return self._strip

    def _draw_strip(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        strip = QPixmap(QSizeF(self.width() * ratio, STRIP * ratio).toSize())
        strip.setDevicePixelRatio(ratio)
        strip.fill(theme.colour(theme.WINDOW if self._session.film.length else theme.PANEL))
        pictures = self._viewmodel.pictures
        if pictures and self._session.film.length:
            self._draw_cells(QPainter(strip), pictures[0])
        return strip

    def _draw_cells(self, painter: QPainter, first: Frame) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        height, width, _ = first.image.shape
        cells = max(1, round(self.width() / (STRIP * width / height)))
        cell = self.width() / cells
        for index in range(cells):
            frame = self._viewmodel.nearest(self.time_at((index + 0.5) * cell))
            if frame is not None:
                box = QRectF(index * cell, 0, cell - 1, STRIP)
                painter.drawImage(box, to_image(frame), _covering(frame, box))
        painter.end()

    def _paint_ruler(self, painter: QPainter) -> None:
        duration = self._session.film.length
        if not duration:
            return
        wanted = duration * MARK_WIDTH / max(1, self.width())
        step = next((s for s in STEPS if s >= wanted), STEPS[-1])
        painter.setFont(theme.figures(theme.SMALL))
        counting = self._session.film.counting
        second = float(frames_a_second(counting.rate) / counting.rate)  # one second of time code: 1.001 s at 29.97
        for mark in range(math.floor(duration / (step * second)) + 1):
            x = round(self.x_of(mark * step * second))
            painter.setPen(theme.colour(theme.LINE))
            painter.drawLine(x, RULER - 5, x, RULER - 1)
            if x + MARK_WIDTH - 8 <= self.width():
                painter.setPen(theme.colour(theme.QUIET))
                painter.drawText(x + 4, RULER - 4, counting.at(mark * step * second))

    def _paint_playhead(self, painter: QPainter) -> None:
        x = min(self.width() - 1.0, max(1.0, self.x_of(self._session.time)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.ACCENT))
        painter.drawRect(QRectF(x - 1, 0, 2, self.height()))
        painter.drawPolygon([QPointF(x - 5, 0), QPointF(x + 5, 0), QPointF(x, 7)])


def _covering(frame: Frame, box: QRectF) -> QRectF:
    """The middle part of a frame that fills a cell without distortion."""
    height, width, _ = frame.image.shape
    return fitted(box.size(), QRectF(0, 0, width, height))
