"""Time code: every frame has its own, typing one finds it again, what is no time or none of this film is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.viewmodels.timecode import parse_time
from engine.errors import ProjectError
from engine.timeline.timecode import Counting, can_drop

RATES = [Fraction(24), Fraction(25), Fraction(30), Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60)]
PAL = Counting(Fraction(25))
DROP = Counting.of(Fraction(30000, 1001), "01:00:00;00")


@given(frame=st.integers(0, 10**6), rate=st.sampled_from(RATES), start=st.integers(0, 10**6), drop=st.booleans())
def test_typing_a_frames_time_code_finds_the_frame(frame: int, rate: Fraction, start: int, drop: bool) -> None:
    counting = Counting(rate, drop and can_drop(rate), start)
    seconds = float(frame / rate)
    typed = parse_time(counting.at(seconds), counting, last=10**6)
    assert typed == pytest.approx(seconds, abs=float(1 / rate) / 100)


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
        ("+99999", 100.0),
    ],
)
def test_all_the_ways_to_type_a_time(text: str, seconds: float) -> None:
    assert parse_time(text, PAL, now=10.0, last=100.0) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "abc", "00:61:00:00", "0:00:25", "1:2:3:4:5", "--3", "1.2.3"])
def test_nonsense_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(ProjectError) as caught:
        parse_time(text, PAL, last=100.0)
    assert caught.value.hint


@pytest.mark.parametrize("text", ["01:00:05;00", "01:00:05:00", "1000500", "1;00;05;00", "5.005"])
def test_a_film_is_typed_as_it_is_counted(text: str) -> None:
    assert parse_time(text, DROP, last=8.008) == pytest.approx(5.005)


@pytest.mark.parametrize("text", ["00:00:05:00", "01:00:08;00", "02:00:00;00", "5", "8.008s"])
def test_what_lies_outside_is_told_with_where_the_film_runs(text: str) -> None:
    with pytest.raises(ProjectError) as caught:
        parse_time(text, DROP, last=8.008)
    assert "01:00:00;00 to 01:00:07;29" in caught.value.hint


def test_a_number_that_drop_frame_leaves_out_is_told() -> None:
    with pytest.raises(ProjectError, match="leaves out"):
        parse_time("01:01:00:00", DROP, last=120.0)


def test_shows_the_frame_on_screen_not_the_next_one() -> None:
    assert PAL.at(12.03) == "00:00:12:00"
    assert PAL.at(12.039999) == "00:00:12:01"
    assert PAL.at(3661.0) == "01:01:01:00"
