"""What part of the timeline is in view, and what stays in place while that changes."""

from __future__ import annotations

from app.widgets.timeline.view import TimelineView


def test_zoom_keeps_what_is_under_the_pointer(view: TimelineView) -> None:
    before = view.geometry_now().sample_at(500)
    for factor in (2.0, 2.0, 0.5):
        view.zoom(factor, 500.0)
    assert abs(view.geometry_now().sample_at(500) - before) <= 2 * view.samples_per_px
    view.zoom_to_fit()
    assert not view.horizontalScrollBar().isVisible(), "all of it fits without a scroll bar"
