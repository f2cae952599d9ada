"""An output without a sound card, advanced by the test."""

from __future__ import annotations

import numpy as np
import pytest

from engine.audio import OutputDevice


class HandDevice(OutputDevice):
    """The real mixer; the test itself asks for the next block."""

    def open(self) -> None:
        """There is nothing to open."""

    def hear(self, seconds: float, block: int = 480) -> np.ndarray:
        """The next ``seconds`` as float32 ``(n, 2)``."""
        out = np.zeros((round(seconds * self.rate), self.channels), np.float32)
        for first in range(0, len(out), block):
            self.render(out[first : first + block])
        return out


@pytest.fixture
def device() -> HandDevice:
    """An output advanced by hand."""
    return HandDevice()
