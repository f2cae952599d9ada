"""A project whose picture is gone: said, played and counted without it, and opened where it stands once it is found."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from app.viewmodels.fit import FitViewModel
from app.viewmodels.playback import PlaybackViewModel
from app.viewmodels.project import ProjectViewModel
from app.viewmodels.rows import SoundRow
from app.viewmodels.session import Action
from app.viewmodels.shots import ShotsViewModel
from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.timeline_placing import PlacingViewModel, Wanted
from app.viewmodels.transport import TransportViewModel
from engine.errors import ProjectError
from engine.timeline import edits
from engine.timeline.timecode import Counting
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
    projects.do(lambda project: edits.count_as(project, Counting(NTSC, True, 107892)))
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


def test_seeks_on_the_strip_and_steps_move_the_project(transport: TransportViewModel) -> None:
    session, mix = transport.session, transport.mix
    assert mix is not None and session.film.length == pytest.approx(3.0) and session.film.duration == 0
    session.seek(1.0)
    assert (mix.position, transport.timecode) == (48_000, "01:00:00;29")
    session.step(1)
    assert (mix.position, transport.timecode) == (49_602, "01:00:01;00")
    mix.locate(96_000)
    assert session.time == pytest.approx(2.0, abs=1 / 29), "the strip's playhead follows"
    session.seek(99.0)
    assert session.time == session.film.last_frame_time == pytest.approx(3.0 - 1001 / 30000)


def test_markers_edges_and_loop_are_gone_to(transport: TransportViewModel, sound_folder: Path) -> None:
    mix = transport.mix
    assert mix is not None
    timeline = TimelineViewModel(mix.projects, mix, mix)
    mix.projects.do(lambda project: edits.add_marker(project, 60_000))
    timeline.marks.step(1)
    assert mix.position == 60_000 and transport.session.time == pytest.approx(1.25, abs=1 / 29)
    drip = Wanted(path=sound_folder / "water/drip.wav")
    PlacingViewModel(timeline, timeline).drop([drip], 72_000, None)
    timeline.to_transient(1)
    assert mix.position == 72_000


def test_what_needs_the_picture_says_that_it_is_missing(transport: TransportViewModel) -> None:
    said: list[tuple[str, Action]] = []
    asked: list[bool] = []
    session = transport.session
    session.status.connect(lambda text, action: said.append((text, action)))
    session.film.find_wanted.connect(lambda: asked.append(True))
    shots, fit = ShotsViewModel(session, transport), FitViewModel(session, transport)
    row = SoundRow(file_id=1, path=Path("a.wav"), name="a", duration=1.0)
    for act in (lambda: shots.step(1), lambda: fit.step(1), lambda: fit.show(row)):
        act()
        text, action = said.pop()
        assert text.startswith("The picture scene.mp4 is missing: ") and action.text == "Find…" and not said
        action.run()
    assert len(asked) == 3 and fit.row is None and fit.state == "empty"


def test_a_missing_still_keeps_the_playhead_where_it_is(transport: TransportViewModel) -> None:
    mix = transport.mix
    assert mix is not None
    mix.locate(48_000)
    transport.session.film.lack("still.png")
    transport.session.seek(2.0)
    assert mix.position == 48_000


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
