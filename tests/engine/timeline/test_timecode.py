"""Time code against the numbers of the standard, and samples that give their frames back."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ProjectError
from engine.media.rate import STANDARD_RATES
from engine.timeline.document import Project
from engine.timeline.timecode import (
    Counting,
    can_drop,
    format_frames,
    frames_to_samples,
    parse_frames,
    samples_to_frames,
    timecode_at,
)

NTSC, DOUBLE = Fraction(30000, 1001), Fraction(60000, 1001)
RATES = st.sampled_from(STANDARD_RATES)


@pytest.mark.parametrize(
    ("frames", "rate", "text"),
    [
        (1799, NTSC, "00:00:59;29"),
        (1800, NTSC, "00:01:00;02"),
        (17981, NTSC, "00:09:59;29"),
        (17982, NTSC, "00:10:00;00"),
        (107892, NTSC, "01:00:00;00"),
        (3599, DOUBLE, "00:00:59;59"),
        (3600, DOUBLE, "00:01:00;04"),
        (215784, DOUBLE, "01:00:00;00"),
    ],
)
def test_drop_frame_leaves_out_what_the_standard_says(frames: int, rate: Fraction, text: str) -> None:
    assert format_frames(frames, rate, drop=True) == text
    assert parse_frames(text, rate) == frames


def test_drop_frame_agrees_with_counting_by_hand() -> None:
    number = 0
    for frame in range(40000):
        if number % 1800 in (0, 1) and (number // 1800) % 10 != 0:
            number += 2 - number % 1800
        hand = f"00:{number // 1800:02d}:{number // 30 % 60:02d};{number % 30:02d}"
        assert format_frames(frame, NTSC, drop=True) == hand
        number += 1


@given(st.integers(0, 24 * 3600 * 120), RATES, st.booleans())
def test_time_code_is_read_as_it_is_written(frames: int, rate: Fraction, drop: bool) -> None:
    drop = drop and can_drop(rate)
    text = format_frames(frames, rate, drop)
    again = parse_frames(text, rate)
    assert format_frames(again, rate, drop) == text
    assert again <= frames


def test_time_code_wraps_at_midnight() -> None:
    assert format_frames(-1, Fraction(25)) == "23:59:59:24"
    assert format_frames(24 * 3600 * 25, Fraction(25)) == "00:00:00:00"
    assert format_frames(-1, NTSC, drop=True) == "23:59:59;29"


@given(st.integers(-(10**6), 10**7), RATES, st.sampled_from([44100, 48000, 96000]))
def test_the_first_sample_of_a_frame_gives_the_frame_back(frame: int, rate: Fraction, sample_rate: int) -> None:
    first = frames_to_samples(frame, rate, sample_rate)
    assert samples_to_frames(first, rate, sample_rate) == frame
    assert samples_to_frames(first - 1, rate, sample_rate) == frame - 1


def test_a_project_counts_from_the_start_of_its_picture(project: Project) -> None:
    hour = replace(project, start_timecode=86400)  # 01:00:00:00 at 24
    assert timecode_at(hour, 48000) == "01:00:00:00"
    assert timecode_at(hour, 47999) == "00:59:59:23"


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("1:2:3", Fraction(25)),
        ("00:00:00:25", Fraction(25)),
        ("24:00:00:00", Fraction(25)),
        ("00:60:00:00", Fraction(25)),
        ("00:00:00;00", Fraction(25)),
        ("00:01:00;00", NTSC),
        ("00:01:00;01", NTSC),
        ("soon", Fraction(25)),
    ],
)
def test_what_is_no_time_code_is_refused_with_the_next_step(text: str, rate: Fraction) -> None:
    with pytest.raises(ProjectError) as refused:
        parse_frames(text, rate)
    assert text in refused.value.message
    assert refused.value.hint


@given(frame=st.integers(0, 10**6), rate=RATES, start=st.integers(0, 10**6), drop=st.booleans())
def test_a_films_own_counting_finds_each_frame_again(frame: int, rate: Fraction, start: int, drop: bool) -> None:
    counting = Counting(rate, drop and can_drop(rate), start)
    seconds = frame / rate
    assert counting.seconds(counting.at(float(seconds))) == seconds
    assert counting.at(round(float(seconds), 3)) == counting.at(float(seconds))  # stamps in milliseconds


def test_a_film_counts_from_its_time_code() -> None:
    counting = Counting.of(NTSC, "01:00:00;00")
    assert (counting.drop, counting.start, counting.at(0.0)) == (True, 107892, "01:00:00;00")
    assert counting.at(60.061) == "01:01:00;02"
    assert counting.seconds("00:59:59;29") == -1 / NTSC
    assert Counting.of(NTSC, "") == Counting(NTSC)
    assert Counting.of(Fraction(24), "01:00:00:29") == Counting(Fraction(24))  # of a track that counts 30 frames


def test_a_film_may_run_past_midnight() -> None:
    counting = Counting.of(Fraction(25), "23:59:50:00")
    assert counting.at(20.0) == "00:00:10:00"
    assert counting.seconds("00:00:10:00") == 20


@pytest.mark.parametrize(
    ("start", "rate", "drop", "new", "text"),
    [
        ("10:00:00:00", Fraction(25), False, Fraction(24), "10:00:00:00"),
        ("10:00:00:20", Fraction(25), False, Fraction(50), "10:00:00:40"),
        ("01:00:00:00", Fraction(30), False, NTSC, "01:00:00:00"),
        ("01:00:00;00", NTSC, True, Fraction(25), "01:00:00:00"),
        ("00:01:00;02", NTSC, True, DOUBLE, "00:01:00;04"),
        ("00:01:00;04", DOUBLE, True, NTSC, "00:01:00;02"),
    ],
)
def test_another_rate_keeps_the_time_of_day(start: str, rate: Fraction, drop: bool, new: Fraction, text: str) -> None:
    counted = Counting(rate, drop, parse_frames(start, rate)).at_rate(new)
    assert counted.rate == new and format_frames(counted.start, new, counted.drop) == text


@given(RATES, RATES, st.booleans(), st.integers(0, 24 * 3600 * 24 - 1))
def test_any_start_has_a_place_at_any_rate(rate: Fraction, new: Fraction, drop: bool, start: int) -> None:
    drop = drop and can_drop(rate)
    counted = Counting(rate, drop, start).at_rate(new)
    before, after = format_frames(start, rate, drop), format_frames(counted.start, new, counted.drop)
    assert before[:8] == after[:8] and counted.drop == (drop and can_drop(new))
