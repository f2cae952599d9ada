"""Markers and the loop, each edit one step of undo."""

from __future__ import annotations

import pytest

from app.viewmodels.timeline import TimelineViewModel
from engine.timeline.document import Project


def _project(timeline: TimelineViewModel) -> Project:
    project = timeline.projects.project
    assert project is not None
    return project


@pytest.fixture
def marked(placed: TimelineViewModel) -> TimelineViewModel:
    for at in (10_000, 50_000, 90_000):
        placed.marks.add(at)
    return placed


def test_markers_are_named_coloured_and_removed(marked: TimelineViewModel) -> None:
    first = _project(marked).markers[0]
    marked.marks.rename(first.id, "  Door ")
    marked.marks.rename(first.id, " ")
    marked.marks.colour(first.id, "#5fc27e")
    changed = marked.marks.find(first.id)
    assert changed is not None and (changed.name, changed.colour) == ("Door", "#5fc27e")
    marked.marks.remove(first.id)
    assert len(_project(marked).markers) == 2 and marked.marks.find(first.id) is None
    for _ in range(3):
        marked.projects.undo()
    assert _project(marked).markers[0] == first


def test_the_playhead_goes_from_marker_to_marker(marked: TimelineViewModel) -> None:
    places = []
    for direction in (1, 1, 1, 1, -1):
        marked.marks.step(direction)
        places.append(marked.playback.position)
    assert places == [10_000, 50_000, 90_000, 90_000, 50_000]
    reached = marked.marks.at_playhead()
    assert reached is not None and reached.position == 50_000
    marked.marks.go(_project(marked).markers[0].id)
    assert marked.playback.position == 10_000


def test_the_loop_goes_round_what_is_selected(marked: TimelineViewModel) -> None:
    marked.marks.loop_selection()
    assert _project(marked).loop is None, "nothing is selected"
    marked.select_all()
    marked.marks.loop_selection()
    clips = list(_project(marked).clips())
    assert _project(marked).loop == (min(c.position for c in clips), max(c.end for c in clips))


def test_the_loop_has_two_ends(marked: TimelineViewModel) -> None:
    marked.marks.loop_from(20_000)
    assert _project(marked).loop == (20_000, marked.end)
    marked.marks.loop_to(60_000)
    assert _project(marked).loop == (20_000, 60_000)
    marked.marks.loop_from(70_000)
    assert _project(marked).loop == (70_000, marked.end)
    marked.marks.loop_to(30_000)
    assert _project(marked).loop == (0, 30_000)
    marked.marks.remove_loop()
    assert _project(marked).loop is None
