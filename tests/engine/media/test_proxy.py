"""Proxies show the same frame as the film they were made from."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.errors import Cancelled, MediaError
from engine.jobs import Job
from engine.media import VideoReader, make_proxy

Number = Callable[[np.ndarray], int]


def test_same_frame_and_stamp_at_any_time(
    variable_film: tuple[Path, list[float]], tmp_path: Path, read_number: Number
) -> None:
    path, times = variable_film
    proxy = make_proxy(path, tmp_path)
    rng = random.Random(1)
    with VideoReader(path) as plain, VideoReader(path, 1, proxy=proxy) as quick:
        assert quick.frame_times == plain.frame_times
        for _ in range(100):
            seconds = rng.uniform(-1, times[-1] + 1)
            expected, frame = plain.frame_at(seconds), quick.frame_at(seconds)
            assert (frame.time, frame.pts) == (expected.time, expected.pts)
            assert read_number(frame.image) == read_number(expected.image)
            assert frame.reduced and not quick.frame_at(seconds, full=True).reduced


def test_real_clips_look_the_same(shared_data: Path, tmp_path: Path) -> None:
    rng = random.Random(2)
    odd = shared_data / "odd_files" / "torchcodec"
    clips = sorted((shared_data / "clips").glob("*.mp4"))[3::30]
    for clip in [*clips, odd / "nasa_13013_rotated__45076a6.mp4", odd / "test_non_zero_start__e9a9072.mp4"]:
        proxy = make_proxy(clip, tmp_path)
        with VideoReader(clip) as plain, VideoReader(clip, proxy=proxy) as quick:
            for _ in range(12):
                seconds = rng.uniform(0, plain.duration)
                expected, frame = plain.frame_at(seconds), quick.frame_at(seconds)
                assert frame.time == expected.time
                size = frame.image.shape[1::-1]
                shrunk = cv2.resize(expected.image, size, interpolation=cv2.INTER_AREA)
                assert np.abs(shrunk.astype(int) - frame.image).mean() < 6


def test_height_is_held_and_small_films_are_not_enlarged(film: Path, tmp_path: Path) -> None:
    with VideoReader(film, proxy=make_proxy(film, tmp_path, height=32)) as reader:
        assert reader.frame_at(1).image.shape == (32, 64, 3)
        assert reader.frame_at(1, full=True).image.shape == (64, 128, 3)
        assert (reader.width, reader.height) == (128, 64)
    with VideoReader(film, proxy=make_proxy(film, tmp_path)) as reader:
        assert reader.frame_at(1).image.shape == (64, 128, 3)


def test_is_made_once_and_again_when_the_film_changed(film: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(film.read_bytes())
    first = make_proxy(copy, tmp_path / "proxies")
    written = first.stat().st_mtime_ns
    assert make_proxy(copy, tmp_path / "proxies") == first
    assert first.stat().st_mtime_ns == written
    copy.write_bytes(film.read_bytes() + b"\0")
    assert make_proxy(copy, tmp_path / "proxies") != first
    with pytest.raises(MediaError, match="was not made from"):
        VideoReader(copy, proxy=first)


def test_job_counts_seconds_and_cancel_leaves_nothing(film: Path, tmp_path: Path) -> None:
    job = Job()
    make_proxy(film, tmp_path / "a", job)
    assert job.fraction is not None and job.fraction > 0.95
    job.cancel()
    with pytest.raises(Cancelled):
        make_proxy(film, tmp_path / "b", job)
    assert list((tmp_path / "b").iterdir()) == []


def test_a_damaged_proxy_is_refused(film: Path, tmp_path: Path) -> None:
    proxy = make_proxy(film, tmp_path)
    proxy.write_bytes(proxy.read_bytes()[:-100])
    with pytest.raises(MediaError, match="is damaged"):
        VideoReader(film, proxy=proxy)


def test_prefetch_and_thumbnails_work_through_it(film: Path, tmp_path: Path, read_number: Number) -> None:
    with VideoReader(film, proxy=make_proxy(film, tmp_path)) as reader:
        reader.frame_at(2.0)
        assert reader.prefetch(2.0, 1, span=0.4) > 5
        near = reader.cached_near(2.33)
        assert near is not None and read_number(near.image) == 58
        assert next(read_number(p.image) for p in reader.thumbnails([0.0, 1.0], 32)) == 0


def test_a_full_frame_replaces_the_reduced_one(film: Path, tmp_path: Path) -> None:
    with VideoReader(film, proxy=make_proxy(film, tmp_path, height=32)) as reader:
        assert reader.frame_at(1.0).image.shape[0] == 32
        assert reader.frame_at(1.0, full=True).image.shape[0] == 64
        assert reader.frame_at(1.0).image.shape[0] == 64
