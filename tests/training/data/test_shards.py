"""Shards give back what was put in, stay readable by others, and keep splits apart."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import ModelError
from training.data.shards import SHARD_SAMPLES, Shards, ShardWriter, split_of


def test_samples_come_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    frame = np.full((224, 224, 3), (200, 100, 50), np.uint8)
    sound = rng.uniform(-1, 1, 48_000).astype(np.float32)
    with ShardWriter(tmp_path) as writer:
        writer.add("a", frame=frame, sound=sound, label="bell", time=1.5)
        writer.add("b", sound=sound)
    shards = Shards(tmp_path)
    assert len(shards) == 2
    assert (shards.samples[0].label, shards.samples[0].time) == ("bell", 1.5)
    assert np.abs(shards.frame(0).permute(1, 2, 0).numpy().astype(int) - frame).max() <= 3
    assert np.abs(shards.sound(0).numpy() - sound).max() <= 1 / 32768
    assert shards.where(frame=True) == [0]
    with pytest.raises(ValueError, match="has no frame"):
        shards.frame(1)


def test_the_tars_are_plain_webdataset(tmp_path: Path) -> None:
    with ShardWriter(tmp_path) as writer:
        for n in range(SHARD_SAMPLES + 1):
            writer.add(f"v{n}", frame=np.full((8, 8, 3), n % 256, np.uint8))
    assert [p.name for p in sorted(tmp_path.glob("*.tar"))] == ["shard-00000.tar", "shard-00001.tar"]
    with tarfile.open(tmp_path / "shard-00001.tar") as archive:
        members = {m.name: archive.extractfile(m).read() for m in archive}  # type: ignore[union-attr]
    assert set(members) == {"00000500.jpg", "00000500.json"}
    assert json.loads(members["00000500.json"])["group"] == "v500"
    assert Image.open(io.BytesIO(members["00000500.jpg"])).size == (8, 8)


def test_splits_are_by_video_stable_and_about_80_10_10() -> None:
    names = [f"video {n}" for n in range(5000)]
    splits = [split_of(name) for name in names]
    assert splits == [split_of(name) for name in names]
    shares = {s: splits.count(s) / len(splits) for s in ("train", "validation", "test")}
    assert shares["train"] == pytest.approx(0.8, abs=0.03)
    assert shares["test"] == pytest.approx(0.1, abs=0.02)


def test_an_unfinished_set_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no finished shards"):
        Shards(tmp_path)
    with pytest.raises(RuntimeError), ShardWriter(tmp_path) as writer:
        writer.add("a", frame=np.zeros((8, 8, 3), np.uint8))
        raise RuntimeError("killed")
    with pytest.raises(ModelError, match="no finished shards"):
        Shards(tmp_path)
