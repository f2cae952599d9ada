"""How a clip sounds: fades that fit, things that keep their place when it turns round or speeds up."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from engine.errors import ProjectError
from engine.timeline import edits
from engine.timeline.document import Clip, PanKey, Project, source_span
from tests.engine.timeline.conftest import BARK


def clip(project: Project, clip_id: str = "a") -> Clip:
    return project.find_clip(clip_id)[1]


@pytest.mark.parametrize(
    ("given", "fades"),
    [
        ({"fade_in": 100}, (100, 480)),
        ({"fade_in": 99_000}, (96_000, 0)),
        ({"fade_out": 95_900}, (100, 95_900)),
        ({"fade_out": 95_900, "fade_in": 200}, (200, 95_800)),
        ({"fade_in": -5, "fade_out": -5}, (0, 0)),
        ({}, (480, 0)),
    ],
)
def test_fades_are_shortened_to_the_clip(project: Project, given: dict[str, int], fades: tuple[int, int]) -> None:
    start = project
    if "fade_in" not in given or len(given) == 2:
        start = edits.set_fades(project, "b", fade_in=480, fade_out=0).apply(project)
    if given == {"fade_in": 100}:
        start = edits.set_fades(project, "b", fade_out=480).apply(project)
    made = clip(edits.set_fades(start, "b", **given).apply(start), "b")  # type: ignore[arg-type]
    assert (made.fade_in, made.fade_out) == fades


def test_turning_round_twice_is_nothing(project: Project) -> None:
    once = edits.set_reverse(project, "b", True).apply(project)
    assert (clip(once, "b").sync, clip(once, "b").pan_keys) == (96_000 - 4800, (PanKey(at=95_900, pan=-1.0),))
    assert edits.set_reverse(once, "b", False).apply(once) == project
    assert not edits.set_reverse(once, "b", True)


@pytest.mark.parametrize("reverse", [False, True])
def test_speed_keeps_the_window(project: Project, reverse: bool) -> None:
    start = edits.set_reverse(project, "b", reverse).apply(project)
    fast = edits.set_speed(start, "b", Fraction(2)).apply(start)
    made, was, media = clip(fast, "b"), clip(start, "b"), project.find_media("steps")
    assert (made.length, made.position, made.sync) == (48_000, was.position, (was.sync or 0) // 2)
    assert made.source_in == was.source_in
    assert source_span(made, media, 48_000) == source_span(was, media, 48_000)
    assert edits.set_speed(fast, "b", Fraction(1)).apply(fast) == start


def test_the_fastest_speed_leaves_a_sample(project: Project) -> None:
    fast = edits.set_speed(project, "a", Fraction(90_000)).apply(project)
    assert clip(fast).length == 1
    for speed in (Fraction(0), Fraction(-1)):
        with pytest.raises(ProjectError, match="Speed"):
            edits.set_speed(project, "a", speed)


def test_plain_values(project: Project) -> None:
    keys = [PanKey(at=9, pan=1.0), PanKey(at=0, pan=0.0), PanKey(at=9, pan=0.5)]
    tries: list[tuple[Any, dict[str, Any]]] = [
        (edits.rename_clip(project, "a", "thud"), {"name": "thud"}),
        (edits.set_clip_gain(project, "a", -6), {"gain_db": -6}),
        (edits.set_clip_pan(project, "a", -1), {"pan": -1, "pan_keys": ()}),
        (edits.set_pan_keys(project, "a", keys), {"pan_keys": (PanKey(at=0, pan=0.0), PanKey(at=9, pan=0.5))}),
        (edits.set_sync(project, "a", 5), {"sync": 5}),
        (edits.set_pitch(project, "a", 7), {"pitch": 7}),
        (edits.set_clip_mute(project, "a", True), {"mute": True}),
    ]
    for change, values in tries:
        assert clip(change.apply(project)) == replace(clip(project), **values)
    with pytest.raises(ProjectError, match="sync point"):
        edits.set_sync(project, "a", 48_001)


def test_swapping_twice_is_where_it_began(project: Project) -> None:
    swapped = edits.swap_alternate(project, "a", 0, BARK).apply(project)
    made = clip(swapped)
    assert (made.media, made.name, made.source_in, made.position) == ("bark", "bark", 4800, 96_000)
    assert made.length == 48_000 - 4800  # no longer than the bark lasts
    assert made.origin is not None
    assert made.origin.score == 0.5
    other = made.origin.alternates[0]
    assert (other.path, other.start, other.end, other.score) == ("/s/steps.wav", 1, 2, 0.75)
    back = clip(edits.swap_alternate(swapped, "a", 0, project.find_media("steps")).apply(swapped))
    assert (back.media, back.source_in) == ("steps", 44_100)
    for number, name in ((1, "a"), (-1, "a"), (0, "b")):
        with pytest.raises(ProjectError, match="alternates"):
            edits.swap_alternate(project, name, number, BARK)
