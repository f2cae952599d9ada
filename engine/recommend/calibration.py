"""Distances as scores in 0..1 that mean the same in every library.

A library comes nearer to any picture the more sounds it holds, so a distance alone says nothing. The yardstick is
measured on the library itself, when it is indexed: the model carries embeddings of some hundred *unrelated* frames
(``Model.background``), and for each the distance to its nearest sound here is kept
(:class:`engine.library.Reference`). Those best distances are well described by their median ``m`` and a robust spread
``s`` (the interquartile range over 1.349), and a sound at distance ``d`` gets

    score = Phi((m - d) / s),    Phi the normal distribution function,

the share of unrelated pictures whose best sound lies farther away than this one. Half means: no nearer than an
unrelated picture's best sound. The score falls strictly with distance, so both rank alike. At :data:`FITS` a sound is
nearer than the best sound of four unrelated pictures in five; where even the first result stays below, the honest
answer is that nothing in this library fits.

A model without background pictures is measured against the library's own sounds, each asked for the nearest window of
another file. Sounds lie nearer to sounds than pictures do, so these scores are stricter, and low ones mean less.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.library import Reference

FITS = 0.8
"""Score from which a result is said to fit."""
_SMALLEST_SPREAD = 1e-3
# Too little to measure by: random unit vectors in 128 dimensions lie 1.41 apart, a trained pair well below one.
_UNMEASURED = (1.0, 0.2)
_ENOUGH = 8
_QUARTILES_APART = 1.349
# The score is read in its middle; beyond this many spreads it is flat, and must still fall with distance.
_TAIL = 1e-6


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns Euclidean distances into scores for one library and model."""

    median: float
    spread: float
    kind: str
    """What was measured: ``pictures``, ``sounds``, or ``nothing`` in a library too small to measure."""

    @classmethod
    def from_reference(cls, reference: Reference | None) -> Calibration:
        """The calibration a library's reference distances give."""
        if reference is None or len(reference.distances) < _ENOUGH:
            return cls(*_UNMEASURED, "nothing")
        low, median, high = np.percentile(reference.distances.astype(np.float64), [25, 50, 75])
        return cls(float(median), max(_SMALLEST_SPREAD, float(high - low) / _QUARTILES_APART), reference.kind)

    def score(self, distance: float) -> float:
        """Score in 0..1 of a Euclidean distance in 0..2; 0.5 at the median of unrelated pictures."""
        share = 0.5 * math.erfc((distance - self.median) / (self.spread * math.sqrt(2.0)))
        slope = _TAIL * (1.0 - distance / 2.0)
        return min(1.0, max(0.0, share * (1.0 - _TAIL) + slope))
