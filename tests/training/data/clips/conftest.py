"""A small set of clips, rendered once for all tests of this folder."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from training.data.clips import ClipForm, plan_clip_world
from training.data.clips.shards import ClipShards
from training.data.prepare import fill

SMALL = ClipForm(rate=Fraction(80, 21), size=32)


@pytest.fixture(scope="session")
def clip_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out: Path = tmp_path_factory.mktemp("clips")
    fill(plan_clip_world({"train": 6, "test": 1}, SMALL), out)
    return out


@pytest.fixture
def clip_shards(clip_folder: Path) -> ClipShards:
    return ClipShards(clip_folder)
