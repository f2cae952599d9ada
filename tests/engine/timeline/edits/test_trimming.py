"""Trim, slip and split: what is heard at each sample stays what it was."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ProjectError
from engine.timeline import edits
from engine.timeline.document import Clip, Media, Project, Track

RATES = st.sampled_from([44100, 48000, 96000])
SPEEDS = st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(5, 3)])


def made(rate: int, speed: Fraction, reverse: bool) -> Project:
    """One clip of 1 s at 2 s, in a sound of 10 s, begun 4 s into it."""
    media = Media(id="m", path="/m.wav", sample_rate=rate, channels=1, frames=rate * 10)
    clip = Clip(
        id="x", media="m", position=96000, length=48000, source_in=rate * 4, speed=speed, reverse=reverse, sync=10_000
    )
    return Project(id="p", media=(media,), tracks=(Track(id="t", clips=(clip,)),))


def heard(project: Project, clip: Clip, sample: int) -> Fraction:
    """The place in the sound (its own samples) that plays at ``sample`` of the timeline."""
    step = clip.speed * Fraction(project.find_media(clip.media).sample_rate, project.sample_rate)
    inside = sample - clip.position
    return clip.source_in + (clip.length - inside if clip.reverse else inside) * step


@given(RATES, SPEEDS, st.booleans(), st.integers(60_000, 143_000))
def test_trimming_the_start_moves_no_sound(rate: int, speed: Fraction, reverse: bool, to: int) -> None:
    project = made(rate, speed, reverse)
    before, after = project.find_clip("x")[1], edits.trim_head(project, "x", to).apply(project).find_clip("x")[1]
    assert (after.position, after.end) == (to, before.end)
    assert abs(heard(project, after, 143_500) - heard(project, before, 143_500)) <= Fraction(1, 2)
    assert after.sync is None if to > 106_000 else after.position + (after.sync or 0) == 106_000


@given(RATES, SPEEDS, st.booleans(), st.integers(97_000, 180_000))
def test_trimming_the_end_moves_no_sound(rate: int, speed: Fraction, reverse: bool, to: int) -> None:
    project = made(rate, speed, reverse)
    before, after = project.find_clip("x")[1], edits.trim_tail(project, "x", to).apply(project).find_clip("x")[1]
    assert (after.position, after.end) == (before.position, to)
    assert abs(heard(project, after, 96_500) - heard(project, before, 96_500)) <= Fraction(1, 2)


@given(RATES, SPEEDS, st.booleans(), st.integers(96_001, 143_999))
def test_splitting_changes_nothing_that_is_heard(rate: int, speed: Fraction, reverse: bool, at: int) -> None:
    project = made(rate, speed, reverse)
    before = project.find_clip("x")[1]
    after = edits.split(project, "x", at, right_id="y").apply(project)
    left, right = after.find_clip("x")[1], after.find_clip("y")[1]
    assert (left.position, left.end, right.position, right.end) == (96_000, at, at, 144_000)
    for clip in (left, right):
        assert abs(heard(project, clip, at) - heard(project, before, at)) <= Fraction(1, 2)
    syncs = [clip.position + clip.sync for clip in (left, right) if clip.sync is not None]
    assert syncs == [106_000]


def test_a_split_shares_the_fades_out(project: Project) -> None:
    faded = edits.set_fades(project, "a", fade_in=30_000, fade_out=10_000).apply(project)
    after = edits.split(faded, "a", 96_000 + 20_000, right_id="y").apply(faded)
    left, right = after.find_clip("a")[1], after.find_clip("y")[1]
    assert (left.fade_in, left.fade_out, right.fade_in, right.fade_out) == (20_000, 0, 0, 10_000)


def test_pan_keys_stay_with_the_sound_and_come_back(project: Project) -> None:
    short = edits.trim_head(project, "b", 120_500).apply(project)
    assert [key.at for key in short.find_clip("b")[1].pan_keys] == [-400]
    again = edits.trim_head(short, "b", 120_000).apply(short)
    assert again.find_clip("b")[1].pan_keys == project.find_clip("b")[1].pan_keys


@pytest.mark.parametrize("reverse", [False, True])
def test_handles_say_how_far_a_clip_can_be_trimmed(reverse: bool) -> None:
    project = made(96_000, Fraction(1), reverse)
    found = edits.handles(project, "x")
    assert found == edits.Handles(head=96_000, tail=192_000 if reverse else 240_000)  # the timeline begins at 0
    later = edits.move_clip(project, "x", 480_000).apply(project)
    found = edits.handles(later, "x")
    assert found == (
        edits.Handles(head=240_000, tail=192_000) if reverse else edits.Handles(head=192_000, tail=240_000)
    )
    edits.trim_head(later, "x", 480_000 - found.head)
    edits.trim_tail(later, "x", 528_000 + found.tail)
    for trim, beyond in ((edits.trim_head, 480_000 - found.head - 1), (edits.trim_tail, 528_000 + found.tail + 1)):
        with pytest.raises(ProjectError, match="no more sound"):
            trim(later, "x", beyond)


def test_slip_moves_the_sound_under_the_clip() -> None:
    for reverse in (False, True):
        project = made(48_000, Fraction(1), reverse)
        before, after = project.find_clip("x")[1], edits.slip(project, "x", 480).apply(project).find_clip("x")[1]
        assert (after.position, after.length, after.sync) == (before.position, before.length, before.sync)
        assert heard(project, after, 100_480) == heard(project, before, 100_000)
        with pytest.raises(ProjectError, match="no more sound"):
            edits.slip(project, "x", (-1 if reverse else 1) * 5 * 48_000)


def test_times_outside_the_clip_are_refused(project: Project) -> None:
    for edit, time in (
        (edits.trim_head, 144_000),
        (edits.trim_tail, 96_000),
        (edits.split, 96_000),
        (edits.split, 144_000),
    ):
        with pytest.raises(ProjectError, match="outside the clip") as refused:
            edit(project, "a", time)
        assert refused.value.hint
