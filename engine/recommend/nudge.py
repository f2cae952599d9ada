"""How far to move a placed sound so that it is in sync: how likely each small offset is."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

REACH = 0.5
"""s to either side that are tried."""
METRIC = "offsets"
"""Key of a model's metrics that holds ``least_confidence``."""
_PEAK = 0.07
"""s around the best offset that still speak for it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SyncCurve:
    """How likely a sound is in sync at each offset from its place."""

    offsets: np.ndarray
    """s, later above 0, ascending, float64 ``(n,)``."""
    scores: np.ndarray
    """Probabilities ``(n,)``, float64: that each offset is the true one if any of them is. They add up to 1."""
    least: float = 0.0
    """Confidence from which the model was right often enough when it was measured."""
    audible: bool = True
    """Whether anything of the sound is heard there."""

    @property
    def best_offset(self) -> float:
        """s: the likeliest offset, of several the one nearest to where the sound is."""
        best = np.flatnonzero(self.scores >= self.scores.max())
        return float(self.offsets[best[np.abs(self.offsets[best]).argmin()]])

    @property
    def confidence(self) -> float:
        """Probability 0..1 of the best offset and of those beside it; a flat curve has next to none."""
        return float(self.scores[np.abs(self.offsets - self.best_offset) <= _PEAK].sum())

    @property
    def at_rim(self) -> bool:
        """Whether the likeliest offset is the first or the last: a rim is no peak, the true one may lie beyond."""
        return self.best_offset in {float(self.offsets[0]), float(self.offsets[-1])}

    @property
    def trusted(self) -> bool:
        """Whether the curve has a peak that stands out enough to move a sound by."""
        return self.audible and not self.at_rim and self.confidence >= self.least

    @property
    def doubt(self) -> str:
        """Why nothing is proposed, in words; empty where something is."""
        if self.trusted:
            return ""
        if not self.audible:
            return "nothing is heard there"
        if self.at_rim and self.confidence >= self.least:
            return f"perhaps more than half a second {'later' if self.best_offset > 0 else 'earlier'}"
        return "no offset stands out"

    @property
    def proposed_offset(self) -> float:
        """s to move the sound by; 0 where the curve is not :attr:`trusted`."""
        return self.best_offset if self.trusted else 0.0


def curve_of(logits: np.ndarray, step: float, least: float = 0.0, *, audible: bool = True) -> SyncCurve:
    """The curve within reach, of logits ``(n,)`` of a clip beginning ``0, step, 2 step ...`` s into what is heard.

    What is heard begins :data:`REACH` s before the sound's place: that it lies there later moves the sound earlier.
    """
    offsets = REACH - step * np.arange(len(logits))
    within = offsets >= -REACH - step / 2
    logits, offsets = logits[within][::-1].astype(np.float64), offsets[within][::-1]
    weights = np.exp(logits - logits.max())
    scores = weights / weights.sum()
    return SyncCurve(offsets=np.round(offsets, 4) + 0.0, scores=scores, least=least, audible=audible)


def describe_offset(offset: float, fps: Fraction) -> str:
    """An offset as people move by it: ``+0.10 s, 3 frames later``."""
    frames = round(abs(offset) * fps)
    if offset == 0:
        return "best where it is"
    unit = "frame" if frames == 1 else "frames"
    return f"{offset:+.2f} s, {frames} {unit} {'later' if offset > 0 else 'earlier'}"
