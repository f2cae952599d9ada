"""Crossfades follow from overlaps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.timeline.document import Clip, Track
from engine.timeline.overlaps import Fades, heard_fades


def clip(name: str, start: int, end: int, fade_in: int = 0, fade_out: int = 0, *, mute: bool = False) -> Clip:
    return Clip(id=name, media="m", position=start, length=end - start, fade_in=fade_in, fade_out=fade_out, mute=mute)


def heard(*clips: Clip) -> dict[str, tuple[int, int]]:
    return {name: (fades.fade_in, fades.fade_out) for name, fades in heard_fades(Track(id="t", clips=clips)).items()}


def test_neighbours_fade_over_their_overlap() -> None:
    assert heard(clip("a", 0, 100), clip("b", 80, 200)) == {"a": (0, 20), "b": (20, 0)}


def test_longer_own_fades_stay() -> None:
    assert heard(clip("a", 0, 100, fade_out=50), clip("b", 80, 200, fade_in=5)) == {"a": (0, 50), "b": (20, 0)}


def test_touching_clips_and_clips_on_top_do_not_fade() -> None:
    assert heard(clip("a", 0, 100), clip("b", 100, 200)) == {"a": (0, 0), "b": (0, 0)}
    assert heard(clip("a", 0, 100), clip("b", 20, 60)) == {"a": (0, 0), "b": (0, 0)}
    assert heard(clip("a", 0, 100), clip("b", 0, 200)) == {"a": (0, 0), "b": (0, 0)}


def test_three_in_a_row() -> None:
    found = heard(clip("a", 0, 100), clip("b", 60, 160), clip("c", 120, 300))
    assert found == {"a": (0, 40), "b": (40, 40), "c": (40, 0)}


def test_muted_clips_fade_nothing() -> None:
    assert heard(clip("a", 0, 100), clip("b", 80, 200, mute=True)) == {"a": (0, 0)}


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40)), max_size=8))
def test_fades_never_reach_beyond_their_clip(spans: list[tuple[int, int]]) -> None:
    track = Track(id="t", clips=tuple(clip(str(n), at, at + long) for n, (at, long) in enumerate(spans)))
    found = heard_fades(track)
    for each in track.clips:
        fades: Fades = found[each.id]
        assert 0 <= fades.fade_in <= each.length
        assert 0 <= fades.fade_out <= each.length
