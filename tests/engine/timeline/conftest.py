"""A small project with a bit of everything in it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine.timeline.document import (
    Alternate,
    Clip,
    LibraryRef,
    Marker,
    Media,
    Origin,
    PanKey,
    Project,
    Track,
    VideoRef,
)

STEPS = Media(id="steps", path="/s/steps.wav", sample_rate=44100, channels=1, frames=441000, size=882044)
WIND = Media(id="wind", path="/s/wind.wav", sample_rate=96000, channels=2, frames=960000, size=3840044)
BARK = Media(id="bark", path="/s/bark.wav", sample_rate=48000, channels=1, frames=48000, size=96044)
ORIGIN = Origin(
    frame_time=Fraction(1001, 24000),
    region=(0.25, 0.0, 0.5, 1.0),
    model="starter",
    score=0.75,
    alternates=(Alternate(path=BARK.path, start=Fraction(1, 10), end=Fraction(11, 10), score=0.5),),
)


def small_project() -> Project:
    """Two tracks: two clips that overlap and one alone; 10 s of steps at 44.1 kHz, 10 s of wind at 96 kHz."""
    step = Clip(id="a", media="steps", name="step", source_in=44100, length=48000, position=96000, origin=ORIGIN)
    key = PanKey(at=100, pan=-1.0)
    long = Clip(id="b", media="steps", length=96000, position=120000, fade_in=480, sync=4800, pan_keys=(key,))
    wind = Clip(id="c", media="wind", length=240000, position=0, reverse=True, speed=Fraction(3, 2), source_in=96000)
    return Project(
        id="0" * 32,
        frame_rate=Fraction(24000, 1001),
        video=VideoRef(path="/v/film.mov", offset=48000, duration=480000),
        libraries=(LibraryRef(path="/s/sounds.foley"),),
        media=(STEPS, WIND),
        markers=(Marker(id="m", position=48000, name="door “slam”"),),
        loop=(0, 96000),
        tracks=(Track(id="feet", name="Feet", clips=(step, long)), Track(id="air", name="Air", clips=(wind,))),
    )


@pytest.fixture
def project() -> Project:
    """:func:`small_project`."""
    return small_project()
