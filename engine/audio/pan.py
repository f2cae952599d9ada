"""Pan laws: constant power places a mono sound between the loudspeakers, balance weighs the sides of a stereo one."""

from __future__ import annotations

from typing import Any

import numpy as np

Gain = Any
"""A float or an array of them, as the pan that was given."""


def constant_power(pan: Gain) -> tuple[Gain, Gain]:
    """Gains (left, right) of a mono sound at ``pan`` -1..1; their squares sum to 1, the centre is -3 dB."""
    angle = (np.asarray(pan) + 1.0) * (np.pi / 4)
    return np.cos(angle), np.sin(angle)


def balance(pan: Gain) -> tuple[Gain, Gain]:
    """Gains (left, right) of a stereo sound at ``pan`` -1..1: unity at the centre.

    The side away from the pan falls as in :func:`constant_power`, scaled to 1 at the centre; the other stays at 1.
    """
    left, right = constant_power(pan)
    root = np.sqrt(2.0)
    return np.minimum(1.0, root * left), np.minimum(1.0, root * right)


def linear(gain_db: float) -> float:
    """A gain in dB as a factor; -120 dB and below is silence."""
    return float(10.0 ** (gain_db / 20.0)) if gain_db > -120.0 else 0.0
