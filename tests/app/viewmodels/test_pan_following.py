"""Pan after placing: the curve joins the placing's own undo step, and stays away from clips that were changed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.viewmodels.localisation import LocalisationViewModel
from app.viewmodels.pan_following import PanFollowingViewModel
from app.viewmodels.playback import PlaybackViewModel
from app.viewmodels.project import ProjectViewModel
from app.viewmodels.rows import SoundRow
from app.viewmodels.session import SessionViewModel
from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.timeline_hits import HitsViewModel, Proposal
from app.viewmodels.timeline_placing import PlacingViewModel
from engine.recommend import Localisation, Localiser
from engine.timeline import edits
from engine.timeline.document import Clip, Origin
from tests.app.conftest import HandDevice
from tests.app.small_localiser import earlier_windows_are_gone, small_localiser  # noqa: F401 - runs by itself


class MovingLocaliser(Localiser):
    """The real model, whose maps lie where a source would that goes from left to right in two seconds."""

    def localize_placed(self, video: str | Path, seconds: float, sound: object, at: float) -> Localisation:
        found = super().localize_placed(video, seconds, sound, at)  # type: ignore[arg-type]
        return replace(found, centre=(0.1 + 0.4 * seconds, 0.5), onscreen="on screen", audible=True)


@pytest.fixture(scope="module")
def localiser(tmp_path_factory: pytest.TempPathFactory) -> Localiser:
    return MovingLocaliser(small_localiser(tmp_path_factory.mktemp("models") / "localiser").model)


@pytest.fixture
def placing(timeline: TimelineViewModel, localiser: Localiser) -> PlacingViewModel:
    session = timeline.projects.session
    maps = LocalisationViewModel(session, timeline)
    maps.localiser = localiser
    made = PlacingViewModel(timeline, timeline)
    made.use_pan(PanFollowingViewModel(timeline, maps, timeline))
    return made


@pytest.fixture
def row(sound_folder: Path) -> SoundRow:
    path = sound_folder / "train passing.wav"
    return SoundRow(file_id=1, path=path, name=path.stem, duration=3.0, rank=1, score=0.9)


ORIGIN = Origin(frame_time=Fraction(0), model="tiny", score=0.9)


def _only(placing: PlacingViewModel) -> Clip:
    project = placing.projects.project
    assert project is not None
    (clip,) = project.clips()
    return clip


def _pans(clip: Clip, seconds: list[float]) -> list[float]:
    found = np.interp(seconds, [key.at / 48_000 for key in clip.pan_keys], [key.pan for key in clip.pan_keys])
    return [float(pan) for pan in found]


def test_a_placed_recommendation_follows_its_source(placing: PlacingViewModel, row: SoundRow) -> None:
    said: list[str] = []
    placing.projects.session.status.connect(lambda text, _: said.append(text))
    placing.place_row(row, ORIGIN, None, -0.5)
    clip = _only(placing)
    assert 2 <= len(clip.pan_keys) <= 4
    assert _pans(clip, [0.25, 1.0, 1.75]) == pytest.approx([-0.6, 0.0, 0.6], abs=0.12)
    assert said[-1] == "train passing follows its source across the picture."
    assert clip.pan == -0.5, "what it goes back to when it is kept still"


def test_one_undo_takes_all_of_it_and_one_redo_brings_it_back(placing: PlacingViewModel, row: SoundRow) -> None:
    placing.place_row(row, ORIGIN, None, 0.0)
    keys = _only(placing).pan_keys
    assert keys and placing.projects.undo_text == "Place sound"
    placing.projects.undo()
    assert placing.projects.project is not None and not placing.projects.project.tracks
    assert not placing.projects.undo_text
    placing.projects.redo()
    assert _only(placing).pan_keys == keys


def test_points_lie_where_the_picture_is_when_the_sound_comes_later(placing: PlacingViewModel, row: SoundRow) -> None:
    placing.timeline.playback.locate(24_000)
    placing.place_row(row, ORIGIN, None, 0.0)
    assert _pans(_only(placing), [0.5]) == pytest.approx([0.0], abs=0.12), "1 s of the film"


def test_what_was_not_recommended_stays_still(placing: PlacingViewModel, row: SoundRow) -> None:
    placing.place_row(row, None, None, 0.3)
    assert _only(placing).pan_keys == () and _only(placing).pan == 0.3


def test_muted_alternates_stay_still(placing: PlacingViewModel, row: SoundRow, sound_folder: Path) -> None:
    other = replace(row, path=sound_folder / "door/wood creak.wav", name="wood creak")
    placing.place_alternates([row, other], ORIGIN, 0.0)
    project = placing.projects.project
    assert project is not None
    assert [bool(clip.pan_keys) for clip in project.clips()] == [True, False]


def test_without_a_localiser_pan_stays(placing: PlacingViewModel, row: SoundRow) -> None:
    assert placing._following is not None
    placing._following.localisation.localiser = None
    placing.place_row(row, ORIGIN, None, 0.4)
    assert _only(placing).pan_keys == () and _only(placing).pan == 0.4


def test_it_waits_while_a_hit_is_proposed_and_goes_with_the_moved_clip(
    placing: PlacingViewModel, row: SoundRow, qtbot: QtBot
) -> None:
    hits, following = HitsViewModel(placing.timeline, placing), placing._following
    assert following is not None
    following.wait_for(hits)
    placing.placed.connect(lambda clips: setattr(hits, "proposal", Proposal(clip=clips[0], at=4_800, position=4_800)))
    placing.place_row(row, ORIGIN, None, 0.0)
    assert hits.proposal is not None and not _only(placing).pan_keys, "the proposal is not taken away"
    hits.take()
    qtbot.waitUntil(lambda: bool(_only(placing).pan_keys))
    assert _only(placing).position == 4_800
    assert _pans(_only(placing), [0.9]) == pytest.approx([0.0], abs=0.12), "still 1 s of the film"


def test_it_waits_while_something_is_dragged(placing: PlacingViewModel, row: SoundRow, qtbot: QtBot) -> None:
    timeline = placing.timeline
    placing.placed.connect(lambda clips: timeline.begin("move", clips[0]))
    placing.place_row(row, ORIGIN, None, 0.0)
    timeline.drag(4_800, snap=False)
    assert timeline.gesture is not None and not _only(placing).pan_keys, "the clip is still in the hand"
    timeline.finish()
    qtbot.waitUntil(lambda: bool(_only(placing).pan_keys))
    assert _only(placing).position == 4_800


def test_a_clip_that_was_changed_meanwhile_keeps_its_pan(placing: PlacingViewModel, row: SoundRow) -> None:
    hits, following = HitsViewModel(placing.timeline, placing), placing._following
    assert following is not None
    following.wait_for(hits)
    placing.placed.connect(lambda clips: setattr(hits, "proposal", Proposal(clip=clips[0], at=1, position=1)))
    placing.place_row(row, ORIGIN, None, 0.0)
    clip = _only(placing)
    hits.projects.do(lambda project: edits.set_clip_pan(project, clip.id, 0.7))
    following._amend()
    assert _only(placing).pan == 0.7 and _only(placing).pan_keys == ()


def test_kept_still_again_with_one_press(placing: PlacingViewModel, row: SoundRow) -> None:
    offered: list[object] = []
    placing.projects.session.status.connect(lambda _, action: offered.append(action))
    placing.place_row(row, ORIGIN, None, -0.2)
    offered[-1].run()  # type: ignore[attr-defined]
    assert _only(placing).pan == -0.2 and _only(placing).pan_keys == ()


@pytest.fixture
def opened(threaded: SessionViewModel, film: Path, qtbot: QtBot) -> SessionViewModel:
    """A session with real threads and the film open."""
    threaded.open_video(film)
    qtbot.waitUntil(lambda: threaded.frame is not None)
    return threaded


def test_with_real_threads_the_window_never_waits(
    opened: SessionViewModel, localiser: Localiser, tmp_path: Path, row: SoundRow, qtbot: QtBot
) -> None:
    projects = ProjectViewModel(opened, opened)
    playback = PlaybackViewModel(projects, HandDevice, projects)
    timeline = TimelineViewModel(projects, playback, playback)
    projects.new(tmp_path / "scene.foleyscope")
    qtbot.waitUntil(lambda: playback.ready)
    maps = LocalisationViewModel(opened, timeline)
    maps.localiser = localiser
    placing = PlacingViewModel(timeline, timeline)
    placing.use_pan(PanFollowingViewModel(timeline, maps, timeline))
    placing.place_row(row, ORIGIN, None, 0.0)
    assert not list(projects.project.clips()), "not even the file is read on the window's thread"  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: any(clip.pan_keys for clip in projects.project.clips()), timeout=20_000)  # type: ignore[union-attr]
    playback.close()
    projects.close()
