"""What part of the timeline is in view, and what stays in place while that changes."""

from __future__ import annotations

from app.widgets.timeline.view import TimelineView
from engine.timeline import edits


def test_zoom_keeps_what_is_under_the_pointer(view: TimelineView) -> None:
    before = view.geometry_now().sample_at(500)
    for factor in (2.0, 2.0, 0.5):
        view.zoom(factor, 500.0)
    assert abs(view.geometry_now().sample_at(500) - before) <= 2 * view.samples_per_px
    view.zoom_to_fit()
    assert not view.horizontalScrollBar().isVisible(), "all of it fits without a scroll bar"


def test_a_clip_out_of_sight_is_brought_into_view(view: TimelineView) -> None:
    timeline = view.viewmodel
    for _ in range(12):
        timeline.add_track()
    project = timeline.projects.project
    assert project is not None
    last, clip = project.tracks[-1], project.tracks[0].clips[0]
    timeline.projects.do(lambda now: edits.move_clips(now, [clip.id], 480_000, rows=len(project.tracks) - 1))
    view.zoom(20.0, 0.0)
    view.horizontalScrollBar().setValue(0)
    view.verticalScrollBar().setValue(0)
    row = len(project.tracks) - 1
    assert row not in view.rows_seen()
    view.reveal_clip(clip.id)
    assert row in view.rows_seen()
    moved = timeline.projects.project
    assert moved is not None and moved.track(last.id).clips
    x = view.geometry_now().x_of(moved.track(last.id).clips[0].position)
    assert 0 <= x < view.viewport().width()
