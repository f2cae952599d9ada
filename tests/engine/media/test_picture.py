"""Pictures as people see them: upright, square pixels, right colours, whatever the file stores."""

from __future__ import annotations

import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.errors import MediaError
from engine.media import VideoReader, probe

MakeFilm = Callable[..., Path]


def corners(height: int = 64, width: int = 96) -> np.ndarray:
    """A picture whose quarters are red, green, blue and white, clockwise from the upper left."""
    picture = np.zeros((height, width, 3), np.uint8)
    half, middle = height // 2, width // 2
    picture[:half, :middle], picture[:half, middle:] = (200, 20, 20), (20, 200, 20)
    picture[half:, middle:], picture[half:, :middle] = (20, 20, 200), (230, 230, 230)
    return picture


def assert_same(image: np.ndarray, expected: np.ndarray, tolerance: int = 14) -> None:
    """Compares the middles of the quarters."""
    assert image.shape == expected.shape
    for y in (0.25, 0.75):
        for x in (0.25, 0.75):
            place = int(y * image.shape[0]), int(x * image.shape[1])
            assert np.abs(image[place].astype(int) - expected[place]).max() <= tolerance


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_rotated_films_stand_upright(degrees: int, tmp_path: Path, make_film: MakeFilm) -> None:
    path = make_film(tmp_path / "a.mp4", [0, 40, 80], rotation=degrees, pictures=[corners()] * 3)
    with VideoReader(path) as reader:
        assert_same(reader.frame_at(0).image, np.rot90(corners(), degrees // 90))
        video = reader.info.video
    assert video is not None and video.rotation == degrees
    assert (video.width, video.height) == ((96, 64) if degrees % 180 == 0 else (64, 96))


def test_real_rotated_films_match_the_plain_one(shared_data: Path) -> None:
    folder = shared_data / "odd_files" / "torchcodec"
    with (
        VideoReader(folder / "nasa_13013.mp4") as plain,
        VideoReader(folder / "nasa_13013_rotated__45076a6.mp4") as turned,
    ):
        assert np.array_equal(np.rot90(plain.frame_at(5).image), turned.frame_at(5).image)


@pytest.mark.parametrize(("aspect", "width"), [(Fraction(2), 192), (Fraction(1, 2), 48), (Fraction(8, 9), 85)])
def test_odd_pixels_become_square(aspect: Fraction, width: int, tmp_path: Path, make_film: MakeFilm) -> None:
    path = make_film(tmp_path / "a.mp4", [0, 40], aspect=aspect, pictures=[corners()] * 2)
    with VideoReader(path) as reader:
        assert reader.frame_at(0).image.shape == (64, width, 3)
        assert_same(reader.frame_at(0).image, cv2.resize(corners(), (width, 64)))
        assert (reader.width, reader.height) == (width, 64)


@pytest.mark.parametrize(
    ("codec", "pixels"),
    [
        ("libx264", "yuv420p10le"),
        ("libx264", "yuv444p"),
        ("prores_ks", "yuv422p10le"),
        ("ffv1", "bgr0"),
        ("mjpeg", "yuvj420p"),
    ],
)
def test_depths_and_ranges(codec: str, pixels: str, tmp_path: Path, make_film: MakeFilm) -> None:
    path = make_film(tmp_path / "a.mkv", [0, 40], codec=codec, pixels=pixels, pictures=[corners()] * 2)
    with VideoReader(path) as reader:
        image = reader.frame_at(0).image
    assert image.dtype == np.uint8
    assert_same(image, corners())


def test_full_and_limited_range_show_the_same(shared_data: Path) -> None:
    import av

    path = shared_data / "odd_files" / "torchcodec" / "unspecified_full_range.mp4"
    with av.open(str(path)) as container:
        luma = next(container.decode(video=0)).to_ndarray(format="gray")
    with VideoReader(path) as reader:
        shown = cv2.cvtColor(reader.frame_at(0).image, cv2.COLOR_RGB2GRAY)
    assert np.abs(shown.astype(int) - luma).mean() < 4  # full range: luma is grey as it is, not stretched


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tiff", ".bmp"])
@pytest.mark.parametrize("name", ["still", "100% #1 shot_%03d", "żółw 🐢"])
def test_a_still_is_a_film_of_one_frame(suffix: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / (name + suffix)
    done, data = cv2.imencode(suffix, cv2.cvtColor(corners(), cv2.COLOR_RGB2BGR))
    assert done
    path.write_bytes(data.tobytes())
    info = probe(path)
    assert (info.kind, info.duration, info.audio) == ("image", 0.0, None)
    assert info.video is not None and (info.video.width, info.video.height, info.video.frames) == (96, 64, 1)
    with VideoReader(path) as reader:
        for seconds in (0.0, -3.0, 1e6):
            frame = reader.frame_at(seconds)
            assert_same(frame.image, corners(), 20)
            assert frame.time == 0
        assert reader.frame_times == [0.0]
        assert len(list(reader.frames())) == 1
        assert len(list(reader.thumbnails([0.0, 1.0], 32))) == 2
        assert reader.prefetch(0, 1) == 0
        assert reader.cached_near(5) is not None


ORIENTED = {
    1: lambda p: p,
    2: lambda p: p[:, ::-1],
    3: lambda p: p[::-1, ::-1],
    4: lambda p: p[::-1],
    5: lambda p: p.transpose(1, 0, 2),
    6: lambda p: np.rot90(p, -1),
    7: lambda p: p.transpose(1, 0, 2)[::-1, ::-1],
    8: np.rot90,
}


@pytest.mark.parametrize("orientation", ORIENTED)
def test_photographs_turn_as_their_exif_says(orientation: int, tmp_path: Path) -> None:
    data = cv2.imencode(".jpg", cv2.cvtColor(corners(), cv2.COLOR_RGB2BGR))[1].tobytes()
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    exif = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    path = tmp_path / "photo.jpg"
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:])
    with VideoReader(path) as reader:
        assert_same(reader.frame_at(0).image, ORIENTED[orientation](corners()), 20)


def test_a_picture_nobody_can_mean_is_refused(tmp_path: Path) -> None:
    import zlib

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    path = tmp_path / "vast.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )
    with pytest.raises(MediaError):
        VideoReader(path)


def test_frames_change_size_midway_but_not_in_the_reader(tmp_path: Path, make_film: MakeFilm) -> None:
    small = make_film(tmp_path / "small.ts", range(25), Fraction(1, 25), pictures=[corners(32, 48)] * 25)
    large = make_film(tmp_path / "large.ts", range(25, 50), Fraction(1, 25), pictures=[corners(64, 96)] * 25)
    both = tmp_path / "both.ts"
    both.write_bytes(small.read_bytes() + large.read_bytes())
    with VideoReader(both) as reader:
        shapes = {frame.image.shape for frame in reader.frames()}
    assert shapes == {(32, 48, 3)}


def test_frames_are_arrays(tmp_path: Path, make_film: MakeFilm) -> None:
    path = make_film(tmp_path / "a.mp4", [0, 40], pictures=[corners()] * 2)
    with VideoReader(path) as reader:
        frame = reader.frame_at(0)
    assert np.asarray(frame) is frame.image
    assert np.asarray(frame, dtype=np.float32).dtype == np.float32
    assert np.array(frame, copy=True) is not frame.image
