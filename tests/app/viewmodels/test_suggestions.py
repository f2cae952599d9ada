"""Proposals for a frame: states, newest wins, the honest line, pin and hover, filter, failures."""

from __future__ import annotations

import shutil
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.viewmodels.audition import AuditionViewModel
from app.viewmodels.page import ADD_FOLDER, CLEAR_SEARCH, OPEN_VIDEO, RETRY
from app.viewmodels.pointing import PointingViewModel
from app.viewmodels.questions import FITS_NO_MORE, FITS_NONE_OF_THESE, FITS_NOTHING, divided
from app.viewmodels.rows import Divider, SoundRow
from app.viewmodels.session import SessionViewModel
from app.viewmodels.shots import ShotsViewModel
from app.viewmodels.suggestions import SuggestionsViewModel
from engine.audio import Player
from engine.errors import LibraryError
from engine.recommend.shots import to_shots
from engine.timeline.timecode import Counting
from tests.app.held_work import finish, held
from tests.films import encode


@pytest.fixture
def suggestions(inline: SessionViewModel, audition: AuditionViewModel) -> SuggestionsViewModel:
    return SuggestionsViewModel(inline, audition, inline)


@pytest.fixture
def full(suggestions: SuggestionsViewModel, inline: SessionViewModel, library_file: Path, film: Path) -> Any:
    inline.open_library(library_file)
    inline.open_video(film)
    assert suggestions.state == "full"
    return suggestions


def sounds(viewmodel: SuggestionsViewModel) -> list[SoundRow]:
    return [row for row in viewmodel.rows.rows if isinstance(row, SoundRow)]


def test_says_what_to_do_before_there_is_anything(
    suggestions: SuggestionsViewModel, inline: SessionViewModel, film: Path, qtbot: QtBot
) -> None:
    assert suggestions.state == "empty"
    assert suggestions.page.buttons == (OPEN_VIDEO,)
    suggestions.session.film.lack("scene 4.mov")
    assert "scene 4.mov is missing" in suggestions.page.title and not suggestions.page.buttons
    inline.open_video(film)
    assert suggestions.state == "empty"
    assert suggestions.page.buttons == (ADD_FOLDER,)
    with qtbot.waitSignal(suggestions.action_requested, timeout=100) as asked:
        suggestions.press(ADD_FOLDER)
    assert asked.args == [ADD_FOLDER]


def test_ranks_the_library_for_the_frame(full: SuggestionsViewModel) -> None:
    rows = sounds(full)
    assert len(rows) == 6  # eight files, three of them takes of one sound
    assert [row.rank for row in rows] == [1, 2, 3, 4, 5, 6]
    assert all(a.score >= b.score for a, b in pairwise(rows) if a.score and b.score)
    bark = next(row for row in rows if "Terrier" in row.name)
    assert len(bark.takes) == 3
    assert full.timecode == "00:00:00:00"
    assert full.fit_line is not None


def test_the_heading_counts_as_the_project_does(
    full: SuggestionsViewModel, inline: SessionViewModel, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(full.state_changed):
        inline.film.count_by(Counting.of(Fraction(30000, 1001), "01:00:00;00"))
    assert full.timecode == "01:00:00;00"


def test_the_top_is_ready_to_be_heard(full: SuggestionsViewModel, audition: AuditionViewModel) -> None:
    assert all(audition.is_ready(row.path, row.start) for row in sounds(full))


def test_moving_the_playhead_asks_anew(full: SuggestionsViewModel, inline: SessionViewModel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(full.ranked, timeout=1000):
        inline.seek(1.0)
    assert full.timecode == "00:00:01:00"


def test_a_list_in_use_waits_and_says_so(full: SuggestionsViewModel, inline: SessionViewModel) -> None:
    full.set_hovered(True)
    inline.seek(1.0)
    assert (full.timecode, full.waiting_for) == ("00:00:00:00", "00:00:01:00")
    full.set_hovered(False)
    assert (full.timecode, full.waiting_for) == ("00:00:01:00", "")


def test_a_pinned_list_stays_until_let_go(full: SuggestionsViewModel, inline: SessionViewModel) -> None:
    full.set_pinned(True)
    inline.seek(1.0)
    inline.seek(1.4)
    assert (full.timecode, full.waiting_for) == ("00:00:00:00", "00:00:01:10")
    full.show_newest()
    assert full.pinned
    assert full.timecode == "00:00:01:10"
    inline.seek(0.4)
    full.set_pinned(False)
    assert full.timecode == "00:00:00:10"


def test_text_narrows_even_under_the_pointer(full: SuggestionsViewModel, qtbot: QtBot) -> None:
    full.set_hovered(True)
    with qtbot.waitSignal(full.ranked, timeout=2000):
        full.set_text("door")
    assert {row.path.parent.name for row in sounds(full)} == {"door"}


def test_text_that_matches_nothing_can_be_cleared(full: SuggestionsViewModel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(full.ranked, timeout=2000):
        full.set_text("zeppelin")
    assert full.state == "empty"
    assert "zeppelin" in full.page.text
    full.press(full.page.buttons[0])
    assert full.page.buttons != (CLEAR_SEARCH,) or full.state == "full"
    assert len(sounds(full)) == 6


def test_the_line_stands_below_the_last_that_fits() -> None:
    def row(number: int, fits: bool) -> SoundRow:
        return SoundRow(file_id=number, path=Path(str(number)), name="", duration=1.0, fits=fits)

    rows = [row(1, True), row(2, True), row(3, False)]
    assert divided(rows) == [rows[0], rows[1], Divider(FITS_NO_MORE), rows[2]]
    assert divided(rows[2:]) == [Divider(FITS_NOTHING), rows[2]]
    assert divided(rows[2:], "wood") == [Divider(FITS_NONE_OF_THESE), rows[2]], "the library may hold what fits"
    assert divided(rows[:2])[-1] == Divider(FITS_NO_MORE)


def test_the_list_tells_the_playheads_time_code_within_a_long_frame(
    suggestions: SuggestionsViewModel, inline: SessionViewModel, library_file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    """A film of variable rate: one of its frames stands for a second."""
    inline.open_library(library_file)
    inline.open_video(encode(tmp_path / "variable.mp4", [*range(0, 400, 40), 1400, 1440, 1480, 1520]))
    inline.seek(1.0)
    assert inline.frame is not None and inline.frame.time == pytest.approx(0.36)
    assert suggestions.shown_for == f"for {inline.film.timecode}"
    with qtbot.waitSignal(suggestions.header_changed, timeout=100):
        inline.seek(1.2)
    assert suggestions.shown_for == f"for {inline.film.timecode}"


def test_choosing_and_hovering_ask_for_the_heatmap(full: SuggestionsViewModel, qtbot: QtBot) -> None:
    first, second = sounds(full)[:2]
    for act, row in (
        (lambda: full.select(first), first),
        (lambda: full.hover(second), second),
        (lambda: full.hover(None), first),
    ):
        with qtbot.waitSignal(full.heatmap_requested, timeout=100) as asked:
            act()
        assert asked.args[0] is row


def test_a_failure_is_shown_and_retried(
    full: SuggestionsViewModel, inline: SessionViewModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    recommender = inline.recommender
    assert recommender is not None

    def broken(*_: object, **__: object) -> None:
        raise LibraryError("The library is on a disk that went away.", "Connect it again.")

    with monkeypatch.context() as patch:
        patch.setattr(recommender, "recommend_image", broken)
        inline.seek(1.0)
        assert full.state == "failed"
        assert full.error is not None
        assert full.error.hint == "Connect it again."
    full.press(RETRY)
    assert full.state == "full"
    assert full.timecode == "00:00:01:00"


def test_an_answer_for_the_film_before_is_not_shown(
    full: SuggestionsViewModel, inline: SessionViewModel, film: Path, tmp_path: Path
) -> None:
    full.set_pinned(True)
    with held(inline.runner) as work:
        full.show_newest()
    other = Path(shutil.copy(film, tmp_path / "other.mp4"))
    inline.open_video(other)
    finish(inline.runner, work[0])
    assert full._shown is not None and full._shown.question.video == other
    assert full.waiting_for == "" and full._held is None


def test_closing_the_film_empties_the_list(full: SuggestionsViewModel, inline: SessionViewModel) -> None:
    inline.film.close()
    assert full.state == "empty"
    assert not full.rows.rowCount()
    assert full.timecode == ""


def test_scrubbing_with_real_threads_ends_on_the_newest_frame(
    threaded: SessionViewModel, device: Any, library_file: Path, film: Path, qtbot: QtBot
) -> None:
    audition = AuditionViewModel(threaded.runner, Player(device), threaded)
    suggestions = SuggestionsViewModel(threaded, audition, threaded)
    threaded.open_library(library_file)
    threaded.open_video(film)
    qtbot.waitUntil(lambda: suggestions.state == "full", timeout=30_000)
    for step in range(30):
        threaded.seek(step * 0.05)
        qtbot.wait(2)
    threaded.seek(1.2)
    qtbot.waitUntil(lambda: suggestions.timecode == "00:00:01:05", timeout=10_000)
    qtbot.waitUntil(lambda: not suggestions.busy, timeout=5000)
    assert suggestions.timecode == "00:00:01:05"


@pytest.fixture
def following(
    suggestions: SuggestionsViewModel, inline: SessionViewModel, library_file: Path, film: Path
) -> tuple[SuggestionsViewModel, ShotsViewModel, PointingViewModel]:
    """Suggestions that know of shots and regions; the film is cut in the middle."""
    shots = ShotsViewModel(inline, inline)
    pointing = PointingViewModel(inline, shots, inline)
    suggestions.follow(shots, pointing)
    inline.open_library(library_file)
    inline.open_video(film)
    shots.shots = to_shots([n / 25 for n in range(50)], [25], 2.0)
    shots.changed.emit()
    return suggestions, shots, pointing


def test_a_region_is_answered_alone(
    following: tuple[SuggestionsViewModel, ShotsViewModel, PointingViewModel], inline: SessionViewModel
) -> None:
    suggestions, _, pointing = following
    whole = {row.path: row.score for row in sounds(suggestions)}
    pointing.begin(0.1, 0.1)
    pointing.stretch(0.5, 0.4)
    pointing.finish()
    assert suggestions.shown_for == "for the region"
    assert inline.recommender is not None and inline.frame is not None
    expected = inline.recommender.recommend_image(inline.frame.image, 1, region=pointing.region, fold_takes=True)[0]
    assert sounds(suggestions)[0].score == pytest.approx(expected.score)
    assert suggestions._shown is not None and suggestions._shown.question.region == pointing.region
    suggestions.leave_region()
    assert pointing.region is None
    assert suggestions.shown_for == "for 00:00:00:00"
    assert {row.path: row.score for row in sounds(suggestions)} == whole


def test_a_region_is_answered_even_while_the_list_is_pinned(
    following: tuple[SuggestionsViewModel, ShotsViewModel, PointingViewModel],
) -> None:
    suggestions, _, pointing = following
    suggestions.set_pinned(True)
    pointing.point()
    assert suggestions.shown_for == "for the region"


def test_a_shot_is_asked_once(
    following: tuple[SuggestionsViewModel, ShotsViewModel, PointingViewModel], inline: SessionViewModel
) -> None:
    suggestions, _, _ = following
    ranked: list[str] = []
    suggestions.ranked.connect(lambda: ranked.append(suggestions.shown_for))
    suggestions.set_scope("shot")
    inline.seek(0.4)
    inline.seek(0.9)
    inline.seek(1.4)
    inline.seek(1.8)
    assert ranked == ["for shot 1, 00:00:00:00", "for shot 2, 00:00:01:00"]
    suggestions.toggle_scope()
    assert suggestions.shown_for == "for 00:00:01:20"


def test_a_shot_is_ranked_by_its_best_frame(
    following: tuple[SuggestionsViewModel, ShotsViewModel, PointingViewModel], inline: SessionViewModel
) -> None:
    suggestions, shots, _ = following
    suggestions.set_scope("shot")
    assert inline.recommender is not None and inline.video is not None
    best = max(
        inline.recommender.recommend(inline.video, seconds, 1, fold_takes=True)[0].score
        for seconds in shots.shots[0].frames
    )
    assert sounds(suggestions)[0].score == pytest.approx(best)
    assert [row.rank for row in sounds(suggestions)] == [1, 2, 3, 4, 5, 6]
    assert len(next(row for row in sounds(suggestions) if "Terrier" in row.name).takes) == 3


def test_shots_that_are_found_later_are_taken_up(
    following: tuple[SuggestionsViewModel, ShotsViewModel, PointingViewModel],
) -> None:
    suggestions, shots, _ = following
    found, shots.shots = shots.shots, []
    suggestions.set_scope("shot")
    assert suggestions.shown_for == "for 00:00:00:00"
    shots.shots = found
    shots.changed.emit()
    assert suggestions.shown_for == "for shot 1, 00:00:00:00"
