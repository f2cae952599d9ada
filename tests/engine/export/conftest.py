"""Real sounds, films and projects to deliver, and the other programs that read deliveries back."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.timeline.document import Clip, Marker, Master, Media, PanKey, Project, Track, VideoRef
from tests.films import MakeFilm, encode

RATE = 48000


def noise(path: Path, rate: int, channels: int, seconds: float, seed: int, **tags: str) -> Path:
    """Dull noise at about -18 dBFS, with the tags libsndfile knows."""
    white = np.random.default_rng(seed).normal(0, 0.2, (round(rate * seconds) + 7, channels))
    sound = np.stack([np.convolve(side, np.ones(8) / 3, mode="valid") for side in white.T], axis=1)
    with soundfile.SoundFile(str(path), "w", rate, channels, "PCM_24") as file:
        for name, text in tags.items():
            setattr(file, name, text)
        file.write(np.clip(sound * 0.6, -1, 1))
    return path


def media_of(path: Path, name: str) -> Media:
    """``path`` as a project's media."""
    info = soundfile.info(str(path))
    return Media(
        id=name,
        path=path.absolute().as_posix(),
        sample_rate=info.samplerate,
        channels=info.channels,
        frames=info.frames,
        size=path.stat().st_size,
    )


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Media]:
    """A mono sound at 48 kHz with rights, and a stereo one at 44.1 kHz that says nothing."""
    folder = tmp_path_factory.mktemp("sounds")
    door = noise(folder / "DOORWood_Door Slam_JD_Own.wav", 48000, 1, 4, 1, copyright="CC BY 4.0", artist="Jane Döe")
    rain = noise(folder / "Räin, light.wav", 44100, 2, 6, 2)
    return {"door": media_of(door, "door"), "rain": media_of(rain, "rain")}


@pytest.fixture
def project(sounds: dict[str, Media]) -> Project:
    """Two tracks with a crossfade, gain, pan, fades, speed, reverse, a sync point and a muted clip; no picture."""
    foley = Track(
        id="t1",
        name="Foley",
        gain_db=-3.0,
        pan=0.25,
        clips=(
            Clip(
                id="a", media="door", position=12000, length=72000, source_in=4800, gain_db=-6, fade_in=4800, sync=960
            ),
            Clip(id="b", media="rain", position=60000, length=96000, source_in=44100, pan=-0.5, fade_out=24000),
        ),
    )
    atmosphere = Track(
        id="t2",
        name="Atmos/phere",
        colour="#3366ff",
        clips=(
            Clip(id="c", media="rain", position=0, length=96000, speed=Fraction(3, 2), pan=0.3),
            Clip(
                id="d",
                media="door",
                position=120000,
                length=48000,
                source_in=24000,
                reverse=True,
                fade_in_shape="linear",
            ),
            Clip(id="e", media="door", position=1000, length=2000, mute=True),
        ),
    )
    return Project(
        id="0123456789abcdef0123456789abcdef",
        sample_rate=RATE,
        frame_rate=Fraction(25),
        start_timecode=90000,
        master=Master(gain_db=-1.0, limiter=False),
        markers=(Marker(id="k", position=48000, name="Hit", colour="#ff0000"),),
        media=tuple(sounds.values()),
        tracks=(foley, atmosphere),
    )


@pytest.fixture
def with_pan_curve(project: Project) -> Project:
    """The project with a moving pan and the limiter on."""
    first = replace(project.tracks[0].clips[0], pan_keys=(PanKey(at=0, pan=-1), PanKey(at=48000, pan=1)))
    track = replace(project.tracks[0], clips=(first, *project.tracks[0].clips[1:]))
    return replace(project, tracks=(track, project.tracks[1]), master=Master())


def film(
    path: Path,
    stamps: Sequence[int],
    time_base: Fraction,
    flash: int,
    *,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    rotation: int | None = None,
) -> Path:
    """A dark film whose frame ``flash`` alone is white; frame n has stamp ``stamps[n]``."""
    options = {"x264-params": "bframes=3:keyint=30", "crf": "20"} if codec == "libx264" else {}
    pictures = [np.full((64, 96, 3), 235 if number == flash else 20, np.uint8) for number in range(len(stamps))]
    return encode(path, stamps, time_base, codec, options, pixels=pixels, rotation=rotation, pictures=pictures)


@pytest.fixture
def make_flash() -> MakeFilm:
    """:func:`film`."""
    return film


@pytest.fixture
def with_picture(project: Project, tmp_path: Path) -> Project:
    """The project with four seconds of film that starts a second into the timeline."""
    path = film(tmp_path / "Reel é 1.mp4", range(100), Fraction(1, 25), 50)
    video = VideoRef(path=path.as_posix(), offset=RATE, duration=4 * RATE, size=path.stat().st_size)
    return replace(project, video=video)


def tool(name: str) -> str:
    """The program ``name``; the test skips where it is not installed."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed, so nothing else can read this back")
    return found


@pytest.fixture
def ffprobe() -> Callable[[Path], dict[str, Any]]:
    """What ffprobe says of a file: streams, format and tags."""
    program = tool("ffprobe")

    def probe(path: Path) -> dict[str, Any]:
        command = [program, "-v", "error", "-show_streams", "-show_format", "-of", "json", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    return probe


@pytest.fixture
def run_tool() -> Callable[..., bytes]:
    """Runs a program and returns what it wrote; the test skips where it is not installed."""

    def run(*command: str) -> bytes:
        done = subprocess.run([tool(command[0]), *command[1:]], capture_output=True, check=True, timeout=60)
        return done.stdout

    return run
