"""Playing a project: the picture follows the clock of what is heard, and a hand on the film moves the mix."""

from __future__ import annotations

import tempfile
import threading
import time
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.viewmodels.playback import PlaybackViewModel
from app.viewmodels.project import ProjectViewModel
from app.viewmodels.session import SessionViewModel
from app.viewmodels.timeline import TimelineViewModel
from app.viewmodels.transport import TransportViewModel
from engine.errors import ProjectError
from engine.timeline import edits
from engine.timeline.document import Media
from engine.timeline.session import create_project
from engine.timeline.timecode import timecode_at
from tests.app.conftest import HandDevice
from tests.engine.audio.sessions import clip, noise, project, write
from tests.films import encode


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


def test_from_the_out_point_it_plays_the_loop(transport: TransportViewModel, qtbot: QtBot) -> None:
    """As after I and O: the playhead then stands at the out point."""
    mix = transport.mix
    assert mix is not None
    mix._transport.muted = True  # type: ignore[union-attr]
    mix.locate(9_600)
    transport.set_in()
    mix.locate(38_400)
    transport.set_out()
    transport.toggle()
    qtbot.waitUntil(lambda: 9_600 < mix.position < 38_000)
    transport.pause()
    mix.locate(48_000)
    transport.toggle()
    qtbot.waitUntil(lambda: mix.position > 50_000)
    transport.pause()


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


def test_steps_beyond_the_film_count_from_its_time_0(placed: TimelineViewModel) -> None:
    playback, offset = placed.playback, 1001
    project = playback.projects.project
    assert project is not None and project.video is not None
    video = replace(project.video, offset=offset)
    placed.select_all()
    placed.nudge(100)
    assert playback.projects.do(lambda project: edits.relink(project, {}, video))
    playback.locate(offset + 60 * 1920)
    playback.step(1)
    assert playback.position == offset + 61 * 1920
    playback.locate(offset + 49 * 1920)  # the last frame of the film; sounds go on behind it
    playback.step(1)
    assert playback.position == offset + 50 * 1920
    playback.step(-1)
    assert playback.position == offset + 49 * 1920


def test_frames_of_the_mix_are_the_films_own(inline: SessionViewModel, device: HandDevice, tmp_path: Path) -> None:
    stamps = [0, 40, 500, 507, 1200, 1240, 1900]
    projects = ProjectViewModel(inline, inline)
    playback = PlaybackViewModel(projects, lambda: device, projects)
    inline.open_video(encode(tmp_path / "variable.mp4", stamps))
    projects.new(tmp_path / "variable.foleyscope")
    engine = playback._transport
    assert engine is not None
    assert [engine.grid.start(number) for number in range(7)] == [48 * stamp for stamp in stamps]
    playback.step(2)
    assert playback.position == 24_000 and engine.grid.at(playback.position) == 2
    playback.close()
    projects.close()


def test_a_film_and_its_project_count_alike(inline: SessionViewModel, device: HandDevice, tmp_path: Path) -> None:
    projects = ProjectViewModel(inline, inline)
    playback = PlaybackViewModel(projects, lambda: device, projects)
    transport = TransportViewModel(inline, playback)
    transport.use(playback)
    inline.open_video(dropping(tmp_path / "drop.mov"))
    for _ in range(2):
        assert (transport.timecode, inline.timecode) == ("01:00:00;00", "01:00:00;00")
        transport.seek_text("01:00:01;10")
        assert transport.timecode == inline.timecode == "01:00:01;10"
        assert inline.time == pytest.approx(40 * 1.001 / 30, abs=1e-4)
        with pytest.raises(ProjectError, match="nothing at"):
            transport.seek_text("00:00:01:10")
        transport.to_start()
        projects.new(tmp_path / "drop.foleyscope")
    project = projects.project
    assert project is not None and timecode_at(project, 0) == "01:00:00;00"
    playback.close()
    projects.close()


def dropping(path: Path) -> Path:
    """Two seconds at 29.97 frames a second with a time code track in drop frame."""
    import av

    plain = encode(path.with_name("plain.mov"), range(0, 60 * 1001, 1001), Fraction(1, 30_000))
    with av.open(str(plain)) as source, av.open(str(path), "w") as made:
        made.metadata["timecode"] = "01:00:00;00"
        stream = made.add_stream_from_template(source.streams.video[0])
        stream.codec_context.framerate = Fraction(30_000, 1001)
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                made.mux(packet)
    return path


def test_gaps_are_cleared_by_a_click_and_by_the_next_start(
    transport: TransportViewModel, device: HandDevice, qtbot: QtBot
) -> None:
    mix = transport.mix
    assert mix is not None and transport.faults == transport.faults_told == ""
    mix._transport.muted = True  # type: ignore[union-attr]
    transport.toggle()
    device.xruns += 2
    qtbot.waitUntil(lambda: transport.faults == "2 gaps")
    transport.faster()
    assert transport.faults == "2 gaps", "going on faster is no new start"
    transport.pause()
    assert transport.faults == "2 gaps", "who looked away still sees it"
    transport.clear_faults()
    assert transport.faults == "" and mix.xruns == 2
    transport.toggle()
    device.xruns += 1
    qtbot.waitUntil(lambda: transport.faults == "1 gap")
    assert "3 since the project was opened" in transport.faults_told
    transport.pause()
    transport.toggle()
    assert transport.faults == "" and mix.xruns == 3
    transport.pause()


def test_gaps_of_auditions_before_the_project_are_not_its_own(
    playback: PlaybackViewModel, device: HandDevice, qtbot: QtBot
) -> None:
    path = playback.projects.path
    assert path is not None
    playback.projects.close()
    device.xruns = 7
    playback.projects.open(path)
    playback._tick()
    assert playback.ready and (playback.xruns, playback.gaps) == (0, 0)


def test_a_damaged_sound_is_told_once(
    playback: PlaybackViewModel, device: HandDevice, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "damaged.foleyscope"
    (tmp_path / "broken.wav").write_bytes(b"RIFF but no sound" * 9)
    gone = Media(id="gone", path=str(tmp_path / "gone.wav"), sample_rate=48_000, channels=1, frames=9000)
    broken = replace(gone, id="broken", path=str(tmp_path / "broken.wav"))
    create_project(path, project([broken, gone], [clip("broken", 0, 9000), clip("gone", 9000, 90_000)])).close()
    playback.projects.open(path)
    told: list[str] = []
    playback.session.status.connect(lambda sentence, _: told.append(sentence))
    for _ in range(2):
        playback.play(1.0)
        for _ in range(40):
            qtbot.wait(5)
            device.hear(0.005)
        playback.pause()
        playback.locate(0)
    assert [sentence for sentence in told if "broken.wav" in sentence] == told, "a missing one is told on opening"
    assert len(told) == 1


def test_closing_does_not_wait_for_what_is_being_read(
    threaded_playback: PlaybackViewModel, long_pitched: Path, mixes: Mixes, qtbot: QtBot
) -> None:
    playback, projects = threaded_playback, threaded_playback.projects
    projects.open(long_pitched)
    qtbot.waitUntil(lambda: bool(list(mixes.folder.rglob("*.npy"))), timeout=20_000)
    begun = time.monotonic()
    projects.close()
    assert time.monotonic() - begun < 1 and not playback.ready
    qtbot.waitUntil(lambda: not list(mixes.folder.iterdir()) and not mixes.threads(), timeout=20_000)
    projects.open(long_pitched)
    qtbot.waitUntil(lambda: bool(list(mixes.folder.rglob("*.npy"))), timeout=20_000)
    playback.close()
    assert not list(mixes.folder.iterdir()) and not mixes.threads(), "on quitting nothing is left behind"
    projects.close()


def test_a_mix_that_comes_when_another_is_wanted_is_closed(
    threaded_playback: PlaybackViewModel, long_pitched: Path, mixes: Mixes, qtbot: QtBot
) -> None:
    playback, projects = threaded_playback, threaded_playback.projects
    with qtbot.waitSignal(projects.opened_changed, timeout=5000):
        projects.open(long_pitched)
    end = time.monotonic() + 5
    while not list(mixes.folder.iterdir()) and time.monotonic() < end:
        time.sleep(0.01)  # the first mix is made, and nobody has heard of it yet
    projects.opened_changed.emit()
    qtbot.waitUntil(lambda: playback.ready and len(list(mixes.folder.iterdir())) == 1, timeout=5000)
    qtbot.wait(300)
    assert len(list(mixes.folder.iterdir())) == 1
    playback.close()
    projects.close()
    assert not list(mixes.folder.iterdir()) and not mixes.threads()


@pytest.fixture
def threaded_playback(threaded: SessionViewModel, device: HandDevice) -> PlaybackViewModel:
    projects = ProjectViewModel(threaded, threaded)
    return PlaybackViewModel(projects, lambda: device, projects)


@dataclass
class Mixes:
    """What mixes leave behind while a test runs."""

    folder: Path
    """Where they keep their copies."""
    before: set[threading.Thread]

    def threads(self) -> list[str]:
        """Names of those of their threads that were not there when the test began."""
        new = [thread.name for thread in threading.enumerate() if thread not in self.before]
        return [name for name in new if name.startswith(("read-ahead", "transport"))]


@pytest.fixture
def mixes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mixes:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return Mixes(folder, set(threading.enumerate()))


@pytest.fixture
def long_pitched(tmp_path: Path) -> Path:
    """A project whose only sound takes far longer to be shifted in pitch than a window may stand still."""
    media = write(tmp_path, "long", noise(240 * 48_000, 1))
    document = project([media], [clip("long", 0, 240 * 48_000, pitch=3.0)])
    path = tmp_path / "long.foleyscope"
    create_project(path, document).close()
    return path
