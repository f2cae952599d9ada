"""Playing: the clock decides, J K L, loop, the end, and a playhead moved by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.viewmodels.session import SessionViewModel
from app.viewmodels.transport import FASTEST, TransportViewModel


@pytest.fixture
def transport(threaded: SessionViewModel, film: Path, qtbot: QtBot) -> TransportViewModel:
    made = TransportViewModel(threaded)
    threaded.open_video(film)
    qtbot.waitUntil(lambda: threaded.film.knows_stamps and threaded.frame is not None)
    return made


def test_playing_follows_the_clock(transport: TransportViewModel, qtbot: QtBot) -> None:
    import time

    transport.play(1.0)
    began = time.monotonic()
    qtbot.waitUntil(lambda: transport.session.time > 0.5)
    assert time.monotonic() - began == pytest.approx(transport.session.time, abs=0.06)
    transport.pause()
    stopped = transport.session.time
    qtbot.wait(80)
    assert transport.session.time == stopped and not transport.playing


def test_stops_on_the_last_frame_and_then_starts_over(transport: TransportViewModel, qtbot: QtBot) -> None:
    film = transport.session.film
    film.seek(1.9)
    transport.toggle()
    qtbot.waitUntil(lambda: not transport.playing)
    assert film.time == film.last_frame_time
    transport.toggle()
    assert film.time == 0.0 and transport.playing


def test_loop_starts_over(transport: TransportViewModel, qtbot: QtBot) -> None:
    transport.set_loop(True)
    transport.session.seek(1.9)
    transport.play(1.0)
    qtbot.waitUntil(lambda: transport.session.time < 1.0)
    assert transport.playing


def test_backwards_ends_on_the_first_frame(transport: TransportViewModel, qtbot: QtBot) -> None:
    transport.session.seek(0.1)
    transport.backwards()
    qtbot.waitUntil(lambda: not transport.playing)
    assert transport.session.time == 0.0


def test_l_and_j_again_double_the_speed(transport: TransportViewModel) -> None:
    rates = []
    for press in [transport.faster] * 5 + [transport.backwards] * 2:
        press()
        rates.append(transport.rate)
    assert rates == [1.0, 2.0, 4.0, FASTEST, FASTEST, -1.0, -2.0]
    transport.pause()
    assert transport.rate == 1.0


def test_playing_goes_on_from_where_a_hand_put_the_playhead(transport: TransportViewModel, qtbot: QtBot) -> None:
    transport.play(1.0)
    qtbot.waitUntil(lambda: transport.session.time > 0.1)
    transport.session.seek(1.0)
    qtbot.waitUntil(lambda: transport.session.time > 1.1)
    assert transport.session.time < 1.3
    transport.pause()


def test_opening_another_film_stops_playing(transport: TransportViewModel, film: Path) -> None:
    transport.play(1.0)
    transport.session.open_video(film)
    assert not transport.playing


def test_nothing_plays_without_a_film_or_on_a_still(inline: SessionViewModel, tmp_path: Path) -> None:
    import cv2

    transport = TransportViewModel(inline)
    transport.toggle()
    assert not transport.playing
    still = tmp_path / "still.png"
    cv2.imwrite(str(still), np.zeros((20, 20, 3), np.uint8))
    inline.open_video(still)
    transport.toggle()
    assert not transport.playing
