"""Placing: where a sound comes to lie, what is remembered of why, and several at once as one edit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.viewmodels.rows import SoundRow
from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.timeline_placing import PlacingViewModel, Wanted, origin_of
from engine.timeline.document import Clip, Project
from tests.app.held_work import finish, held


@pytest.fixture
def placing(timeline: TimelineViewModel) -> PlacingViewModel:
    return PlacingViewModel(timeline, timeline)


def _project(placing: PlacingViewModel) -> Project:
    project = placing.projects.project
    assert project is not None
    return project


def _row(path: Path, number: int, *, start: float = 0.0, end: float = 1.0, seconds: float = 2.5) -> SoundRow:
    return SoundRow(
        file_id=number,
        path=path,
        name=path.stem,
        duration=seconds,
        start=start,
        end=end,
        rank=number,
        score=0.9 / number,
    )


def _only(placing: PlacingViewModel) -> Clip:
    (clip,) = _project(placing).clips()
    return clip


def test_a_row_begins_at_its_proposed_place_and_keeps_the_rest(placing: PlacingViewModel, sound_folder: Path) -> None:
    placing.timeline.playback.locate(48_000)
    row = _row(sound_folder / "door/wood creak.wav", 1, start=0.5, end=1.5)
    origin = origin_of(row, [row], 1.0, (0.1, 0.2, 0.3, 0.4), "tiny")
    placing.place_row(row, origin, None, 0.4)
    clip = _only(placing)
    assert (clip.position, clip.source_in, clip.length, clip.pan) == (48_000, 24_000, 96_000, 0.4)
    assert clip.origin is not None and clip.origin.frame_time == 1 and clip.origin.model == "tiny"
    assert clip.origin.region == (0.1, 0.2, 0.3, 0.4) and clip.origin.score == 0.9
    assert placing.timeline.selection == {clip.id}
    assert placing.projects.undo_text == "Place sound"
    placing.projects.undo()
    assert not _project(placing).tracks, "track and sound came in one step"


def test_a_chosen_region_is_placed_as_it_is(placing: PlacingViewModel, sound_folder: Path) -> None:
    placing.place_row(_row(sound_folder / "door/wood creak.wav", 1), None, (0.25, 0.75), 0.0)
    assert (_only(placing).source_in, _only(placing).length) == (12_000, 24_000)


def test_a_taken_place_sends_it_to_another_track(placing: PlacingViewModel, sound_folder: Path) -> None:
    row = _row(sound_folder / "water/drip.wav", 1, seconds=0.3)
    placing.place_row(row, None, None, 0.0)
    placing.place_row(row, None, None, 0.0)
    assert [len(track.clips) for track in _project(placing).tracks] == [1, 1]
    placing.timeline.playback.locate(48_000)
    placing.place_row(row, None, None, 0.0)
    assert [len(track.clips) for track in _project(placing).tracks] == [1, 2], "the current track has room there"
    assert len(_project(placing).media) == 1, "one file is listed once"


def test_alternates_come_on_muted_tracks_in_one_step(placing: PlacingViewModel, sound_folder: Path) -> None:
    names = ("DOGBark_Terrier_01", "DOGBark_Terrier_02", "DOGBark_Terrier_03")
    rows = [_row(sound_folder / f"dog/{name}.wav", n + 1, seconds=0.5) for n, name in enumerate(names)]
    placing.place_alternates(rows, origin_of(rows[0], rows, 0.5, None, "tiny"), 0.0)
    tracks = _project(placing).tracks
    assert [track.mute for track in tracks] == [False, True, True]
    assert [track.clips[0].name for track in tracks] == list(names)
    assert tracks[0].clips[0].origin is not None
    assert [Path(one.path).stem for one in tracks[0].clips[0].origin.alternates] == list(names[1:])
    placing.place_row(rows[0], None, None, 0.0)
    assert not _project(placing).tracks[-1].mute, "what is placed is meant to be heard"
    placing.projects.undo()
    placing.projects.undo()
    assert not _project(placing).tracks


def test_the_project_takes_from_the_library_of_what_is_placed(
    placing: PlacingViewModel, sound_folder: Path, library_file: Path
) -> None:
    """Cue sheets ask the project's libraries for licences."""
    placing.projects.session.open_library(library_file)
    assert not _project(placing).libraries
    for _ in range(2):
        placing.place_row(_row(sound_folder / "train passing.wav", 1), None, None, 0.0)
        assert [ref.path for ref in _project(placing).libraries] == [library_file.as_posix()]
    placing.projects.undo()
    placing.projects.undo()
    assert not _project(placing).libraries, "in the same step of undo"
    placing.place_files([sound_folder / "train passing.wav"])
    assert not _project(placing).libraries


def test_dropped_files_follow_one_another(placing: PlacingViewModel, sound_folder: Path) -> None:
    wanted = [Wanted(path=sound_folder / "dog" / f"DOGBark_Terrier_0{n}.wav") for n in (1, 2)]
    placing.drop(wanted, 9_600, None)
    first, second = sorted(_project(placing).clips(), key=lambda clip: clip.position)
    assert first.position == 9_600 and second.position == first.end
    assert len(_project(placing).tracks) == 1, "on one new track"


def test_what_is_no_sound_is_told(placing: PlacingViewModel, tmp_path: Path) -> None:
    told: list[object] = []
    placing.projects.session.problem.connect(told.append)
    notes = tmp_path / "notes.txt"
    notes.write_text("words")
    placing.drop([Wanted(path=notes)], 0, None)
    assert told and not _project(placing).tracks


def test_a_sound_that_was_read_for_another_project_is_not_placed(
    placing: PlacingViewModel, sound_folder: Path, tmp_path: Path
) -> None:
    runner = placing.projects.session.runner
    with held(runner) as work:
        placing.place_files([sound_folder / "water/drip.wav"])
    placing.projects.new(tmp_path / "other" / "other.foleyscope")
    finish(runner, work[0])
    assert placing.projects.base.name == "other" and not list(_project(placing).clips())


def test_without_a_project_one_is_asked_for_first(placing: PlacingViewModel, sound_folder: Path) -> None:
    path, waiting = placing.projects.path, list[Callable[[], None]]()
    placing.project_wanted.connect(waiting.append)
    placing.projects.close()
    placing.place_row(_row(sound_folder / "water/drip.wav", 1, seconds=0.3), None, None, 0.0)
    assert len(waiting) == 1 and path is not None
    placing.projects.open(path)
    waiting[0]()
    assert _only(placing).name == "drip"
