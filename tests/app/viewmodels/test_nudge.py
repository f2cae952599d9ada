"""The sync curve: worked out for the chosen sound at the playhead, only while someone looks."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.viewmodels import nudge as nudging
from app.viewmodels.nudge import NudgeViewModel
from app.viewmodels.rows import SoundRow
from app.viewmodels.session import SessionViewModel
from engine.recommend import Synchroniser
from engine.recommend.nudge import describe_offset
from tests.app.held_work import finish, held
from tests.app.small_localiser import earlier_windows_are_gone, small_synchroniser  # noqa: F401 - runs by itself


@pytest.fixture(scope="module")
def synchroniser(tmp_path_factory: pytest.TempPathFactory) -> Synchroniser:
    return small_synchroniser(tmp_path_factory.mktemp("models") / "synchroniser")


@pytest.fixture
def nudge(
    inline: SessionViewModel, film: Path, synchroniser: Synchroniser, monkeypatch: pytest.MonkeyPatch
) -> NudgeViewModel:
    """The film is open and the synchroniser is there."""
    monkeypatch.setattr(nudging, "load_synchroniser", lambda: synchroniser)
    inline.open_video(film)
    return NudgeViewModel(inline, inline)


@pytest.fixture
def bark(sound_folder: Path) -> SoundRow:
    return SoundRow(file_id=1, path=sound_folder / "dog/DOGBark_Terrier_01.wav", name="bark", duration=0.6, start=0.1)


def test_nothing_is_worked_out_until_someone_looks(nudge: NudgeViewModel, bark: SoundRow) -> None:
    nudge.show_row(bark)
    assert nudge.curve is None and nudge.state == "empty"
    nudge.set_active(True)
    assert nudge.state == "full" and nudge.name == "bark"


def test_the_curve_is_the_engines_for_the_playhead(
    nudge: NudgeViewModel, bark: SoundRow, inline: SessionViewModel, synchroniser: Synchroniser
) -> None:
    nudge.set_active(True)
    inline.seek(1.0)
    nudge.show_row(bark)
    assert nudge.curve is not None
    expected = synchroniser.sync_curve(inline.film.path or "", 1.0, bark.path, 0.1)
    assert np.allclose(nudge.curve.scores, expected.scores)
    assert nudge.text == f"{describe_offset(expected.best_offset, Fraction(25))}, {expected.confidence:.0%} sure"


def test_moving_on_takes_the_curve_away_and_brings_a_new_one(
    nudge: NudgeViewModel, bark: SoundRow, inline: SessionViewModel, qtbot: QtBot
) -> None:
    nudge.set_active(True)
    nudge.show_row(bark)
    before = nudge.curve
    inline.seek(1.2)
    assert nudge.curve is None
    qtbot.waitUntil(lambda: nudge.curve is not None, timeout=5000)
    assert nudge.curve is not before
    nudge.show_row(None)
    assert nudge.curve is None and "Choose a suggestion" in nudge.text


def test_a_curve_of_where_the_playhead_was_is_not_shown(
    nudge: NudgeViewModel, bark: SoundRow, inline: SessionViewModel
) -> None:
    nudge.set_active(True)
    with held(inline.runner) as work:
        nudge.show_row(bark)  # looks for the model
        finish(inline.runner, work[0])
        picture = work[-1]
        inline.seek(1.2)
    finish(inline.runner, picture)
    assert nudge.curve is None and nudge.text == "Waiting for the playhead to rest."


def test_a_failure_says_what_to_do(nudge: NudgeViewModel, bark: SoundRow, tmp_path: Path) -> None:
    nudge.set_active(True)
    nudge.show_row(SoundRow(file_id=2, path=tmp_path / "gone.wav", name="gone", duration=1.0))
    assert nudge.state == "failed" and "does not exist" in nudge.text and "Check the name" in nudge.text
    nudge.show_row(bark)
    assert nudge.state == "full"


def test_without_a_synchroniser_it_says_so(
    inline: SessionViewModel, film: Path, bark: SoundRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nudging, "load_synchroniser", lambda: None)
    nudge = NudgeViewModel(inline, inline)
    nudge.set_active(True)
    inline.open_video(film)
    nudge.show_row(bark)
    assert nudge.state == "empty" and "No model that tells when" in nudge.text
