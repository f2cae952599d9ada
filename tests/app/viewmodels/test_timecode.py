"""Time code: every frame has its own, typing one finds it again, nonsense is refused with a hint."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.viewmodels.timecode import format_time, parse_time
from engine.errors import ProjectError

RATES = [Fraction(24), Fraction(25), Fraction(30), Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60)]


@given(frame=st.integers(0, 10**7), fps=st.sampled_from(RATES))
def test_typing_a_frames_time_code_finds_the_frame(frame: int, fps: Fraction) -> None:
    seconds = float(frame / fps)
    assert parse_time(format_time(seconds, fps), fps) == pytest.approx(seconds, abs=float(1 / fps) / 100)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:01:12:08", 72.32),
        ("1:12:08", 72.32),
        ("11208", 72.32),
        ("0;12;08", 12.32),
        ("72.5", 72.5),
        ("72s", 72.0),
        (".5", 0.5),
        ("+5", 10.2),
        ("-25", 9.0),
        ("-99999", 0.0),
    ],
)
def test_all_the_ways_to_type_a_time(text: str, seconds: float) -> None:
    assert parse_time(text, Fraction(25), now=10.0) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "abc", "00:61:00:00", "0:00:25", "1:2:3:4:5", "--3", "1.2.3"])
def test_nonsense_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(ProjectError) as caught:
        parse_time(text, Fraction(25))
    assert caught.value.hint


def test_shows_the_frame_on_screen_not_the_next_one() -> None:
    assert format_time(12.03, Fraction(25)) == "00:00:12:00"
    assert format_time(12.039999, Fraction(25)) == "00:00:12:01"
    assert format_time(3661.0, Fraction(25)) == "01:01:01:00"
