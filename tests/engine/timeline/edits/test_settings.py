"""Markers, loop, picture, time code, master, libraries and relinked files."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from engine.errors import ProjectError
from engine.timeline import edits
from engine.timeline.document import LibraryRef, Master, Project, VideoRef
from engine.timeline.timecode import Counting


def test_markers(project: Project) -> None:
    steps = [
        lambda p: edits.add_marker(p, 5, "hit", colour="#112233", marker_id="n"),
        lambda p: edits.move_marker(p, "m", 2),
        lambda p: edits.rename_marker(p, "m", "door"),
        lambda p: edits.set_marker_colour(p, "m", "#000000"),
    ]
    made = edits.compound(project, "Mark", steps).apply(project)
    assert [(m.id, m.position, m.name, m.colour) for m in made.markers] == [
        ("m", 2, "door", "#000000"),
        ("n", 5, "hit", "#112233"),
    ]
    assert [m.id for m in edits.remove_marker(made, "m").apply(made).markers] == ["n"]
    with pytest.raises(ProjectError, match="no marker"):
        edits.move_marker(project, "n", 3)


def test_settings_of_the_project(project: Project) -> None:
    video, master = VideoRef(path="/other.mov", duration=9), Master(gain_db=-2.0, limiter=False)
    assert edits.set_video(project, video).apply(project).video == video
    assert edits.set_master(project, master).apply(project).master == master
    assert edits.set_loop(project, (5, 9)).apply(project).loop == (5, 9)
    for attempt in (
        lambda: edits.count_as(project, Counting(Fraction(25), True)),
        lambda: edits.set_loop(project, (9, 9)),
        lambda: edits.remove_library(project, "/none.foley"),
    ):
        with pytest.raises(ProjectError) as refused:
            attempt()
        assert refused.value.hint


def test_libraries_are_listed_once(project: Project) -> None:
    both = edits.add_library(project, LibraryRef(path="/b.foley")).apply(project)
    assert [library.path for library in both.libraries] == ["/s/sounds.foley", "/b.foley"]
    assert not edits.add_library(both, LibraryRef(path="/b.foley", relative="b.foley"))
    assert edits.remove_library(both, "/b.foley").apply(both) == project


def test_relinking_keeps_ids(project: Project) -> None:
    found = replace(project.find_media("wind"), id="else", path="/new/wind.wav")
    after = edits.relink(project, {"wind": found}).apply(project)
    assert after.find_media("wind").path == "/new/wind.wav"
    assert after.tracks == project.tracks
    with pytest.raises(ProjectError):
        edits.relink(project, {"none": found})


def test_counting_as_the_film_does_moves_nothing(project: Project) -> None:
    change = edits.count_as(project, Counting(Fraction(30000, 1001), True, 107_892))
    after = change.apply(project)
    assert (after.frame_rate, after.drop_frame, after.start_timecode) == (Fraction(30000, 1001), True, 107_892)
    assert (after.tracks, after.markers, after.loop, after.video) == (
        project.tracks,
        project.markers,
        project.loop,
        project.video,
    )
    assert change.revert(after) == project
