"""The stream of training pairs: endless, seeded, divisible among workers, and always audible."""

from __future__ import annotations

from itertools import islice, pairwise

import numpy as np

from training.data.synthetic import (
    CATEGORIES,
    DEMO_SEEDS,
    TEST_SEEDS,
    TRAIN_SEEDS,
    VALIDATION_SEEDS,
    render_scene,
    scene_seed,
    stream_pairs,
)
from training.data.synthetic.stream import moment


def test_pairs_have_the_agreed_shapes_and_are_heard() -> None:
    for pair in islice(stream_pairs(4), 40):
        assert pair.image.shape == (224, 224, 3)
        assert pair.image.dtype == np.uint8
        assert pair.sound.shape == (48_000,)
        assert pair.sound.dtype == np.float32
        assert np.sqrt(np.mean(pair.sound**2)) > 1e-3
        assert pair.label in {c.name for c in CATEGORIES}


def test_workers_share_a_stream() -> None:
    whole = list(islice(stream_pairs(9, pixels=64), 6))
    halves = [list(islice(stream_pairs(9, pixels=64, start=k, step=2), 3)) for k in (0, 1)]
    for index, pair in enumerate(whole):
        other = halves[index % 2][index // 2]
        np.testing.assert_array_equal(pair.image, other.image)
        np.testing.assert_array_equal(pair.sound, other.sound)


def test_the_main_source_sounds_within_the_second_and_the_frame_lies_in_it() -> None:
    for seed in range(150):
        scene = render_scene(seed, seconds=1.3, size=(64, 48))
        frame, start = moment(scene, np.random.default_rng(seed))
        assert 0 <= start <= 0.3 + 1e-9
        assert start - 1e-9 <= frame <= start + 1.0
        first = scene.sources[0]
        if first.category.plan is not None:
            assert any(start - 1e-6 <= e <= start + 0.95 for e in first.events)


def test_seed_ranges_are_disjoint_down_to_the_scenes() -> None:
    ranges = [TRAIN_SEEDS, VALIDATION_SEEDS, TEST_SEEDS, DEMO_SEEDS]
    for low, high in pairwise(ranges):
        assert low.stop <= high.start
        assert scene_seed(low[-1], 999_999) < scene_seed(high[0], 0)
