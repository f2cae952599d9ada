"""Movies: a clap at a flash stays within a millisecond by two decoders, and the picture is copied bit for bit."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from engine.errors import MediaError, ProjectError
from engine.export.movie import look, write_movie
from engine.media import VideoReader
from tests.films import encode

RATE = 48000
OFFSET = 7777
FLASH = 50
VARIABLE = list(accumulate([7, 40, 33, 90, 333] * 20, initial=0))
MakeFilm = Callable[..., Path]

FILMS = {
    "23.976": ([n * 1001 for n in range(90)], Fraction(1, 24000), Fraction(24000, 1001)),
    "29.97": ([n * 1001 for n in range(90)], Fraction(1, 30000), Fraction(30000, 1001)),
    "25": (list(range(90)), Fraction(1, 25), Fraction(25)),
    "50": (list(range(90)), Fraction(1, 50), Fraction(50)),
    "variable": (VARIABLE[:90], Fraction(1, 1000), None),
    "late": ([1503 + 40 * n for n in range(90)], Fraction(1, 1000), Fraction(25)),
    "a frame late": ([1001 * (n + 1) for n in range(90)], Fraction(1, 30000), Fraction(30000, 1001)),
}


def _clap(at: Fraction) -> tuple[Callable[[int, int], np.ndarray], list[int]]:
    """A mix that is silent but for a click ``at`` seconds after the first frame, and the samples it was asked for."""
    place, asked = OFFSET + round(at * RATE), [0, 0]

    def render(start: int, count: int) -> np.ndarray:
        asked[0], asked[1] = min(asked[0] or start, start), start + count
        sound = np.zeros((2, count), np.float32)
        here = slice(max(0, place - start), max(0, min(count, place + 4 - start)))
        sound[:, here] = 0.9
        return sound

    return render, asked


def _flash(path: Path) -> float:
    """Seconds at which the white frame is shown."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if frame.to_ndarray(format="gray").mean() > 128:
                return float(frame.pts * frame.time_base)
    raise AssertionError("the flash is gone")


def _click(path: Path) -> float:
    """Seconds at which the click begins, by the frames' own time stamps."""
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            sound = frame.to_ndarray()
            loud = np.abs(sound / (1 if sound.dtype.kind == "f" else 2.0**31))
            loud = loud[0] if frame.format.is_planar else loud.reshape(-1, 2)[:, 0]
            if loud.max() > 0.45:
                return float(frame.pts * frame.time_base) + int((loud > 0.45).argmax()) / RATE
    raise AssertionError("the click is gone")


def _click_by_ffmpeg(path: Path, run_tool: Callable[..., bytes]) -> float:
    """The same by ffmpeg, which lays the sound out from the file's time 0."""
    filters = ("-af", "aresample=async=1:first_pts=0", "-f", "f32le", "-ac", "1", "-")
    raw = run_tool("ffmpeg", "-v", "error", "-i", str(path), "-map", "0:a", *filters)
    sound = np.abs(np.frombuffer(raw, "<f4"))
    return int((sound > 0.4).argmax()) / RATE


@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
@pytest.mark.parametrize("name", FILMS)
def test_the_clap_is_at_the_flash(
    name: str, suffix: str, make_flash: MakeFilm, tmp_path: Path, run_tool: Callable[..., bytes]
) -> None:
    stamps, base, rate = FILMS[name]
    source = make_flash(tmp_path / "film.mp4", stamps, base, FLASH)
    render, asked = _clap((stamps[FLASH] - stamps[0]) * base)
    target = tmp_path / f"out{suffix}"
    timecode = ("01:00:00:00", rate) if rate else None
    write_movie(source, target, render, offset=OFFSET, sample_rate=RATE, timecode=timecode)
    shown = _flash(target)
    assert shown == pytest.approx(_flash(source), abs=0.0006)  # the source's own edit list is in milliseconds
    assert abs(_click(target) - shown) < 0.001
    assert abs(_click_by_ffmpeg(target, run_tool) - shown) < 0.001
    wanted = OFFSET - round(stamps[0] * base * RATE)
    assert abs(asked[0] - wanted) <= RATE // 1000  # silence before the picture is the mix's, not ours


def test_a_long_film_does_not_drift(tmp_path: Path, run_tool: Callable[..., bytes]) -> None:
    """Five minutes of every tenth frame at 29.97: the clap is still where it is seen."""
    stamps, base, flash = [10_010 * n for n in range(900)], Fraction(1, 30000), 880
    dark, white = (np.full((32, 32, 3), level, np.uint8) for level in (20, 235))
    pictures = [white if number == flash else dark for number in range(len(stamps))]
    source = encode(tmp_path / "film.mp4", stamps, base, pictures=pictures, options={"preset": "ultrafast"})
    render, _ = _clap(stamps[flash] * base)
    target = tmp_path / "out.mp4"
    write_movie(source, target, render, offset=OFFSET, sample_rate=RATE)
    shown = _flash(target)
    assert shown > 290
    assert abs(_click(target) - shown) < 0.001
    assert abs(_click_by_ffmpeg(target, run_tool) - shown) < 0.001


@pytest.mark.parametrize("suffix", [".mkv", ".ts", ".avi"])
def test_other_containers(suffix: str, make_flash: MakeFilm, tmp_path: Path, run_tool: Callable[..., bytes]) -> None:
    codec, pixels = ("mjpeg", "yuvj420p") if suffix == ".avi" else ("libx264", "yuv420p")
    base = Fraction(1, 90000) if suffix == ".ts" else Fraction(1, 25)
    stamps = [3600 * n for n in range(70)] if suffix == ".ts" else list(range(70))
    source = make_flash(tmp_path / f"film{suffix}", stamps, base, FLASH, codec=codec, pixels=pixels)
    render, _ = _clap(Fraction(FLASH, 25))
    write_movie(source, tmp_path / "out.mp4", render, offset=OFFSET, sample_rate=RATE)
    assert _flash(tmp_path / "out.mp4") == pytest.approx(FLASH / 25, abs=0.001)  # MPEG-TS begins at 1.4 s; we at 0
    assert abs(_click(tmp_path / "out.mp4") - FLASH / 25) < 0.001
    assert abs(_click_by_ffmpeg(tmp_path / "out.mp4", run_tool) - FLASH / 25) < 0.001


def test_the_picture_is_copied_untouched_with_its_rotation(
    make_flash: MakeFilm, tmp_path: Path, ffprobe: Callable[[Path], dict[str, Any]]
) -> None:
    source = make_flash(tmp_path / "film.mp4", range(60), Fraction(1, 25), 5, rotation=90)
    render, _ = _clap(Fraction(0))
    write_movie(
        source, tmp_path / "out.mp4", render, offset=0, sample_rate=RATE, timecode=("10:00:00:00", Fraction(25))
    )

    def packets(path: Path) -> list[tuple[int, str]]:
        with av.open(str(path)) as container:
            return [
                (packet.pts, hashlib.sha256(bytes(packet)).hexdigest())
                for packet in container.demux(video=0)
                if packet.size and packet.pts is not None
            ]

    assert packets(tmp_path / "out.mp4") == packets(source)
    picture, sound, *rest = ffprobe(tmp_path / "out.mp4")["streams"]
    assert (picture["codec_name"], sound["codec_name"], sound["channels"]) == ("h264", "aac", 2)
    assert any(abs(int(data.get("rotation", 0))) == 90 for data in picture["side_data_list"])
    assert rest[0]["tags"]["timecode"] == "10:00:00:00"
    assert float(sound["duration"]) == pytest.approx(60 / 25, abs=0.001)


@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_a_film_trimmed_without_encoding(
    suffix: str, make_flash: MakeFilm, tmp_path: Path, run_tool: Callable[..., bytes]
) -> None:
    """It begins between key frames: an edit list hides pictures that are decoded but never shown."""
    whole = make_flash(tmp_path / "whole.mp4", [n * 1001 for n in range(120)], Fraction(1, 30000), 80)
    trimmed = tmp_path / "film.mp4"
    run_tool("ffmpeg", "-v", "error", "-ss", "1.3", "-i", str(whole), "-c", "copy", str(trimmed))
    with VideoReader(trimmed) as reader:
        frames = [(frame.time, frame.image.mean() > 128) for frame in reader.frames()]
    assert len(frames) < 90
    seen = next(time for time, white in frames if white)
    render, _ = _clap(Fraction(seen))
    target = tmp_path / f"out{suffix}"
    write_movie(trimmed, target, render, offset=OFFSET, sample_rate=RATE)
    with VideoReader(target) as reader:
        assert len(reader.frame_times) == len(frames)
    assert abs(_flash(target) - seen) < 0.0001
    assert abs(_click(target) - seen) < 0.001
    assert abs(_click_by_ffmpeg(target, run_tool) - seen) < 0.001


def test_a_film_whose_own_sound_begins_first(
    make_flash: MakeFilm, tmp_path: Path, run_tool: Callable[..., bytes]
) -> None:
    """Its time 0 is then where that sound begins, or the frame's begin after it, in the window and here alike."""
    stamps, base, _ = FILMS["late"]
    silent = make_flash(tmp_path / "film.mp4", stamps, base, FLASH)
    render, _ = _clap(Fraction(0))
    write_movie(silent, tmp_path / "first.mp4", render, offset=OFFSET, sample_rate=RATE)
    with VideoReader(tmp_path / "first.mp4") as reader:
        seen = next(frame.time for frame in reader.frames() if frame.image.mean() > 128)
    assert seen == pytest.approx(3.48, abs=0.001)  # its stamp is 3.503 s, 23 ms off the frames of time code
    render, _ = _clap(Fraction(seen))
    write_movie(tmp_path / "first.mp4", tmp_path / "second.mp4", render, offset=OFFSET, sample_rate=RATE)
    shown = _flash(tmp_path / "second.mp4")
    assert abs(_click(tmp_path / "second.mp4") - shown) < 0.001
    assert abs(_click_by_ffmpeg(tmp_path / "second.mp4", run_tool) - shown) < 0.001


def test_pcm_samples_are_the_mix(make_flash: MakeFilm, tmp_path: Path) -> None:
    source = make_flash(tmp_path / "film.mp4", range(30), Fraction(1, 25), 5)
    mix = np.random.default_rng(0).uniform(-1, 1, (2, RATE * 3)).astype(np.float32)
    write_movie(source, tmp_path / "out.mov", lambda s, n: mix[:, s : s + n], offset=1000, sample_rate=RATE)
    with av.open(str(tmp_path / "out.mov")) as container:
        assert container.streams.audio[0].codec_context.name == "pcm_s24le"
        back = np.concatenate([frame.to_ndarray().reshape(-1, 2) for frame in container.decode(audio=0)])
    count = round(30 / 25 * RATE)
    assert len(back) == count
    assert np.abs(back.T / 2.0**31 - mix[:, 1000 : 1000 + count]).max() < 2**-22


def test_codecs_choose_their_container(make_flash: MakeFilm, tmp_path: Path) -> None:
    prores = make_flash(tmp_path / "film.mov", range(10), Fraction(1, 25), 5, codec="prores_ks", pixels="yuv422p10le")
    told = look(prores)
    assert (told.codec, told.suffix, told.has_sound) == ("prores", ".mov", False)
    render, _ = _clap(Fraction(0))
    with pytest.raises(ProjectError, match="MP4 does not take prores") as caught:
        write_movie(prores, tmp_path / "out.mp4", render, offset=0, sample_rate=RATE)
    assert "H.264" in caught.value.hint
    write_movie(prores, tmp_path / "out.mov", render, offset=0, sample_rate=RATE)
    assert _flash(tmp_path / "out.mov") == pytest.approx(0.2)


def test_hevc_gets_the_tag_that_macs_play(
    make_flash: MakeFilm, tmp_path: Path, ffprobe: Callable[[Path], dict[str, Any]]
) -> None:
    try:
        source = make_flash(tmp_path / "film.mkv", range(30), Fraction(1, 25), 5, codec="libx265")
    except av.FFmpegError:
        pytest.skip("this FFmpeg cannot write HEVC")
    render, _ = _clap(Fraction(0))
    write_movie(source, tmp_path / "out.mp4", render, offset=0, sample_rate=RATE)
    assert ffprobe(tmp_path / "out.mp4")["streams"][0]["codec_tag_string"] == "hvc1"
    assert _flash(tmp_path / "out.mp4") == pytest.approx(0.2, abs=0.001)


def test_rates_that_aac_does_not_know(make_flash: MakeFilm, tmp_path: Path) -> None:
    source = make_flash(tmp_path / "film.mp4", range(10), Fraction(1, 25), 5)
    render, _ = _clap(Fraction(0))
    with pytest.raises(ProjectError, match="192000") as caught:
        write_movie(source, tmp_path / "out.mp4", render, offset=0, sample_rate=192_000)
    assert ".mov" in caught.value.hint
    write_movie(source, tmp_path / "out.mov", render, offset=0, sample_rate=192_000)


def test_what_is_no_film_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"\0" * 100)
    render, _ = _clap(Fraction(0))
    with pytest.raises(MediaError):
        write_movie(tmp_path / "film.mp4", tmp_path / "out.mp4", render, offset=0, sample_rate=RATE)
