"""The reader: the exact frame of any time, in any order, from any thread's point of view."""

from __future__ import annotations

import os
import random
import threading
from bisect import bisect_right
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import Cancelled, MediaError
from engine.jobs import Job
from engine.media import VideoReader, make_proxy

Number = Callable[[np.ndarray], int]

KINDS = {
    "h264 in mkv": ("a.mkv", "libx264", {"x264-params": "bframes=3:keyint=40"}),
    "h264 in transport stream": ("a.ts", "libx264", {"x264-params": "bframes=3:keyint=40"}),
    "hevc": ("a.mp4", "libx265", {"x265-params": "log-level=0:bframes=4:keyint=30"}),
    "mpeg4 in avi": ("a.avi", "mpeg4", {"g": "30"}),
    "mpeg2 with b frames": ("a.mpg", "mpeg2video", {"bf": "2", "g": "15"}),
    "vp9": ("a.webm", "libvpx-vp9", {"g": "40", "deadline": "realtime", "cpu-used": "8"}),
    "prores": ("a.mov", "prores_ks", {}),
    "motion jpeg": ("a.mov", "mjpeg", {"strict": "unofficial"}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_exact_in_every_codec(kind: str, tmp_path: Path, make_film: Callable[..., Path], read_number: Number) -> None:
    name, codec, options = KINDS[kind]
    pixels = "yuv422p10le" if codec == "prores_ks" else "yuv420p"
    path = make_film(tmp_path / name, range(80), Fraction(1, 25), codec, options, pixels=pixels)
    rng = random.Random(1)
    with VideoReader(path, cache_bytes=1) as reader:
        assert len(reader.frame_times) == 80
        for _ in range(30):
            wanted = rng.randrange(80)
            frame = reader.frame_at(reader.frame_times[wanted] + 0.5 / 25)
            assert read_number(frame.image) == wanted
            assert frame.time == pytest.approx(reader.frame_times[wanted], abs=1e-9)


def test_exact_with_b_frames_and_open_groups(film: Path, read_number: Number) -> None:
    rng = random.Random(2)
    with VideoReader(film, cache_bytes=1) as reader:
        for _ in range(60):
            seconds = rng.uniform(0, 4.8)
            frame = reader.frame_at(seconds)
            assert read_number(frame.image) == int(seconds * 25 + 1e-6)
            assert frame.time == int(seconds * 25 + 1e-6) / 25


def test_exact_with_variable_rate(variable_film: tuple[Path, list[float]], read_number: Number) -> None:
    path, times = variable_film
    rng = random.Random(3)
    with VideoReader(path, cache_bytes=1) as reader:
        assert reader.frame_times == pytest.approx(times, abs=1e-9)
        for _ in range(80):
            seconds = rng.uniform(0, times[-1])
            assert read_number(reader.frame_at(seconds).image) == bisect_right(times, seconds) - 1


def test_a_frame_is_found_by_its_own_time(variable_film: tuple[Path, list[float]], read_number: Number) -> None:
    path, _ = variable_film
    with VideoReader(path) as reader:
        order = list(enumerate(reader.frame_times))
        random.Random(4).shuffle(order)
        for number, seconds in order:
            assert read_number(reader.frame_at(seconds).image) == number
            assert read_number(reader.frame_at(round(seconds, 6)).image) == number


def test_thirds_of_a_tick_do_not_slip(tmp_path: Path, make_film: Callable[..., Path], read_number: Number) -> None:
    path = make_film(tmp_path / "a.mov", range(0, 60 * 1001, 1001), Fraction(1, 30000))
    with VideoReader(path) as reader:
        for number in (0, 1, 7, 29, 30, 31, 59):
            assert read_number(reader.frame_at(float(Fraction(number * 1001, 30000))).image) == number


def test_before_the_first_and_past_the_last(film: Path, read_number: Number) -> None:
    with VideoReader(film, cache_bytes=1) as reader:
        for seconds in (-5.0, -1e9, float("-inf")):
            assert read_number(reader.frame_at(seconds).image) == 0
        for seconds in (4.79, 4.8, 5.0, 1e12, float("inf")):
            assert read_number(reader.frame_at(seconds).image) == 119
        with pytest.raises(MediaError, match="not a number"):
            reader.frame_at(float("nan"))


def test_time_zero_is_where_the_file_starts(
    tmp_path: Path, make_film: Callable[..., Path], read_number: Number
) -> None:
    path = make_film(tmp_path / "late.mkv", range(7000, 9000, 40))
    with VideoReader(path) as reader:
        assert reader.frame_at(0).time == 0
        assert read_number(reader.frame_at(1.0).image) == 25
        assert reader.frame_times[:2] == pytest.approx([0, 0.04])


def test_streams_without_stamps_are_counted(
    tmp_path: Path, make_film: Callable[..., Path], read_number: Number
) -> None:
    path = make_film(tmp_path / "raw.h264", range(60), Fraction(1, 25), options={"x264-params": "bframes=3:keyint=20"})
    with VideoReader(path, cache_bytes=1) as reader:
        for wanted in (40, 3, 59, 20, 0, 19):
            assert read_number(reader.frame_at(reader.frame_times[wanted] + 0.01).image) == wanted


def test_what_is_left_of_a_film_cut_short(film: Path, tmp_path: Path, make_film: Any, read_number: Number) -> None:
    whole = make_film(tmp_path / "whole.ts", range(100), Fraction(1, 25), options={"x264-params": "keyint=10"})
    cut = tmp_path / "cut.ts"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with VideoReader(cut) as reader:
        last = read_number(reader.frame_at(99).image)
        assert 20 < last < 80
        assert read_number(reader.frame_at(0.4).image) == 10


def test_edit_lists(shared_data: Path) -> None:
    with VideoReader(shared_data / "odd_files" / "torchcodec" / "discard_first_keyframe.mp4") as reader:
        times = reader.frame_times
        assert len(times) == 25  # of 30 coded ones
        assert [frame.time for frame in reader.frames()] == times
        assert reader.frame_at(-1).time == times[0]


def test_real_clips_against_plain_decoding(shared_data: Path) -> None:
    import av

    clips = sorted((shared_data / "clips").glob("*.mp4"))[5::30]
    rng = random.Random(5)
    for clip in clips:
        with av.open(str(clip)) as container:
            stream = container.streams.video[0]
            start = Fraction(container.start_time or 0, 1_000_000)
            plain = [
                (float(f.pts * stream.time_base - start), f.to_ndarray(format="rgb24"))
                for f in container.decode(stream)
            ]
        times = [t for t, _ in plain]
        with VideoReader(clip, cache_bytes=1) as reader:
            for _ in range(8):
                seconds = rng.uniform(0, times[-1])
                frame = reader.frame_at(seconds)
                truth = plain[bisect_right(times, seconds) - 1]
                assert frame.time == pytest.approx(truth[0], abs=1e-5)
                assert np.array_equal(frame.image, truth[1])


def test_frames_run_in_order(film: Path, read_number: Number) -> None:
    with VideoReader(film) as reader:
        assert [read_number(f.image) for f in reader.frames(1.99, 2.17)] == [49, 50, 51, 52, 53, 54]
        running = reader.frames(3.0)
        assert read_number(next(running).image) == 75
        assert read_number(reader.frame_at(0).image) == 0  # does not disturb the iterator
        assert read_number(next(running).image) == 76
        assert len(list(reader.frames())) == 120


def test_thumbnails_are_small_true_and_kept(film: Path, read_number: Number) -> None:
    with VideoReader(film) as reader:
        times = [0.02, 1.0, 2.5, 4.0]
        pictures = list(reader.thumbnails(times, 32))
        assert {p.image.shape for p in pictures} == {(32, 64, 3)}
        for seconds, picture in zip(times, pictures, strict=True):
            assert read_number(picture.image) == round(picture.time * 25)
            assert seconds - 0.7 <= picture.time <= seconds
        near = reader.cached_near(3.9)
        assert near is not None and near.time == pictures[-1].time and near.reduced


def test_cached_near_never_decodes_and_tells_the_truth(film: Path, read_number: Number) -> None:
    with VideoReader(film) as reader:
        assert reader.cached_near(1.0) is None
        reader.frame_at(1.0)
        reader.frame_at(3.0)
        near = reader.cached_near(1.9)
        assert near is not None
        assert near.time == 1.0 and read_number(near.image) == 25


def test_cache_is_bounded(film: Path) -> None:
    one = 128 * 64 * 3
    with VideoReader(film, cache_bytes=10 * one) as reader:
        for number in range(0, 120, 3):
            reader.frame_at(number / 25)
        assert reader._cache.nbytes <= 10 * one
        assert len(reader._cache) == 10


@pytest.mark.parametrize("direction", [1, -1])
def test_prefetch_makes_the_next_positions_ready(film: Path, direction: int) -> None:
    with VideoReader(film) as reader:
        reader.frame_at(2.4)
        assert reader.prefetch(2.4, direction, span=0.4) > 5
        assert reader.prefetch(2.4, direction, span=0.4) == 0
        for step in range(9):
            seconds = 2.4 + direction * step * 0.04 + 0.001
            near = reader.cached_near(seconds)
            assert near is not None
            assert near.time == pytest.approx(int(seconds * 25) / 25)


def test_prefetch_stops_when_told(film: Path) -> None:
    job = Job()
    job.cancel()
    with VideoReader(film) as reader, pytest.raises(Cancelled):
        reader.prefetch(1.0, 1, job=job)


def test_a_backward_scrub_keeps_what_it_passes(film: Path) -> None:
    with VideoReader(film) as reader:
        reader.frame_at(1.9)
        reader.frame_at(1.7)
        assert len(reader._cache) > 5
        near = reader.cached_near(1.61)
        assert near is not None and near.time == 1.6


def test_another_thread_may_look_while_one_decodes(film: Path) -> None:
    stop = threading.Event()
    seen: list[float] = []
    failures: list[BaseException] = []

    def look(reader: VideoReader) -> None:
        rng = random.Random(6)
        try:
            while not stop.is_set():
                frame = reader.cached_near(rng.uniform(0, 4.8))
                if frame is not None:
                    seen.append(frame.time)
        except BaseException as exc:  # noqa: BLE001 - whatever it is, the test has to fail with it
            failures.append(exc)

    with VideoReader(film, cache_bytes=20 * 128 * 64 * 3) as reader:
        looker = threading.Thread(target=look, args=(reader,))
        looker.start()
        rng = random.Random(7)
        for _ in range(80):
            reader.frame_at(rng.uniform(0, 4.8))
        stop.set()
        looker.join()
    assert seen and not failures


def test_every_file_is_closed(film: Path) -> None:
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        pytest.skip("open files are listed on Linux only")

    def open_files() -> int:
        return sum(os.path.realpath(f) == str(film.resolve()) for f in folder.iterdir())

    with VideoReader(film) as reader:
        reader.frame_at(1)
        _ = reader.frame_times, reader.info
        next(reader.frames(2.0))
        list(reader.thumbnails([0, 1], 20))
        assert open_files() >= 1
    assert open_files() == 0


def test_a_sound_has_no_picture(tmp_path: Path) -> None:
    from engine.media import write_wav

    sound = write_wav(tmp_path / "a.wav", np.zeros((1, 4800), np.float32), 48000)
    with pytest.raises(MediaError, match=r"a\.wav has no picture"):
        VideoReader(sound)


def test_kept_at_gives_what_was_prefetched_and_nothing_else(film: Path, read_number: Number) -> None:
    with VideoReader(film) as reader:
        assert reader.kept_at(1.0) is None
        reader.prefetch(1.0, 1, span=0.2)
        assert [read_number(reader.kept_at(n / 25).image) for n in range(25, 30)] == [*range(25, 30)]  # type: ignore[union-attr]
        assert reader.kept_at(0.9) is None and reader.kept_at(1.5) is None


def test_prefetch_leaves_out_what_is_over_by_now(film: Path, tmp_path: Path) -> None:
    for proxy in (None, make_proxy(film, tmp_path)):
        with VideoReader(film, proxy=proxy) as reader:
            reader.prefetch(1.0, 1, span=0.4, now=lambda: 1.2)
            assert reader.kept_at(1.0) is None and reader.kept_at(1.16) is None
            assert reader.kept_at(1.2) is not None and reader.kept_at(1.36) is not None
