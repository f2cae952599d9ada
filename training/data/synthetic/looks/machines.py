"""Vehicles, rotors, tools and appliances: what turns, rolls, cuts and steams while it sounds."""

from __future__ import annotations

import math

import numpy as np

from training.data.synthetic.act import Act, Colour
from training.data.synthetic.canvas import Canvas
from training.data.synthetic.looks.impacts import DARK, IVORY, SKIN, STEEL, WOOD, mix
from training.data.synthetic.sounds.machines import stroke_period


def _wheel(c: Canvas, x: float, y: float, r: float, turn: float) -> None:
    c.disc(x, y, r, None, (30, 30, 32), "slope")
    c.disc(x, y, r * 0.62, None, (150, 154, 160))
    for k in range(5):
        angle = turn + k * 2 * math.pi / 5
        c.limb(
            (x, y), (x + r * 0.54 * math.cos(angle), y + r * 0.54 * math.sin(angle)), r * 0.1, r * 0.07, (84, 88, 94)
        )
    c.disc(x, y, r * 0.16, None, (60, 62, 66))


def _hull(c: Canvas, a: Act, t: float, paint: Colour, boxy: float) -> None:
    """Car body facing right: two units long, wheels on the ground."""
    turn = abs(a.drift) * t / max(0.05, a.scale) / 0.16
    c.shadow(0, 0, 1.1, 0.1, 0.55)
    glass = (52, 66, 80)
    top = -0.66 - 0.12 * boxy
    c.poly(
        [
            (-1.0, -0.16),
            (-0.98, -0.42),
            (-0.88, -0.46),
            (0.56, -0.46),
            (0.94, -0.36),
            (1.02, -0.2),
            (1.0, -0.12),
            (-0.96, -0.1),
        ],
        paint,
    )
    c.poly([(-0.8 - 0.1 * boxy, -0.45), (-0.6 - 0.24 * boxy, top), (0.18, top), (0.52, -0.45)], paint)
    c.poly([(-0.68 - 0.1 * boxy, -0.46), (-0.54 - 0.2 * boxy, top + 0.05), (-0.2, top + 0.05), (-0.2, -0.46)], glass)
    c.poly([(-0.14, -0.46), (-0.14, top + 0.05), (0.14, top + 0.05), (0.42, -0.46)], glass)
    c.line([(-0.98, -0.3), (0.98, -0.28)], 0.015, mix(paint, DARK, 0.5))
    c.line([(-0.17, -0.46), (-0.17, -0.14)], 0.012, mix(paint, DARK, 0.5))
    c.disc(0.97, -0.29, 0.045, 0.05, (255, 246, 214))
    c.box(-1.0, -0.36, -0.95, -0.26, (206, 40, 36))
    for x in (-0.58, 0.6):
        c.disc(x, -0.16, 0.21, None, (18, 18, 20), "flat")
        _wheel(c, x, -0.16, 0.165, turn)
    c.glow(1.02, -0.29, 0.26, (255, 240, 200), 0.45)


def car(c: Canvas, a: Act, t: float) -> None:
    """A car that drives by."""
    jolt = 0.008 * math.sin(31 * t) + 0.006 * math.sin(47 * t)
    _hull(c.at(0, jolt, flip=a.facing < 0), a, t, a.tint, a.size)


def siren(c: Canvas, a: Act, t: float) -> None:
    """An emergency vehicle, its blue and red lamps flashing in turn."""
    b = c.at(0, 0.006 * math.sin(29 * t), flip=a.facing < 0)
    body: Colour = (236, 238, 240) if a.material < 0.5 else (196, 34, 34)
    _hull(b, a, t, body, 0.5 + 0.5 * a.size)
    b.poly([(-0.98, -0.3), (0.99, -0.28), (1.0, -0.21), (-0.98, -0.21)], a.accent)
    top = -0.66 - 0.12 * (0.5 + 0.5 * a.size)
    b.box(-0.34, top - 0.04, 0.14, top + 0.01, (40, 42, 46), "tubeh")
    phase = (t * a.between(1.6, 3.4, a.rate) + a.seed % 10 / 10) % 1
    for k, (x, tone) in enumerate(((-0.24, (60, 120, 255)), (0.04, (255, 60, 50)))):
        on = 1.0 if (phase < 0.5) == (k == 0) else 0.12
        lamp: Colour = (tone[0] * (0.4 + 0.6 * on), tone[1] * (0.4 + 0.6 * on), tone[2] * (0.4 + 0.6 * on))
        b.disc(x, top - 0.06, 0.1, 0.06, lamp)
        b.glow(x, top - 0.07, 0.34, lamp, 0.95 * on)


def train(c: Canvas, a: Act, t: float) -> None:
    """A train that runs through on its rails, windows and bogies flowing past."""
    speed = a.between(0.9, 2.4, a.rate) * a.facing
    c.poly([(-4, 0.02), (4, 0.02), (4, 0.14), (-4, 0.14)], (104, 96, 88), soft=False)
    for k in range(-14, 15):
        c.box(0.28 * k - 0.05, 0.03, 0.28 * k + 0.06, 0.09, (72, 54, 42))
    c.box(-4, 0.0, 4, 0.03, (150, 150, 156), "tubeh")
    c.shadow(0, 0.05, 3.4, 0.07, 0.5)
    long, offset = 2.6, (speed * t) % 2.6
    stripe = a.accent
    for k in range(-3, 3):
        x = k * long + offset
        if abs(x + long / 2) > 3.6:
            continue
        car_ = c.at(x, -0.012 * abs(math.sin(7 * t + k)))
        car_.box(0.04, -0.88, long - 0.04, -0.14, a.tint, "slope")
        car_.poly([(0.04, -0.88), (0.12, -0.95), (long - 0.12, -0.95), (long - 0.04, -0.88)], mix(a.tint, STEEL, 0.6))
        car_.box(0.04, -0.4, long - 0.04, -0.3, stripe)
        for w in range(6):
            x0 = 0.2 + 0.38 * w
            car_.box(x0, -0.76, x0 + 0.28, -0.5, (34, 42, 52))
            car_.poly(
                [(x0 + 0.03, -0.74), (x0 + 0.12, -0.74), (x0 + 0.05, -0.52), (x0 + 0.02, -0.52)],
                (150, 170, 186),
                "flat",
                0.5,
            )
        car_.box(0.3, -0.18, long - 0.3, -0.09, (44, 44, 48))
        for axle in (0.38, 0.72, long - 0.72, long - 0.38):
            _wheel(car_, axle, -0.09, 0.1, speed * t / 0.1)


def helicopter(c: Canvas, a: Act, t: float) -> None:
    """A helicopter that hovers and drifts, rotor a flickering disc."""
    c = c.at(0, 0.04 * math.sin(1.7 * t), flip=a.facing < 0, angle=0.05 * math.sin(1.1 * t))
    body = a.tint
    c.poly(
        [(-0.2, -0.32), (-1.0, -0.4), (-1.12, -0.62), (-1.02, -0.62), (-0.92, -0.46), (-0.1, -0.5)],
        mix(body, DARK, 0.15),
    )
    for x in (-0.18, 0.3):
        c.limb((x, -0.12), (x + 0.03, 0.03), 0.016, 0.016, DARK)
    c.limb((-0.34, 0.05), (0.52, 0.05), 0.02, 0.02, DARK, "tubeh")
    c.disc(0.1, -0.32, 0.46, 0.25, body)
    c.poly([(0.18, -0.54), (0.4, -0.48), (0.55, -0.34), (0.5, -0.26), (0.18, -0.28)], (64, 88, 108), "ball")
    c.box(-0.2, -0.3, 0.5, -0.25, a.accent)
    c.box(-0.16, -0.64, 0.2, -0.52, mix(body, DARK, 0.25), "tubeh")
    c.limb((0.02, -0.74), (0.02, -0.6), 0.025, 0.03, DARK)
    turn = a.between(17, 9.5) * (0.85 + 0.3 * a.rate) * math.pi * t
    c.disc(0.02, -0.76, 1.1, 0.05, (40, 40, 44), "flat", 0.22)
    for k in range(2):
        x = 1.08 * math.cos(turn + k * math.pi)
        c.limb((0.02, -0.76), (0.02 + x, -0.76 + 0.03 * math.sin(turn + k * math.pi)), 0.02, 0.012, (36, 36, 40))
    tail = c.at(-1.06, -0.52, angle=turn * 2.3)
    c.disc(-1.06, -0.52, 0.16, 0.16, (50, 50, 54), "flat", 0.25)
    tail.limb((-0.15, 0), (0.15, 0), 0.014, 0.014, DARK)


def propeller(c: Canvas, a: Act, t: float) -> None:
    """A small propeller aeroplane crossing the sky."""
    c = c.at(0, 0.05 * math.sin(1.3 * t), flip=a.facing < 0, angle=-0.06 + 0.04 * math.sin(0.9 * t))
    body = a.tint
    c.poly([(-1.0, -0.42), (-0.98, -0.74), (-0.82, -0.74), (-0.7, -0.44)], a.accent)
    c.poly(
        [
            (-1.0, -0.4),
            (-0.3, -0.5),
            (0.55, -0.5),
            (0.78, -0.4),
            (0.78, -0.28),
            (0.5, -0.18),
            (-0.2, -0.2),
            (-1.0, -0.34),
        ],
        body,
    )
    c.poly([(-0.1, -0.49), (0.02, -0.64), (0.3, -0.64), (0.46, -0.49)], (66, 88, 106), "ball")
    c.line([(-0.95, -0.36), (0.74, -0.32)], 0.035, a.accent)
    c.poly([(-0.16, -0.3), (0.4, -0.32), (0.26, -0.16), (-0.34, -0.14)], mix(body, DARK, 0.2), "tubeh")
    c.poly([(-1.08, -0.42), (-0.72, -0.42), (-0.8, -0.37), (-1.14, -0.36)], mix(body, DARK, 0.25))
    for x in (0.12, 0.4):
        c.limb((x, -0.18), (x + 0.02, -0.04), 0.015, 0.015, DARK)
        c.disc(x + 0.02, -0.02, 0.065, None, (32, 32, 34))
    c.disc(0.82, -0.34, 0.035, 0.34, (54, 54, 58), "flat", 0.3)
    sweep = 0.33 * math.cos(t * 61)
    c.limb((0.82, -0.34 - sweep), (0.82, -0.34 + sweep), 0.016, 0.016, (40, 40, 42))
    c.disc(0.84, -0.34, 0.06, 0.07, mix(a.accent, IVORY, 0.3))


def fan(c: Canvas, a: Act, t: float) -> None:
    """A standing fan, blades turning behind the guard."""
    c.shadow(0, 0, 0.34, 0.06)
    c.disc(0, -0.02, 0.26, 0.05, mix(a.tint, DARK, 0.3))
    c.limb((0, -0.6), (0, -0.03), 0.03, 0.035, STEEL)
    hub = c.at(0, -0.72)
    hub.disc(0, 0, 0.36, None, (26, 28, 32), "flat", 0.25)
    turn = a.between(5, 16, a.rate) * 2 * math.pi * t * 0.37
    for k in range(3):
        b = hub.at(0, 0, angle=turn + k * 2 * math.pi / 3)
        for lag in range(3):
            g = b.at(0, 0, angle=-0.22 * lag)
            g.poly(
                [(0.03, -0.02), (0.16, -0.15), (0.3, -0.13), (0.33, 0.02), (0.2, 0.08), (0.04, 0.04)],
                a.tint,
                "slope",
                0.75 - 0.22 * lag,
            )
    ring = np.linspace(0, 2 * np.pi, 40)
    for r in (0.36, 0.27, 0.18):
        hub.line(
            np.stack([r * np.cos(ring), r * np.sin(ring)], axis=1), 0.012 if r < 0.3 else 0.024, (206, 208, 212), 0.85
        )
    for k in range(16):
        s, q = math.sin(k * math.pi / 8), math.cos(k * math.pi / 8)
        hub.line([(0.06 * s, 0.06 * q), (0.36 * s, 0.36 * q)], 0.007, (206, 208, 212), 0.7)
    hub.disc(0, 0, 0.075, None, a.accent)


def saw(c: Canvas, a: Act, t: float) -> None:
    """A hand saw that moves through a plank; dust falls from the cut."""
    period = stroke_period(a)
    index, since = a.last(t)
    u = min(1.0, since / (period * 0.8)) if index >= 0 else 0.0
    along = (
        (0.5 - 0.5 * math.cos(math.pi * u)) * (1 if index % 2 else -1) + (0 if index % 2 else 1) if index >= 0 else 1.0
    )
    wood = mix((206, 160, 104), (132, 84, 52), a.material)
    c.shadow(0, 0, 0.8, 0.1)
    for x in (-0.62, 0.5):
        c.limb((x, -0.3), (x - 0.1, 0.0), 0.04, 0.035, mix(WOOD, DARK, 0.2))
        c.limb((x, -0.3), (x + 0.14, 0.0), 0.04, 0.035, WOOD)
    c.box(-0.9, -0.44, 0.8, -0.27, wood, "slope")
    for k in range(3):
        c.line([(-0.88, -0.4 + 0.045 * k), (0.78, -0.405 + 0.045 * k)], 0.008, mix(wood, DARK, 0.4), 0.6)
    c.box(0.05, -0.46, 0.075, -0.33, (40, 28, 20), "flat")
    s = c.at(0.06 + 0.5 * (along - 0.5), -0.43 + 0.14 * (along - 0.5), angle=0.5)
    s.poly([(-0.62, -0.05), (0.5, -0.2), (0.5, 0.05), (-0.62, 0.03)], mix(STEEL, (230, 232, 236), 0.4))
    teeth = np.linspace(-0.62, 0.5, 30)
    s.line(np.stack([teeth, 0.035 + 0.02 * (np.arange(30) % 2)], axis=1), 0.012, (110, 114, 120))
    s.poly([(0.46, -0.24), (0.72, -0.26), (0.76, -0.12), (0.7, 0.08), (0.5, 0.08)], a.tint)
    s.disc(0.6, -0.08, 0.075, 0.09, SKIN)
    s.limb((0.62, -0.08), (1.0, -0.3), 0.07, 0.09, a.accent)
    rng = a.rng("dust")
    for _ in range(16):
        fall = (t * rng.uniform(1.2, 2.0) + rng.random()) % 1
        c.disc(0.06 + rng.normal(0, 0.05), -0.26 + 0.26 * fall * fall, 0.011, None, mix(wood, IVORY, 0.4), "flat", 0.9)
    c.disc(0.06, -0.005, 0.17, 0.035, mix(wood, IVORY, 0.35), "slope")


def chainsaw(c: Canvas, a: Act, t: float) -> None:
    """A chainsaw biting into a log, trembling, chips and exhaust flying."""
    revs = float(a.gust(t))
    c.shadow(0, 0, 0.9, 0.1)
    bark = (104, 78, 56)
    c.limb((-0.95, -0.17), (0.35, -0.17), 0.17, 0.17, bark, "tubeh")
    c.disc(0.37, -0.17, 0.12, 0.17, (214, 176, 124), "slope")
    for r in (0.35, 0.7):
        ring = np.linspace(0, 2 * np.pi, 24)
        c.line(
            np.stack([0.37 + 0.12 * r * np.cos(ring), -0.17 + 0.17 * r * np.sin(ring)], axis=1), 0.01, (160, 116, 74)
        )
    shake = 0.012 * math.sin(t * 190) * (0.5 + revs)
    dip = 0.09 * math.sin(0.9 * t) ** 2
    s = c.at(0.28, -0.52 + dip + shake, angle=-0.28 + shake)
    s.limb((-0.86, 0.12), (0.05, 0.0), 0.055, 0.065, (186, 190, 196), "tubeh")
    for k in range(14):
        x = -0.88 + ((k / 14 + t * 3.1) % 1) * 0.9
        s.box(x, 0.19 + 0.12 * -(x + 0.86) - 0.02, x + 0.025, 0.2 + 0.12 * -(x + 0.86), DARK, "flat")
    s.poly([(0, -0.18), (0.42, -0.2), (0.52, -0.08), (0.5, 0.12), (0.04, 0.14)], a.tint)
    s.poly([(0.06, -0.08), (0.26, -0.1), (0.26, 0.08), (0.06, 0.08)], mix(a.tint, DARK, 0.5))
    s.line([(-0.02, -0.06), (0.1, -0.32), (0.34, -0.32), (0.42, -0.18)], 0.045, DARK)
    s.line([(0.48, -0.06), (0.72, -0.1), (0.74, 0.1), (0.46, 0.11)], 0.05, DARK)
    rng = a.rng("chips")
    for _ in range(22):
        u, v = (t * rng.uniform(1.4, 2.6) + rng.random()) % 1, rng.uniform(0.3, 1.0)
        c.disc(0.0 + 0.9 * u * v, -0.32 - 0.4 * u * v + 0.75 * u * u, 0.017, None, (226, 190, 130), "flat", 0.9)
    for k in range(4):
        u = (t * 0.9 + k / 4) % 1
        c.puff(0.85 + 0.25 * u, -0.62 - 0.3 * u, 0.06 + 0.12 * u, (176, 180, 186), 0.5 * (1 - u) * (0.4 + revs))


def kettle(c: Canvas, a: Act, t: float) -> None:
    """A whistling kettle on a ring, steam jetting from its spout."""
    metal = mix(a.tint, (206, 210, 216), a.material)
    c.shadow(0, 0, 0.5, 0.07)
    c.box(-0.42, -0.08, 0.42, 0, (44, 44, 48), "slope")
    for k in range(9):
        flame = 0.06 + 0.02 * math.sin(t * 23 + 2 * k)
        x = -0.3 + 0.075 * k
        c.poly([(x - 0.025, -0.08), (x, -0.08 - flame), (x + 0.025, -0.08)], (96, 150, 255), "flat", 0.9)
    rattle = 0.006 * math.sin(t * 60)
    pot = c.at(0, -0.13 + rattle)
    pot.poly([(0.26, -0.18), (0.56, -0.5), (0.62, -0.44), (0.36, -0.06)], mix(metal, DARK, 0.12))
    pot.poly(
        [
            (-0.42, 0),
            (0.42, 0),
            (0.43, -0.16),
            (0.3, -0.46),
            (0.14, -0.54),
            (-0.14, -0.54),
            (-0.3, -0.46),
            (-0.43, -0.16),
        ],
        metal,
        "tube",
    )
    pot.disc(0, -0.53, 0.16, 0.045, mix(metal, DARK, 0.25))
    pot.disc(0, -0.585, 0.045, None, a.accent)
    arc = np.linspace(math.pi * 1.08, math.pi * 1.92, 14)
    pot.line(np.stack([0.36 * np.cos(arc), -0.46 + 0.38 * np.sin(arc)], axis=1), 0.055, (40, 36, 36))
    for n in range(9):
        u = (t * (0.9 + 0.7 * a.rate) + n / 9) % 1
        x = 0.62 + 0.42 * u + 0.05 * math.sin(9 * u + 5 * t)
        c.puff(x, -0.64 - 0.42 * u, 0.05 + 0.19 * u, (244, 246, 250), 0.75 * (1 - u))


def sewing(c: Canvas, a: Act, t: float) -> None:
    """A sewing machine, needle down at every stroke while the cloth creeps through."""
    index, since = a.last(t)
    gap = a.between(0.16, 0.07, a.rate)
    u = min(1.0, since / gap) if index >= 0 else 0.0
    needle = 0.5 - 0.5 * math.cos(2 * math.pi * u)
    body = a.tint
    c.shadow(0, 0, 0.8, 0.08)
    c.box(-0.78, -0.14, 0.72, 0, mix(body, DARK, 0.15), "slope")
    cloth = mix(a.accent, IVORY, 0.2)
    edge = np.linspace(0, 1, 9)
    drape = np.stack([-1.0 + 0.7 * edge, -0.15 + 0.13 * (1 - edge) ** 2], axis=1)
    c.poly(np.concatenate([drape, [(-0.2, -0.15), (-0.2, -0.13), (-0.86, 0.02)]]), cloth)
    c.poly(
        [(0.22, -0.14), (0.22, -0.66), (-0.3, -0.66), (-0.34, -0.86), (0.4, -0.92), (0.54, -0.8), (0.54, -0.14)], body
    )
    c.poly([(-0.52, -0.84), (-0.28, -0.87), (-0.28, -0.48), (-0.5, -0.5)], body, "tube")
    c.limb((-0.4, -0.5), (-0.4, -0.4 + 0.14 * needle * 0.6), 0.022, 0.016, STEEL)
    c.line([(-0.4, -0.42 + 0.1 * needle), (-0.4, -0.28 + 0.13 * needle)], 0.016, (226, 228, 232))
    c.box(-0.46, -0.2, -0.34, -0.17, STEEL)
    _wheel(c, 0.62, -0.66, 0.17, index * 1.5 + 2 * math.pi * u)
    c.limb((0.1, -0.92), (0.1, -1.06), 0.05, 0.05, a.accent, "tube")
    c.line([(0.1, -1.0), (-0.2, -0.95), (-0.42, -0.84), (-0.4, -0.4)], 0.008, a.accent)
    c.line([(-0.1, -0.76), (0.2, -0.79)], 0.03, (222, 188, 104))
