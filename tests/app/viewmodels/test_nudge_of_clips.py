"""The sync curve of a clip that lies on the timeline: at its own place, and moved by what is proposed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.viewmodels import nudge as nudging
from app.viewmodels.nudge import NudgeViewModel
from app.viewmodels.rows import SoundRow
from app.viewmodels.timeline import TimelineViewModel
from engine.recommend import Synchroniser
from engine.recommend.nudge import SyncCurve
from engine.timeline.document import Clip
from tests.app.held_work import finish, held
from tests.app.small_localiser import earlier_windows_are_gone, small_synchroniser  # noqa: F401 - runs by itself


@pytest.fixture(scope="module")
def synchroniser(tmp_path_factory: pytest.TempPathFactory) -> Synchroniser:
    return small_synchroniser(tmp_path_factory.mktemp("models") / "synchroniser")


@pytest.fixture
def bark(sound_folder: Path) -> SoundRow:
    return SoundRow(file_id=1, path=sound_folder / "dog/DOGBark_Terrier_01.wav", name="bark", duration=0.6, start=0.1)


@pytest.fixture
def on_timeline(
    placed: TimelineViewModel, synchroniser: Synchroniser, monkeypatch: pytest.MonkeyPatch
) -> NudgeViewModel:
    """The curve of what is selected among three clips; the film is open and the synchroniser is there."""
    monkeypatch.setattr(nudging, "load_synchroniser", lambda: synchroniser)
    session = placed.projects.session
    made = NudgeViewModel(session, session)
    made.follow(placed)
    made.set_active(True)
    return made


def _creak(placed: TimelineViewModel) -> Clip:
    project = placed.projects.project
    assert project is not None
    return next(clip for clip in project.clips() if clip.name == "wood creak")


def test_a_placed_clip_shows_the_curve_of_its_own_place(
    on_timeline: NudgeViewModel,
    placed: TimelineViewModel,
    synchroniser: Synchroniser,
    sound_folder: Path,
    bark: SoundRow,
) -> None:
    on_timeline.show_row(bark)
    placed.select([_creak(placed).id])
    assert on_timeline.curve is not None and on_timeline.name == "wood creak"
    video, sound = placed.projects.session.video, sound_folder / "door/wood creak.wav"
    expected = synchroniser.sync_curve(video or "", 1.0, sound, 0.5)
    assert np.allclose(on_timeline.curve.scores, expected.scores), "its region is heard at 1 s of the film"
    placed.projects.session.seek(0.2)
    assert on_timeline.curve is not None, "the playhead does not matter to a clip"
    placed.select([])
    assert on_timeline.name == "bark"


def test_a_curve_that_comes_after_its_clip_was_left_is_not_shown(
    on_timeline: NudgeViewModel, placed: TimelineViewModel
) -> None:
    runner = placed.projects.session.runner
    placed.select([_creak(placed).id])  # the model is there now
    placed.select([])
    with held(runner) as work:
        placed.select([_creak(placed).id])
        finish(runner, work[0])
        curve = work[-1]
        placed.select([])
    finish(runner, curve)
    assert on_timeline.curve is None and on_timeline.text.startswith("Choose a suggestion")


def test_it_says_why_nothing_can_be_taken(on_timeline: NudgeViewModel, placed: TimelineViewModel) -> None:
    said: list[str] = []
    placed.projects.session.status.connect(lambda text, _: said.append(text))
    placed.select([])
    on_timeline.take()
    on_timeline.set_active(False)
    on_timeline.take()
    assert "Choose one clip" in said[0] and "Ctrl+5" in said[1]
    assert _creak(placed).position == 48_000


def test_taking_the_proposal_moves_the_clip_and_looks_again(
    on_timeline: NudgeViewModel, placed: TimelineViewModel
) -> None:
    placed.select([_creak(placed).id])
    offsets, scores = np.linspace(-0.5, 0.5, 31), np.full(31, 0.01)
    scores[6] = 0.7
    on_timeline.curve = SyncCurve(offsets=offsets, scores=scores, least=0.9)
    assert not on_timeline.can_take and "no offset stands out" in on_timeline.text
    on_timeline.curve = SyncCurve(offsets=offsets, scores=scores, least=0.5)
    assert on_timeline.can_take and "8 frames earlier, 74% sure" in on_timeline.text
    on_timeline.take()
    assert _creak(placed).position == 48_000 - round(0.3 * 48_000)
    assert on_timeline.curve is not None and not np.allclose(on_timeline.curve.scores, scores)
    placed.projects.undo()
    assert _creak(placed).position == 48_000
