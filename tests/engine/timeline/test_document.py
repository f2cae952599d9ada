"""Values of a project refuse what cannot be, and keep one order."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from engine.errors import ProjectError
from engine.timeline.document import Alternate, Clip, Marker, Master, Media, Origin, PanKey, Project, Track, source_span

CLIP: dict[str, Any] = {"id": "x", "media": "steps", "length": 10}


@pytest.mark.parametrize(
    "wrong",
    [
        {"length": 0},
        {"position": -1},
        {"source_in": -1},
        {"speed": Fraction(0)},
        {"speed": Fraction(-1, 2)},
        {"pitch": 49.0},
        {"pitch": math.nan},
        {"fade_in": -1},
        {"fade_in": 6, "fade_out": 5},
        {"sync": 11},
        {"sync": -1},
        {"gain_db": math.nan},
        {"gain_db": math.inf},
        {"gain_db": -121.0},
        {"pan": 1.01},
    ],
)
def test_a_clip_refuses_nonsense_and_says_what_to_do(wrong: dict[str, Any]) -> None:
    with pytest.raises(ProjectError) as refused:
        Clip(**CLIP | wrong)
    assert refused.value.message.endswith(".")
    assert refused.value.hint.endswith(".")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Track(id="t", gain_db=40.0),
        lambda: Track(id="t", colour="red"),
        lambda: Marker(id="m", position=-1),
        lambda: Marker(id="m", position=0, colour="#FFFFFF"),
        lambda: Master(ceiling_db=0.5),
        lambda: Media(id="m", path="/a.wav", sample_rate=48000, channels=1, frames=0),
        lambda: PanKey(at=0, pan=-2.0),
        lambda: Origin(frame_time=Fraction(0), score=math.nan),
        lambda: Origin(frame_time=Fraction(0), region=(0.5, 0.0, 0.5, 1.0)),
        lambda: Alternate(path="/a.wav", start=Fraction(0), end=Fraction(1), score=math.inf),
        lambda: Project(id="p", sample_rate=0),
        lambda: Project(id="p", frame_rate=Fraction(0)),
        lambda: Project(id="p", loop=(5, 5)),
        lambda: Project(id="p", drop_frame=True),
        lambda: Project(id="p", start_timecode=-1),
    ],
)
def test_every_value_refuses_nonsense_and_says_what_to_do(make: Callable[[], Any]) -> None:
    with pytest.raises(ProjectError) as refused:
        make()
    assert refused.value.hint.endswith(".")


def test_clips_markers_and_media_are_kept_in_order() -> None:
    late, early = Clip(id="a", media="m", length=1, position=9), Clip(id="b", media="m", length=1, position=3)
    beside = Clip(id="a2", media="m", length=1, position=3)
    assert [clip.id for clip in Track(id="t", clips=(late, early, beside)).clips] == ["a2", "b", "a"]
    markers = (Marker(id="z", position=1), Marker(id="y", position=0), Marker(id="x", position=1))
    assert [marker.id for marker in Project(id="p", markers=markers).markers] == ["y", "x", "z"]


def test_lookup_finds_or_says_what_is_not_there(project: Project) -> None:
    assert project.find_clip("c")[0].id == "air"
    assert project.find_media("wind").channels == 2
    assert project.find_marker("m").position == 48000
    for look in (project.track, project.find_clip, project.find_media, project.find_marker):
        with pytest.raises(ProjectError, match="nowhere"):
            look("nowhere")


def test_a_project_ends_with_its_last_clip_or_its_picture(project: Project) -> None:
    assert project.end == 48000 + 480000
    assert Project(id="p").end == 0
    assert Project(id="p", tracks=project.tracks).end == 240000


def test_source_span_counts_at_the_sounds_own_rate(project: Project) -> None:
    _, wind = project.find_clip("c")
    assert source_span(wind, project.find_media("wind"), 48000) == 240000 * Fraction(3, 2) * 2
    _, step = project.find_clip("a")
    assert source_span(step, project.find_media("steps"), 48000) == 44100
