"""Placing, moving, removing and pasting clips."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from engine.errors import ProjectError
from engine.timeline import edits
from engine.timeline.document import Clip, Project, Track
from tests.engine.timeline.conftest import BARK, STEPS, WIND

DAY = 24 * 3600 * 48000


def at(project: Project, clip_id: str) -> tuple[str, int]:
    track, clip = project.find_clip(clip_id)
    return track.id, clip.position


def test_placing_lists_the_sound_once(project: Project) -> None:
    first = edits.place(project, BARK, track="air", at=1000, clip_id="x").apply(project)
    second = edits.place(first, replace(BARK, id="again"), track="feet", at=0, clip_id="y").apply(first)
    assert len(second.media) == 3
    assert second.find_clip("y")[1].media == "bark"
    clip = first.find_clip("x")[1]
    assert (clip.name, clip.source_in, clip.length, clip.position) == ("bark", 0, 48000, 1000)


def test_the_whole_sound_is_placed_at_the_projects_rate(project: Project) -> None:
    placed = edits.place(project, STEPS, track="air", at=0, source_in=44100, clip_id="x").apply(project)
    assert placed.find_clip("x")[1].length == 9 * 48000
    fast = edits.place(project, WIND, track="air", at=0, clip_id="x", speed=Fraction(3)).apply(project)
    assert fast.find_clip("x")[1].length == 160000


@pytest.mark.parametrize(
    "wrong", [{"at": DAY}, {"length": 48001}, {"source_in": 48000}, {"at": -1}, {"track": "none"}, {"length": 0}]
)
def test_what_does_not_fit_is_refused(project: Project, wrong: dict[str, object]) -> None:
    with pytest.raises(ProjectError) as refused:
        edits.place(project, BARK, **{"track": "air", "at": 0} | wrong)  # type: ignore[arg-type]
    assert refused.value.hint


def test_moving(project: Project) -> None:
    assert at(edits.move_clip(project, "a", 7, "air").apply(project), "a") == ("air", 7)
    both = edits.move_clips(project, ["a", "c"], -500_000).apply(project)
    assert (at(both, "a"), at(both, "c")) == (("feet", 96000), ("air", 0))  # the wind is at the edge already
    down = edits.move_clips(project, ["a", "b"], 10, rows=5).apply(project)
    assert (at(down, "a"), at(down, "b")) == (("air", 96010), ("air", 120010))
    with pytest.raises(ProjectError, match="before the timeline"):
        edits.move_clip(project, "a", -1)


def test_the_timeline_ends_after_a_day(project: Project) -> None:
    assert at(edits.move_clip(project, "a", DAY - 1).apply(project), "a") == ("feet", DAY - 1)
    for edit in (
        lambda: edits.move_clip(project, "a", DAY),
        lambda: edits.paste(project, edits.copy(project, ["a", "b"]), DAY - 5),
        lambda: edits.add_marker(project, DAY),
        lambda: edits.move_marker(project, "m", DAY),
        lambda: edits.set_loop(project, (DAY, DAY + 1)),
    ):
        with pytest.raises(ProjectError, match="lies beyond the timeline, which ends after 24 hours"):
            edit()
    dragged = edits.move_clips(project, ["a", "b"], 10 * DAY).apply(project)
    assert (at(dragged, "b")[1], at(dragged, "a")[1]) == (DAY - 1, DAY - 1 - 24000)  # they stop together


def test_ripple_closes_the_time_the_clips_took() -> None:
    spans = {"a": (0, 100), "b": (50, 150), "c": (120, 200), "d": (300, 310), "e": (400, 500)}
    clips = tuple(Clip(id=n, media="bark", position=s, length=e - s) for n, (s, e) in spans.items())
    project = Project(id="p", media=(BARK,), tracks=(Track(id="t", clips=clips), Track(id="u")))
    after = edits.ripple_remove(project, ["a", "b", "d"]).apply(project)
    assert {clip.id: clip.position for clip in after.clips()} == {"c": 120, "e": 240}


def test_copies_get_ids_of_their_own_and_keep_their_distance(project: Project) -> None:
    copied = edits.copy(project, ["a", "b"])
    pasted = edits.paste(project, copied, 0).apply(project)
    new = [clip for clip in pasted.track("feet").clips if clip.id not in "ab"]
    assert [clip.position for clip in new] == [0, 24000]
    assert [clip.media for clip in new] == ["steps", "steps"]
    elsewhere = edits.paste(project, copied, 0, "air").apply(project)
    assert len(elsewhere.track("air").clips) == 3
    rows = edits.copy(project, ["a", "c"])
    last = edits.paste(project, rows, 0, "air").apply(project)  # there is no row below the last
    assert len(last.track("air").clips) == 3


def test_pasting_into_another_project_brings_the_sounds(project: Project) -> None:
    mine = replace(STEPS, path="/mine.wav", relative="mine.wav")  # another sound under the same id
    other = Project(id="o", tracks=(Track(id="t"),), media=(mine,))
    pasted = edits.paste(other, edits.copy(project, ["a"]), 0, "t").apply(other)
    (clip,) = pasted.clips()
    assert pasted.find_media(clip.media).path == STEPS.path
    assert {media.path for media in pasted.media} == {"/mine.wav", STEPS.path}
    with pytest.raises(ProjectError, match="nothing to paste"):
        edits.paste(project, edits.copy(project, []), 0)


def test_duplicates_lie_behind(project: Project) -> None:
    after = edits.duplicate(project, ["a", "b"]).apply(project)
    new = [clip for clip in after.track("feet").clips if clip.id not in "ab"]
    assert [clip.position for clip in new] == [216000, 240000]


def test_texts_count_the_sounds(project: Project) -> None:
    assert edits.remove_clips(project, ["a"]).text == "Remove sound"
    assert edits.move_clips(project, ["a", "b"], 1).text == "Move 2 sounds"
