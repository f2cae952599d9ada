"""Where things happen: each place's painter, where its ground lies, how it sounds and what is heard from afar."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.data.synthetic import indoors, outdoors
from training.data.synthetic.act import Picture
from training.data.synthetic.dsp import RATE, band, fast_length


@dataclass(frozen=True, slots=True)
class Place:
    """A kind of location."""

    name: str
    paint: Callable[[np.random.Generator, int, int, float], Picture]
    horizon: tuple[float, float]
    """Where the ground begins, in picture heights from the top."""
    room: float
    """Seconds the echo takes to fall by 60 dB."""
    wet: float
    """Level of the echo beside the direct sound."""
    ambience: tuple[str, ...]


PLACES: dict[str, Place] = {
    p.name: p
    for p in (
        Place("studio", indoors.studio, (0.5, 0.66), 0.35, 0.1, ("room tone",)),
        Place("table", indoors.table, (0.42, 0.58), 0.4, 0.12, ("room tone",)),
        Place("kitchen", indoors.kitchen, (0.5, 0.62), 0.6, 0.2, ("room tone",)),
        Place("living room", indoors.living, (0.6, 0.72), 0.4, 0.12, ("room tone", "traffic")),
        Place("workshop", indoors.workshop, (0.55, 0.68), 0.7, 0.2, ("room tone",)),
        Place("stage", indoors.stage, (0.58, 0.7), 1.3, 0.28, ("room tone",)),
        Place("meadow", outdoors.meadow, (0.42, 0.6), 0.15, 0.02, ("wind", "insects")),
        Place("street", outdoors.street, (0.6, 0.72), 0.8, 0.12, ("traffic",)),
        Place("road", outdoors.road, (0.4, 0.52), 0.2, 0.03, ("wind", "traffic")),
        Place("forest", outdoors.forest, (0.55, 0.68), 0.9, 0.08, ("wind", "insects")),
        Place("desert", outdoors.desert, (0.42, 0.58), 0.15, 0.02, ("wind",)),
        Place("snow field", outdoors.snow, (0.42, 0.58), 0.1, 0.02, ("wind",)),
        Place("shore", outdoors.shore, (0.34, 0.48), 0.15, 0.02, ("wind",)),
        Place("city night", outdoors.night, (0.58, 0.7), 1.0, 0.14, ("traffic",)),
        Place("lake", outdoors.lake, (0.36, 0.5), 0.3, 0.04, ("insects", "wind")),
        Place("rocks", outdoors.rocks, (0.62, 0.74), 0.8, 0.12, ("wind",)),
    )
}


@functools.lru_cache(maxsize=32)
def echo(name: str, take: int) -> NDArray[np.float32]:
    """Stereo impulse response of a place, its direct path at sample 0 with gain 0: (2, m)."""
    place = PLACES[name]
    rng = np.random.default_rng((977, sum(name.encode()), take))
    n = int(min(0.37 if place.room < 0.7 else 0.8, place.room) * RATE)
    tail = rng.standard_normal((2, n)).astype(np.float32) * np.exp(-6.9 * np.arange(n) / RATE / place.room).astype(
        np.float32
    )
    tail[:, : int(0.006 * RATE)] *= 0.15
    tail = np.stack([band(side, 180, 5200, 1) for side in tail])
    return tail * np.float32(place.wet / np.sqrt(np.mean(np.sum(tail**2, axis=1))))


@functools.lru_cache(maxsize=64)
def echo_spectrum(name: str, take: int, length: int) -> tuple[NDArray[np.complex64], int]:
    """Spectrum of :func:`echo` for convolving ``length`` samples, and the FFT size it is for."""
    response = echo(name, take)
    size = fast_length(length + response.shape[1])
    return np.fft.rfft(response, size, axis=1).astype(np.complex64), size
