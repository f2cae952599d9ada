"""Edits of tracks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.errors import ProjectError
from engine.timeline import edits
from engine.timeline.document import Project, Track
from engine.timeline.rules import MOST_TRACKS


def names(project: Project) -> list[str]:
    return [track.name for track in project.tracks]


def test_tracks_are_added_moved_and_removed(project: Project) -> None:
    third = edits.add_track(project).apply(project)
    assert names(third) == ["Feet", "Air", "Track 3"]
    assert names(edits.add_track(project, "Top", index=0).apply(project)) == ["Top", "Feet", "Air"]
    assert names(edits.move_track(third, "feet", 99).apply(third)) == ["Air", "Track 3", "Feet"]
    gone = edits.remove_track(third, "feet").apply(third)
    assert names(gone) == ["Air", "Track 3"]
    assert [clip.id for clip in gone.clips()] == ["c"]


def test_faders(project: Project) -> None:
    steps = [
        lambda p: edits.set_track_gain(p, "feet", -6),
        lambda p: edits.set_track_pan(p, "feet", 0.5),
        lambda p: edits.set_track_mute(p, "feet", True),
        lambda p: edits.set_track_solo(p, "feet", True),
        lambda p: edits.set_track_colour(p, "feet", "#112233"),
        lambda p: edits.rename_track(p, "feet", "Shoes"),
    ]
    track = edits.compound(project, "All", steps).apply(project).track("feet")
    assert (track.gain_db, track.pan, track.mute, track.solo) == (-6, 0.5, True, True)
    assert (track.colour, track.name, len(track.clips)) == ("#112233", "Shoes", 2)


def test_a_track_that_is_not_there_is_told(project: Project) -> None:
    for edit in (
        edits.remove_track,
        lambda p, t: edits.move_track(p, t, 0),
        lambda p, t: edits.rename_track(p, t, "x"),
    ):
        with pytest.raises(ProjectError, match="no track nowhere"):
            edit(project, "nowhere")


def test_a_full_project_gets_no_more_tracks_but_one_with_more_stays_usable(project: Project) -> None:
    full = replace(project, tracks=tuple(Track(id=f"t{number}") for number in range(MOST_TRACKS)))
    with pytest.raises(ProjectError, match="200 tracks at most"):
        edits.add_track(full)
    over = replace(full, tracks=(*full.tracks, Track(id="one more")))
    assert len(edits.rename_track(over, "t0", "Feet").apply(over).tracks) == MOST_TRACKS + 1
    fewer = edits.remove_track(full, "t0")
    assert fewer.revert(fewer.apply(full)) == full
