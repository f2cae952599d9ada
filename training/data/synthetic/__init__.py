"""A synthetic audio-visual world: seeded scenes of sounding things, as arrays for training or as real files."""

from training.data.synthetic.casting import render_scene
from training.data.synthetic.catalogue import AMBIENCES, CATEGORIES, Category
from training.data.synthetic.scene import SHADOW_MARGIN, Scene, Source
from training.data.synthetic.stream import (
    DEMO_SEEDS,
    TEST_SEEDS,
    TRAIN_SEEDS,
    VALIDATION_SEEDS,
    Pair,
    scene_seed,
    stream_pairs,
)
from training.data.synthetic.write import write

__all__ = [
    "AMBIENCES",
    "CATEGORIES",
    "DEMO_SEEDS",
    "SHADOW_MARGIN",
    "TEST_SEEDS",
    "TRAIN_SEEDS",
    "VALIDATION_SEEDS",
    "Category",
    "Pair",
    "Scene",
    "Source",
    "render_scene",
    "scene_seed",
    "stream_pairs",
    "write",
]
