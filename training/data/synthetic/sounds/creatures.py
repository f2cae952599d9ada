"""Voices: a pitched source with an arc, shaped by throats whose length follows the animal's size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.data.synthetic.act import Act, Wave
from training.data.synthetic.dsp import (
    arch,
    band,
    burst,
    clock,
    decay,
    formants,
    glide,
    harmonics,
    modes,
    noise,
    pad,
    put,
    samples,
    wander,
)


def _voice(freq: NDArray[np.float64], brightness: float = 0.82, partials: int = 24) -> Wave:
    """A glottal-like buzz whose harmonics fall by ``brightness`` each."""
    return harmonics(glide(freq), [brightness**k for k in range(partials)])


def dog(a: Act, n: int) -> Wave:
    """Barks: a fast rise and fall of pitch, rough, through a mouth that snaps open."""
    rng, out = a.rng("dog"), np.zeros(n, dtype=np.float32)
    f, mouth = a.between(620, 170), a.between(1.5, 0.72)
    for index, time in enumerate(a.events):
        m = samples(a.between(0.16, 0.3) * rng.uniform(0.85, 1.15))
        u = np.linspace(0, 1, m)
        arc = f * rng.uniform(0.93, 1.07) * (0.72 + 0.55 * np.sin(np.pi * u**0.6))
        rough = 1 + 0.09 * np.asarray(wander(rng, m, 140, -1, 1), dtype=np.float64) * (0.4 + a.material)
        source = _voice(arc * rough, 0.88) + noise(rng, m, 500, 6000) * np.float32(0.35 + 0.5 * a.material)
        shaped = formants(source, ((680 * mouth, 130, 1.0), (1250 * mouth, 170, 0.8), (2700 * mouth, 320, 0.4)))
        put(out, shaped * arch(m, 0.006, 0.09), time, a.strengths[index])
    return out


def bird(a: Act, n: int) -> Wave:
    """Song: short whistled sweeps, each bird with its own two or three syllables."""
    rng, out = a.rng("bird"), np.zeros(n, dtype=np.float32)
    centre, fast = a.between(5600, 2300), a.between(0.13, 0.055, a.rate)
    kinds = [
        (rng.uniform(-0.35, 0.35), rng.uniform(0, 0.12), rng.uniform(20, 70), rng.uniform(0.85, 1.2)) for _ in range(3)
    ]
    for index, time in enumerate(a.events):
        slope, depth, trill, step = kinds[index % (2 + int(a.material > 0.5))]
        m = samples(fast)
        u = np.linspace(-0.5, 0.5, m)
        freq = centre * step * (1 + slope * u * 2 + depth * np.sin(2 * np.pi * trill * clock(m)))
        put(out, harmonics(glide(freq), (1.0, 0.1, 0.03)) * arch(m, 0.005, fast * 0.5), time, a.strengths[index])
    return out


def frog(a: Act, n: int) -> Wave:
    """Croaks: a train of soft pulses through a taut pouch, the rate rising into each croak."""
    rng, out = a.rng("frog"), np.zeros(n, dtype=np.float32)
    pouch, pulses = a.between(1750, 420), a.between(38, 85, a.rate)
    for index, time in enumerate(a.events):
        m = samples(a.between(0.16, 0.3, a.material))
        u = np.linspace(0, 1, m)
        phase = glide(pulses * (0.8 + 0.4 * u))
        train = np.exp(-((phase / (2 * np.pi)) % 1) * 5.0).astype(np.float32)
        tone = np.sin(glide(pouch * (0.94 + 0.12 * u))) + 0.5 * np.sin(glide(pouch * 1.9 * (0.94 + 0.12 * u)))
        croak = train * tone.astype(np.float32) + np.float32(0.06) * noise(rng, m, 300, 3000) * train
        put(out, pad(croak * arch(m, 0.0008, 0.06), burst(rng, 0.01, 250, 5000, 1.2)), time, a.strengths[index])
    return out


def cat(a: Act, n: int) -> Wave:
    """Miaows: the pitch arches while the mouth opens and closes, so the vowel turns from ee to ow."""
    rng, out = a.rng("cat"), np.zeros(n, dtype=np.float32)
    f, throat = a.between(760, 390), a.between(1.25, 0.85)
    for index, time in enumerate(a.events):
        m = samples(a.between(0.85, 0.45, a.rate) * rng.uniform(0.9, 1.1))
        u = np.linspace(0, 1, m)
        freq = (
            f
            * (0.82 + 0.38 * np.sin(np.pi * np.minimum(1, u * 1.15) ** 0.7))
            * (1 + 0.012 * np.sin(2 * np.pi * 6 * clock(m)))
        )
        source = _voice(freq, 0.9)
        closed = formants(source, ((420 * throat, 120, 0.8), (2500 * throat, 260, 1.0)))
        opened = formants(source, ((950 * throat, 160, 1.0), (1500 * throat, 200, 0.9), (3300 * throat, 400, 0.4)))
        mix = np.asarray(np.sin(np.pi * u) ** 1.5, dtype=np.float32)
        voice = closed * (1 - mix) + opened * mix + np.float32(0.02 + 0.05 * a.material) * noise(rng, m, 2000, 8000)
        put(out, voice * arch(m, 0.008, 0.22), time, a.strengths[index])
    return out


def sheep(a: Act, n: int) -> Wave:
    """Bleats: a nasal voice shaken five to nine times a second."""
    rng, out = a.rng("sheep"), np.zeros(n, dtype=np.float32)
    f, shake = a.between(430, 165), a.between(6.5, 10.5, a.rate)
    for index, time in enumerate(a.events):
        m = samples(a.between(0.55, 0.95, a.material) * rng.uniform(0.9, 1.1))
        t, u = clock(m), np.linspace(0, 1, m)
        tremor = np.sin(2 * np.pi * shake * t)
        source = _voice(f * (1.04 - 0.14 * u) * (1 + 0.045 * tremor), 0.93, 30) + np.float32(0.15) * noise(
            rng, m, 800, 5000
        )
        k = a.between(1.25, 0.85)
        voice = formants(source, ((560 * k, 110, 0.8), (1350 * k, 150, 1.0), (2450 * k, 240, 0.7)))
        put(
            out,
            voice * np.asarray(0.62 + 0.38 * tremor, dtype=np.float32) * arch(m, 0.006, 0.15),
            time,
            a.strengths[index],
        )
    return out


def bees(a: Act, n: int) -> Wave:
    """Wings: a buzzing tone that wanders in pitch and loudness as the insect flies about."""
    rng = a.rng("bees")
    f = a.between(310, 120)
    freq = f * (
        1
        + 0.05 * (np.asarray(wander(rng, n, 3.0), dtype=np.float64) - 0.5)
        + 0.03 * np.asarray(wander(rng, n, 14.0), dtype=np.float64)
    )
    buzz = formants(_voice(freq, 0.9, 28), ((2.1 * f, 150, 0.8), (2600, 900, 0.8), (900, 300, 0.6)), 0.2)
    return band(buzz, 100, 9000) * wander(rng, n, 4.0 + 3 * a.rate, 0.45, 1.0) + np.float32(0.02) * noise(
        rng, n, 2000, 8000
    )


def clapping(a: Act, n: int) -> Wave:
    """Two palms: a broad snap with a cupped resonance that follows how the hands are held."""
    rng, out = a.rng("clap"), np.zeros(n, dtype=np.float32)
    f = a.between(1500, 620)
    for index, time in enumerate(a.events):
        cup = f * rng.uniform(0.9, 1.1)
        shot = pad(
            burst(rng, 0.05 + 0.06 * a.material, cup * 0.6, cup * 2.6, 2.0),
            modes((cup,), (0.03,), (0.5,)),
            burst(rng, 0.008, 1500, 9000, 1.2),
        )
        put(out, shot * decay(shot.size, 0.4), time, a.strengths[index])
    return out
