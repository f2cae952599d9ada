"""What a stored clip is like: its picture's rate and size, its length, and the rate of its sound."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from engine.errors import MediaError
from engine.features.clip import CLIP_SECONDS, WAVE_RATE

CLIP_RATE = WAVE_RATE
"""Hz, of the stereo sound that Paper D hears."""
WINDOW = CLIP_SECONDS
"""s of picture and of sound that Paper D compares."""
SHIFTS = (2.0, 5.8)
"""s, the least and the most that a negative's sound is shifted by (Paper D)."""
LONGEST = 10.0
"""s: holds every shift of every size, ``WINDOW`` + 5.8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipForm:
    """How clips are stored. Frame ``k`` is the one shown at ``k / rate`` seconds of the clip."""

    rate: Fraction
    """Frames a second, exact."""
    size: int
    """Edge of the square, in pixels, that the whole frame is squeezed to; training crops from it."""
    seconds: float = LONGEST
    """Length of a clip; a longer video is cut into several, and what is left at its end is one too if a window fits."""
    quality: int = 90
    """Of the JPEGs."""

    def frames(self, seconds: float) -> int:
        """How many frames ``seconds`` of clip hold: all that are shown before its end."""
        return max(1, int(seconds * self.rate + Fraction(1, 1000)))

    def facts(self) -> dict[str, Any]:
        """As JSON values."""
        return {"rate": str(self.rate), "size": self.size, "seconds": self.seconds, "quality": self.quality}


PRESETS: dict[str, ClipForm] = {
    "fast": ClipForm(rate=Fraction(80, 21), size=128),
    "sync": ClipForm(rate=Fraction(15), size=64),
    "warmup": ClipForm(rate=Fraction(15, 2), size=256),
    "paper": ClipForm(rate=Fraction(30000, 1001), size=256),
}
"""``fast`` has 16 frames in 4.2 s and crops of 112 px, ``sync`` 63 and crops of 56 px (the synchroniser's); the others
are Paper D's, 7.5 and 29.97 fps, crops of 224 px."""


def preset(name: str) -> ClipForm:
    """The form called ``name``; raises MediaError where there is none."""
    if name not in PRESETS:
        raise MediaError(f"There is no preset {name!r} for clips.", f"Choose {', '.join(PRESETS)}.")
    return PRESETS[name]
