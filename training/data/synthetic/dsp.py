"""Sound building blocks in plain numpy at 48 kHz: shaped noise, struck modes, gliding tones, grains, rooms."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from training.data.synthetic.act import Wave

RATE = 48_000
_TWO_PI = 2 * np.pi


def samples(seconds: float) -> int:
    """Seconds as a whole number of samples, at least one."""
    return max(1, round(seconds * RATE))


def clock(n: int) -> NDArray[np.float64]:
    """Sample times in seconds, (n,)."""
    return np.arange(n) / RATE


def fast_length(n: int) -> int:
    """The smallest 2^a, 3*2^a or 5*2^a not below ``n``, where the FFT is quick."""
    power = 1 << max(0, (n - 1)).bit_length()
    return min((k for k in (power, power * 3 // 4, power * 5 // 8) if k >= n), default=power)


def white(rng: np.random.Generator, n: int) -> Wave:
    """Gaussian noise of unit power."""
    return rng.standard_normal(n, dtype=np.float32)


def shaped(x: Wave, curve: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Wave:
    """``x`` through the zero-phase gain ``curve`` (of Hz), padded against wrap-around."""
    size = fast_length(x.size + 2048)
    gain = curve(np.arange(size // 2 + 1, dtype=np.float64) * (RATE / size)).astype(np.float32)
    return np.asarray(np.fft.irfft(np.fft.rfft(x, size) * gain, size)[: x.size], dtype=np.float32)


def band(x: Wave, low: float, high: float, order: int = 2) -> Wave:
    """``x`` between ``low`` and ``high`` Hz, Butterworth-like skirts; 0 or inf opens a side."""

    def curve(f: NDArray[np.float64]) -> NDArray[np.float64]:
        f = np.maximum(f, 1e-3)
        return 1 / np.sqrt((1 + (low / f) ** (2 * order)) * (1 + (f / high) ** (2 * order)))

    return shaped(x, curve)


def noise(rng: np.random.Generator, n: int, low: float, high: float, order: int = 2) -> Wave:
    """Band-limited noise of roughly unit power whatever the band, (n,)."""
    filtered = band(white(rng, n), low, high, order)
    return filtered / np.float32(np.sqrt(np.mean(filtered**2)) + 1e-9)


def formants(x: Wave, peaks: Sequence[tuple[float, float, float]], floor: float = 0.02) -> Wave:
    """``x`` through resonances (Hz, bandwidth Hz, gain) over a quiet floor: throats, bodies, pipes."""

    def curve(f: NDArray[np.float64]) -> NDArray[np.float64]:
        return floor + sum((g / (1 + ((f - centre) / width) ** 2) for centre, width, g in peaks), np.zeros_like(f))

    return shaped(x, curve)


def decay(n: int, seconds: float, attack: float = 0.0) -> Wave:
    """An envelope that falls by 60 dB in ``seconds``, after a linear attack."""
    t = clock(n)
    curve = np.exp(-6.9 * t / seconds)
    return np.asarray(curve * np.minimum(1.0, (t + 1 / RATE) / attack) if attack else curve, dtype=np.float32)


def arch(n: int, attack: float, release: float) -> Wave:
    """1 with a raised-cosine start and end of the given seconds."""
    t, end = clock(n), n / RATE
    rise, fall = np.clip(t / attack, 0, 1), np.clip((end - t) / release, 0, 1)
    return np.asarray(np.sin(rise * np.pi / 2) * np.sin(fall * np.pi / 2) ** 2, dtype=np.float32)


def modes(freqs: ArrayLike, seconds: ArrayLike, gains: ArrayLike, longest: float = 3.0) -> Wave:
    """A struck body: one decaying sine per mode (Hz, seconds to -60 dB, gain)."""
    table = np.stack([np.asarray(c, dtype=np.float64) for c in (freqs, seconds, gains)], axis=1)
    out = np.zeros(samples(min(longest, float(table[:, 1].max()))), dtype=np.float32)
    for f, long, g in table.tolist():
        if f < RATE * 0.45:
            n = min(out.size, samples(long))
            t = np.arange(n, dtype=np.float32) / RATE
            out[:n] += g * np.exp(t * np.float32(-6.9 / long)) * np.sin(t * np.float32(_TWO_PI * f))
    return out


def glide(freq: NDArray[np.float64]) -> NDArray[np.float64]:
    """Phase in radians of a tone whose frequency in Hz moves, (n,)."""
    return _TWO_PI * np.cumsum(freq) / RATE


def harmonics(phase: NDArray[np.float64], gains: Sequence[float]) -> Wave:
    """Sum of sines at whole multiples of ``phase``."""
    angle = (phase % _TWO_PI).astype(np.float32)
    out = np.zeros(phase.size, dtype=np.float32)
    for k, g in enumerate(gains, start=1):
        out += np.float32(g) * np.sin(angle * k)
    return out


def wander(rng: np.random.Generator, n: int, hz: float, low: float = 0.0, high: float = 1.0) -> Wave:
    """A smooth random control curve in ``low..high`` that changes about ``hz`` times a second."""
    points = max(3, int(n / RATE * hz) + 3)
    t = np.linspace(0, points - 1.001, n)
    k = t.astype(int)
    blend = (1 - np.cos((t - k) * np.pi)) / 2
    value = rng.random(points)
    return np.asarray(low + (high - low) * (value[k] * (1 - blend) + value[k + 1] * blend), dtype=np.float32)


def put(out: Wave, shot: Wave, seconds: float, gain: float = 1.0) -> None:
    """Add ``shot`` to ``out`` in place, its first sample at ``seconds``; what hangs over is cut."""
    start = round(seconds * RATE)
    skip = max(0, -start)
    count = min(shot.size - skip, out.size - max(start, 0))
    if count > 0:
        out[start + skip : start + skip + count] += np.float32(gain) * shot[skip : skip + count]


def pad(*parts: Wave) -> Wave:
    """Sum of sounds of any lengths, all starting together."""
    out = np.zeros(max(p.size for p in parts), dtype=np.float32)
    for part in parts:
        out[: part.size] += part
    return out


def burst(  # noqa: PLR0917 - coordinates and bands read best in order
    rng: np.random.Generator, seconds: float, low: float, high: float, gain: float = 1.0, attack: float = 0.0
) -> Wave:
    """A short decaying noise in a band: clicks, slaps, hisses."""
    n = samples(seconds)
    return np.float32(gain * 0.4) * noise(rng, n, low, high, 1) * decay(n, seconds, attack)


def crackle(rng: np.random.Generator, n: int, per_second: float, low: float, high: float, power: float = 3.0) -> Wave:  # noqa: PLR0917 - coordinates and bands read best in order
    """Random short clicks of very unequal loudness: embers, gravel, raindrops."""
    spikes = np.zeros(n, dtype=np.float32)
    count = rng.poisson(per_second * n / RATE)
    spikes[rng.integers(0, n, count)] = rng.random(count) ** power * rng.choice((-1.0, 1.0), count)
    return band(spikes, low, high, 1)


def convolve(x: Wave, spectrum: NDArray[np.complex64], size: int) -> NDArray[np.float32]:
    """Mono ``x`` through a stereo response, given as its spectrum (2, size / 2 + 1): (2, n)."""
    out = np.fft.irfft(np.fft.rfft(x, size) * spectrum, size, axis=1)
    return np.asarray(out[:, : x.size], dtype=np.float32)


def settle(x: Wave) -> Wave:
    """``x`` without anything below about 25 Hz, so nothing carries an offset."""
    return band(x, 25.0, np.inf, 2) if x.size else x
