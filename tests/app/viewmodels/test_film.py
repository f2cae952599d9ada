"""Seeking: exact frames, the newest position, previews, stills, failures, and readers that are closed."""

from __future__ import annotations

import shutil
import threading
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.viewmodels.filmstrip import FilmstripViewModel
from app.viewmodels.session import SessionViewModel
from engine.errors import MediaError
from engine.media import Frame, make_proxy, write_video
from tests.app.conftest import FPS, FRAMES, frame_number
from tests.films import encode


def _open(session: SessionViewModel, path: Path, qtbot: QtBot) -> None:
    session.open_video(path)
    qtbot.waitUntil(lambda: session.film.state == "open" and session.frame is not None)
    qtbot.waitUntil(lambda: session.film.knows_stamps or session.film.is_still)


def test_opening_shows_the_first_frame(inline: SessionViewModel, film: Path) -> None:
    inline.open_video(film)
    assert inline.film.state == "open" and inline.fps == FPS
    assert inline.duration == pytest.approx(FRAMES / 25)
    assert inline.frame is not None and frame_number(inline.frame.image) == 0


@pytest.mark.parametrize("seconds", [0.0, 0.039, 0.04, 1.0, 1.239, 1.96, 5.0, -1.0])
def test_seek_shows_the_frame_of_that_time(inline: SessionViewModel, film: Path, seconds: float) -> None:
    inline.open_video(film)
    inline.seek(seconds)
    due = min(FRAMES - 1, max(0, int(seconds * 25 + 1e-6)))
    assert inline.frame is not None and frame_number(inline.frame.image) == due


def test_every_step_is_one_frame_both_ways(inline: SessionViewModel, film: Path) -> None:
    inline.open_video(film)
    shown: list[int] = []
    inline.frame_changed.connect(lambda frame: shown.append(frame_number(frame.image)))
    for _ in range(FRAMES + 3):
        inline.step(1)
    for _ in range(5):
        inline.step(-1)
    assert shown == [*range(1, FRAMES), *[FRAMES - 1] * 4, *range(FRAMES - 2, FRAMES - 7, -1)]


def test_a_second_on_is_a_second_of_time_code(inline: SessionViewModel, tmp_path: Path) -> None:
    """At 23.976 that is 24 frames, which take a little longer than a second."""
    stamps = [1001 * n for n in range(80)]
    inline.open_video(encode(tmp_path / "ntsc.mp4", stamps, Fraction(1, 24_000)))
    for number in (24, 48, 72):
        inline.film.step_seconds(1)
        assert inline.time == pytest.approx(number * 1001 / 24_000, abs=1e-6)
        assert inline.film.timecode == f"00:00:0{number // 24}:00"
    inline.film.step_seconds(-2)
    assert inline.film.timecode == "00:00:01:00"


def test_typed_time_code_moves_the_playhead(inline: SessionViewModel, film: Path) -> None:
    inline.open_video(film)
    inline.film.seek_text("00:00:01:07")
    assert inline.timecode == "00:00:01:07"
    assert inline.frame is not None and frame_number(inline.frame.image) == 32


def test_a_fast_scrub_never_blocks_and_ends_on_the_newest_frame(
    threaded: SessionViewModel, film: Path, qtbot: QtBot
) -> None:
    _open(threaded, film, qtbot)
    exact: list[int] = []
    threaded.frame_changed.connect(lambda frame: exact.append(frame_number(frame.image)))
    for number in range(FRAMES):
        threaded.seek(number / 25)
        assert threaded.time == pytest.approx(min(number / 25, (FRAMES - 1) / 25))
    qtbot.waitUntil(lambda: bool(exact) and exact[-1] == FRAMES - 1)
    assert len(exact) < FRAMES, "positions the hand only passed must not all be decoded"


def test_something_true_shows_at_once_while_scrubbing(threaded: SessionViewModel, film: Path, qtbot: QtBot) -> None:
    strip = FilmstripViewModel(threaded)
    _open(threaded, film, qtbot)
    qtbot.waitUntil(lambda: len(strip.pictures) == FRAMES)
    previews: list[Frame] = []
    threaded.film.preview_changed.connect(previews.append)
    threaded.seek(1.4)
    assert previews, "the preview must come before seek returns"
    assert abs(previews[0].time - 1.4) <= 0.04
    assert abs(frame_number(previews[0].image) - previews[0].time * 25) < 1, "a preview shows the moment it claims"


def test_with_a_proxy_the_frame_comes_small_then_full(inline: SessionViewModel, tmp_path: Path, qtbot: QtBot) -> None:
    levels = [np.full((600, 800, 3), 20 + 20 * n, np.uint8) for n in range(10)]
    path = write_video(tmp_path / "large.mp4", levels, FPS, crf=10)
    inline.open_video(path)
    inline.film.use_proxy(make_proxy(path, tmp_path / "proxies"))
    seen: list[Frame] = []
    inline.frame_changed.connect(seen.append)
    inline.seek(0.2)
    assert [frame.reduced for frame in seen] == [True, False]
    assert seen[0].time == seen[1].time == pytest.approx(0.2)
    assert [float(frame.image.mean()) for frame in seen] == pytest.approx([120, 120], abs=4)


def test_a_still_is_a_film_of_one_frame(inline: SessionViewModel, tmp_path: Path) -> None:
    cv2 = pytest.importorskip("cv2")
    path = tmp_path / "still.png"
    cv2.imwrite(str(path), np.full((40, 30, 3), 100, np.uint8))
    inline.open_video(path)
    assert inline.film.is_still and inline.duration == 0 and inline.timecode == "00:00:00:00"
    inline.seek(3.0)
    inline.step(1)
    assert inline.time == 0.0 and inline.frame is not None and inline.frame.image.shape == (40, 30, 3)


def test_a_broken_file_fails_with_a_next_step(inline: SessionViewModel, tmp_path: Path) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(b"")
    told: list[MediaError] = []
    inline.problem.connect(told.append)
    inline.open_video(path)
    assert inline.film.state == "failed" and isinstance(inline.film.error, MediaError)
    assert told and told[0].hint
    inline.seek(1.0)
    assert inline.frame is None


@pytest.fixture
def opening_threads(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """The thread of each time that a film or picture is opened."""
    import av

    threads: list[threading.Thread] = []
    open_media, read_bytes = av.open, Path.read_bytes

    def opened(*given: Any, **options: Any) -> Any:
        threads.append(threading.current_thread())
        return open_media(*given, **options)

    def read(file: Path) -> bytes:
        threads.append(threading.current_thread())
        return read_bytes(file)

    monkeypatch.setattr(av, "open", opened)
    monkeypatch.setattr(Path, "read_bytes", read)
    return threads


def test_no_file_is_opened_in_the_windows_own_thread(
    threaded: SessionViewModel, film: Path, tmp_path: Path, qtbot: QtBot, opening_threads: list[threading.Thread]
) -> None:
    """On a network drive that is gone the window would stand still for as long as the system waits."""
    proxy, still = make_proxy(film, tmp_path), tmp_path / "still.png"
    pytest.importorskip("cv2").imwrite(str(still), np.full((40, 30, 3), 100, np.uint8))
    opening_threads.clear()
    _open(threaded, film, qtbot)
    threaded.film.use_proxy(proxy)
    qtbot.waitUntil(lambda: threaded.film.proxied)
    threaded.film.play_by(lambda: 0.4, 1.0)
    threaded.seek(0.4)
    threaded.film.rest()
    qtbot.waitUntil(lambda: not threaded.film.looks_ahead and not threaded.film.is_sought)
    assert opening_threads and threading.main_thread() not in opening_threads
    opening_threads.clear()
    _open(threaded, still, qtbot)
    assert opening_threads and threading.main_thread() not in opening_threads


def test_opening_another_film_forgets_the_first(threaded: SessionViewModel, film: Path, qtbot: QtBot) -> None:
    copy = film.with_name("copy.mp4")
    shutil.copy(film, copy)
    _open(threaded, film, qtbot)
    threaded.seek(1.5)
    threaded.open_video(copy)
    threaded.open_video(film)
    threaded.open_video(copy)
    qtbot.waitUntil(lambda: threaded.film.state == "open" and threaded.frame is not None)
    assert threaded.video == copy and threaded.time == 0.0
    assert threaded.frame is not None and frame_number(threaded.frame.image) == 0


def test_a_film_closed_while_it_opens_stays_closed(threaded: SessionViewModel, film: Path, qtbot: QtBot) -> None:
    threaded.open_video(film)
    threaded.film.close()
    done: list[object] = []
    threaded.runner.submit("decode", int, on_done=done.append)
    qtbot.waitUntil(lambda: bool(done))
    qtbot.wait(50)
    assert threaded.film.state == "empty" and threaded.video is None


def test_every_odd_file_opens_or_fails_with_a_next_step(
    threaded: SessionViewModel, shared_data: Path, qtbot: QtBot
) -> None:
    told: list[MediaError] = []
    threaded.problem.connect(told.append)
    files = sorted(f for f in (shared_data / "odd_files").rglob("*.m[pk][4v]"))
    assert files
    for file in files:
        told.clear()
        threaded.open_video(file)
        film = threaded.film
        qtbot.waitUntil(lambda film=film: film.state == "failed" or film.frame is not None, timeout=20000)
        assert film.state == "open" or (film.error is not None and film.error.hint), file
        assert all(error.hint for error in told), file


def _played(session: SessionViewModel, path: Path, qtbot: QtBot) -> list[float]:
    """The session with a film open that plays by a clock which the test moves; a list of one place, in s."""
    _open(session, path, qtbot)
    place = [0.0]
    session.film.play_by(lambda: place[0], 1.0)
    return place


def test_playing_shows_what_was_decoded_ahead_without_waiting(
    inline: SessionViewModel, film: Path, qtbot: QtBot
) -> None:
    place = _played(inline, film, qtbot)
    exact: list[int] = []
    inline.frame_changed.connect(lambda frame: exact.append(frame_number(frame.image)))
    for number in range(1, FRAMES):
        place[0] = number / 25
        due = inline.film.due()
        assert due is not None and frame_number(due.image) == number, "it is there before anyone seeks to it"
        inline.film.seek(place[0])
    assert exact == [*range(1, FRAMES)]


def test_what_is_over_before_it_is_decoded_is_left_out(inline: SessionViewModel, film: Path, qtbot: QtBot) -> None:
    place = _played(inline, film, qtbot)
    place[0] = 1.6  # a machine that was held up for more than what lies ahead
    assert inline.film.due() is None
    inline.film.seek(1.56)
    due = inline.film.due()
    assert due is not None and frame_number(due.image) == 40
    assert not inline.film.shows(1.56), "the missed frame is asked for again at the next look"
    inline.film.seek(1.6)
    assert inline.film.shows(1.6) and frame_number(inline.frame.image) == 40  # type: ignore[union-attr]


def test_a_film_at_rest_is_due_nothing(inline: SessionViewModel, film: Path, qtbot: QtBot) -> None:
    place = _played(inline, film, qtbot)
    place[0] = 0.4
    inline.film.seek(0.4)
    inline.film.rest()
    assert inline.film.due() is None
    assert inline.frame is not None and frame_number(inline.frame.image) == 10


def test_through_a_proxy_it_plays_small_and_rests_in_full(
    inline: SessionViewModel, tmp_path: Path, qtbot: QtBot
) -> None:
    levels = [np.full((600, 800, 3), 20 + 20 * n, np.uint8) for n in range(10)]
    path = write_video(tmp_path / "large.mp4", levels, FPS, crf=10)
    place = _played(inline, path, qtbot)
    seen: list[Frame] = []
    inline.frame_changed.connect(seen.append)
    inline.film.seek(0.08)
    inline.film.use_proxy(make_proxy(path, tmp_path / "proxies"))
    for number in range(3, 8):
        place[0] = number / 25
        inline.film.seek(place[0])
    assert [frame.reduced for frame in seen] == [False, *[True] * 5], "not one frame is lost as they change over"
    assert [round(frame.time * 25) for frame in seen] == [2, 3, 4, 5, 6, 7]
    inline.film.rest()
    assert [frame.reduced for frame in seen[-2:]] == [True, False] and seen[-1].time == seen[-2].time
