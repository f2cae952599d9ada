"""Water, fire and air: granular noise whose density and colour follow the act."""

from __future__ import annotations

import numpy as np

from training.data.synthetic.act import Act, Wave
from training.data.synthetic.dsp import band, clock, crackle, decay, glide, harmonics, noise, put, samples, wander


def rain(a: Act, n: int) -> Wave:
    """Drops on water: bright hiss made of thousands of tiny plinks, with a few bubbles that sing."""
    rng = a.rng("rain")
    out = crackle(rng, n, a.between(500, 3500, a.rate), a.between(3200, 1500), 12000, 4.0) * np.float32(5)
    out += noise(rng, n, 2500, 11000, 1) * np.float32(0.05 + 0.05 * a.rate)
    for _ in range(rng.poisson(n / 48_000 * a.between(10, 30, a.rate))):
        m = samples(0.06)
        plink = harmonics(glide(a.between(3000, 1100) * rng.uniform(0.7, 1.4) * (1 + 3 * clock(m))), (1.0,)) * decay(
            m, 0.05, 0.001
        )
        put(out, plink, rng.uniform(0, n / 48_000), rng.uniform(0.05, 0.4))
    return out


def waterfall(a: Act, n: int) -> Wave:
    """A wall of falling water: dense, dark for big falls, barely moving."""
    rng = a.rng("waterfall")
    roar = noise(rng, n, 60, a.between(1500, 420), 1) + np.float32(0.5) * noise(rng, n, 700, a.between(8000, 3600), 1)
    return roar * wander(rng, n, 6, 0.8, 1.0) + crackle(rng, n, 900, 600, 5000, 3.0)


def waves(a: Act, n: int) -> Wave:
    """Surf: the swell rises, breaks bright and drains away over pebbles."""
    rng = a.rng("waves")
    swell = a.gust(clock(n)).astype(np.float32)
    deep = noise(rng, n, 50, 420, 1) * (np.float32(0.25) + swell)
    wash = noise(rng, n, 500, a.between(7500, 3200), 1) * (np.float32(0.08) + swell**2)
    pebbles = crackle(rng, n, 700, 1200, 6000, 4.0) * np.roll(swell, samples(0.5)) * np.float32(1.5 * a.material)
    return deep * np.float32(0.7) + wash + pebbles


def fire(a: Act, n: int) -> Wave:
    """Embers: sharp pops over a low breathing roar; dry wood pops more."""
    rng, out = a.rng("fire"), np.zeros(n, dtype=np.float32)
    for _ in range(rng.poisson(n / 48_000 * a.between(9, 34, a.material)) + 2):
        m = samples(rng.uniform(0.004, 0.022))
        low = rng.uniform(500, 2800)
        put(
            out,
            noise(rng, m, low, low * 4, 1) * decay(m, m / 48_000),
            rng.uniform(0, n / 48_000),
            0.3 * rng.random() ** 2.2 + 0.02,
        )
    flutter = wander(rng, n, 9 + 6 * a.rate, 0.3, 1.0)
    roar = band(noise(rng, n, 60, a.between(480, 230), 1) * flutter, 40, 900) * np.float32(0.07)
    return (
        out
        + roar
        + crackle(rng, n, 160, 2500, 12000, 4.0) * np.float32(0.7)
        + noise(rng, n, 3000, 9000) * np.float32(0.006)
    )


def leaves(a: Act, n: int) -> Wave:
    """Wind through a crown: the rustle opens up with each gust, as the picture sways."""
    rng = a.rng("leaves")
    gust = a.gust(clock(n)).astype(np.float32)
    soft = noise(rng, n, a.between(420, 200), a.between(2600, 1300), 1)
    rustle = noise(rng, n, a.between(2600, 1500), 9500, 1) * wander(rng, n, 28, 0.4, 1.0)
    return soft * (np.float32(0.15) + np.float32(0.6) * gust) + rustle * (
        np.float32(0.04) + np.float32(0.5 + 0.4 * a.material) * gust**1.5
    )


def room_tone(a: Act, n: int) -> Wave:
    """An empty room: low air and a trace of mains hum."""
    rng = a.rng("room")
    hum = harmonics(glide(np.full(n, 50.0)), (1.0, 0.6, 0.2, 0.3)) * np.float32(0.05 * a.material)
    return noise(rng, n, 60, a.between(700, 260), 1) * np.float32(0.3) + hum


def open_wind(a: Act, n: int) -> Wave:
    """Wind over open land: a low moan that wanders."""
    rng = a.rng("wind")
    gust = a.gust(clock(n)).astype(np.float32)
    return noise(rng, n, 90, a.between(700, 300), 2) * (np.float32(0.2) + gust) + noise(
        rng, n, 500, 1600
    ) * gust * np.float32(0.1)


def traffic(a: Act, n: int) -> Wave:
    """A town some streets away: a broad murmur in which single cars swell and fade."""
    rng = a.rng("traffic")
    near = wander(rng, n, 0.7, 0.2, 1.0)
    return noise(rng, n, 50, 300, 1) * near + noise(rng, n, 300, 1500, 1) * np.float32(0.2) * wander(rng, n, 0.9)


def insects(a: Act, n: int) -> Wave:
    """A summer field: crickets in chorus, a high even pulse."""
    rng, t = a.rng("insects"), clock(n)
    out = noise(rng, n, 4000, 9000) * np.float32(0.03)
    for _ in range(4):
        f, pulse = rng.uniform(3900, 5600), rng.uniform(14, 30)
        gate = np.maximum(0, np.sin(2 * np.pi * pulse * t + rng.uniform(0, 6))) * (
            np.sin(2 * np.pi * rng.uniform(0.6, 1.4) * t) > -0.5
        )
        out += np.float32(rng.uniform(0.05, 0.2)) * (np.sin(2 * np.pi * f * t) * gate).astype(np.float32)
    return out
