"""What holds for every value of a project: ranges, each refused with the next step."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from pydantic import ConfigDict

from engine.errors import ProjectError

LOWEST_DB = -120.0
"""A gain this low is silence."""
HIGHEST_DB = 36.0
# pydantic reads and writes the plain dataclasses; it is strict so that what it reads is what was written.
STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


def need(holds: bool, message: str, hint: str) -> None:
    """Raises `ProjectError` with ``message`` and ``hint`` unless ``holds``."""
    if not holds:
        raise ProjectError(message, hint)


def check_gain(gain_db: float) -> None:
    """Refuse what no fader reaches."""
    fits = LOWEST_DB <= gain_db <= HIGHEST_DB  # False for NaN
    need(fits, f"A gain of {gain_db} dB is out of range.", f"Choose {LOWEST_DB:g} (silence) to {HIGHEST_DB:g} dB.")


def check_pan(pan: float) -> None:
    """Refuse what lies beyond left and right."""
    need(-1 <= pan <= 1, f"A pan of {pan} is out of range.", "Choose -1 (left) to 1 (right).")


def check_colour(colour: str | None) -> None:
    """Refuse what is no ``#rrggbb``; None is no colour chosen."""
    fits = colour is None or re.fullmatch("#[0-9a-f]{6}", colour) is not None
    need(fits, f"“{colour}” is no colour.", "Write it as #rrggbb in lower case.")


def check_score(score: float) -> None:
    """Refuse a score that JSON cannot carry."""
    need(math.isfinite(score), f"A score of {score} is no number.", "Leave this suggestion out.")


def check_speed(speed: Fraction) -> None:
    """Refuse a speed at which no time passes, or backwards."""
    need(speed > 0, "Speed must be above 0.", "To play backwards, reverse the clip.")
