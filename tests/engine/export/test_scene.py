"""Scenes: files found, the place in the day, file names every system takes, and rows without forbidden overlaps."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.export.scene import file_name, lanes, open_scene
from engine.timeline.document import Clip, Project, VideoRef


def test_missing_files_are_named(project: Project, tmp_path: Path) -> None:
    media = tuple(replace(m, path=f"/nowhere/{m.id}.wav") if m.id == "rain" else m for m in project.media)
    lost = replace(project, media=media, video=VideoRef(path="/nowhere/film.mp4", duration=1))
    scene = open_scene(lost, tmp_path, "Reel")
    assert scene.missing == {"rain"}
    assert scene.video is None
    assert scene.warnings() == ["rain.wav is missing: its clips are silent.", "The picture film.mp4 is missing."]


def test_what_may_not_be_looked_at_is_missing(project: Project, tmp_path: Path) -> None:
    place = "/" + "x" * 300  # asking for it fails, as in a folder that may not be entered
    shut = replace(project, media=(replace(project.media[0], path=place, relative=""),), video=VideoRef(path=place))
    scene = open_scene(shut, tmp_path, "Reel")
    assert scene.missing == {project.media[0].id} and scene.video is None


def test_the_day_is_counted_in_samples_that_passed(project: Project, tmp_path: Path) -> None:
    def start(**changes: object) -> int:
        return open_scene(replace(project, **changes), tmp_path, "").start_of_day()  # type: ignore[arg-type]

    assert start() == 3600 * 48000
    # One hour of drop-frame numbers is 107,892 frames of 1001/30000 s.
    assert start(frame_rate=Fraction(30000, 1001), start_timecode=107_892) == 172_799_827
    video = VideoRef(path="/x.mp4", offset=48000, duration=1)
    assert start(video=video) == 3599 * 48000
    assert start(video=video, start_timecode=0) == (24 * 3600 - 1) * 48000  # a second before midnight


def test_file_names_are_safe() -> None:
    assert file_name('Foley: "steps" / A?') == "Foley_ _steps_ _ A_"
    assert file_name("...", "Track") == "Track"
    assert len(file_name("x" * 300)) == 100


def _clips(spans: list[tuple[int, int]]) -> list[Clip]:
    made = [Clip(id=str(n), media="m", position=start, length=length) for n, (start, length) in enumerate(spans)]
    return sorted(made, key=lambda clip: (clip.position, clip.id))


SPANS = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=12)


@settings(max_examples=100, deadline=None)
@given(SPANS)
def test_rows_without_crossfades_never_overlap(spans: list[tuple[int, int]]) -> None:
    clips = _clips(spans)
    rows = lanes(clips, crossfades=False)
    assert sorted(clip.id for row in rows for clip in row) == sorted(clip.id for clip in clips)
    assert all(left.end <= right.position for row in rows for left, right in pairwise(row))


@settings(max_examples=100, deadline=None)
@given(SPANS)
def test_rows_with_crossfades_hold_two_clips_at_most_at_any_time(spans: list[tuple[int, int]]) -> None:
    rows = lanes(_clips(spans), crossfades=True)
    for row in rows:
        assert all(left.position < right.position and left.end < right.end for left, right in pairwise(row))
        assert all(
            first.end < third.position or first.end <= third.position
            for first, third in zip(row, row[2:], strict=False)
        )
    assert len(rows) <= len(lanes(_clips(spans), crossfades=False))
