"""The sync curve of a clip that lies on the timeline: at its own place, and moved by what is proposed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.viewmodels.localisation import LocalisationViewModel
from app.viewmodels.nudge import NudgeViewModel
from app.viewmodels.rows import SoundRow
from app.viewmodels.timeline import TimelineViewModel
from engine.recommend import Localiser
from engine.recommend.nudge import OFFSETS, SyncCurve
from engine.timeline.document import Clip
from tests.app.small_localiser import earlier_windows_are_gone, small_localiser  # noqa: F401 - runs by itself


@pytest.fixture(scope="module")
def localiser(tmp_path_factory: pytest.TempPathFactory) -> Localiser:
    return small_localiser(tmp_path_factory.mktemp("models") / "localiser")


@pytest.fixture
def bark(sound_folder: Path) -> SoundRow:
    return SoundRow(file_id=1, path=sound_folder / "dog/DOGBark_Terrier_01.wav", name="bark", duration=0.6, start=0.1)


@pytest.fixture
def on_timeline(placed: TimelineViewModel, localiser: Localiser) -> NudgeViewModel:
    """The curve of what is selected among three clips; the film is open and the localiser is there."""
    session = placed.projects.session
    maps = LocalisationViewModel(session, session)
    maps.localiser = localiser
    made = NudgeViewModel(maps, session)
    made.follow(placed)
    made.set_active(True)
    return made


def _creak(placed: TimelineViewModel) -> Clip:
    project = placed.projects.project
    assert project is not None
    return next(clip for clip in project.clips() if clip.name == "wood creak")


def test_a_placed_clip_shows_the_curve_of_its_own_place(
    on_timeline: NudgeViewModel, placed: TimelineViewModel, localiser: Localiser, sound_folder: Path, bark: SoundRow
) -> None:
    on_timeline.show_row(bark)
    placed.select([_creak(placed).id])
    assert on_timeline.curve is not None and on_timeline.name == "wood creak"
    video, sound = placed.projects.session.video, sound_folder / "door/wood creak.wav"
    expected = localiser.sync_curve(video or "", 1.0, sound, 0.5)
    assert np.allclose(on_timeline.curve.scores, expected.scores), "its region is heard at 1 s of the film"
    placed.projects.session.seek(0.2)
    assert on_timeline.curve is not None, "the playhead does not matter to a clip"
    placed.select([])
    assert on_timeline.name == "bark"


def test_taking_the_proposal_moves_the_clip_and_looks_again(
    on_timeline: NudgeViewModel, placed: TimelineViewModel
) -> None:
    placed.select([_creak(placed).id])
    scores = np.zeros(len(OFFSETS))
    scores[4] = 1.0
    on_timeline.curve = SyncCurve(offsets=OFFSETS, scores=scores, accuracy=0.52)
    assert not on_timeline.can_take and "where, not when" in on_timeline.text
    on_timeline.curve = SyncCurve(offsets=OFFSETS, scores=scores)
    assert on_timeline.can_take
    on_timeline.take()
    assert _creak(placed).position == 48_000 + round(float(OFFSETS[4]) * 48_000)
    assert on_timeline.curve is not None and not np.allclose(on_timeline.curve.scores, scores)
    placed.projects.undo()
    assert _creak(placed).position == 48_000
