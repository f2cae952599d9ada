"""How far a number could have come out otherwise with other videos: intervals by bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

DRAWS = 1000
LEVEL = 0.95


def bootstrap(
    values_by_video: Sequence[np.ndarray | Sequence[float]],
    statistic: Callable[[np.ndarray], float] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> tuple[float, float]:
    """The interval that holds 95 % of a statistic's values over videos drawn again with repetition.

    Videos are drawn, never single seconds or pairs: those of one video are alike, and drawing them alone would promise
    too much. The list that is searched stays as it is.

    Args:
        values_by_video: the values of each video, any number of them; a video without any is left out.
        statistic: of all drawn videos' values in one array ``(n,)``; their mean when None.
        draws: how often videos are drawn.
        seed: the same one gives the same interval.

    Returns:
        The lower and the upper end; NaN where there are no values.
    """
    groups = [np.asarray(values, dtype=np.float64).ravel() for values in values_by_video if len(values)]
    if not groups:
        return float("nan"), float("nan")
    chosen = np.random.default_rng(seed).integers(len(groups), size=(draws, len(groups)))
    if statistic is None:
        results = _means(groups, chosen)
    else:
        results = np.array([statistic(np.concatenate([groups[i] for i in row])) for row in chosen])
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(results, [tail, 1 - tail])
    return float(low), float(high)


def _means(groups: Sequence[np.ndarray], chosen: np.ndarray) -> np.ndarray:
    """The mean ``(draws,)`` of the values of each draw's videos ``(draws, videos)``."""
    sums, counts = np.array([g.sum() for g in groups]), np.array([len(g) for g in groups])
    return sums[chosen].sum(axis=1) / counts[chosen].sum(axis=1)
