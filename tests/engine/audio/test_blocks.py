"""Blocks join without a seam, are kept within bounds, and are read once however many ask."""

from __future__ import annotations

import threading
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.audio.blocks import BLOCK, FINEST, BlockCache, Region, nearest_ratio


class Line:
    """A source whose samples are a slow wave, and which counts what is read."""

    def __init__(self) -> None:
        self.reads = 0
        self.gate: threading.Event | None = None

    def read(self, first: int, count: int) -> np.ndarray:
        self.reads += 1
        if self.gate is not None:
            assert self.gate.wait(5)
        return wave(np.arange(first, first + count))[None].astype(np.float32)


def wave(places: np.ndarray) -> np.ndarray:
    return np.sin(places / 20.0)


def region(source: Line, ratio: Fraction, length: int = 3 * BLOCK, **options: bool) -> Region:
    return Region(
        name="a", source=source, first=500, span=int(length * ratio) + 1, ratio=ratio, length=length, **options
    )


@settings(max_examples=25, deadline=None)
@given(over=st.integers(1, 3000), under=st.integers(1, 3000))
def test_any_ratio_lands_where_it_should_across_blocks(over: int, under: int) -> None:
    ratio = nearest_ratio(Fraction(over, under).limit_denominator(500) + Fraction(1, 4), 48_000, 48_000)
    assume(ratio <= 8)
    made = region(Line(), ratio)
    heard = np.concatenate([made.render(number)[0] for number in range(-(-made.length // made.block))])
    assert len(heard) == made.length
    wanted = wave(500 + np.arange(made.length) * float(ratio))
    assert np.abs(heard - wanted).max() < 2e-4


@given(speed=st.fractions(Fraction(1, 16), 16), rate=st.sampled_from([44_100, 48_000, 96_000]))
def test_the_ratio_taken_is_near_enough(speed: Fraction, rate: int) -> None:
    ratio = nearest_ratio(speed, rate, 48_000)
    assert ratio.denominator <= FINEST
    assert abs(ratio - speed * rate / 48_000) <= Fraction(1, FINEST)


def test_reverse_mirrors_the_window() -> None:
    source = Line()
    forwards, backwards = region(source, Fraction(1)), region(source, Fraction(1), reverse=True)
    span = forwards.span
    assert np.allclose(backwards.render(0)[0], wave(500 + span - 1 - np.arange(BLOCK)), atol=1e-6)


def test_the_oldest_go_when_memory_is_full() -> None:
    source = Line()
    made, cache = region(source, Fraction(1)), BlockCache(2 * 4 * BLOCK)
    for number in (0, 1, 0, 2, 0):
        cache.get(made, number)
    assert source.reads == 3  # block 1 went, not 0
    assert cache.nbytes <= 2 * 4 * BLOCK
    cache.close()
    assert cache.nbytes == 0


def test_what_is_being_read_ahead_is_not_read_again() -> None:
    source = Line()
    source.gate = threading.Event()
    made, cache = region(source, Fraction(1)), BlockCache(1 << 30, threads=1)
    cache.read_ahead([(made, 0)])
    asked = threading.Thread(target=lambda: cache.get(made, 0))
    asked.start()
    cache.read_ahead([(made, 0), (made, 1), (made, 2)])
    cache.forget_wishes()
    source.gate.set()
    asked.join(5)
    assert np.array_equal(cache.get(made, 0)[0], wave(500 + np.arange(BLOCK)).astype(np.float32))
    assert source.reads == 1
    cache.get(made, 1)
    assert source.reads == 2
    cache.close()


def test_a_source_that_fails_ahead_fails_when_asked() -> None:
    class Broken:
        def read(self, first: int, count: int) -> np.ndarray:
            raise OSError("gone")

    made = Region(name="b", source=Broken(), first=0, span=9, ratio=Fraction(1), length=9)
    cache = BlockCache(1 << 20, threads=1)
    cache.read_ahead([(made, 0)])
    with pytest.raises(OSError, match="gone"):
        cache.get(made, 0)
    cache.close()
