"""Loudness of what is delivered: measured as it is written, and the gain that meets a target."""

from __future__ import annotations

import math

import numpy as np

from engine.audio.loudness import LoudnessMeter
from engine.audio.true_peak import TruePeak
from engine.export.bext import LoudnessFields
from engine.export.presets import LoudnessTarget

_TOLERANCE = 0.1  # LU, what EBU Tech 3341 allows a meter
_CLOSE = 0.005  # LU
_ROUNDS = 8


class Levels:
    """Measures a stereo sound that passes in blocks.

    Args:
        rate: Hz.
    """

    def __init__(self, rate: int) -> None:
        self._meter, self._peak = LoudnessMeter(rate), TruePeak()

    def add(self, block: np.ndarray) -> None:
        """Hear ``block`` ``(2, n)``."""
        self._meter.add(block)
        self._peak.add(block)

    def fields(self, gain_db: float = 0.0) -> LoudnessFields:
        """All of it, of the same sound made ``gain_db`` louder; None for what is silence or too short to tell.

        The loudness range is not measured.
        """
        self._peak.add(np.zeros((2, 32), np.float32))
        return LoudnessFields(
            integrated=_told(self._meter.integrated_at(gain_db)),
            true_peak=_told(self._peak.db + gain_db),
            momentary=_told(self._meter.momentary_max + gain_db),
            short_term=_told(self._meter.short_term_max + gain_db),
        )

    def gain_to(self, target: LoudnessTarget) -> float:
        """dB that bring the sound to ``target``, less where its true peak would come out too high.

        A target without a loudness leaves the level alone, and so does a sound too quiet or short to have one. Parts
        that fall below the absolute gate with the level change the loudness once more, so it is gone after.
        """
        measured = self.fields()
        if target.lufs is None or measured.integrated is None:
            return 0.0
        gain = target.lufs - measured.integrated
        for _ in range(_ROUNDS):
            reached = self._meter.integrated_at(gain)
            if not math.isfinite(reached) or abs(reached - target.lufs) < _CLOSE:
                break
            gain += target.lufs - reached
        if target.true_peak is not None and measured.true_peak is not None:
            gain = min(gain, target.true_peak - measured.true_peak)
        return gain


def shortfall(target: LoudnessTarget, reached: LoudnessFields) -> str | None:
    """A sentence when the delivered mix misses ``target``."""
    if target.lufs is None:
        return None
    if reached.integrated is None:
        return f"The mix is too quiet or too short to have a loudness, so {target.title} was not applied."
    if abs(reached.integrated - target.lufs) <= _TOLERANCE:
        return None
    missed = f"The mix is at {reached.integrated:.1f} LUFS, not the {target.lufs:g} of {target.title}"
    peak, ceiling = reached.true_peak, target.true_peak
    if reached.integrated < target.lufs and peak is not None and ceiling is not None and peak > ceiling - _TOLERANCE:
        return f"{missed}: its peaks are at {peak:.1f} dBTP. Tame the loudest sounds and export again."
    return f"{missed}: parts of it are as quiet as the meter's gate. Make them louder, or silent, and export again."


def _told(value: float) -> float | None:
    return value if math.isfinite(value) else None
