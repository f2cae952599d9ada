"""Which frame of picture belongs to a sample, for steady and for variable frame rates, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

_SLACK = 1e-3  # samples


class FrameGrid:
    """Where frames begin on the timeline, in whole samples.

    A frame is shown from the first sample at or after its time to the one before the next frame's.

    Args:
        sample_rate: the project's, in Hz.
        frame_rate: frames a second, of a steady picture.
        times: s of every frame by the file's own time stamps, of a variable one; ``frame_rate`` then does not count.
            A stamp in binary fractions that lies a thousandth of a sample late is taken for the sample itself.
        offset: project samples from the start of the timeline to the film's time 0.
    """

    def __init__(
        self, sample_rate: int, frame_rate: Fraction, times: Sequence[Fraction | float] | None = None, offset: int = 0
    ) -> None:
        self._interval = sample_rate / Fraction(frame_rate)
        self._offset = offset
        self._starts: np.ndarray | None = None
        if times is not None and len(times):
            seconds = np.array([float(time) for time in times])
            self._starts = np.ceil(seconds * sample_rate - _SLACK).astype(np.int64) + offset

    def at(self, position: int) -> int:
        """Number of the frame shown at a sample; the first is 0, what comes before it is below."""
        if self._starts is None:
            return int((position - self._offset) // self._interval)
        return int(np.searchsorted(self._starts, position, side="right")) - 1

    def start(self, number: int) -> int:
        """The first sample of a frame; of a variable picture the nearest there is."""
        if self._starts is not None:
            return int(self._starts[min(max(number, 0), len(self._starts) - 1)])
        return self._offset + _ceil(number * self._interval)


def _ceil(value: Fraction) -> int:
    return -int(-value // 1)
