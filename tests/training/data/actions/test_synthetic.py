"""The synthetic collection is a UCF101 in small: lists that fit its files, groups that no split cuts through."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from engine.errors import ProjectError
from engine.media import probe
from training.data.actions import plan_actions, read_actions
from training.data.actions.shards import ActionShards
from training.data.actions.synthetic import write_actions
from training.data.clips import ClipForm
from training.data.prepare import fill

FORM = ClipForm(rate=Fraction(4), size=32)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("actions")
    write_actions(out, 7, actions=("drum", "dog barking"), fps=Fraction(10), size=(64, 48))
    return out


def test_every_split_trains_and_tests_each_action_and_keeps_groups_apart(root: Path) -> None:
    found = read_actions(root, "ucf101")
    assert (len(found.videos), found.missing) == (7, ())
    for split in range(3):
        parts = {use: [one for one in found.videos if one.uses[split] == use] for use in ("train", "test")}
        assert {one.action for one in parts["train"]} == {one.action for one in parts["test"]} == {"Drum", "DogBarking"}
        groups = {use: {one.name.rpartition("_g")[2][:2] for one in some} for use, some in parts.items()}
        assert not groups["train"] & groups["test"]


def test_its_videos_are_clips_whole_and_silent_ones_hold_silence(root: Path, tmp_path: Path) -> None:
    report = fill(plan_actions(root, "ucf101", FORM), tmp_path)
    assert (report.videos, report.samples, report.silent, report.problems) == (7, 7, 0, [])
    shards = ActionShards(tmp_path)
    assert (shards.actions, shards.collection) == (("DogBarking", "Drum"), "UCF101")
    for sample in shards.samples:
        info = probe(root / sample.group)
        assert abs(sample.seconds - info.duration) < 0.11
        assert sample.frames == int(sample.seconds * 4 + 1e-3)
        index = shards.samples.index(sample)
        heard = shards.sound(index, 0.0, sample.seconds).abs().max() > 0
        assert bool(heard) == (info.audio is not None)
    assert sum(probe(root / sample.group).audio is None for sample in shards.samples) == 1
    assert fill(plan_actions(root, "ucf101", FORM), tmp_path).kept == 7


def test_what_is_there_can_be_kept(root: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*.mp4")}
    write_actions(root, 7, actions=("drum", "dog barking"), fps=Fraction(10), size=(64, 48), keep=True)
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*.mp4")} == before


def test_too_few_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="5 videos"):
        write_actions(tmp_path, 5, actions=("drum", "dog barking"))
