"""A small film whose frames tell their number, and runners for view-models and widgets."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from app import theme
from app.tasks import InlineRunner, TaskRunner
from app.viewmodels.audition import AuditionViewModel
from app.viewmodels.playback import PlaybackViewModel
from app.viewmodels.project import ProjectViewModel
from app.viewmodels.session import SessionViewModel
from app.viewmodels.timeline import TimelineViewModel
from engine.audio import OutputDevice, Player
from engine.media import write_video

FPS = Fraction(25)
FRAMES = 50


def _numbered_frame(number: int) -> np.ndarray:
    """A grey whose level grows with the frame's number, so that a picture tells which frame it is."""
    return np.full((48, 64, 3), 20 + 4 * number, np.uint8)


def frame_number(image: np.ndarray) -> int:
    """Which frame of the film fixture a picture shows."""
    return round((float(image.mean()) - 20) / 4)


@pytest.fixture(autouse=True)
def garbage_stays_here() -> Iterator[None]:
    """As in the window, no worker's thread may destroy Qt objects: they are collected between two tests."""
    gc.disable()
    yield
    due = [g for g in range(3) if gc.get_count()[g] > gc.get_threshold()[g] > 0]
    gc.collect(max([1, *due]))


@pytest.fixture(autouse=True)
def films_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is kept of films lies in a folder of the test."""
    monkeypatch.setattr("engine.recommend.fit_cache.cache_folder", lambda: tmp_path / "films")
    return tmp_path / "films"


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of numbered frames, 64x48 at 25 frames a second, without sound."""
    path = tmp_path_factory.mktemp("film") / "numbered.mp4"
    return write_video(path, map(_numbered_frame, range(FRAMES)), FPS, crf=4)


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> QApplication:
    """The application in its theme."""
    theme.apply(qapp)
    return qapp


@pytest.fixture
def inline(dressed: QApplication) -> Iterator[SessionViewModel]:
    """A session whose work runs at once on the test's thread."""
    session = SessionViewModel(InlineRunner())
    yield session
    session.close()


@pytest.fixture
def threaded(dressed: QApplication) -> Iterator[SessionViewModel]:
    """A session with real worker threads."""
    runner = TaskRunner(decode_threads=4)
    session = SessionViewModel(runner)
    yield session
    session.close()
    runner.shutdown()


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """Settings of this test alone."""
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


# --- sounds: a real library of a tiny real model, and a player whose device is advanced by hand ---

SOUNDS = {  # name -> (seconds, pitch in Hz, channels)
    "dog/DOGBark_Terrier_01.wav": (0.6, 500, 1),
    "dog/DOGBark_Terrier_02.wav": (0.7, 540, 1),
    "dog/DOGBark_Terrier_03.wav": (0.5, 470, 1),
    "door/wood creak.wav": (2.5, 180, 2),
    "door/DOORWood_Slam.wav": (1.2, 90, 2),
    "water/drip.wav": (0.3, 1500, 1),
    "water/stream long.wav": (42.0, 700, 1),
    "train passing.wav": (3.0, 120, 2),
}


@pytest.fixture(scope="session")
def sound_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight sounds, three of them takes, one longer than a player holds at once."""
    import soundfile

    folder = tmp_path_factory.mktemp("sounds")
    for name, (seconds, pitch, channels) in SOUNDS.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        time = np.arange(round(seconds * 48_000)) / 48_000
        tone = 0.5 * np.sin(2 * np.pi * pitch * time) * (0.2 + 0.8 * np.exp(-3 * (time % 1.0)))
        soundfile.write(path, np.repeat(tone[:, None], channels, axis=1), 48_000, subtype="PCM_24")
    return folder


@pytest.fixture(scope="session")
def library_file(sound_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Those sounds indexed by a tiny model with random weights, which is found by its id."""
    import torch

    from engine import models
    from engine.library import Library, index_folder

    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    encoder = models.create("baseline", widths=(4, 8, 8, 16))
    models.save(folder / "tiny", encoder, model_id="tiny", title="tiny", licence="CC0")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOLEYSCOPE_MODELS", str(folder))
        model = models.load("tiny", device="cpu")
        path = tmp_path_factory.mktemp("library") / "sounds.foleylib"
        with Library.create(path, model) as library:
            index_folder(library, sound_folder, model)
        yield path


class HandDevice(OutputDevice):
    """The real mixer without a sound card: the test itself asks for the next block."""

    opened = False

    @property
    def is_open(self) -> bool:
        return self.opened

    def open(self) -> None:
        self.opened = True

    def hear(self, seconds: float) -> np.ndarray:
        """The next ``seconds`` as float32 ``(n, 2)``."""
        out = np.zeros((round(seconds * self.rate), self.channels), np.float32)
        for first in range(0, len(out), 480):
            self.render(out[first : first + 480])
        return out


@pytest.fixture
def device() -> HandDevice:
    """An output advanced by hand."""
    return HandDevice()


@pytest.fixture
def audition(inline: SessionViewModel, device: HandDevice) -> Iterator[AuditionViewModel]:
    """Audition on that output, its work done at once."""
    viewmodel = AuditionViewModel(inline.runner, Player(device), inline)
    viewmodel.warm()
    yield viewmodel
    viewmodel.close()


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an untrained model called ``starter``: small, real, and the same on every run."""
    import torch

    from engine.models import create, save

    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    save(folder / "starter", create("baseline"), model_id="starter", title="Untrained", licence="none")
    return folder


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four real WAV files, and one text file that calls itself one."""
    from engine.media import write_wav

    folder = tmp_path_factory.mktemp("sounds")
    times = np.arange(48000) / 48000
    for pitch in (110, 220, 440, 880):
        tone = (0.4 * np.sin(2 * np.pi * pitch * times)).astype(np.float32)
        write_wav(folder / f"BEEPSimp_Tone {pitch}.wav", tone[None], 48000)
    (folder / "renamed.wav").write_text("words, not sound")
    return folder


@pytest.fixture
def home(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of this test's own: models, libraries and caches lie here."""
    monkeypatch.setenv("FOLEYSCOPE_MODELS", str(models))
    for variable in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable.lower()))
    return tmp_path


# --- a project on that film, with its mix on the device advanced by hand ---


@pytest.fixture
def projects(inline: SessionViewModel, film: Path, tmp_path: Path) -> Iterator[ProjectViewModel]:
    """An open project of the numbered film, without sounds yet."""
    made = ProjectViewModel(inline, inline)
    inline.open_video(film)
    made.new(tmp_path / "scene.foleyscope")
    assert made.project is not None
    yield made
    made.close()


@pytest.fixture
def playback(projects: ProjectViewModel, device: HandDevice) -> Iterator[PlaybackViewModel]:
    """The project's transport on the device advanced by hand."""
    path = projects.path
    assert path is not None
    projects.close()
    made = PlaybackViewModel(projects, lambda: device, projects)
    projects.open(path)
    assert made.ready
    yield made
    made.close()


@pytest.fixture
def timeline(playback: PlaybackViewModel) -> TimelineViewModel:
    """The project's timeline."""
    return TimelineViewModel(playback.projects, playback, playback)


@pytest.fixture
def placed(timeline: TimelineViewModel, sound_folder: Path) -> TimelineViewModel:
    """The timeline with three sounds on two tracks: at 0 and 1 s on the first, at 0.5 s on the second."""
    from app.viewmodels.timeline_placing import PlacingViewModel, Wanted

    placing = PlacingViewModel(timeline, timeline)
    first = [Wanted(path=sound_folder / "dog/DOGBark_Terrier_01.wav")]
    placing.drop(first, 0, None)
    track = timeline.track
    placing.drop([Wanted(path=sound_folder / "door/wood creak.wav", start=0.5, end=1.3)], 48_000, track)
    placing.drop([Wanted(path=sound_folder / "water/drip.wav")], 24_000, None)
    timeline.select([])
    return timeline
