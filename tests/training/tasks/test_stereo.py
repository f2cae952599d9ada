"""Paper C's tasks hear what they should: matched, flipped, another video's; and learn where a sound comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.errors import ModelError
from tests.small import small_encoder
from training.config import Experiment, build
from training.data.pairs import PairDataset
from training.data.shards import Shards, ShardWriter
from training.tasks import TASKS
from training.tasks.stereo import StereoTask


def scene(kind: int, side: int, rng: np.random.Generator) -> dict[str, Any]:
    """A square of the kind's colour on one side, and its tone from there."""
    frame = rng.integers(0, 40, (240, 480, 3)).astype(np.uint8)
    left = 60 + 240 * side
    frame[60:180, left : left + 120, kind] = 230
    t = np.arange(16_000) / 16_000
    tone = 0.3 * np.sin(2 * np.pi * (300, 1200, 4000)[kind] * t)
    stereo = np.stack([tone, tone]) * np.array([[1.0], [0.05]] if side == 0 else [[0.05], [1.0]])
    stereo += 0.002 * rng.standard_normal(stereo.shape)
    return {"frame": frame, "stereo": stereo.astype(np.float32), "sound": np.repeat(tone, 3).astype(np.float32)}


@pytest.fixture(scope="module")
def sided(tmp_path_factory: pytest.TempPathFactory) -> Shards:
    folder = tmp_path_factory.mktemp("sided") / "shards"
    rng = np.random.default_rng(0)
    with ShardWriter(folder) as writer:
        for video in range(24):
            split = "train" if video < 18 else "validation"
            writer.add(f"v{video}", split=split, time=0.5, **scene(video % 3, video // 3 % 2, rng))
    return Shards(folder)


def make(name: str, shards: Shards, **settings: Any) -> StereoTask:
    torch.manual_seed(0)
    values = {"name": "x", "task": name, "encoder": "stereo_resnet18", "task_settings": settings}
    task = TASKS[name](small_encoder("stereo_resnet18", picture_pool=4), build(Experiment, values), shards)
    assert isinstance(task, StereoTask)
    return task


def test_shards_in_mono_are_said(tmp_path: Path) -> None:
    with ShardWriter(tmp_path) as writer:
        for video in range(4):
            shown = scene(0, 0, np.random.default_rng(video))
            writer.add(f"v{video}", split="train", time=0.5, frame=shown["frame"], sound=shown["sound"])
    with pytest.raises(ModelError, match="these shards are mono") as caught:
        make("stereo_ranking", Shards(tmp_path))
    assert "--layout stereo" in caught.value.hint


def batch_of(task: StereoTask, shards: Shards) -> dict[str, torch.Tensor]:
    plan = task.plan(shards, "train", 0)
    dataset = PairDataset(shards, plan, task.classes, needs=task.needs, picture=task.picture_size)
    return torch.utils.data.default_collate([dataset[i] for i in range(len(plan))])


@torch.inference_mode()
def test_flipped_is_the_own_sound_with_left_and_right_exchanged(sided: Shards) -> None:
    task = make("stereo_ranking", sided).eval()
    batch = batch_of(task, sided)
    assert tuple(batch["frame"].shape[1:]) == (3, 60, 120)  # a quarter of 240 x 480, as the encoder pools by 4
    sounds = task.features(batch)[1]
    front = task.encoder.front
    by_waveform = task.encoder.embed_audio(front.sounds(batch["stereo"].flip(1)))
    assert torch.allclose(sounds["flipped"], by_waveform, atol=1e-5)
    assert not torch.allclose(sounds["flipped"], sounds["matched"], atol=1e-3)
    other = task.encoder.embed_audio(front.sounds(batch["other"]))
    assert torch.allclose(sounds["mismatched"], other, atol=1e-5)


def middle(frames: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """A crop that stays where it is when the frame is mirrored."""
    margin = (frames.shape[3] - size[1]) // 2
    return frames[:, :, : size[0], margin : margin + size[1]] / 255


def test_mirroring_turns_picture_and_sound_together(sided: Shards, monkeypatch: pytest.MonkeyPatch) -> None:
    task = make("stereo_ranking", sided, mirror=True).eval()
    batch = batch_of(task, sided)
    monkeypatch.setattr("training.tasks.stereo.crop_and_tint", lambda frames, size: frames[:, :, :56, 4:116] / 255)
    monkeypatch.setattr(torch, "rand", lambda *shape, device: torch.zeros(shape))  # every one is turned
    with torch.inference_mode():
        pictures, sounds = task.features(batch)
        turned = {**batch, "frame": batch["frame"].flip(3), "stereo": batch["stereo"].flip(1)}
        turned["other"] = batch["other"].flip(1)
        task.options["mirror"] = False
        expected, heard = task.features(turned)
    assert torch.allclose(pictures, expected, atol=1e-5)
    for kind, sound in heard.items():
        assert torch.allclose(sounds[kind], sound, atol=1e-5)


def test_terms_leave_margins_out(sided: Shards) -> None:
    flip_distance = make("stereo_ranking", sided, terms=("flip", "radius"), margin_flip=0.3)
    assert flip_distance.margins == {"margin_flip": 0.3, "margin_mismatch": None, "radius": 0.8}
    with pytest.raises(ModelError, match="are not those of the loss"):
        make("stereo_ranking", sided, terms=("flip", "margin"))
    with pytest.raises(ModelError, match="are not those of the loss"):
        make("stereo_ranking", sided, terms=())
    assert make("stereo_ranking", sided, terms="flip").options["terms"] == ("flip",)


def test_the_order_is_judged_by_the_terms_asked_for(sided: Shards) -> None:
    away = {"matched": [0.1, 0.5, 0.1, 0.9], "flipped": [0.2, 0.4, 0.8, 0.8], "mismatched": [0.3, 0.6, 0.7, 0.7]}
    distances = {kind: torch.tensor(values) for kind, values in away.items()}
    assert make("stereo_ranking", sided).judge(distances)["accuracy"] == 0.25
    assert make("stereo_ranking", sided, terms=("flip",)).judge(distances)["accuracy"] == 0.5
    assert make("stereo_ranking", sided, terms=("mismatch",)).judge(distances)["accuracy"] == 0.5


def test_it_learns_which_side_a_sound_comes_from(sided: Shards) -> None:
    task = make("stereo_ranking", sided).train()
    batch = {field: values[:8] for field, values in batch_of(task, sided).items()}
    optimiser = torch.optim.Adam(task.parameters(), 0.005)
    for _ in range(24):
        optimiser.zero_grad()
        task(batch).backward()
        optimiser.step()
    with torch.inference_mode():
        assert task.judge(task.distances(batch))["matched_first"] == 1.0
