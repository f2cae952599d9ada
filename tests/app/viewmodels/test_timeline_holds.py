"""What drags of speed, pitch, markers and the loop come to, at their limits too."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.viewmodels.timeline_holds import FASTEST, SLOWEST, LoopHold, MarkerHold, ShapeHold, ShapeKind
from engine.timeline.document import Clip, Marker, Media, Project, Track

FRAME = 1920
MEDIA = Media(id="m", path="/a.wav", sample_rate=44_100, channels=1, frames=500_000)


def _project(clip: Clip, **values: object) -> Project:
    return Project(id="p", media=(MEDIA,), tracks=(Track(id="t", clips=(clip,)),), **values)  # type: ignore[arg-type]


def _clip(**values: object) -> Clip:
    return Clip(id="c", media="m", length=48_000, position=96_000, source_in=1000, **values)  # type: ignore[arg-type]


def _after(kind: ShapeKind, clip: Clip, by: int = 0, amount: float = 0.0) -> Clip:
    project = _project(clip)
    return ShapeHold(kind=kind, clip=clip, project=project).change(by, 0, amount).apply(project).find_clip("c")[1]


@given(st.integers(-300_000, 300_000), st.booleans())
def test_a_stretch_plays_the_same_sound_in_another_time(by: int, reverse: bool) -> None:
    clip = _clip(reverse=reverse)
    tail, head = _after("stretch_tail", clip, by), _after("stretch_head", clip, -by)
    for after, wanted in ((tail, 48_000 + by), (head, min(48_000 + by, clip.end))):
        if SLOWEST < after.speed < FASTEST:
            assert abs(after.length - max(1, wanted)) <= 1
            assert after.length * after.speed == pytest.approx(48_000, rel=1e-3, abs=2 * float(after.speed))
    assert tail.position == clip.position
    assert abs(head.end - clip.end) <= 1 or head.position == 0


def test_speeds_have_ends() -> None:
    assert _after("stretch_tail", _clip(), -47_999).speed == FASTEST
    assert _after("stretch_tail", _clip(), 10**7).speed == SLOWEST
    assert _after("speed", _clip(), amount=-5).speed == SLOWEST


def test_a_head_is_not_stretched_before_the_timeline() -> None:
    after = _after("stretch_head", _clip(), -200_000)
    assert after.position == 0 and after.end == 144_000


def test_pitch_and_speed_settle_on_steps() -> None:
    clip = _clip(pitch=0.3, speed=Fraction(101, 100))
    pitch = ShapeHold(kind="pitch", clip=clip, project=_project(clip))
    speed = ShapeHold(kind="speed", clip=clip, project=_project(clip))
    assert clip.pitch + pitch.settled(1.1) == pytest.approx(1.0)
    assert float(clip.speed) + speed.settled(0.11) == pytest.approx(1.1)
    assert _after("pitch", clip, amount=100).pitch == 48.0


def test_a_marker_stays_on_the_timeline() -> None:
    marker = Marker(id="k", position=500)
    project = _project(_clip(), markers=(marker,))
    hold = MarkerHold(marker=marker, project=project)
    assert hold.change(-900).apply(project).find_marker("k").position == 0


@given(st.sampled_from(["loop_in", "loop_out", "loop", "loop_new"]), st.integers(-500_000, 500_000))
def test_a_loop_ends_after_it_begins(kind: str, by: int) -> None:
    project = _project(_clip(), loop=(96_000, 192_000))
    loop = (96_000, 96_000) if kind == "loop_new" else (96_000, 192_000)
    after = LoopHold(kind=kind, loop=loop, project=project).change(by).apply(project).loop  # type: ignore[arg-type]
    assert after is not None and 0 <= after[0] <= after[1] - FRAME
    if kind == "loop":
        assert after[1] - after[0] == 96_000
    elif kind == "loop_out" and by > -90_000:
        assert after == (96_000, 192_000 + by)
