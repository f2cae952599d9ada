"""What holds for every value of a project: ranges, each refused with the next step."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict

from engine.errors import ProjectError

LOWEST_DB = -120.0
"""A gain this low is silence."""
HIGHEST_DB = 36.0
MOST_TRACKS = 200
"""What a project is given by edits; one that has more is still opened."""
LONGEST = 24 * 3600
"""s of timeline: a day, after which time code begins again."""
# pydantic reads and writes the plain dataclasses; it is strict so that what it reads is what was written.
STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


def need(holds: bool, message: str, hint: str) -> None:
    """Raises `ProjectError` with ``message`` and ``hint`` unless ``holds``."""
    if not holds:
        raise ProjectError(message, hint)


def check_time(position: int, sample_rate: int) -> None:
    """Refuse a place on the timeline, in project samples, behind its last hour."""
    if position >= LONGEST * sample_rate:
        message = f"{position / sample_rate:,.0f} s lies beyond the timeline, which ends after 24 hours."
        raise ProjectError(message, f"Choose a time below {LONGEST} s.")


def check_tracks(count: int) -> None:
    """Refuse one more track than ``count`` where that is as many as a project gets."""
    full = f"A project has {MOST_TRACKS} tracks at most."
    need(count < MOST_TRACKS, full, "Use a track that is there, or remove one.")


def check_gain(gain_db: float) -> None:
    """Refuse what no fader reaches."""
    if not LOWEST_DB <= gain_db <= HIGHEST_DB:  # nor NaN
        hint = f"Choose {LOWEST_DB:g} (silence) to {HIGHEST_DB:g} dB."
        raise ProjectError(f"A gain of {gain_db} dB is out of range.", hint)


def check_pan(pan: float) -> None:
    """Refuse what lies beyond left and right."""
    if not -1 <= pan <= 1:
        raise ProjectError(f"A pan of {pan} is out of range.", "Choose -1 (left) to 1 (right).")


def check_colour(colour: str | None) -> None:
    """Refuse what is no ``#rrggbb``; None is no colour chosen."""
    if colour is not None and re.fullmatch("#[0-9a-f]{6}", colour) is None:
        raise ProjectError(f"“{colour}” is no colour.", "Write it as #rrggbb in lower case.")


def check_score(score: float) -> None:
    """Refuse a score that JSON cannot carry."""
    if not math.isfinite(score):
        raise ProjectError(f"A score of {score} is no number.", "Leave this suggestion out.")


def check_speed(speed: Fraction) -> None:
    """Refuse a speed at which no time passes, or backwards."""
    need(speed > 0, "Speed must be above 0.", "To play backwards, reverse the clip.")


@lru_cache(maxsize=4096)
def _fraction(text: str) -> Fraction:
    numerator, _, denominator = text.partition("/")
    return Fraction(int(numerator), int(denominator or 1))


def _read_fraction(value: Any) -> Any:
    try:
        return _fraction(value) if isinstance(value, str) else value
    except ZeroDivisionError as exc:
        raise ValueError(f"{value} divides by zero") from exc


Rational = Annotated[Fraction, BeforeValidator(_read_fraction)]
"""A fraction, written as text: "24000/1001". Documents hold many equal ones, so that reading remembers them."""
