"""Intervals are as wide as theory says, and videos are drawn, not their seconds."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluate import bootstrap


def test_the_interval_of_a_mean_is_what_theory_says() -> None:
    values = np.random.default_rng(3).normal(5.0, 2.0, size=400)
    low, high = bootstrap(values[:, None])
    error = values.std() / np.sqrt(400)
    assert low == pytest.approx(values.mean() - 1.96 * error, abs=0.25 * error)
    assert high == pytest.approx(values.mean() + 1.96 * error, abs=0.25 * error)


def test_seconds_of_one_video_do_not_make_it_surer() -> None:
    values = np.random.default_rng(4).normal(size=50)
    alone = bootstrap(values[:, None])
    repeated = bootstrap(np.repeat(values[:, None], 20, axis=1))
    drawn_singly = bootstrap(np.repeat(values, 20)[:, None])
    assert repeated == pytest.approx(alone)
    assert drawn_singly[1] - drawn_singly[0] < 0.5 * (repeated[1] - repeated[0])


def test_any_statistic_and_videos_of_unequal_length() -> None:
    videos = [[0.0], [1.0, 1.0, 1.0], [], [0.5]]
    assert bootstrap(videos, np.mean) == pytest.approx(bootstrap(videos))
    assert bootstrap(videos, np.max)[1] == 1.0
    assert bootstrap(videos, seed=1) == bootstrap(videos, seed=1)
    assert np.isnan(bootstrap([[], []])).all()
