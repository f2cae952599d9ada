"""Where does this sound fit: four states, peaks to step through, the film looked through once."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.viewmodels.fit import Fit, FitViewModel
from app.viewmodels.questions import to_row
from app.viewmodels.rows import SoundRow
from app.viewmodels.session import SessionViewModel
from engine.errors import EngineError, MediaError
from engine.jobs import Job
from engine.recommend.fit import FitCurve, peaks


@pytest.fixture
def fit(inline: SessionViewModel, library_file: Path, film: Path) -> FitViewModel:
    made = FitViewModel(inline, inline)
    inline.open_library(library_file)
    inline.open_video(film)
    return made


def row_named(session: SessionViewModel, name: str) -> SoundRow:
    assert session.library is not None
    file = next(file for file in session.library.search() if name in file.name)
    return SoundRow(file_id=file.id, path=file.path, name=file.name, duration=file.duration)


def test_nothing_is_asked_before_there_is_a_film(inline: SessionViewModel, library_file: Path, qtbot: QtBot) -> None:
    fit = FitViewModel(inline, inline)
    inline.open_library(library_file)
    with qtbot.waitSignal(inline.status) as said:
        fit.show(row_named(inline, "creak"))
    assert "Open a film" in said.args[0]
    assert fit.state == "empty"
    assert fit.word == ""


def test_a_still_has_no_time_to_look_through(
    fit: FitViewModel, inline: SessionViewModel, tmp_path: Path, qtbot: QtBot
) -> None:
    still = tmp_path / "still.png"
    cv2.imwrite(str(still), np.full((48, 64, 3), 90, np.uint8))
    inline.open_video(still)
    with qtbot.waitSignal(inline.status) as said:
        fit.show(row_named(inline, "creak"))
    assert said.args[0] == "A still picture has no time to look through." and fit.state == "empty"


def test_a_picked_sound_has_a_curve_over_the_whole_film(
    fit: FitViewModel, inline: SessionViewModel, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(inline.status) as said:
        fit.show(row_named(inline, "creak"))
    assert fit.state == "full"
    assert fit.fit is not None
    assert fit.fit.curve.times.tolist() == pytest.approx([0.0, 0.48, 1.0, 1.48])
    assert fit.fit.best.score == fit.fit.curve.scores.max()
    assert "creak" in fit.word and f"best {fit.fit.best.score:.2f}"[:9] in fit.word
    assert ("fits best" in said.args[0]) == (fit.fit.best.score >= fit.fit.fits)


def curve_of(scores: list[float], fits: float) -> Fit:
    places = np.arange(len(scores), dtype=float)
    curve = FitCurve(times=places, scores=np.array(scores), starts=places, ends=places + 1)
    found = peaks(curve)
    row = SoundRow(file_id=1, path=Path("a.wav"), name="a", duration=1.0)
    return Fit(row=row, curve=curve, peaks=tuple(found), best=found[0], fits=fits)


def test_a_curve_is_drawn_in_its_own_range_and_its_number_is_the_true_one(fit: FitViewModel) -> None:
    low = curve_of([0.002, 0.001, 0.011, 0.004, 0.001], 0.5)
    assert low.height(0.011) == 1.0 and low.height(0.001) == 0.0, "where it comes nearest must be seen"
    assert not low.reaches
    fit.row, fit.fit = low.row, low
    assert "best 0.011, fits from 0.50" in fit.word
    high = curve_of([0.1, 0.9, 0.3], 0.5)
    assert high.reaches and high.height(0.5) == pytest.approx(0.5)
    same = curve_of([0.2, 0.2 + 1e-5, 0.2], 0.5)
    assert same.height(0.2 + 1e-5) < 0.02, "noise is no shape"


def test_the_curve_is_that_of_the_suggestions(fit: FitViewModel, inline: SessionViewModel) -> None:
    assert inline.recommender is not None and inline.frame is not None
    result = inline.recommender.recommend_image(inline.frame.image, 1)[0]
    fit.show(to_row(result, 0.8))
    assert fit.fit is not None
    assert fit.fit.curve.scores[0] == pytest.approx(result.score, abs=0.02)  # frames are looked at in a smaller size


def test_the_film_is_looked_through_once(
    fit: FitViewModel, inline: SessionViewModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit.show(row_named(inline, "creak"))

    def again(*_: object, **__: object) -> None:
        raise AssertionError("the film was looked through again")

    monkeypatch.setattr("engine.recommend.fit.embed_film", again)
    fit.show(row_named(inline, "drip"))
    assert fit.state == "full"
    assert fit.row is not None and "drip" in fit.row.name


def test_steps_go_from_peak_to_peak(fit: FitViewModel, inline: SessionViewModel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(inline.status) as said:
        fit.step(1)
    assert "press F" in said.args[0]
    fit.show(row_named(inline, "creak"))
    assert fit.fit is not None
    times = [peak.time for peak in fit.fit.peaks]
    assert times == sorted(times)
    inline.seek(inline.duration)
    for expected in reversed(times):
        fit.step(-1)
        assert inline.time == pytest.approx(expected)
    for before, after in itertools.pairwise(times):
        inline.seek(before)
        fit.step(1)
        assert inline.time == pytest.approx(after)


def test_the_curve_goes_on_request_and_with_film_and_library(
    fit: FitViewModel, inline: SessionViewModel, film: Path, tmp_path: Path
) -> None:
    row = row_named(inline, "creak")
    fit.show(row)
    assert fit.clear()
    assert not fit.clear()
    fit.show(row)
    inline.open_video(film)
    assert fit.state == "empty"
    fit.show(row)
    inline.collection.close()
    assert fit.state == "empty"


def test_a_failure_is_said_and_can_be_left(
    fit: FitViewModel, inline: SessionViewModel, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise MediaError("The film broke off.", "Copy it again.")

    monkeypatch.setattr("engine.recommend.fit.fit_curve", broken)
    with qtbot.waitSignal(inline.problem) as said:
        fit.show(row_named(inline, "creak"))
    assert isinstance(said.args[0], EngineError)
    assert fit.state == "failed"
    assert "broke off" in fit.word
    monkeypatch.undo()
    fit.show(row_named(inline, "drip"))
    assert fit.state == "full"


def test_a_sound_that_left_the_library_is_said(fit: FitViewModel, inline: SessionViewModel, qtbot: QtBot) -> None:
    gone = SoundRow(file_id=9_999, path=Path("gone.wav"), name="gone", duration=1.0)
    with qtbot.waitSignal(inline.problem) as said:
        fit.show(gone)
    assert "no longer in the library" in str(said.args[0])


def test_in_the_background_progress_is_told(
    threaded: SessionViewModel, library_file: Path, film: Path, qtbot: QtBot
) -> None:
    fit = FitViewModel(threaded, threaded)
    threaded.open_library(library_file)
    threaded.open_video(film)
    qtbot.waitUntil(lambda: threaded.recommender is not None and threaded.film.state == "open", timeout=20_000)
    fit.show(row_named(threaded, "creak"))
    assert fit.state == "working"
    assert "looking through" in fit.word
    qtbot.waitUntil(lambda: fit.state == "full", timeout=20_000)
    assert not threaded.runner.jobs


def test_the_film_is_looked_through_ahead_but_after_other_work(
    threaded: SessionViewModel, library_file: Path, film: Path, qtbot: QtBot
) -> None:
    fit = FitViewModel(threaded, threaded)
    go_on = threading.Event()
    threaded.runner.submit("decode", lambda job: go_on.wait(20), job=Job(), title="Something else")
    threaded.open_library(library_file)
    threaded.open_video(film)
    qtbot.waitUntil(lambda: threaded.recommender is not None and threaded.film.state == "open", timeout=20_000)
    assert [task.title for task in threaded.runner.jobs] == ["Something else"]
    with qtbot.waitSignal(threaded.runner.jobs_changed):
        go_on.set()
    qtbot.waitUntil(lambda: not threaded.runner.jobs and fit._film is not None, timeout=20_000)
    assert fit.state == "empty"
