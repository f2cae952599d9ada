"""Samples and rows on screen, and finding clips by time without looking at all of them."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.viewmodels.timeline_index import Indexes, TrackIndex
from app.widgets.timeline.clips import _bars
from app.widgets.timeline.geometry import Geometry
from engine.timeline.document import Clip, Track

spans = st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 900)), max_size=30)


def _track(places: list[tuple[int, int]]) -> Track:
    clips = tuple(Clip(id=f"{n:04d}", media="m", position=at, length=length) for n, (at, length) in enumerate(places))
    return Track(id="t", clips=clips)


@given(spans, st.integers(0, 6000), st.integers(1, 800))
def test_the_index_finds_what_looking_at_all_finds(places: list[tuple[int, int]], start: int, length: int) -> None:
    track = _track(places)
    found = [track.clips[number].id for number in TrackIndex(track).between(start, start + length).tolist()]
    assert found == [clip.id for clip in track.clips if clip.position < start + length and clip.end > start]


@given(spans, st.integers(0, 6000))
def test_the_clip_on_top_is_the_one_that_begins_last(places: list[tuple[int, int]], sample: int) -> None:
    track = _track(places)
    there = [clip for clip in track.clips if clip.position <= sample < clip.end]
    assert TrackIndex(track).at(sample) == (there[-1] if there else None)


def test_an_index_is_made_anew_only_for_a_changed_track() -> None:
    indexes, track = Indexes(), _track([(0, 10)])
    first = indexes.of(track)
    assert indexes.of(track) is first
    assert indexes.of(_track([(5, 10)])) is not first


@given(st.floats(2, 5000), st.integers(0, 10**6), st.integers(0, 10**8))
def test_places_and_samples_are_inverse(samples_per_px: float, left: int, sample: int) -> None:
    geometry = Geometry(samples_per_px=samples_per_px, left=left, top=0, row_height=48, width=900, height=200)
    assert abs(geometry.sample_at(geometry.x_of(sample)) - sample) <= 1


def test_rows_in_view() -> None:
    geometry = Geometry(samples_per_px=100, left=0, top=60, row_height=48, width=900, height=100)
    assert list(geometry.rows(200)) == [1, 2, 3] and list(geometry.rows(2)) == [1]


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(0.01, 3)), max_size=40))
def test_narrow_clips_join_into_bars_that_cover_them(places: list[tuple[float, float]]) -> None:
    import numpy as np

    places = sorted(places)
    lefts = np.array([left for left, _ in places])
    rights = np.array([left + width for left, width in places])
    bars = _bars(lefts, rights)
    assert all(after[0] > before[1] for before, after in pairwise(bars)), "bars never touch"
    for left, right in zip(lefts.tolist(), rights.tolist(), strict=True):
        assert any(bar[0] <= left and right <= bar[1] for bar in bars)
