"""Sounds and pictures as a project lists them, from real files."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.errors import MediaError, ProjectError
from engine.media import write_video, write_wav
from engine.timeline.paths import fingerprint
from engine.timeline.sources import read_library, read_media, read_picture
from tests.films import encode


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """48 frames at 23.976."""
    frames = [np.full((64, 64, 3), shade, np.uint8) for shade in range(48)]
    return write_video(tmp_path_factory.mktemp("film") / "film.mp4", frames, Fraction(24000, 1001))


def stamped(film: Path, target: Path, timecode: str, rate: Fraction = Fraction(24000, 1001)) -> Path:
    """``film`` with a time code track."""
    import av

    with av.open(str(film)) as source, av.open(str(target), "w") as made:
        made.metadata["timecode"] = timecode
        stream = made.add_stream_from_template(source.streams.video[0])
        stream.codec_context.framerate = rate
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                made.mux(packet)
    return target


def test_a_sound(tmp_path: Path) -> None:
    sound = tmp_path / "sounds" / "x.wav"
    sound.parent.mkdir()
    write_wav(sound, np.zeros((2, 4410), np.float32), 44100)
    media = read_media(sound, tmp_path)
    assert (media.sample_rate, media.channels, media.frames) == (44100, 2, 4410)
    assert (media.path, media.relative) == (sound.as_posix(), "sounds/x.wav")
    assert (media.size, media.fingerprint) == (sound.stat().st_size, fingerprint(sound))


def test_a_picture_and_its_time_code(film: Path, tmp_path: Path) -> None:
    plain = read_picture(film, film.parent, 48000)
    assert (plain.frame_rate, plain.drop_frame, plain.start_timecode) == (Fraction(24000, 1001), False, 0)
    assert abs(plain.video.duration - 48 * 2002) <= 48  # containers count in milliseconds or coarser
    hour = read_picture(stamped(film, tmp_path / "hour.mov", "01:00:00:00"), tmp_path, 48000, offset=9)
    assert (hour.start_timecode, hour.video.offset, hour.video.relative) == (86400, 9, "hour.mov")


def test_what_is_no_sound_or_picture_is_told(film: Path, tmp_path: Path) -> None:
    sound = tmp_path / "x.wav"
    write_wav(sound, np.zeros((1, 4410), np.float32), 44100)
    for attempt in (lambda: read_media(film, tmp_path), lambda: read_picture(sound, tmp_path, 48000)):
        with pytest.raises(MediaError) as refused:
            attempt()
        assert refused.value.hint
    with pytest.raises(ProjectError, match="no library"):
        read_library(tmp_path / "none.foley", tmp_path)
    assert read_library(sound, tmp_path).relative == "x.wav"


def test_a_gap_takes_neither_rate_nor_time_code_from_a_film(tmp_path: Path) -> None:
    film = encode(tmp_path / "gap.mov", [n * 1001 + 2000 * (n > 30) for n in range(60)], Fraction(1, 30_000))
    picture = read_picture(
        stamped(film, tmp_path / "stamped.mov", "01:00:00;00", Fraction(30000, 1001)), tmp_path, 48000
    )
    assert picture.frame_rate == Fraction(30000, 1001)
    assert (picture.drop_frame, picture.start_timecode) == (True, 107892)
