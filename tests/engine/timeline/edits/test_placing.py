"""Placing, moving, removing and pasting clips."""

from __future__ import annotations

import random
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
    assert {clip.id: clip.position for clip in after.clips()} == {"c": 0, "e": 270}


def _starts(spans: dict[str, tuple[int, int]], removed: list[str]) -> dict[str, int]:
    clips = tuple(Clip(id=n, media="bark", position=s, length=e - s) for n, (s, e) in spans.items())
    project = Project(id="p", media=(BARK,), tracks=(Track(id="t", clips=clips),))
    change = edits.ripple_remove(project, removed)
    after = change.apply(project)
    assert change.revert(after) == project
    return {clip.id: clip.position for clip in after.clips()}


def test_ripple_closes_up_what_crossfades_with_the_removed() -> None:
    chain = {"a": (325, 508), "b": (500, 717), "c": (700, 800), "d": (900, 950)}
    assert _starts(chain, ["a"]) == {"b": 325, "c": 525, "d": 725}, "what follows keeps its place against b"
    assert _starts(chain, ["b"]) == {"a": 325, "c": 500, "d": 700}, "c takes over the crossfade with a"
    assert _starts(chain, ["a", "c"]) == {"b": 325, "d": 900 - 175 - 100}


def test_ripple_closes_up_around_what_lies_within_the_removed() -> None:
    room = {"room": (100, 900), "hit": (300, 400), "next": (950, 999)}
    assert _starts(room, ["room"]) == {"hit": 100, "next": 250}
    assert _starts(room, ["hit"]) == {"room": 100, "next": 850}
    assert _starts({"a": (0, 200), "b": (0, 90), "c": (150, 300)}, ["a"]) == {"b": 0, "c": 90}


def test_ripple_of_many_is_the_rule_sample_by_sample() -> None:
    rng = random.Random(3)
    spans = {f"c{n}": (at, at + rng.randint(1, 60)) for n in range(60) for at in [rng.randint(0, 900)]}
    removed = rng.sample(sorted(spans), 20)
    kept = {name: span for name, span in spans.items() if name not in removed}
    taken = {at for name in removed for at in range(*spans[name])}
    empty, covered = [], 0
    for at in range(1000):
        covered = max([covered, *(end for start, end in kept.values() if start == at)]) if at in taken else 0
        if at in taken and at >= covered:
            empty.append(at)
    assert _starts(spans, removed) == {name: s - sum(at < s for at in empty) for name, (s, _) in kept.items()}


def test_clips_of_many_tracks_are_moved_as_each_by_itself(project: Project) -> None:
    every = [clip.id for clip in project.clips()]
    together = edits.move_clips(project, every, 4800).apply(project)
    one_by_one = project
    for name in every:
        one_by_one = edits.move_clips(one_by_one, [name], 4800).apply(one_by_one)
    assert together == one_by_one
    assert [replace(clip, position=clip.position - 4800) for clip in together.clips()] == list(project.clips())


def test_moving_and_rippling_many_clips_makes_no_project_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice the tracks are twice the work, not four times."""
    made: list[object] = []
    check = Project.__post_init__
    monkeypatch.setattr(Project, "__post_init__", lambda one: (made.append(one), check(one))[1])

    def count(tracks: int) -> int:
        rows = tuple(
            Track(id=f"t{n}", clips=(Clip(id=f"a{n}", media="bark", position=9, length=5),)) for n in range(tracks)
        )
        project, every = Project(id="p", media=(BARK,), tracks=rows), [f"a{n}" for n in range(tracks)]
        made.clear()
        edits.move_clips(project, every, 4)
        edits.ripple_remove(project, every)
        edits.paste(project, edits.copy(project, every), 0)
        return len(made)

    assert count(40) == count(4)


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
