"""Which frames and which sound a clip is made of."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import MediaError
from engine.features.clip import ClipFront
from engine.media import write_video
from engine.recommend import clips
from engine.recommend.bounded import BoundedCache
from engine.recommend.clips import ClipFrames, Stretch

FRONT = ClipFront(picture=16, frames=8, seconds=2.0)  # a frame each quarter second
FPS = 20


def numbered(count: int):
    return (np.full((36, 64, 3), 20 + 2 * n, np.uint8) for n in range(count))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five seconds whose frames tell their number by their grey."""
    path = tmp_path_factory.mktemp("film") / "numbered.mp4"
    return write_video(path, numbered(100), Fraction(FPS), crf=4)


@pytest.fixture
def frames() -> ClipFrames:
    return ClipFrames(FRONT, BoundedCache(1 << 20))


def greys(clip: np.ndarray) -> list[float]:
    return [round((float(frame.mean()) - 20) / 2) / FPS for frame in clip]


def test_a_clip_lies_around_its_moment_and_inside_the_film(frames: ClipFrames, film: Path) -> None:
    assert frames.film(film).length == pytest.approx(5.0)
    assert [frames.number(film, t) for t in (0.0, 0.9, 2.5, 2.6, 4.9, 99.0)] == [0, 0, 6, 6, 12, 12]


def test_its_frames_are_the_ones_shown_at_even_times(frames: ClipFrames, film: Path) -> None:
    clip = frames.read(film, 6)
    assert clip.shape == (8, 16, 16, 3) and clip.dtype == np.uint8
    assert greys(clip) == pytest.approx([1.5 + k / 4 for k in range(8)], abs=0.051)


def test_a_neighbouring_clip_decodes_its_one_new_frame(
    frames: ClipFrames, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[int] = []
    whole = ClipFrames._decode
    monkeypatch.setattr(ClipFrames, "_decode", lambda self, p, f, ns: decoded.extend(ns) or whole(self, p, f, ns))
    first = frames.read(film, 3)
    second = frames.read(film, 4)
    assert decoded == [*range(3, 11), 11]
    assert np.array_equal(first[1:], second[:-1])
    frames.read(film, 4)
    assert len(decoded) == 9


def test_a_short_film_repeats_its_last_frame_and_a_still_its_only_one(frames: ClipFrames, tmp_path: Path) -> None:
    import cv2

    short = write_video(tmp_path / "short.mp4", numbered(20), Fraction(FPS), crf=4)
    assert frames.number(short, 0.7) == 0
    clip = frames.read(short, 0)
    assert greys(clip)[:4] == pytest.approx([0, 0.25, 0.5, 0.75], abs=0.051)
    assert greys(clip)[4:] == pytest.approx([0.95] * 4, abs=0.051)
    still = tmp_path / "still.png"
    cv2.imwrite(str(still), np.full((30, 50, 3), 90, np.uint8))
    assert frames.number(still, 17.0) == 0
    assert (frames.read(still, 0) == 90).all()


def test_a_changed_film_is_read_again(frames: ClipFrames, tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", numbered(40), Fraction(FPS), crf=4)
    before = frames.read(path, 0)
    path.unlink()
    write_video(path, (np.full((36, 64, 3), 200, np.uint8) for _ in range(40)), Fraction(FPS), crf=4)
    assert not np.array_equal(frames.read(path, 0), before)


def test_what_cannot_be_read_is_told(frames: ClipFrames, film: Path, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="does not exist"):
        frames.number(tmp_path / "gone.mp4", 0.0)
    with pytest.raises(MediaError, match="not a number"):
        frames.number(film, float("nan"))


RAMP = np.linspace(-0.5, 0.5, 21_000, dtype=np.float32)  # a second


@pytest.fixture
def ramp(tmp_path: Path) -> Path:
    soundfile.write(tmp_path / "ramp.wav", RAMP, 21_000, subtype="FLOAT")
    return tmp_path / "ramp.wav"


def test_a_stretch_has_silence_around_what_the_sound_has(ramp: Path) -> None:
    heard = Stretch.of(ramp, -0.5).read(2.0)
    assert heard.shape == (2, 42_000)
    assert not heard[:, :10_500].any() and not heard[:, 31_500:].any()
    assert np.allclose(heard[:, 10_500:31_500], RAMP, atol=1e-6)
    assert np.allclose(Stretch.of((ramp, 0.25)).read(0.5), RAMP[5250:15_750], atol=1e-6)
    assert not Stretch.of(ramp, 7.0).read(1.0).any()
    assert not Stretch.of(ramp, -3.0).read(1.0).any()


def test_a_waveform_is_cut_as_a_file_is(ramp: Path) -> None:
    for start in (-0.3, 0.0, 0.6):
        same = Stretch.of((RAMP, 21_000), start).read(1.0)
        assert np.allclose(same, Stretch.of(ramp, start).read(1.0), atol=1e-6)
    tone = np.sin(2 * np.pi * 300 * np.arange(48_000) / 48_000).astype(np.float32)
    heard = Stretch.of((tone, 48_000), 0.5).read(0.25)
    assert heard.shape == (2, 5250)
    assert np.abs(heard[0, 100:-100]).max() == pytest.approx(1.0, abs=0.01)


def test_requests_name_their_stretch(ramp: Path) -> None:
    assert Stretch.of(str(ramp)) == Stretch(ramp, 0.0)
    assert Stretch.of((ramp, 0.5)) == Stretch.of(ramp, 0.5) == Stretch.of((ramp, 0.9), 0.5)
    assert Stretch.of((ramp, 0.5)).key == ("sound", clips.identity(ramp), 0.5)
    assert Stretch.of((RAMP, 21_000)).key is None
