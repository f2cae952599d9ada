"""Probing: what a file holds, and how long it is."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import MediaError
from engine.media import VideoReader, load_audio, probe, write_video


def test_a_film(tmp_path: Path) -> None:
    sound = np.zeros((2, 96000), np.float32)
    path = write_video(tmp_path / "a.mp4", [np.zeros((48, 64, 3), np.uint8)] * 60, Fraction(30000, 1001), sound)
    info = probe(str(path))
    assert (info.kind, info.path) == ("video", path)
    assert info.duration == pytest.approx(2.0, abs=0.05)
    assert info.video is not None and info.audio is not None
    assert (info.video.width, info.video.height, info.video.frames) == (64, 48, 60)
    assert (info.video.fps, info.video.rotation, info.video.codec) == (Fraction(30000, 1001), 0, "h264")
    assert (info.audio.sample_rate, info.audio.channels, info.audio.codec) == (48000, 2, "aac")


def test_a_silent_film_with_no_length_in_its_header(tmp_path: Path, make_film: Callable[..., Path]) -> None:
    path = make_film(tmp_path / "a.h264", range(50), Fraction(1, 25))
    info = probe(path)
    assert info.audio is None
    assert info.duration == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("name", ["a.mkv", "a.mp4"])
def test_a_film_is_as_long_as_its_frames_wherever_its_stamps_begin(
    tmp_path: Path, make_film: Callable[..., Path], name: str
) -> None:
    path = make_film(tmp_path / name, range(1503, 1503 + 90 * 40, 40))
    assert probe(path).duration == pytest.approx(3.6, abs=0.001)


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_a_sound(channels: int, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros((4410, channels)), 44100)
    info = probe(path)
    assert (info.kind, info.video, info.duration) == ("audio", None, 0.1)
    assert info.audio is not None
    assert (info.audio.sample_rate, info.audio.channels, info.audio.frames) == (44100, channels, 4410)


def test_cover_pictures_do_not_make_a_film(shared_data: Path) -> None:
    info = probe(shared_data / "odd_files" / "mutagen-tests" / "covr-with-name.m4a")
    assert (info.kind, info.video) == ("audio", None)


def test_a_film_that_is_only_announced_is_no_film(shared_data: Path) -> None:
    with pytest.raises(MediaError, match="cut short"):
        probe(shared_data / "odd_files" / "mp4parse" / "invalid_userdata.mp4")


def test_encrypted(tmp_path: Path) -> None:
    import av

    whole = write_video(
        tmp_path / "a.mp4", [np.zeros((48, 64, 3), np.uint8)] * 10, 25, np.zeros((2, 19200), np.float32)
    )
    locked = tmp_path / "locked.mp4"
    options = {
        "encryption_scheme": "cenc-aes-ctr",
        "encryption_key": "76a6c65c5ea762046bd749a2e632ccbb",
        "encryption_kid": "a7e61c373e219033c21091fa607bf3b8",
    }
    with av.open(str(whole)) as source, av.open(str(locked), "w", options=options) as target:
        streams = {stream.index: target.add_stream_from_template(stream) for stream in source.streams}
        for packet in source.demux():
            if packet.size:
                packet.stream = streams[packet.stream_index]
                target.mux(packet)
    for call in (probe, VideoReader, load_audio):
        with pytest.raises(MediaError, match="is encrypted"):
            call(locked)
