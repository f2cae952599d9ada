"""Windows: anywhere in training, evenly spaced at test, and short videos begin again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import ModelError
from tests.training.data.clips.conftest import SMALL
from training.data.actions.shards import ActionShards
from training.data.actions.windows import ActionItems, ActionWindow, even_windows, last_start, random_windows
from training.data.clips import plan_clip_world
from training.data.prepare import fill


@pytest.fixture
def shards(toy_actions: Path) -> ActionShards:
    return ActionShards(toy_actions)


def short_and_long(shards: ActionShards) -> tuple[int, int]:
    lengths = [sample.seconds for sample in shards.samples]
    return lengths.index(1.5), lengths.index(4.0)


def test_test_windows_go_from_the_first_to_the_last_in_even_steps(shards: ActionShards) -> None:
    short, whole = short_and_long(shards)
    windows = even_windows(shards.samples[whole], whole, seconds=2.56)
    starts = [window.start for window in windows]
    assert len(windows) == 25
    assert starts == np.linspace(0, 5, 25).round().tolist()  # 4 s at 4 a second leave 1.44 s, whole frames
    assert all(window.sound_start == window.start / 4 for window in windows)
    assert {window.start for window in even_windows(shards.samples[short], short, seconds=2.56)} == {0}


def test_training_windows_are_one_of_each_video_anywhere_and_drawn_anew(shards: ActionShards) -> None:
    members = shards.members(1, "train")
    epochs = [random_windows(shards, members, (0, epoch), seconds=2.56, shift=0.5) for epoch in range(30)]
    assert all(sorted(window.clip for window in windows) == sorted(members) for windows in epochs)
    assert epochs[0] == random_windows(shards, members, (0, 0), seconds=2.56, shift=0.5)
    whole = [w for windows in epochs for w in windows if shards.samples[w.clip].seconds == 4.0]
    assert {window.start for window in whole} == set(range(last_start(shards.samples[whole[0].clip], 2.56) + 1))
    apart = [window.sound_start - window.start / 4 for window in whole]
    assert max(abs(one) for one in apart) <= 0.5 + 1e-9
    assert max(apart) > 0.2 and min(apart) < -0.2
    assert all(0 <= window.sound_start <= 4.0 - 2.56 + 1e-9 for window in whole)


def test_a_short_video_begins_again_picture_and_sound_together(shards: ActionShards) -> None:
    short, whole = short_and_long(shards)
    items = ActionItems(shards, frames=10)
    item = items.load(ActionWindow(short, 0, 0.0))
    assert item["frames"].shape == (10, 3, 60, 60)
    assert torch.equal(item["frames"][6:], item["frames"][:4])
    sound, period = item["sound"], round(1.5 * 21_000)
    assert sound.shape == (2, round(2.56 * 21_000))
    assert torch.equal(sound[:, period:], sound[:, : sound.shape[1] - period])
    long = items.load(ActionWindow(whole, 3, 0.75))
    assert torch.equal(long["frames"], shards.frames(whole, 3, 10))
    assert torch.equal(long["sound"], shards.sound(whole, 0.75, 2.56))
    assert shards.actions[int(long["action"])] == shards.samples[whole].label


def test_splits_that_are_not_there_are_said(shards: ActionShards) -> None:
    assert len(shards.members(2, "test")) == 6
    assert set(shards.members(2, "test")).isdisjoint(shards.members(2, "train"))
    with pytest.raises(ModelError, match="Split 4 of UCF101 has no videos to train"):
        shards.members(4, "train")


def test_clips_without_lists_are_no_actions(tmp_path: Path) -> None:
    fill(plan_clip_world({"test": 1}, SMALL), tmp_path)
    with pytest.raises(ModelError, match="name no actions") as caught:
        ActionShards(tmp_path)
    assert "--layout ucf101" in caught.value.hint
