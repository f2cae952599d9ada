"""Playing a project: the picture follows the clock of what is heard, and a hand on the film moves the mix."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.viewmodels.playback import PlaybackViewModel
from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.transport import TransportViewModel


@pytest.fixture
def transport(playback: PlaybackViewModel) -> TransportViewModel:
    made = TransportViewModel(playback.session, playback)
    made.use(playback)
    made._on_ready()
    return made


def test_the_films_playhead_is_the_projects(playback: PlaybackViewModel) -> None:
    playback.session.seek(0.4)
    assert playback.position == 19_200
    playback.locate(48_000)
    assert playback.session.time == pytest.approx(1.0, abs=1e-4)


def test_the_project_may_go_on_behind_the_film(playback: PlaybackViewModel) -> None:
    playback.locate(200_000)
    assert playback.position == 200_000 and playback.session.time == playback.session.film.last_frame_time
    playback.step(-1)
    assert playback.position == 200_000 // 1920 * 1920 - 1920


def test_steps_go_by_frames(playback: PlaybackViewModel) -> None:
    playback.locate(0)
    for _ in range(3):
        playback.step(1)
    assert playback.position == 3 * 1920
    playback.step(-1)
    assert playback.position == 2 * 1920


def test_playing_moves_picture_and_playhead_together(transport: TransportViewModel, qtbot: QtBot) -> None:
    mix = transport.mix
    assert mix is not None
    mix._transport.muted = True  # type: ignore[union-attr]  # the clock then runs without a device
    transport.toggle()
    assert transport.playing and transport.rate == 1.0
    qtbot.waitUntil(lambda: mix.position > 24_000)
    assert mix.session.time == pytest.approx(mix.position / 48_000, abs=0.041)
    transport.pause()
    at = mix.position
    qtbot.wait(60)
    assert not transport.playing and mix.position == at


def test_l_doubles_and_j_turns_round(transport: TransportViewModel) -> None:
    mix = transport.mix
    assert mix is not None
    mix._transport.muted = True  # type: ignore[union-attr]
    transport.faster()
    transport.faster()
    assert transport.rate == 2.0
    transport.backwards()
    assert transport.rate == -1.0
    transport.pause()
    assert transport.rate == 1.0


def test_in_and_out_make_a_loop_that_can_be_undone(transport: TransportViewModel) -> None:
    mix = transport.mix
    assert mix is not None
    mix.locate(19_200)
    transport.set_in()
    mix.locate(38_400)
    transport.set_out()
    assert mix.loop == (19_200, 38_400) and transport.loop
    transport.set_loop(False)
    assert mix.loop is None and not transport.loop
    transport.set_loop(True)
    assert mix.loop == (19_200, 38_400), "the last points come back"
    for _ in range(4):
        mix.projects.undo()
    assert mix.loop is None and not transport.loop


def test_stops_at_the_end_of_the_project(transport: TransportViewModel, qtbot: QtBot) -> None:
    mix = transport.mix
    assert mix is not None
    mix._transport.muted = True  # type: ignore[union-attr]
    mix.locate(mix.end - 4800)
    transport.toggle()
    qtbot.waitUntil(lambda: mix.position == mix.end and not transport.playing)
    transport.toggle()
    assert mix.position < mix.end and transport.playing
    transport.pause()


def test_a_closed_project_leaves_the_silent_picture(transport: TransportViewModel, film: Path) -> None:
    transport._playback.projects.close()  # type: ignore[union-attr]
    assert transport.mix is None
    transport.toggle()
    assert transport.playing
    transport.pause()


def test_edits_are_heard(placed: TimelineViewModel) -> None:
    engine = placed.playback._transport
    assert engine is not None
    assert engine.end == placed.playback.end == 96_000
    placed.select_all()
    placed.nudge(50)
    assert engine.end == placed.playback.end > 96_000
