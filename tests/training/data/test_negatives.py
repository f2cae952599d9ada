"""Each paper's rule for sounds that do not belong."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from engine.errors import ModelError
from training.data.negatives import Rest, different_label, different_time, different_video, rule
from training.data.shards import Shards, ShardWriter


def world(folder: Path, labels: list[str], seconds: int = 3) -> Shards:
    """A video for each label, ``seconds`` long, in the training split."""
    with ShardWriter(folder) as writer:
        for video, label in enumerate(labels):
            for second in range(seconds):
                writer.add(f"v{video}", label=label, time=second + 0.5, split="train")
    return Shards(folder)


def test_vggsound_takes_a_different_label(tmp_path: Path) -> None:
    shards, rng = world(tmp_path, ["dog", "dog", "bell", "rain"]), np.random.default_rng(0)
    draw = different_label(shards, range(len(shards)))
    drawn = Counter(draw(0, rng) for _ in range(600))
    assert set(drawn) == set(range(6, 12))  # every second of the bell and the rain, and no other dog
    assert min(drawn.values()) > 60


def test_videos_without_another_label_take_another_video(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for number, labels in enumerate((["dog"] * 3, ["", "", "bell"])):
        draw = different_label(world(tmp_path / str(number), labels, 2), range(6))
        assert {draw(0, rng) for _ in range(100)} == {2, 3, 4, 5}


def test_gameplay_takes_another_video_or_another_time(tmp_path: Path) -> None:
    shards, rng = world(tmp_path, [""] * 4), np.random.default_rng(0)
    draw = different_time(shards, range(len(shards)))
    drawn = [draw(4, rng) for _ in range(800)]
    assert set(drawn) == set(range(12)) - {4}
    assert np.mean([shards.samples[i].group == "v1" for i in drawn]) == pytest.approx(0.5, abs=0.06)


def test_gameplay_takes_what_is_there(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    alone = different_time(world(tmp_path / "one", [""], 3), range(3))
    assert {alone(0, rng) for _ in range(50)} == {1, 2}
    brief = different_time(world(tmp_path / "brief", [""] * 3, 1), range(3))
    assert {brief(0, rng) for _ in range(50)} == {1, 2}
    with pytest.raises(ModelError, match="second moment"):
        different_time(world(tmp_path / "none", [""], 1), range(1))(0, rng)


def test_another_video_may_share_the_label(tmp_path: Path) -> None:
    shards, rng = world(tmp_path, ["dog", "dog", "bell"], 2), np.random.default_rng(0)
    draw = different_video(shards, range(len(shards)))
    assert {draw(3, rng) for _ in range(200)} == {0, 1, 4, 5}
    with pytest.raises(ModelError, match="second video"):
        different_video(shards, [0, 1])(0, rng)


def test_a_pool_is_not_left(tmp_path: Path) -> None:
    shards, rng = world(tmp_path, ["dog", "bell", "rain"], 2), np.random.default_rng(0)
    assert {rule("label", shards, [0, 3])(0, rng) for _ in range(20)} == {3}


def test_an_unknown_rule_is_named_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="label, time, video"):
        rule("lable", world(tmp_path, ["a"]), [0])


def test_draws_from_a_big_pool_are_even() -> None:
    names = [f"v{i // 10}" for i in range(200_000)]
    rest, rng = Rest(names, range(len(names))), np.random.default_rng(0)
    drawn = np.array([rest.other("v3", rng) for _ in range(20_000)])
    assert not ((drawn >= 30) & (drawn < 40)).any()
    assert np.histogram(drawn, bins=10)[0].min() > 1700
