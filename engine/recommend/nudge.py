"""How far to move a placed sound so that it is in sync: the model's score over small offsets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

REACH = 0.5
"""s to either side that are tried."""
OFFSETS = np.round(np.arange(-REACH, REACH + 0.01, 0.05), 3)
LEAST_ACCURACY = 0.6
"""Share of shifted pairs that a model should have told from true ones for its curve to be a reason to move a sound."""
_ALIKE = 1e-3
"""Scores nearer than this are no reason to move a sound."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SyncCurve:
    """How well a sound is in sync at each offset from its place."""

    offsets: np.ndarray
    """s, later above 0, float64 ``(n,)``."""
    scores: np.ndarray
    """Probability 0..1 that it is in sync there, float64 ``(n,)``."""
    accuracy: float | None = None
    """Share of shifted pairs that the model told from true ones when it was trained (chance 0.5); None if not known."""

    @property
    def trusted(self) -> bool:
        """Whether the model has shown that it can tell when; where that is not known, it is given the benefit."""
        return self.accuracy is None or self.accuracy >= LEAST_ACCURACY

    @property
    def proposed_offset(self) -> float:
        """s to move the sound by: where the score is highest, of places as good the one nearest to where it is.

        0 where the curve is not :attr:`trusted`.
        """
        if not len(self.scores) or not self.trusted:
            return 0.0
        best = np.flatnonzero(self.scores >= self.scores.max() - _ALIKE)
        return float(self.offsets[best[np.abs(self.offsets[best]).argmin()]])
