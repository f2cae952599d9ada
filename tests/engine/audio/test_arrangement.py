"""Clips are found by time, and only cut edges are ramped."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.audio.arrangement import PlacedTrack, audible, place
from engine.audio.blocks import BLOCK
from engine.audio.sources import Readable
from engine.timeline.document import Clip, Media, Track
from tests.engine.audio.sessions import clip, project

MEDIA = Media(id="a", path=str(Path("a.wav").absolute()), sample_rate=44_100, channels=2, frames=100_000)
RAMP = 240


class Nothing:
    def read(self, first: int, count: int) -> np.ndarray:
        return np.zeros((1, count), np.float32)


def sound(clip: Clip, media: Media, first: int, span: int) -> tuple[str, Readable]:
    return "nothing", Nothing()


def placed(*clips: Clip) -> PlacedTrack:
    document = project([MEDIA], list(clips))
    return place(document.tracks[0], document, sound)


@given(
    clips=st.lists(st.tuples(st.integers(0, 500), st.integers(1, 300)), max_size=30),
    start=st.integers(0, 900),
    length=st.integers(1, 200),
)
def test_all_that_sounds_is_found(clips: list[tuple[int, int]], start: int, length: int) -> None:
    made = placed(*(clip("a", at, long, id=f"{n:02d}") for n, (at, long) in enumerate(clips)))
    found = [one.clip.id for one in made.between(start, start + length)]
    wanted = [f"{n:02d}" for n, (at, long) in enumerate(clips) if at < start + length and at + long > start]
    assert sorted(found) == wanted


def edges(*clips: Clip) -> list[tuple[int, int]]:
    return [(one.envelope.fade_in, one.envelope.fade_out) for one in placed(*clips).clips]


def test_a_sound_s_own_beginning_keeps_its_attack_and_cuts_are_ramped() -> None:
    assert edges(clip("a", 0, 9000)) == [(0, RAMP)]
    assert edges(clip("a", 0, 9000, source_in=1)) == [(RAMP, RAMP)]
    assert edges(clip("a", 0, 9000, source_in=1, fade_in=7, fade_out=8)) == [(7, 8)]
    assert edges(clip("a", 0, 90)) == [(0, 45)]
    span = 9000 * 44_100 // 48_000
    assert edges(clip("a", 0, 9000, source_in=100_000 - span, reverse=True)) == [(0, RAMP)]


def test_a_split_is_not_ramped_unless_its_halves_differ() -> None:
    second = round(9000 * 44_100 / 48_000)
    halves = (clip("a", 100, 9000), clip("a", 9100, 500, source_in=second))
    assert edges(*halves) == [(0, 0), (0, RAMP)]
    assert edges(halves[0], clip("a", 9100, 500, source_in=second, gain_db=-3.0)) == [(0, RAMP), (RAMP, RAMP)]
    assert edges(halves[0], clip("a", 9100, 500, source_in=second + 2)) == [(0, RAMP), (RAMP, RAMP)]
    assert edges(halves[0], clip("a", 9100, 500, source_in=second, speed=Fraction(2))) == [(0, RAMP), (RAMP, RAMP)]


def test_muted_clips_are_left_out_and_blocks_hold_whole_periods() -> None:
    made = placed(clip("a", 0, 9000), clip("a", 10, 9000, mute=True))
    assert len(made.clips) == 1
    region = made.clips[0].region
    assert region.block % 160 == 0
    assert BLOCK - 160 < region.block <= BLOCK


def test_solo_wins_over_the_rest_and_mute_over_solo() -> None:
    def heard(**options: str) -> set[str]:
        tracks = [
            Track(id=name, mute="m" in options.get(name, ""), solo="s" in options.get(name, "")) for name in "abc"
        ]
        return audible(project([], *tracks))

    assert heard() == {"a", "b", "c"}
    assert heard(a="m") == {"b", "c"}
    assert heard(a="s", b="s") == {"a", "b"}
    assert heard(a="ms") == set()
