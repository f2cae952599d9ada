"""Loudness of what is delivered: measured as it is written, and the gain that meets a target."""

from __future__ import annotations

import math

import numpy as np

from engine.audio.loudness import LoudnessMeter
from engine.audio.true_peak import TruePeak
from engine.export.bext import LoudnessFields
from engine.export.presets import LoudnessTarget

_TOLERANCE = 0.1  # LU, what EBU Tech 3341 allows a meter


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

    def fields(self) -> LoudnessFields:
        """All of it; None for what is silence or too short to tell. The loudness range is not measured."""
        self._peak.add(np.zeros((2, 32), np.float32))
        return LoudnessFields(
            integrated=_told(self._meter.integrated),
            true_peak=_told(self._peak.db),
            momentary=_told(self._meter.momentary_max),
            short_term=_told(self._meter.short_term_max),
        )


def gain_to(target: LoudnessTarget, measured: LoudnessFields) -> float:
    """dB that bring a mix to ``target``, less where its true peak would come out too high.

    A target without a loudness leaves the level alone, and so does a mix too quiet or short to have one.
    """
    if target.lufs is None or measured.integrated is None:
        return 0.0
    gain = target.lufs - measured.integrated
    if target.true_peak is not None and measured.true_peak is not None:
        gain = min(gain, target.true_peak - measured.true_peak)
    return gain


def louder(levels: LoudnessFields, gain_db: float) -> LoudnessFields:
    """``levels`` of the same sound made louder by ``gain_db``."""
    values = (levels.integrated, levels.true_peak, levels.momentary, levels.short_term)
    integrated, peak, momentary, short_term = (None if value is None else value + gain_db for value in values)
    return LoudnessFields(integrated=integrated, true_peak=peak, momentary=momentary, short_term=short_term)


def shortfall(target: LoudnessTarget, reached: LoudnessFields) -> str | None:
    """A sentence when the delivered mix misses ``target``."""
    if target.lufs is None:
        return None
    if reached.integrated is None:
        return f"The mix is too quiet or too short to have a loudness, so {target.title} was not applied."
    if abs(reached.integrated - target.lufs) <= _TOLERANCE:
        return None
    return (
        f"The mix is at {reached.integrated:.1f} LUFS, not the {target.lufs:g} of {target.title}: its peaks are at "
        f"{reached.true_peak or 0:.1f} dBTP. Tame the loudest sounds and export again."
    )


def _told(value: float) -> float | None:
    return value if math.isfinite(value) else None
