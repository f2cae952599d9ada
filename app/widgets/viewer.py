"""The picture: letterboxed on the darkest ground, crisp in device pixels, with the map over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen, QTransform
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QWidget

from app import theme
from app.viewmodels.picture import PictureViewModel
from app.viewmodels.pointing import PointingViewModel
from app.widgets import pinned_contours
from app.widgets.overlay import LEVELS, contour_path, heat_image
from app.widgets.rubber_band import RubberBand
from app.widgets.state_page import StatePage

if TYPE_CHECKING:
    import numpy as np

    from engine.media import Frame

FADE_MS = 120
"""One map gives way to another over so long: maps that come one after the other must not flicker."""
OPEN_VIDEO, OPEN_DEMO, TRY_ANOTHER = "Open video…", "Try the demo", "Open another video…"
FIND = "Find it…"


def fitted(size: QSizeF, into: QRectF) -> QRectF:
    """The largest centred rectangle of the proportions of ``size`` inside ``into``, on whole device pixels."""
    scaled = size.scaled(into.size(), Qt.AspectRatioMode.KeepAspectRatio)
    left = into.left() + (into.width() - scaled.width()) / 2
    top = into.top() + (into.height() - scaled.height()) / 2
    return QRectF(QPointF(round(left), round(top)), QSizeF(round(scaled.width()), round(scaled.height())))


class PictureCanvas(QWidget):
    """Paints the newest frame and its overlay; nothing is laid out or converted twice for one frame."""

    def __init__(self, viewmodel: PictureViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewmodel = viewmodel
        self._image = QImage()
        self._painted: Frame | None = None
        """The frame whose bytes ``_image`` shows."""
        self._small = QImage()
        self._heat = QImage()
        self._contours: list[QPainterPath] = []
        self._before = QImage()
        self._shown: np.ndarray | None = None
        """The map that ``_heat`` and ``_contours`` were made from."""
        self._pinned: list[pinned_contours.Entry] = []
        self._fade = QVariantAnimation(self)
        self._fade.setDuration(FADE_MS)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.valueChanged.connect(self.update)
        self._fade.finished.connect(self._end_fade)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Picture")
        viewmodel.frame_changed.connect(self._take_frame)
        viewmodel.map_changed.connect(self._take_map)
        viewmodel.overlay_changed.connect(self._take_map)
        viewmodel.localisation.changed.connect(self._take_pins)
        viewmodel.localisation.pins_changed.connect(self._take_pins)

    def picture_rect(self) -> QRectF:
        """Where the picture lies in the widget (px)."""
        return fitted(QSizeF(self._image.size()), QRectF(self.rect()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, frame, overlay. While the film plays the frame is chosen here, when it is painted."""
        self.viewmodel.catch_up()
        self._take_image()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour(theme.PICTURE_GROUND))
        if self._image.isNull():
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        where = self.picture_rect()
        painter.drawImage(where, self._scaled(where))
        if self.viewmodel.overlay_on:
            if self.viewmodel.map is not None:
                self._paint_overlay(painter, where)
                painter.setOpacity(1.0)
            pinned_contours.paint(painter, where, self._pinned)

    def _scaled(self, where: QRectF) -> QImage:
        # Qt's painter samples bilinearly, which shimmers below half size; the scaler averages.
        target = (where.size() * self.devicePixelRatioF()).toSize()
        if target.width() * 2 > self._image.width():
            return self._image
        if self._small.size() != target:
            self._small = self._image.scaled(
                target, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        return self._small

    def _paint_overlay(self, painter: QPainter, where: QRectF) -> None:
        if self.viewmodel.mode == "heat":
            come = float(self._fade.currentValue()) if not self._before.isNull() else 1.0
            for image, share in ((self._before, 1.0 - come), (self._heat, come)):
                if share > 0 and not image.isNull():
                    painter.setOpacity(self.viewmodel.opacity * share)
                    painter.drawImage(where, image)
            return
        painter.setOpacity(self.viewmodel.opacity)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        onto = QTransform.fromTranslate(where.x(), where.y()).scale(where.width(), where.height())
        for path, width in zip(self._contours, (1.5, 2.5), strict=True):
            outline = onto.map(path)
            painter.strokePath(outline, QPen(theme.colour("#000000", 0.6), width + 2))
            painter.strokePath(outline, QPen(theme.colour("#fcffa4"), width))

    def _take_frame(self) -> None:
        if self._image.isNull() or self.viewmodel.frame is None:
            self._take_image()  # where it lies is asked for before it is painted
        self.update()

    def _take_image(self) -> None:
        frame = self.viewmodel.frame
        if frame is self._painted:
            return
        self._small = QImage()
        if frame is None:
            self._image = QImage()
        else:
            height, width, _ = frame.image.shape
            # Its bytes stay the frame's own, which is kept beside it for as long.
            self._image = QImage(frame.image.data, width, height, frame.image.strides[0], QImage.Format.Format_RGB888)
        self._painted = frame

    @property
    def _aspect(self) -> float:
        return self._image.width() / max(1, self._image.height())

    def _take_map(self) -> None:
        values = self.viewmodel.map
        if values is None or self._image.isNull() or not self.viewmodel.overlay_on:
            self._heat, self._shown = QImage(), None
            self._end_fade()
        elif values is not self._shown:
            self._before, self._shown = self._heat, values
            self._heat = heat_image(values, self._aspect)
            self._contours = [contour_path(values, self._aspect, level) for level in LEVELS]
            if not self._before.isNull():
                self._fade.stop()
                self._fade.start()
        self.update()

    def _end_fade(self) -> None:
        self._fade.stop()
        self._before = QImage()
        self.update()

    def _take_pins(self) -> None:
        if not self._image.isNull():
            self._pinned = pinned_contours.entries(self.viewmodel.pinned, self._aspect)
            self.update()


class PictureView(QWidget):
    """The picture in its five states: empty, opening, shown, failed, missing."""

    open_video = Signal()
    open_demo = Signal()

    def __init__(
        self, viewmodel: PictureViewModel, parent: QWidget | None = None, *, pointing: PointingViewModel | None = None
    ) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self._page = StatePage()
        self.canvas = PictureCanvas(viewmodel)
        self.band = RubberBand(pointing, self.canvas) if pointing is not None else None
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._page)
        self._stack.addWidget(self.canvas)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Picture")
        self.canvas.setFocusProxy(self)
        self._page.pressed.connect(self._on_pressed)
        viewmodel.session.video_changed.connect(self._show_state)
        viewmodel.frame_changed.connect(self._show_state)
        viewmodel.session.runner.progress.connect(self._show_preparing)
        self._show_state()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The region's keys; all others are the window's."""
        if self.band is None or not self.band.press_key(event):
            super().keyPressEvent(event)

    def _show_state(self) -> None:
        film = self._viewmodel.session.film
        if self._viewmodel.frame is not None:
            self._stack.setCurrentWidget(self.canvas)
            return
        self._stack.setCurrentWidget(self._page)
        name = film.path.name if film.path is not None else ""
        preparing = self._viewmodel.session.preparing
        if preparing is not None and preparing.job is not None:
            self._page.show_working(
                "filmstrip", preparing.title, preparing.job.message, fraction=preparing.job.fraction
            )
            return
        if film.state == "failed" and film.error is not None:
            self._page.show_failed(film.error, buttons=(TRY_ANOTHER,))
        elif film.state == "missing":
            text = "The project plays without it. Say in which folder it is now."
            self._page.show_state("movie-open-outline", f"The picture {film.missing} is missing", text, buttons=(FIND,))
        elif film.state in ("opening", "open"):
            self._page.show_working("movie-open-outline", f"Opening {name}")
        else:
            self._page.show_state(
                "movie-open-outline",
                "Drop a video here",
                "or a still picture; a folder of sounds may be dropped anywhere on the window.",
                buttons=(OPEN_VIDEO, OPEN_DEMO),
            )

    def _show_preparing(self) -> None:
        if self._viewmodel.session.preparing is not None:
            self._show_state()

    def _on_pressed(self, text: str) -> None:
        if text in (OPEN_VIDEO, TRY_ANOTHER):
            self.open_video.emit()
        elif text == OPEN_DEMO:
            self.open_demo.emit()
        elif text == FIND:
            self._viewmodel.session.film.find_wanted.emit()
        elif text == "Cancel":
            self._viewmodel.session.stop_opening()
