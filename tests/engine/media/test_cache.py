"""The frame cache against a slow model of it: bounded, exact, least recently used out first."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.media.cache import FrameCache
from engine.media.frame import Frame

ONE = 4 * 4 * 3


def frame(pts: int, *, reduced: bool = False) -> Frame:
    return Frame(np.full((4, 4, 3), pts % 256, np.uint8), pts / 10, pts, reduced)


@given(st.lists(st.tuples(st.sampled_from(["put", "ask"]), st.integers(0, 30)), max_size=60), st.integers(1, 6))
def test_behaves_like_the_slow_model(actions: list[tuple[str, int]], room: int) -> None:
    cache = FrameCache(room * ONE)
    model: list[int] = []  # stamps, least recently used first; each frame lasts one tick
    for action, pts in actions:
        if action == "put":
            cache.put(frame(pts), pts + 1)
            model = ([p for p in model if p != pts] + [pts])[-room:]
        else:
            found = cache.shown_at(pts)
            assert (found.pts if found else None) == (pts if pts in model else None)
            if pts in model:
                model = [p for p in model if p != pts] + [pts]
        assert len(cache) == len(model) and cache.nbytes == len(model) * ONE <= room * ONE
        near = cache.nearest(pts)
        assert (abs(near.pts - pts) if near else None) == (min(abs(p - pts) for p in model) if model else None)


def test_a_frame_is_shown_until_its_end() -> None:
    cache = FrameCache(10 * ONE)
    cache.put(frame(10), 15)
    cache.put(frame(20), None)
    assert [cache.shown_at(t) is not None for t in (9, 10, 14, 15, 20)] == [False, True, True, False, False]


def test_a_reduced_frame_never_replaces_a_full_one() -> None:
    cache = FrameCache(10 * ONE)
    cache.put(frame(1, reduced=True), 2)
    assert cache.shown_at(1, full=True) is None
    cache.put(frame(1), 2)
    cache.put(frame(1, reduced=True), 2)
    found = cache.shown_at(1, full=True)
    assert found is not None and not found.reduced


def test_what_is_larger_than_the_cache_is_not_kept() -> None:
    cache = FrameCache(ONE - 1)
    cache.put(frame(1), 2)
    assert len(cache) == 0 and cache.nearest(1) is None


def test_gaps() -> None:
    cache = FrameCache(10 * ONE)
    for pts, end in ((0, 5), (5, 9), (12, 15)):
        cache.put(frame(pts), end)
    assert cache.gap(0, 8) is None
    assert cache.gap(2, 20) == 9
    assert cache.gap(12, 14) is None
    assert cache.gap(30, 40) == 30
    cache.clear()
    assert cache.gap(0, 1) == 0
