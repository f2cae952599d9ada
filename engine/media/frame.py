"""One decoded picture and the moment it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A picture as it is shown: upright, with square pixels. Treat the array as read-only; the cache shares it."""

    image: Picture
    """``(H, W, 3)`` uint8 RGB."""
    time: float
    """Its own time stamp in seconds from the start of the file (0 where players show 0)."""
    pts: int = 0
    """The same stamp, exact, in ticks of the video stream."""
    reduced: bool = False
    """Whether it comes from a proxy or filmstrip, that is, may be smaller than the original."""

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        if dtype is None or np.dtype(dtype) == np.uint8:
            return self.image.copy() if copy else self.image
        return self.image.astype(dtype)
