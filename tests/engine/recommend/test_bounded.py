"""A cache that never holds more than it may, and drops what was unused longest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.recommend.bounded import BoundedCache


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60)), max_size=60))
def test_it_never_holds_more_than_it_may(puts: list[tuple[int, int]]) -> None:
    cache = BoundedCache(100)
    sizes: dict[int, int] = {}
    for key, nbytes in puts:
        cache.put(key, str(key), nbytes)
        sizes[key] = nbytes
        assert cache.nbytes <= 100
    kept = [key for key in sizes if cache.get(key) is not None]
    assert cache.nbytes == sum(sizes[key] for key in kept)
    assert len(cache) == len(kept)


def test_what_was_unused_longest_goes_first() -> None:
    cache = BoundedCache(3)
    for key in "abc":
        cache.put(key, key.upper(), 1)
    assert cache.get("a") == "A"
    cache.put("d", "D", 1)
    assert [cache.get(key) for key in "abcd"] == ["A", None, "C", "D"]


def test_what_is_too_large_is_not_kept() -> None:
    cache = BoundedCache(3)
    cache.put("a", "A", 2)
    cache.put("b", "B", 4)
    assert (cache.get("a"), cache.get("b")) == ("A", None)
