"""A project whose picture is gone: said, played and counted without it, and opened where it stands once it is found."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from app.viewmodels.playback import PlaybackViewModel
from app.viewmodels.project import ProjectViewModel
from app.viewmodels.transport import TransportViewModel
from engine.errors import ProjectError
from engine.timeline import edits
from tests.films import encode

NTSC = Fraction(30000, 1001)


@pytest.fixture
def transport(projects: ProjectViewModel, playback: PlaybackViewModel, tmp_path: Path) -> TransportViewModel:
    """The transport of a project of three seconds, counted in drop frame from one hour on; its picture is gone."""
    made = TransportViewModel(playback.session, playback)
    made.use(playback)
    session, home = playback.session, tmp_path / "pictures"
    home.mkdir()
    session.open_video(encode(home / "scene.mp4", range(0, 3000, 40)))
    projects.new(tmp_path / "lost.foleyscope")
    projects.do(lambda project: edits.set_timecode(project, frame_rate=NTSC, drop_frame=True, start=107892))
    projects.save()
    path = projects.path
    assert path is not None and path.name == "lost.foleyscope"
    projects.close()
    shutil.move(home, tmp_path / "moved")
    projects.open(path)
    assert playback.ready
    return made


def test_another_film_leaves_the_screen_and_the_picture_is_named(transport: TransportViewModel) -> None:
    film = transport.session.film
    assert (film.state, film.missing, film.path, film.frame) == ("missing", "scene.mp4", None, None)
    assert film.fps == NTSC


def test_playhead_steps_and_ends_go_by_the_projects_clock(transport: TransportViewModel) -> None:
    mix = transport.mix
    assert mix is not None and transport.movable
    assert transport.timecode == "01:00:00;00"
    transport.step(1)
    assert (transport.timecode, mix.position) == ("01:00:00;01", 1602)
    transport.to_end()
    assert mix.position == mix.end == 144_000
    transport.to_start()
    assert mix.position == 0
    transport.seek_text("01:00:01;15")
    assert (transport.timecode, mix.position) == ("01:00:01;15", 72_072)
    with pytest.raises(ProjectError, match="nothing at"):
        transport.seek_text("01:00:03;00")
    assert mix.position == 72_072


def test_it_plays(transport: TransportViewModel) -> None:
    mix = transport.mix
    assert mix is not None
    mix._transport.muted = True  # type: ignore[union-attr]  # the clock then runs without a device
    transport.toggle()
    assert transport.playing
    transport.pause()
    assert not transport.playing


def test_found_again_it_opens_where_the_project_stands(transport: TransportViewModel, tmp_path: Path) -> None:
    mix = transport.mix
    assert mix is not None
    mix.locate(96_000)
    mix.projects.relink(tmp_path / "moved")
    film = transport.session.film
    assert (film.state, film.missing, film.path) == ("open", "", tmp_path / "moved" / "scene.mp4")
    assert mix.position == 96_000 and film.time == pytest.approx(2.0, abs=1e-4)


def test_the_closed_project_takes_the_word_away(transport: TransportViewModel) -> None:
    mix = transport.mix
    assert mix is not None
    mix.projects.close()
    film = transport.session.film
    assert (film.state, film.missing) == ("empty", "")
    assert film.counting.start == 0 and not transport.movable


def test_who_wants_it_found_is_asked_where(transport: TransportViewModel) -> None:
    mix = transport.mix
    assert mix is not None
    asked: list[bool] = []
    mix.projects.locate_wanted.connect(lambda: asked.append(True))
    transport.session.film.find_wanted.emit()
    assert asked == [True]
