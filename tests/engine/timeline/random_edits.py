"""Any edit of any project: hypothesis draws a mutator and what to give it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from engine.errors import ProjectError
from engine.timeline import edits
from engine.timeline.changes import Change
from engine.timeline.document import LibraryRef, Master, PanKey, Project, VideoRef
from engine.timeline.timecode import Counting
from tests.engine.timeline.conftest import BARK, STEPS, WIND

Data = Callable[[st.SearchStrategy[Any]], Any]
Edit = Callable[[Project, Data], Change]

SAMPLES = st.integers(-1000, 400_000)
LEVELS = st.floats(-130, 40)
PANS = st.floats(-1.1, 1.1)
TEXTS = st.text(max_size=8)
COLOURS = st.sampled_from([None, "#4aa3ff", "blue"])
SPEEDS = st.sampled_from(
    [Fraction(1), Fraction(1, 2), Fraction(7, 3), Fraction(48000, 44100), Fraction(0), Fraction(90)]
)
RATES = st.sampled_from([Fraction(24), Fraction(25), Fraction(30000, 1001)])
SOUNDS = st.sampled_from([STEPS, WIND, BARK])
KEYS = st.lists(st.builds(PanKey, at=SAMPLES, pan=st.floats(-1, 1)), max_size=4)


def track(project: Project, draw: Data) -> str:
    return draw(st.sampled_from([*(own.id for own in project.tracks), "no track"]))


def clip(project: Project, draw: Data) -> str:
    return draw(st.sampled_from([*(own.id for own in project.clips()), "no clip"]))


def clips(project: Project, draw: Data) -> list[str]:
    ids = [own.id for own in project.clips()]
    return draw(st.lists(st.sampled_from(ids), unique=True, max_size=4)) if ids else []


def marker(project: Project, draw: Data) -> str:
    return draw(st.sampled_from([*(own.id for own in project.markers), "no marker"]))


def _paste(project: Project, draw: Data) -> Change:
    row = draw(st.sampled_from([None, *(own.id for own in project.tracks)]))
    return edits.paste(project, edits.copy(project, clips(project, draw)), draw(SAMPLES), row)


def _video(project: Project, draw: Data) -> Change:
    video = VideoRef(path=draw(st.sampled_from(["/v/other.mov", "/v/film.mov"])), offset=draw(SAMPLES), duration=5)
    return edits.set_video(project, draw(st.sampled_from([None, video])))


def _relink(project: Project, draw: Data) -> Change:
    found = replace(draw(SOUNDS), path="/elsewhere/sound.wav", size=draw(st.integers(0, 9)))
    return edits.relink(project, {draw(st.sampled_from([*(own.id for own in project.media), "none"])): found})


def _place(project: Project, draw: Data) -> Change:
    return edits.place(
        project,
        draw(SOUNDS),
        track=track(project, draw),
        at=draw(SAMPLES),
        source_in=draw(st.integers(0, 50_000)),
        length=draw(st.none() | st.integers(-1, 100_000)),
        speed=draw(SPEEDS),
        gain_db=draw(LEVELS),
    )


EDITS: dict[str, Edit] = {
    "add_track": lambda p, d: edits.add_track(p, d(TEXTS), index=d(st.none() | st.integers(-2, 9))),
    "remove_track": lambda p, d: edits.remove_track(p, track(p, d)),
    "move_track": lambda p, d: edits.move_track(p, track(p, d), d(st.integers(-2, 9))),
    "rename_track": lambda p, d: edits.rename_track(p, track(p, d), d(TEXTS)),
    "set_track_gain": lambda p, d: edits.set_track_gain(p, track(p, d), d(LEVELS)),
    "set_track_pan": lambda p, d: edits.set_track_pan(p, track(p, d), d(PANS)),
    "set_track_mute": lambda p, d: edits.set_track_mute(p, track(p, d), d(st.booleans())),
    "set_track_solo": lambda p, d: edits.set_track_solo(p, track(p, d), d(st.booleans())),
    "set_track_colour": lambda p, d: edits.set_track_colour(p, track(p, d), d(COLOURS)),
    "place": _place,
    "remove_clips": lambda p, d: edits.remove_clips(p, clips(p, d)),
    "ripple_remove": lambda p, d: edits.ripple_remove(p, clips(p, d)),
    "move_clip": lambda p, d: edits.move_clip(p, clip(p, d), d(SAMPLES), d(st.sampled_from([None, track(p, d)]))),
    "move_clips": lambda p, d: edits.move_clips(p, clips(p, d), d(SAMPLES), d(st.integers(-3, 3))),
    "paste": _paste,
    "duplicate": lambda p, d: edits.duplicate(p, clips(p, d)),
    "trim_head": lambda p, d: edits.trim_head(p, clip(p, d), d(SAMPLES)),
    "trim_tail": lambda p, d: edits.trim_tail(p, clip(p, d), d(SAMPLES)),
    "slip": lambda p, d: edits.slip(p, clip(p, d), d(SAMPLES)),
    "split": lambda p, d: edits.split(p, clip(p, d), d(SAMPLES)),
    "rename_clip": lambda p, d: edits.rename_clip(p, clip(p, d), d(TEXTS)),
    "set_clip_gain": lambda p, d: edits.set_clip_gain(p, clip(p, d), d(LEVELS)),
    "set_clip_pan": lambda p, d: edits.set_clip_pan(p, clip(p, d), d(PANS)),
    "set_pan_keys": lambda p, d: edits.set_pan_keys(p, clip(p, d), d(KEYS)),
    "set_fades": lambda p, d: edits.set_fades(
        p, clip(p, d), fade_in=d(st.none() | SAMPLES), fade_out=d(st.none() | SAMPLES), fade_out_shape="linear"
    ),
    "set_sync": lambda p, d: edits.set_sync(p, clip(p, d), d(st.none() | SAMPLES)),
    "set_reverse": lambda p, d: edits.set_reverse(p, clip(p, d), d(st.booleans())),
    "set_speed": lambda p, d: edits.set_speed(p, clip(p, d), d(SPEEDS)),
    "set_pitch": lambda p, d: edits.set_pitch(p, clip(p, d), d(st.floats(-50, 50))),
    "set_clip_mute": lambda p, d: edits.set_clip_mute(p, clip(p, d), d(st.booleans())),
    "shift_gain": lambda p, d: edits.shift_gain(p, clips(p, d), d(LEVELS)),
    "shift_pitch": lambda p, d: edits.shift_pitch(p, clips(p, d), d(st.floats(-50, 50)), lowest=-48, highest=48),
    "shift_speed": lambda p, d: edits.shift_speed(
        p, clips(p, d), d(SPEEDS) - 1, lowest=Fraction(1, 10), highest=Fraction(10)
    ),
    "swap_alternate": lambda p, d: edits.swap_alternate(p, clip(p, d), d(st.integers(0, 1)), d(SOUNDS)),
    "add_marker": lambda p, d: edits.add_marker(p, d(SAMPLES), d(TEXTS), colour=d(COLOURS)),
    "remove_marker": lambda p, d: edits.remove_marker(p, marker(p, d)),
    "move_marker": lambda p, d: edits.move_marker(p, marker(p, d), d(SAMPLES)),
    "rename_marker": lambda p, d: edits.rename_marker(p, marker(p, d), d(TEXTS)),
    "set_marker_colour": lambda p, d: edits.set_marker_colour(p, marker(p, d), d(COLOURS)),
    "set_loop": lambda p, d: edits.set_loop(p, d(st.none() | st.tuples(SAMPLES, SAMPLES))),
    "set_video": _video,
    "count_as": lambda p, d: edits.count_as(
        p,
        Counting(
            d(st.sampled_from([Fraction(24), Fraction(25), Fraction(30000, 1001)])),
            d(st.booleans()),
            d(st.integers(-5, 9)),
        ),
    ),
    "set_master": lambda p, d: edits.set_master(p, Master(gain_db=d(LEVELS), limiter=d(st.booleans()))),
    "add_library": lambda p, d: edits.add_library(p, LibraryRef(path=d(st.sampled_from(["/a.foley", "/b.foley"])))),
    "remove_library": lambda p, d: edits.remove_library(p, d(st.sampled_from(["/a.foley", "/s/sounds.foley"]))),
    "relink": _relink,
}


def random_edit(project: Project, draw: Data) -> Change | None:
    """An edit, or None where what was drawn is refused, as it must be, with the next step."""
    try:
        return EDITS[draw(st.sampled_from(sorted(EDITS)))](project, draw)
    except ProjectError as error:
        assert error.message.endswith(".")
        assert error.hint.endswith(".")
        return None
