"""Markers and the loop: named, coloured, moved to, taken away; each edit is one step of undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.viewmodels.timeline_state import TimelineState

if TYPE_CHECKING:
    from engine.timeline.document import Marker

COLOURS = (
    ("Amber", None),
    ("Red", "#ff6b5e"),
    ("Green", "#5fc27e"),
    ("Blue", "#4aa3ff"),
    ("Violet", "#b48cff"),
    ("Grey", "#9a9ca3"),
)
"""What a marker can be coloured; None is the window's own amber."""


class MarksViewModel(QObject):
    """Edits of the open project's markers and of its loop."""

    def __init__(self, timeline: TimelineState) -> None:
        super().__init__(timeline)
        self.timeline, self.projects, self.playback = timeline, timeline.projects, timeline.playback

    # markers

    def find(self, marker_id: str) -> Marker | None:
        """The marker of that id."""
        return next((marker for marker in self._markers() if marker.id == marker_id), None)

    def at_playhead(self) -> Marker | None:
        """The last marker that the playhead has reached."""
        reached = [marker for marker in self._markers() if marker.position <= self.playback.position]
        return reached[-1] if reached else None

    def add(self, at: int) -> None:
        """Set a marker at a project sample."""
        from engine.timeline import edits

        name = f"Marker {len(self._markers()) + 1}"
        self.projects.do(lambda project: edits.add_marker(project, at, name))

    def rename(self, marker_id: str, name: str) -> None:
        """Name a marker; an empty name leaves it as it is."""
        from engine.timeline import edits

        name = name.strip()
        if name and self.find(marker_id) is not None:
            self.projects.do(lambda project: edits.rename_marker(project, marker_id, name))

    def colour(self, marker_id: str, colour: str | None) -> None:
        """Colour a marker, ``#rrggbb``; None is the window's own colour."""
        from engine.timeline import edits

        self.projects.do(lambda project: edits.set_marker_colour(project, marker_id, colour))

    def remove(self, marker_id: str) -> None:
        """Take a marker away."""
        from engine.timeline import edits

        self.projects.do(lambda project: edits.remove_marker(project, marker_id))

    def go(self, marker_id: str) -> None:
        """Move the playhead to a marker."""
        marker = self.find(marker_id)
        if marker is not None:
            self.playback.locate(marker.position)

    def step(self, direction: int) -> None:
        """Move the playhead to the next (+1) or previous (-1) marker."""
        here = self.playback.position
        side = [marker.position for marker in self._markers() if (marker.position - here) * direction > 0]
        if side:
            self.playback.locate(min(side) if direction > 0 else max(side))

    # loop

    def loop_selection(self) -> None:
        """Let the loop go round what is selected."""
        clips = self.timeline.selected()
        if not clips:
            self.projects.session.say("Select a sound first, to loop it.")
            return
        self._set_loop((min(clip.position for clip in clips), max(clip.end for clip in clips)))

    def loop_from(self, at: int) -> None:
        """Let the loop begin at a project sample; one that has ended before goes on to the end."""
        loop = self._loop()
        end = loop[1] if loop is not None and loop[1] > at else max(self.timeline.end, at + 1)
        self._set_loop((at, end))

    def loop_to(self, at: int) -> None:
        """Let the loop end at a project sample; one that begins later begins at the start."""
        loop = self._loop()
        start = loop[0] if loop is not None and loop[0] < at else 0
        if start < at:
            self._set_loop((start, at))

    def remove_loop(self) -> None:
        """Take the loop away."""
        if self._loop() is not None:
            self._set_loop(None)

    # within

    def _markers(self) -> tuple[Marker, ...]:
        project = self.projects.project
        return project.markers if project is not None else ()

    def _loop(self) -> tuple[int, int] | None:
        project = self.projects.project
        return project.loop if project is not None else None

    def _set_loop(self, loop: tuple[int, int] | None) -> None:
        from engine.timeline import edits

        self.projects.do(lambda project: edits.set_loop(project, loop))
