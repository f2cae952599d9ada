"""Undo and redo of everything: any edits, all undone, are nothing; redone, they are the same document."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import ProjectError
from engine.timeline import edits
from engine.timeline.changes import Change, compound
from engine.timeline.codec import dump, dump_change, load, load_change
from engine.timeline.document import Project, source_span
from tests.engine.timeline.conftest import small_project
from tests.engine.timeline.random_edits import EDITS, random_edit


def check_sound(project: Project) -> None:
    """Clips lie in their sounds and tracks are in order."""
    for track in project.tracks:
        assert [(clip.position, clip.id) for clip in track.clips] == sorted((c.position, c.id) for c in track.clips)
    for clip in project.clips():
        media = project.find_media(clip.media)
        if media.path != "/elsewhere/sound.wav":  # a relinked file is taken as it is
            assert clip.source_in + math.floor(source_span(clip, media, project.sample_rate)) <= media.frames


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_any_edits_undone_and_redone(data: st.DataObject) -> None:
    states, changes = [small_project()], []
    for _ in range(data.draw(st.integers(1, 12))):
        change = random_edit(states[-1], data.draw)
        if change is None:
            continue
        states.append(change.apply(states[-1]))
        changes.append(load_change(dump_change(change)))  # as the journal gives it back
        assert changes[-1] == change
        check_sound(states[-1])
    written = [dump(state) for state in states]
    assert [dump(load(data_, "p.foleyscope")) for data_ in written] == written
    present = states[-1]
    for place in reversed(range(len(changes))):
        present = changes[place].revert(present)
        assert dump(present) == written[place]
    for place, change in enumerate(changes):
        present = change.apply(present)
        assert dump(present) == written[place + 1]


@pytest.mark.parametrize("name", sorted(EDITS))
def test_each_edit_can_be_undone(name: str) -> None:
    """By name, so that none is left to chance."""
    made = 0

    @settings(max_examples=25, deadline=None, database=None, derandomize=True)
    @given(st.data())
    def each(data: st.DataObject) -> None:
        nonlocal made
        project = small_project()
        try:
            change = EDITS[name](project, data.draw)
        except ProjectError:
            return
        made += bool(change)
        assert dump(change.revert(change.apply(project))) == dump(project)
        assert change.text[0].isupper()

    each()
    assert made > 0


def test_every_mutator_is_drawn() -> None:
    others = {"Change", "Clipboard", "Handles", "handles", "slip_room", "copy", "compound"}
    assert set(edits.__all__) - others == set(EDITS)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_edits_joined_are_the_edits_made(data: st.DataObject) -> None:
    start = present = small_project()
    whole: Change | None = None
    for _ in range(6):
        change = random_edit(present, data.draw)
        if change is not None:
            present = change.apply(present)
            whole = change if whole is None else whole.then(change)
    if whole is not None:
        assert dump(whole.apply(start)) == dump(present)
        assert dump(whole.revert(present)) == dump(start)
        assert bool(whole) == (start != present)


def test_a_change_names_what_it_touched(project: Project) -> None:
    assert edits.set_clip_gain(project, "a", -3).touched == {"clip:a"}
    assert edits.set_track_mute(project, "air", True).touched == {"track:air"}
    assert edits.move_marker(project, "m", 5).touched == {"marker:m"}
    assert edits.set_loop(project, None).touched == {"loop"}
    assert edits.move_track(project, "air", 0).touched == {"order"}
    assert edits.remove_track(project, "feet").touched == {"order", "track:feet", "clip:a", "clip:b"}
    assert edits.set_clip_gain(project, "a", 0).touched == frozenset()
    assert not edits.set_clip_gain(project, "a", 0)


def test_only_the_touched_track_is_made_anew(project: Project) -> None:
    after = edits.set_clip_gain(project, "a", -3).apply(project)
    assert after.track("air") is project.track("air")
    assert after.find_clip("b")[1] is project.find_clip("b")[1]


def test_a_change_refuses_a_document_it_does_not_fit(project: Project) -> None:
    softer = edits.set_clip_gain(project, "a", -3)
    once = softer.apply(project)
    gone = edits.remove_clips(project, ["a"])
    for change, document in ((softer, once), (softer.inverse, project), (softer, gone.apply(project))):
        with pytest.raises(ProjectError) as refused:
            change.apply(document)
        assert refused.value.hint


def test_a_clip_is_not_left_on_a_track_that_is_not_there(project: Project) -> None:
    placed = edits.move_clip(project, "c", 0, "feet")
    without = edits.remove_track(project, "feet").apply(project)
    with pytest.raises(ProjectError):
        placed.apply(without)


def test_a_compound_is_one_change(project: Project) -> None:
    change = compound(
        project, "Louder", [lambda p: edits.set_clip_gain(p, "a", 3), lambda p: edits.split(p, "a", 100000)]
    )
    assert change.text == "Louder"
    after = change.apply(project)
    assert [clip.gain_db for clip in after.track("feet").clips[:2]] == [3, 3]
    assert change.revert(after) == project
