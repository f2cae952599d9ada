"""Engines, rotors, blades and warnings: pulse trains and gliding tones whose speed is the act's rate."""

from __future__ import annotations

import numpy as np

from training.data.synthetic.act import Act, Wave
from training.data.synthetic.dsp import (
    arch,
    band,
    burst,
    clock,
    formants,
    glide,
    harmonics,
    noise,
    put,
    samples,
    wander,
)


def nearness(a: Act, n: int, width: float = 0.9) -> Wave:
    """Loudness of a passer-by: 1 in front of the camera, falling to the sides; (n,)."""
    away = (a.x + a.drift * clock(n) - a.aspect / 2) / width
    return np.asarray(1 / (1 + away * away), dtype=np.float32)


def doppler(a: Act, n: int, depth: float = 0.5) -> Wave:
    """Pitch factor of a passer-by: above 1 coming, below 1 going; (n,)."""
    away = (a.x + a.drift * clock(n) - a.aspect / 2) * (1 if a.drift >= 0 else -1)
    return np.asarray(1 - depth * 0.12 * np.tanh(2 * away) * min(1.0, abs(a.drift) * 2), dtype=np.float32)


def car(a: Act, n: int) -> Wave:
    """A combustion engine over rolling tyres, louder in front of the camera."""
    rng = a.rng("car")
    firing = a.between(115, 48) * (0.8 + 0.6 * a.rate) * np.asarray(doppler(a, n, 1.0), dtype=np.float64)
    phase = glide(firing * (1 + 0.01 * np.asarray(wander(rng, n, 12, -1, 1), dtype=np.float64)))
    gains = [0.84**k * (1.5 if k % 2 else 0.8) for k in range(20)]
    engine = formants(
        harmonics(phase / 2, gains), ((160, 90, 1.0), (420, 160, 0.7), (1100, 400, 0.25 + 0.5 * a.material)), 0.05
    )
    tyres = noise(rng, n, 350, 2600) * np.float32(0.14 + 0.3 * a.rate)
    return (engine / np.float32(np.abs(engine).max() + 1e-9) + np.float32(0.6) * tyres) * nearness(a, n)


def siren(a: Act, n: int) -> Wave:
    """An emergency horn: two notes in turn, or one that wails up and down."""
    t, low = clock(n), a.between(820, 480)
    turn = a.between(0.45, 2.2, a.rate) * t + a.rng("siren").random()
    sweep = (
        np.where(turn % 1 < 0.5, 1.0, 1.335) if a.material < 0.5 else 1 + 0.75 * (0.5 - 0.5 * np.cos(2 * np.pi * turn))
    )
    tone = harmonics(
        glide(low * sweep * np.asarray(doppler(a, n), dtype=np.float64)), (1.0, 0.55, 0.5, 0.3, 0.22, 0.12, 0.08)
    )
    return formants(tone, ((1100, 600, 1.0), (2500, 900, 0.6)), 0.2) * nearness(a, n, 1.4)


def helicopter(a: Act, n: int) -> Wave:
    """Rotor slaps ten to twenty times a second over turbine whine."""
    rng, t = a.rng("helicopter"), clock(n)
    slap = a.between(17, 9.5) * (0.85 + 0.3 * a.rate)
    phase = (slap * t + rng.random()) % 1
    chop = np.asarray(np.exp(-phase * (5 + 4 * a.material)), dtype=np.float32)
    low = harmonics(glide(np.full(n, slap * 4.0)), (1.0, 0.8, 0.6, 0.5, 0.3)) * np.float32(0.35)
    body = (low + noise(rng, n, 60, 500) * np.float32(0.5) + noise(rng, n, 600, 3200) * np.float32(0.16)) * chop
    whine = harmonics(glide(a.between(1900, 1100) * (1 + 0.004 * np.sin(3 * t))), (1.0, 0.3)) * np.float32(0.035)
    return (body + whine) * (np.float32(0.5) + np.float32(0.5) * nearness(a, n, 1.2))


def propeller(a: Act, n: int) -> Wave:
    """A small aeroplane: a droning stack of harmonics that beats against itself."""
    rng = a.rng("propeller")
    f = a.between(125, 62) * (0.85 + 0.35 * a.rate)
    slip = np.asarray(doppler(a, n, 1.0), dtype=np.float64)
    drone = harmonics(glide(f * slip), [0.85**k for k in range(22)]) + harmonics(
        glide(f * 1.011 * slip), [0.8**k for k in range(16)]
    )
    body = formants(drone, ((280, 130, 1.0), (700, 250, 0.6), (1500, 500, 0.3)), 0.08)
    return (body / np.float32(np.abs(body).max() + 1e-9) + np.float32(0.05) * noise(rng, n, 200, 2500)) * nearness(
        a, n, 1.2
    )


def fan(a: Act, n: int) -> Wave:
    """Moving air, a motor's hum and a blade that ticks a little at every turn."""
    rng, t = a.rng("fan"), clock(n)
    turns = a.between(5, 16, a.rate)
    flutter = np.asarray(0.75 + 0.25 * np.sin(2 * np.pi * turns * 3 * t), dtype=np.float32)
    air = noise(rng, n, a.between(500, 160), a.between(5200, 1900), 1) * flutter * np.float32(0.4)
    hum = harmonics(glide(np.full(n, 50.0 + 12 * turns)), (0.5, 0.35, 0.1, 0.16, 0.05, 0.07)) * np.float32(0.32)
    tick = burst(rng, 0.006, 1500, 7000, 0.5 * a.material)
    out = air + hum
    for k in range(int(n / 48_000 * turns)):
        put(out, tick, k / turns)
    return out


def saw(a: Act, n: int) -> Wave:
    """Teeth through wood: a rasp per stroke, the tooth rate following the blade's speed."""
    rng, out = a.rng("saw"), np.zeros(n, dtype=np.float32)
    period = stroke_period(a)
    for index, time in enumerate(a.events):
        m = samples(period * 0.8)
        u = np.linspace(0, 1, m)
        speed = np.sin(np.pi * u**0.8)
        teeth = 0.5 + 0.5 * np.sign(np.sin(glide(a.between(190, 95) * (0.4 + 0.8 * speed))))
        centre = a.between(3600, 1500) * (1.12 if index % 2 else 0.9)
        rasp = noise(rng, m, centre * 0.45, centre * 2.0, 1) * np.asarray(0.25 + 0.75 * teeth, dtype=np.float32)
        wood = noise(rng, m, 180, 480) * np.float32(0.5 * (1 - 0.6 * a.material))
        put(
            out,
            (rasp + wood) * np.asarray(0.3 + 0.7 * speed, dtype=np.float32) * arch(m, 0.004, period * 0.15),
            time,
            a.strengths[index],
        )
    return out


def stroke_period(a: Act) -> float:
    """Seconds of one push or pull of the saw."""
    return a.between(0.55, 0.24, a.rate)


def chainsaw(a: Act, n: int) -> Wave:
    """A two-stroke engine: raw pulses that rev and sag, with the chain's rattle."""
    rng = a.rng("chainsaw")
    revs = a.between(125, 68) * (0.8 + 0.7 * a.gust(clock(n)))
    phase = glide(revs)
    pulse = np.asarray(np.exp(-((phase / (2 * np.pi)) % 1) * 9), dtype=np.float32) - np.float32(0.11)
    raw = formants(
        pulse + np.float32(0.12) * noise(rng, n, 800, 6000),
        ((340, 140, 1.0), (900, 260, 0.9), (2300, 700, 0.6 + 0.4 * a.material)),
        0.12,
    )
    chain = noise(rng, n, 2800, 9000) * np.asarray(0.6 + 0.4 * np.sin(phase * 3), dtype=np.float32)
    raw /= np.float32(np.abs(raw).max() + 1e-9)
    return raw + np.float32(0.05) * chain


def kettle(a: Act, n: int) -> Wave:
    """Steam through a whistle: a slightly unsteady high note with breath, over the boil."""
    rng, f = a.rng("kettle"), a.between(3000, 1650)
    wobble = np.asarray(wander(rng, n, 7, -1, 1), dtype=np.float64)
    note = f * (1 + 0.012 * wobble + 0.05 * (a.gust(clock(n)) - 0.5))
    whistle = harmonics(glide(note), (1.0, 0.22, 0.1)) + np.float32(0.5 * a.material) * harmonics(
        glide(note * 1.265), (1.0, 0.1)
    )
    breath = noise(rng, n, f * 0.9, f * 3) * np.float32(0.16)
    boil = band(noise(rng, n, 90, 420) * wander(rng, n, 22), 60, 700) * np.float32(0.3)
    return whistle * wander(rng, n, 9, 0.75, 1.0) + breath + boil
