"""Bells, clocks and instruments: modal bodies whose size sets the pitch and whose material sets the decay."""

from __future__ import annotations

import numpy as np

from training.data.synthetic.act import Act, Wave
from training.data.synthetic.dsp import burst, clock, decay, glide, harmonics, modes, noise, pad, put, samples
from training.data.synthetic.sounds.impacts import strikes


def bell(a: Act, n: int) -> Wave:
    """A cast bell: hum, prime, minor third, fifth and octave in slowly beating pairs."""
    rng, f = a.rng("bell"), a.between(780, 210)
    ratios = np.array([0.5, 1, 1.19, 1.5, 2, 2.51, 2.66, 3.01, 4.1, 5.4])
    gains = np.array([0.45, 0.7, 0.8, 0.4, 1.0, 0.35, 0.35, 0.3, 0.2, 0.12])
    long = a.between(2.5, 6.5, a.material) / ratios**0.7
    one = modes(f * ratios, long, gains, 4.5)
    two = modes(f * ratios + rng.uniform(0.4, 1.6, 10), long, gains * 0.8, 4.5)
    return strikes(a, n, pad(one, two, burst(rng, 0.015, 1200, 9000, 1.0)))


def clock_tick(a: Act, n: int) -> Wave:
    """An escapement: tick and tock differ a little, both tiny, dry and wooden underneath."""
    rng, f = a.rng("clock"), a.between(3600, 1500)
    out = np.zeros(n, dtype=np.float32)
    case = modes((f * 0.21, f * 0.34), (0.07, 0.05), (0.5, 0.3))
    shots = [
        pad(
            case,
            modes(f * k * np.array([1, 1.62, 2.3]), (0.035, 0.025, 0.02), (1, 0.6, 0.4)),
            burst(rng, 0.004, 2500, 14000, 1.0),
        )
        for k in (1.0, 0.86)
    ]
    for index, time in enumerate(a.events):
        put(out, shots[index % 2], time, a.strengths[index])
        put(out, shots[1 - index % 2], time + 0.032, 0.25 * a.strengths[index])
    return out


def metronome(a: Act, n: int) -> Wave:
    """A wooden knock with a small resonating box, the same every time."""
    rng, f = a.rng("metronome"), a.between(1500, 760)
    long = a.between(0.05, 0.13, a.material)
    body = modes(f * np.array([1, 1.71, 2.9, 4.2]), np.array([1, 0.8, 0.5, 0.3]) * long, (1, 0.5, 0.3, 0.15))
    return strikes(a, n, pad(body, burst(rng, 0.005, 1000, 9000, 0.8)))


def drum(a: Act, n: int) -> Wave:
    """A skin: membrane modes with a falling pitch; ringing drums carry snares."""
    rng, f = a.rng("drum"), a.between(210, 62)
    m, long = samples(0.9), a.between(0.3, 0.85, a.size)
    skin = np.zeros(m, dtype=np.float32)
    bend = 1 + 0.5 * np.exp(-clock(m) / 0.03)
    for ratio, gain, share in (
        (1, 1.0, 1.0),
        (1.59, 0.5, 0.6),
        (2.14, 0.35, 0.45),
        (2.3, 0.25, 0.4),
        (2.92, 0.15, 0.3),
    ):
        skin += np.float32(gain) * harmonics(glide(f * ratio * bend), (1.0,)) * decay(m, long * share)
    snares = burst(rng, 0.22, 1800, 9500, 1.5 * max(0.0, a.material - 0.35))
    return strikes(a, n, pad(skin, snares, burst(rng, 0.012, 800, 6000, 1.0)))


def cymbal(a: Act, n: int) -> Wave:
    """Bronze: dozens of partials that bloom upwards after the stick, then a long shimmer."""
    rng, m = a.rng("cymbal"), samples(3.0)
    long, floor = a.between(0.9, 3.0, a.material), a.between(700, 320)
    freqs = floor * np.exp(rng.uniform(0, 3.0, 26))
    shimmer = noise(rng, m, a.between(5200, 2800), 15000) * decay(m, long * 0.8) * np.float32(0.35)
    bloom = np.asarray(0.35 + 0.65 * (1 - np.exp(-clock(m) / 0.02)), dtype=np.float32)
    ring = modes(freqs, long * rng.uniform(0.4, 1.0, 26), rng.uniform(0.02, 0.11, 26))
    return strikes(a, n, pad(shimmer * bloom, ring, burst(rng, 0.02, 2500, 16000, 0.7)))


def bar_struck(a: Act, index: int) -> int:
    """Which of the eight xylophone bars the event strikes; the picture asks the same question."""
    steps = a.rng("tune").integers(-2, 3, 400)
    return int(abs((np.cumsum(steps)[index % 400] + 3) % 14 - 7)) if index >= 0 else 3


def xylophone(a: Act, n: int) -> Wave:
    """Tuned wooden or metal bars on a pentatonic row; small instruments sit higher."""
    rng, base = a.rng("xylophone"), a.between(1050, 390)
    long = a.between(0.28, 1.6, a.material)
    out = np.zeros(n, dtype=np.float32)
    scale = 2 ** (np.array([0, 2, 4, 7, 9, 12, 14, 16]) / 12)
    click = burst(rng, 0.006, 1200, 9000, 0.5)
    for index, (time, strength) in enumerate(zip(a.events, a.strengths, strict=True)):
        f = base * scale[bar_struck(a, index)]
        put(
            out,
            pad(modes((f, f * 3.93, f * 9.2), (long, long * 0.35, long * 0.12), (1, 0.3, 0.1)), click),
            time,
            strength,
        )
    return out
