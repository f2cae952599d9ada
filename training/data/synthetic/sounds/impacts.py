"""Struck, dropped and bounced things: modal bodies whose size sets the pitch and whose material sets the decay."""

from __future__ import annotations

import numpy as np

from training.data.synthetic.act import Act, Wave
from training.data.synthetic.dsp import burst, clock, decay, glide, harmonics, modes, noise, pad, put, samples


def strikes(a: Act, n: int, shot: Wave, gain_power: float = 1.0) -> Wave:
    """The same body struck at every event, louder for stronger blows."""
    out = np.zeros(n, dtype=np.float32)
    for time, strength in zip(a.events, a.strengths, strict=True):
        put(out, shot, time, strength**gain_power)
    return out


def ball(a: Act, n: int) -> Wave:
    """Rubber on a floor: a slap, a dull thump that sinks, and the hollow ping of a pumped-up ball."""
    rng, f, long = a.rng("ball"), a.between(240, 85), a.between(0.14, 0.4, a.material)
    m = samples(0.45)
    thump = harmonics(glide(f * (1 + 0.45 * np.exp(-clock(m) / 0.018))), (1.0, 0.35, 0.12)) * decay(m, long)
    ping = modes((f * 4.6, f * 7.1, f * 9.3), (long * 0.9, long * 0.6, long * 0.4), (0.34, 0.16, 0.08))
    return strikes(a, n, pad(thump, ping, burst(rng, 0.03, 350, 2600, 0.9)))


def marble(a: Act, n: int) -> Wave:
    """Glass on stone: very high, bright, each bounce softer than the one before."""
    rng, f = a.rng("marble"), a.between(4700, 2100)
    long = np.array([0.2, 0.16, 0.12, 0.08, 0.05]) * a.between(0.6, 1.8, a.material)
    body = modes(f * np.array([1, 1.47, 2.09, 2.56, 3.9]), long, (1, 0.7, 0.5, 0.3, 0.2))
    return strikes(a, n, pad(body, burst(rng, 0.006, 3000, 16000, 1.2), modes((420,), (0.04,), (0.25,))))


def hammer(a: Act, n: int) -> Wave:
    """Steel on an anvil: a hard click and the bar partials of a heavy block."""
    rng, f = a.rng("hammer"), a.between(1450, 560)
    ratios = np.array([1, 1.58, 2.76, 3.42, 5.4, 6.3, 8.93]) * (1 + 0.01 * rng.standard_normal(7))
    long = a.between(0.5, 2.2, a.material) / np.sqrt(ratios)
    body = modes(f * ratios, long, (0.5, 0.35, 0.9, 0.5, 0.7, 0.4, 0.3))
    return strikes(a, n, pad(body, burst(rng, 0.02, 1500, 12000, 1.6), modes((140, 95), (0.1, 0.12), (0.6, 0.5))))


def door(a: Act, n: int) -> Wave:
    """A slam: the frame's boom, the leaf's wood modes, the latch and a rattle."""
    rng, f = a.rng("door"), a.between(120, 58)
    long = a.between(0.35, 0.9, a.material)
    boom = modes(f * np.array([1, 1.7, 2.6, 3.9]), long * np.array([1, 0.8, 0.5, 0.4]), (1.0, 0.7, 0.45, 0.3))
    wood = modes(f * np.array([5.1, 7.7, 10.4]), (0.12, 0.09, 0.07), (0.4, 0.3, 0.25))
    shot = pad(boom, wood, burst(rng, 0.09, 150, 2200, 1.8), burst(rng, 0.3, 90, 600, 0.7))
    latch = modes((2300, 3650, 5200), (0.05, 0.04, 0.03), (0.4, 0.3, 0.2))
    put(shot, latch, 0.012, 0.8)
    put(shot, latch, 0.055, 0.35)
    return strikes(a, n, shot)


def drip(a: Act, n: int) -> Wave:
    """A drop into water: the entrained bubble's rising note, and its small echo."""
    rng, f = a.rng("drip"), a.between(1500, 520)
    out = np.zeros(n, dtype=np.float32)
    m = samples(0.22)
    for index, time in enumerate(a.events):
        note = f * (1 + 0.09 * rng.standard_normal())
        rise = harmonics(glide(note * (1 + 0.55 * clock(m) / 0.09)), (1.0, 0.06)) * decay(
            m, a.between(0.1, 0.22, a.material), 0.002
        )
        shot = pad(rise, burst(rng, 0.008, 1500, 9000, 0.5))
        put(out, shot, time, a.strengths[index])
        put(out, shot, time + 0.11, 0.16 * a.strengths[index])
    return out


def typing(a: Act, n: int) -> Wave:
    """Keys: a plastic click down and a softer one up, no two the same; heavy boards thock lower."""
    rng, f = a.rng("typing"), a.between(3300, 1250)
    out = np.zeros(n, dtype=np.float32)
    shots = []
    for _ in range(5):
        body = modes(f * rng.uniform(0.85, 1.2) * np.array([0.32, 1, 1.9]), (0.04, 0.02, 0.012), (0.6, 0.7, 0.4))
        shots.append(pad(body, burst(rng, 0.012, 1200, 10000, 1.0)))
    for index, time in enumerate(a.events):
        put(out, shots[int(rng.integers(5))], time, a.strengths[index])
        put(out, shots[int(rng.integers(5))], time + rng.uniform(0.05, 0.08), 0.3 * a.strengths[index])
    return out


def footsteps(a: Act, n: int) -> Wave:
    """Heel then sole; soft shoes thud and scuff, hard heels click."""
    rng, out = a.rng("steps"), np.zeros(n, dtype=np.float32)
    f, hard = a.between(190, 80), a.material
    for index, time in enumerate(a.events):
        wobble = 1 + 0.06 * rng.standard_normal()
        thud = modes((f * wobble, f * 2.3 * wobble), (0.12, 0.07), (1.0, 0.4))
        click = modes(np.array([900, 1750, 2900]) * wobble, (0.05, 0.03, 0.02), np.array([0.6, 0.5, 0.3]) * hard)
        scuff = burst(rng, 0.10, 500, 7000, 0.5 * (1 - hard) + 0.12, 0.004)
        put(out, pad(thud, click, burst(rng, 0.012, 300, 4500, 0.8), scuff), time, a.strengths[index])
        put(out, pad(thud * np.float32(0.4), scuff), time + a.between(0.11, 0.06, a.rate), 0.6 * a.strengths[index])
    return out


def gallop(a: Act, n: int) -> Wave:
    """Hooves: hollow clops over a thud, the fourth beat the heaviest."""
    rng, out = a.rng("hooves"), np.zeros(n, dtype=np.float32)
    f = a.between(1150, 520)
    for index, time in enumerate(a.events):
        w = 1 + 0.1 * rng.standard_normal()
        clop = modes(
            f * w * np.array([1, 1.52, 2.4]),
            np.array([0.07, 0.05, 0.03]) * a.between(0.7, 1.5, a.material),
            (0.9, 0.6, 0.25),
        )
        put(
            out,
            pad(clop, modes((95, 140), (0.12, 0.08), (0.8, 0.5)), burst(rng, 0.04, 300, 3500, 0.7)),
            time,
            a.strengths[index],
        )
    return out


def firework(a: Act, n: int) -> Wave:
    """A shell: chest-deep crack and boom, then the stars fizz and crackle as they fall."""
    rng, out = a.rng("firework"), np.zeros(n, dtype=np.float32)
    for time, strength in zip(a.events, a.strengths, strict=True):
        boom = burst(rng, a.between(0.7, 1.5), 30, a.between(420, 170), 3.2)
        shot = pad(boom, burst(rng, 0.05, 400, 7000, 1.3), np.zeros(samples(1.8), dtype=np.float32))
        m = samples(1.3)
        spikes = np.zeros(m, dtype=np.float32)
        spikes[rng.integers(0, m, int(a.between(60, 420, a.material)))] = 1
        fizz = np.convolve(spikes, burst(rng, 0.006, 2500, 12000, 1.0))[:m].astype(np.float32)
        put(shot, fizz * decay(m, 1.6), 0.25, 0.32)
        put(out, shot, time, strength)
    return out


def cannon(a: Act, n: int) -> Wave:
    """A gun: a flat crack, a pressure thump and a long roll that darkens."""
    rng, out = a.rng("cannon"), np.zeros(n, dtype=np.float32)
    f = a.between(80, 38)
    m = samples(1.0)
    thump = harmonics(glide(f * (1 + 2.5 * np.exp(-clock(m) / 0.02))), (1.0, 0.3)) * decay(m, a.between(0.3, 0.7))
    for time, strength in zip(a.events, a.strengths, strict=True):
        roll = burst(rng, a.between(1.0, 2.2, a.material), 50, 900, 1.0)
        crack = burst(rng, 0.09, 250, 9000, 3.0)
        put(out, np.tanh(1.6 * pad(thump, roll, crack)).astype(np.float32), time, strength)
    return out


def phone(a: Act, n: int) -> Wave:
    """An electromagnetic bell: a clapper between two small gongs, twenty-odd strokes a second."""
    rng, f = a.rng("phone"), a.between(2100, 1050)
    out = np.zeros(n, dtype=np.float32)
    gongs = [
        pad(
            modes(
                f * k * np.array([1, 2.71, 5.2]),
                np.array([0.9, 0.5, 0.25]) * a.between(0.5, 1.2, a.material),
                (1, 0.6, 0.3),
            ),
            burst(rng, 0.003, 2000, 12000, 0.4),
        )
        for k in (1.0, 1.189)
    ]
    gap = 1 / a.between(17, 27, a.rate)
    for time, strength in zip(a.events, a.strengths, strict=True):
        for k in range(int(ring_seconds(a) / gap)):
            put(out, gongs[k % 2], time + k * gap, 0.3 * strength)
    return out


def ring_seconds(a: Act) -> float:
    """How long one ring of the telephone lasts; the picture shakes as long."""
    return a.between(1.0, 0.55, a.rate)


def sewing(a: Act, n: int) -> Wave:
    """Needle strokes over a motor: a clack each way, faster machines whine higher."""
    rng, out = a.rng("sewing"), np.zeros(n, dtype=np.float32)
    f = a.between(1500, 640)
    clack = pad(
        modes(
            f * np.array([1, 1.8, 3.1]), np.array([0.04, 0.03, 0.02]) * a.between(0.7, 1.6, a.material), (0.8, 0.5, 0.4)
        ),
        burst(rng, 0.012, 700, 8000, 1.0),
    )
    for time, strength in zip(a.events, a.strengths, strict=True):
        put(out, clack, time, strength)
        put(out, clack, time + 0.5 * a.between(0.16, 0.07, a.rate), 0.45 * strength)
    whine = harmonics(
        glide(a.between(110, 240, a.rate) * (1 + 0.01 * np.sin(40 * clock(n)))), (0.5, 0.3, 0.25, 0.1, 0.12)
    )
    return out + np.float32(0.09) * whine


def train(a: Act, n: int) -> Wave:
    """Wheels over rail joints: double clacks above a rolling rumble and a little flange squeal."""
    rng, out = a.rng("train"), np.zeros(n, dtype=np.float32)
    f = a.between(300, 150)
    clack = pad(
        modes(
            f * np.array([1, 2.2, 3.7, 6.1]),
            np.array([0.14, 0.1, 0.07, 0.05]) * a.between(0.7, 1.5, a.material),
            (1, 0.7, 0.5, 0.3),
        ),
        burst(rng, 0.03, 600, 5000, 1.0),
    )
    for time, strength in zip(a.events, a.strengths, strict=True):
        put(out, clack, time, strength)
        put(out, clack, time + a.between(0.16, 0.085, a.rate), 0.8 * strength)
    rumble = noise(rng, n, 40, 240) * np.float32(0.2) + noise(rng, n, 300, 1800) * np.float32(0.035)
    t = clock(n)
    squeal = (
        np.sin(2 * np.pi * (2350 + 200 * a.material) * t + 3 * np.sin(9 * t))
        * np.maximum(0, np.sin(1.3 * t + rng.uniform(0, 6))) ** 8
    )
    return out + rumble + np.float32(0.03) * squeal.astype(np.float32)
