"""Files dropped onto the timeline begin where they are let go."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from app.widgets.timeline.view import TimelineView
from tests.app.widgets.timeline.conftest import Person

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def _drop(view: TimelineView, event: QDropEvent) -> None:
    """Let something come in and be let go, as a drag does."""
    place, port = event.position().toPoint(), view.viewport()
    QApplication.sendEvent(port, QDragEnterEvent(place, event.possibleActions(), event.mimeData(), LEFT, NONE))
    QApplication.sendEvent(port, event)


def test_dropped_files_are_placed_where_they_are_let_go(person: Person, view: TimelineView, sound_folder: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(sound_folder / "train passing.wav"))])
    place = QPointF(400, view.row_height * 1.5)
    event = QDropEvent(place, Qt.DropAction.CopyAction, mime, LEFT, NONE)
    at = view.viewmodel.snapped(view.geometry_now().sample_at(400))
    _drop(view, event)
    row, clip = person.find("train passing")
    assert row == 1 and clip.position == at
    event = QDropEvent(QPointF(10, 5 * view.row_height), Qt.DropAction.CopyAction, mime, LEFT, NONE)
    _drop(view, event)
    assert len(person.project.tracks) == 3, "below the last track is a new one"


def test_dropped_on_the_ruler_they_begin_there_on_a_new_track(
    person: Person, view: TimelineView, sound_folder: Path
) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(sound_folder / "train passing.wav"))])
    at = view.viewmodel.snapped(view.geometry_now().sample_at(300))
    QApplication.sendEvent(view.ruler, QDragEnterEvent(QPoint(300, 8), Qt.DropAction.CopyAction, mime, LEFT, NONE))
    QApplication.sendEvent(view.ruler, QDragMoveEvent(QPoint(300, 8), Qt.DropAction.CopyAction, mime, LEFT, NONE))
    assert view.drops.place == (at, 2)
    QApplication.sendEvent(view.ruler, QDropEvent(QPointF(300, 8), Qt.DropAction.CopyAction, mime, LEFT, NONE))
    row, clip = person.find("train passing")
    assert (row, clip.position) == (2, at)


def test_what_is_no_file_here_is_not_taken(view: TimelineView) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/door.wav")])
    enter = QDragEnterEvent(QPoint(400, 20), Qt.DropAction.CopyAction, mime, LEFT, NONE)
    QApplication.sendEvent(view.viewport(), enter)
    assert not enter.isAccepted() and view.drops.place is None


def test_what_is_dragged_over_shows_where_it_would_begin(view: TimelineView, sound_folder: Path) -> None:
    mime, port = QMimeData(), view.viewport()
    place = QPoint(400, 60)
    enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, mime, LEFT, NONE)
    QApplication.sendEvent(port, enter)
    assert not enter.isAccepted(), "words are no sounds"
    mime.setUrls([QUrl.fromLocalFile(str(sound_folder / "train passing.wav"))])
    enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, mime, LEFT, NONE)
    QApplication.sendEvent(port, enter)
    QApplication.sendEvent(port, QDragMoveEvent(place, Qt.DropAction.CopyAction, mime, LEFT, NONE))
    at = view.viewmodel.snapped(view.geometry_now().sample_at(400))
    assert enter.isAccepted() and view.drops.place == (at, 1)
    QApplication.sendEvent(port, QDragLeaveEvent())
    assert view.drops.place is None


def test_what_is_dragged_over_is_as_long_as_it_will_be(view: TimelineView, sound_folder: Path) -> None:
    mime, port = QMimeData(), view.viewport()
    mime.setUrls(
        [QUrl.fromLocalFile(str(sound_folder / name)) for name in ("dog/DOGBark_Terrier_01.wav", "water/drip.wav")]
    )
    place = QPoint(10, 3 * view.row_height + 20)
    QApplication.sendEvent(port, QDragEnterEvent(place, Qt.DropAction.CopyAction, mime, LEFT, NONE))
    assert view.drops.length == round((0.6 + 0.3) * 48_000)
    QApplication.sendEvent(port, QDragMoveEvent(place, Qt.DropAction.CopyAction, mime, LEFT, NONE))
    x = view.geometry_now().x_of(view.drops.place[0] + view.drops.length)  # type: ignore[index]
    shown = port.grab().toImage()
    y = view.row_height * 2 + 20
    assert shown.pixelColor(round(x) - 3, y) != shown.pixelColor(round(x) + 3, y)
    QApplication.sendEvent(port, QDragLeaveEvent())
    assert view.drops.length is None
