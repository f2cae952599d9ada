"""Water, fire, wind and gunpowder: many small moving parts whose density follows the act."""

from __future__ import annotations

import math

import numpy as np

from training.data.synthetic.act import Act, Colour
from training.data.synthetic.canvas import Canvas
from training.data.synthetic.looks.impacts import DARK, IVORY, STEEL, WOOD, mix


def _ring(x: float, y: float, rx: float, ry: float) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 22)
    return np.stack([x + rx * np.cos(angle), y + ry * np.sin(angle)], axis=1)


def rain(c: Canvas, a: Act, t: float) -> None:
    """A shower over a puddle: slanted streaks, rings and small crowns where drops land."""
    water: Colour = (96, 112, 124)
    c.disc(0, -0.02, 0.98, 0.17, mix(water, DARK, 0.25), "slope", 0.85)
    c.disc(-0.06, -0.03, 0.86, 0.13, mix(water, (220, 228, 236), 0.35), "slope", 0.8)
    rng = a.rng("drops")
    count = int(a.between(36, 110, a.rate))
    for _ in range(count):
        rate, start = rng.uniform(1.1, 1.9), rng.random()
        life = t * rate + start
        spot = np.random.default_rng((a.seed, int(life), int(start * 1e6)))
        angle, far = spot.uniform(0, 2 * math.pi), math.sqrt(spot.random())
        x, y = 0.88 * far * math.cos(angle), -0.02 + 0.14 * far * math.sin(angle)
        u = life % 1
        if u < 0.3:
            fall = 1 - u / 0.3
            top = y - 1.05 * fall
            c.line([(x + 0.1 * fall, top - 0.13), (x + 0.1 * fall - 0.012, top)], 0.012, (226, 234, 242), 0.75)
        else:
            grow = (u - 0.3) / 0.7
            c.line(_ring(x, y, 0.02 + 0.15 * grow, 0.006 + 0.03 * grow), 0.01, (238, 244, 250), 0.9 * (1 - grow))
            if grow < 0.22:
                c.disc(x, y - 0.05 * (1 - abs(grow / 0.11 - 1)), 0.016, 0.02, (244, 248, 252), "flat", 0.9)


def waterfall(c: Canvas, a: Act, t: float) -> None:
    """Water over a ledge: bright strands that fall and break into spray and a pool."""
    wide = 0.24 + 0.2 * a.size
    rock = mix((92, 88, 84), a.tint, 0.25)
    c.poly(
        [
            (-wide - 0.24, 0.02),
            (-wide - 0.16, -0.7),
            (-wide - 0.08, -1.04),
            (wide + 0.1, -1.06),
            (wide + 0.2, -0.66),
            (wide + 0.26, 0.02),
        ],
        rock,
    )
    c.poly([(-wide, -1.0), (wide, -1.0), (wide * 1.08, 0), (-wide * 1.08, 0)], (120, 160, 182), "tube")
    rng = a.rng("strands")
    speed = 1.0 + 0.6 * a.rate
    for k in range(80):
        x, tone, start = rng.uniform(-1, 1), rng.random(), rng.random()
        u = (start + t * speed * rng.uniform(0.8, 1.2)) % 1
        y0, y1 = -1.0 + u * u * 1.0, -1.0 + min(1.0, u + 0.22) ** 2 * 1.0
        side = x * wide * (1 + 0.08 * u)
        c.line(
            [(side, y0), (side * 1.02 + 0.006 * math.sin(9 * t + k), min(0.0, y1))],
            0.008 + 0.022 * tone,
            (238, 246, 252),
            0.3 + 0.5 * tone,
            shade="flat",
        )
    c.disc(0, 0.02, wide * 1.9, 0.1, (92, 136, 156), "slope", 0.9)
    for k in range(5):
        u = (t * 0.7 + k / 5) % 1
        c.line(_ring(0, 0.03, wide * (0.9 + 0.9 * u), 0.03 + 0.06 * u), 0.012, (224, 238, 244), 0.7 * (1 - u))
    for k in range(12):
        u = (t * (1.0 + 0.05 * k) + k * 0.37) % 1
        x = wide * 1.1 * math.sin(k * 2.4)
        c.puff(x * (1 + 0.2 * u), -0.02 - 0.16 * u, 0.08 + 0.12 * u, (242, 248, 252), 0.6 * (1 - u))


def waves(c: Canvas, a: Act, t: float) -> None:
    """Breakers that roll towards the beach, foam spreading as the swell breaks."""
    swell = float(a.gust(t))
    water = mix((36, 96, 116), a.tint, 0.35)
    x = np.linspace(-1.6, 1.6, 34)
    phase = a.rng("crest").uniform(0, 6, 3)
    for row in range(4):
        y = -0.92 + 0.2 * row
        roll = 0.02 * (1 + row) * np.sin(
            3.1 * x + phase[row % 3] + (0.9 + 0.4 * a.rate) * t * (1 if row % 2 else -1)
        ) + 0.012 * np.sin(9 * x + 2 * t + row)
        crest = y + roll - 0.03 * swell * row
        c.poly(
            np.concatenate([np.stack([x, crest], axis=1), [(1.6, 0.0), (-1.6, 0.0)]]),
            mix(water, (170, 214, 214), 0.1 * row),
            "slope",
            0.9,
        )
        foam = 0.25 + 0.75 * swell if row > 1 else 0.35
        c.line(np.stack([x, crest], axis=1), 0.016 + 0.02 * row * swell, (240, 248, 250), foam)
    edge = -0.06 - 0.16 * (1 - swell) + 0.025 * np.sin(4.3 * x + phase[0] + 0.6 * t) + 0.015 * np.sin(11 * x + phase[1])
    c.poly(
        np.concatenate([np.stack([x, edge], axis=1), np.stack([x[::-1], edge[::-1] - 0.09 - 0.12 * swell], axis=1)]),
        (236, 244, 246),
        "slope",
        0.55 + 0.35 * swell,
    )
    rng = a.rng("foam")
    for _ in range(26):
        fx, fy = rng.uniform(-1.5, 1.5), rng.uniform(0, 0.24)
        c.puff(
            fx + 0.03 * math.sin(2 * t + 9 * fx),
            -0.08 - 0.16 * (1 - swell) - fy,
            0.05 + 0.06 * swell,
            (250, 252, 252),
            0.35 + 0.45 * swell,
            ry=0.03,
        )


def fire(c: Canvas, a: Act, t: float) -> None:
    """A camp fire: logs, licking tongues, sparks that rise, light on the ground."""
    flick = 0.85 + 0.15 * math.sin(17 * t) * math.sin(11 * t + 1)
    c.glow(0, -0.15, 1.2, (255, 140, 50), 0.3 * flick, ry=0.75)
    for k in range(9):
        turn = k * 0.7
        c.disc(0.5 * math.cos(turn), 0.02 + 0.09 * math.sin(turn), 0.1, 0.075, (96, 92, 90))
    wood = mix((96, 62, 40), (58, 40, 32), a.material)
    for x0, x1 in ((-0.4, 0.3), (0.4, -0.26), (-0.14, 0.16)):
        c.limb((x0, 0.02), (x1, -0.24), 0.055, 0.045, wood)
    rng = a.rng("tongues")
    tall = 0.55 + 0.45 * a.size
    for layer, (tone, share) in enumerate(
        (((226, 70, 18), 1.0), ((250, 142, 30), 0.74), ((255, 214, 96), 0.48), ((255, 248, 206), 0.25))
    ):
        for k in range(5):
            lean = rng.uniform(0, 6.28)
            x = (k - 2) * 0.11 * (1 - 0.12 * layer)
            high = (
                tall
                * share
                * (0.62 + 0.3 * math.sin(t * (7 + 2 * k + 3 * a.rate) + lean) ** 2)
                * (1 - 0.13 * abs(k - 2))
            )
            sway = 0.07 * math.sin(5 * t + lean) + 0.04 * math.sin(13 * t + k)
            v = np.linspace(0, 1, 9)
            half = 0.13 * share**0.5 * np.sin(np.pi * np.minimum(1, 0.3 + 0.7 * v)) ** 0.8 * (1 - v**2.4)
            mid = x + sway * v**1.4 + 0.02 * np.sin(9 * v - 11 * t + lean)
            left = np.stack([mid - half, -0.06 - high * v], axis=1)
            right = np.stack([mid + half, -0.06 - high * v], axis=1)
            c.poly(np.concatenate([left, right[::-1]]), tone, "flat", 0.55, grain=False)
    for k in range(int(a.between(6, 26, a.material))):
        u = (t * rng.uniform(0.5, 0.9) + rng.random()) % 1
        c.disc(
            rng.normal(0, 0.12) + 0.1 * math.sin(7 * u + k), -0.3 - 0.8 * u, 0.012, None, (255, 190, 90), "flat", 1 - u
        )


def leaves(c: Canvas, a: Act, t: float) -> None:
    """A tree whose crown leans and shivers with each gust, some leaves carried off."""
    gust = float(a.gust(t))
    lean = 0.04 + 0.16 * gust
    c.shadow(0, 0, 0.55, 0.08)
    trunk = (92, 70, 52)
    top = (lean * 0.5 * a.facing, -0.52)
    c.limb((0, 0), top, 0.075, 0.045, trunk, "tube")
    for dx in (-0.28, 0.26, 0.05):
        c.limb(top, (dx + lean * 0.8 * a.facing, -0.78), 0.035, 0.015, trunk)
    rng = a.rng("crown")
    for k in range(72):
        r, turn = math.sqrt((k + 0.5) / 72), k * 2.39996
        x, y = 0.43 * r * math.cos(turn), -0.8 + 0.27 * r * math.sin(turn)
        shift = (lean * (-y) * 0.9 + 0.02 * gust * math.sin(t * (8 + k % 5) + k)) * a.facing
        depth = 0.5 + 0.5 * math.sin(turn) * r
        tone = mix(mix(a.tint, IVORY, 0.22 * (1 - depth)), DARK, 0.45 * depth * rng.uniform(0.6, 1.0))
        c.at(x + shift, y + 0.012 * gust * math.sin(t * 9 + k), angle=turn).disc(
            0, 0, rng.uniform(0.07, 0.12), rng.uniform(0.05, 0.08), tone, "slope"
        )
    for k in range(10):
        u = (t * (0.35 + 0.3 * gust) + k * 0.31) % 1
        x, y = (0.3 + 0.9 * u) * a.facing, -0.95 + 0.12 * (k % 6) + 0.4 * u * u + 0.05 * math.sin(9 * u + k)
        c.at(x, y, angle=9 * u + k).disc(0, 0, 0.032, 0.014, mix(a.tint, a.accent, 0.4), "slope", min(1.0, 4 * (1 - u)))


def firework(c: Canvas, a: Act, t: float) -> None:
    """Shells that climb and burst into a globe of falling stars."""
    rng = a.rng("stars")
    count = int(a.between(46, 110, a.material))
    reach = 0.5 + 0.25 * a.size
    for index, time in enumerate(a.events):
        age = t - time
        shell = a.rng("shell", index)
        x, y = shell.uniform(-0.25, 0.25), -0.75 - shell.uniform(0, 0.25)
        tone = mix(a.tint, a.accent, float(shell.random()) if index % 2 else 0.0)
        if -0.8 < age < 0:
            u = 1 + age / 0.8
            head = (x * u, y * (1 - (1 - u) ** 2))
            c.line([(x * u * 0.94, head[1] + 0.12 * (1.2 - u)), head], 0.02, (255, 214, 150), 0.9, shade="flat")
            c.glow(*head, 0.07, (255, 200, 120), 0.9)
        if 0 <= age < 1.7:
            spread, fade = reach * (1 - math.exp(-3.2 * age)), max(0.0, 1 - age / 1.7)
            c.glow(x, y, 0.9, (255, 244, 220), 0.9 * math.exp(-age / 0.07), soft=False)
            c.glow(x, y, 0.8 * reach + 0.2, tone, 0.4 * fade)
            polar, spin = np.arccos(rng.uniform(-1, 1, count)), rng.uniform(0, 6.28, count)
            dx, dy = np.sin(polar) * np.cos(spin), np.sin(polar) * np.sin(spin)
            back = reach * (1 - math.exp(-3.2 * max(0.0, age - 0.09)))
            for k in range(count):
                if a.material > 0.5 and age > 0.5 and (k + int(t * 24)) % 3 == 0:
                    continue
                p, q = (
                    (x + spread * dx[k], y + spread * dy[k] + 0.14 * age * age),
                    (x + back * dx[k], y + back * dy[k] + 0.12 * age * age),
                )
                c.line(
                    [q, p],
                    0.014,
                    mix(tone, (255, 255, 255), 0.25 + 0.6 * math.exp(-age / 0.35)),
                    fade**0.7,
                    shade="flat",
                )


def cannon(c: Canvas, a: Act, t: float) -> None:
    """A field gun that recoils behind flame and rolling smoke."""
    c = c.at(0, 0, flip=a.facing < 0)
    since = a.last(t)[1]
    back = 0.16 * math.exp(-since / 0.35) * min(1.0, since / 0.02) if since < 9 else 0.0
    metal = mix((58, 60, 62), (150, 112, 64), a.material)
    c.shadow(-0.05, 0.02, 0.75, 0.09)
    g = c.at(-back, 0)
    g.limb((-0.7, -0.05), (0.0, -0.36), 0.05, 0.07, WOOD)
    barrel = g.at(0.0, -0.46, angle=-0.14)
    long = 0.55 + 0.25 * a.size
    barrel.poly(
        [(-0.42, -0.13), (-0.2, -0.14), (long, -0.085), (long, 0.085), (-0.2, 0.14), (-0.42, 0.13)], metal, "tubeh"
    )
    barrel.disc(-0.46, 0, 0.07, None, metal)
    for x in (-0.2, 0.12, long - 0.06):
        barrel.box(x, -0.145 + 0.06 * max(0, x), x + 0.05, 0.145 - 0.06 * max(0, x), mix(metal, IVORY, 0.15), "tubeh")
    turn = -back / 0.27
    g.disc(0.05, -0.27, 0.28, None, (74, 50, 32), "slope")
    g.disc(0.05, -0.27, 0.215, None, (52, 48, 44), "slope", 0.75)
    for k in range(10):
        angle = turn + k * math.pi / 5
        g.limb((0.05, -0.27), (0.05 + 0.24 * math.cos(angle), -0.27 + 0.24 * math.sin(angle)), 0.02, 0.02, WOOD)
    g.disc(0.05, -0.27, 0.065, None, STEEL)
    mx, my = long * 0.99, -0.46 - 0.14 * long
    if since < 0.12:
        fade = 1 - since / 0.12
        c.poly(
            [
                (mx - 0.02, my + 0.08),
                (mx + 0.6 * fade + 0.1, my - 0.18),
                (mx + 0.4, my - 0.03),
                (mx + 0.75 * fade + 0.1, my - 0.05),
                (mx + 0.36, my + 0.1),
                (mx + 0.4 * fade, my + 0.2),
            ],
            (255, 214, 110),
            "flat",
            0.95,
            grain=False,
        )
        c.glow(mx + 0.2, my, 0.55, (255, 190, 90), 1.0 * fade, soft=False)
    if since < 2.6:
        rng = a.rng("smoke", a.last(t)[0])
        for _ in range(16):
            far, rise, wide = rng.uniform(0.1, 0.9), rng.uniform(-0.1, 0.35), rng.uniform(0.1, 0.24)
            go = 1 - math.exp(-4 * since)
            c.puff(
                mx + far * go,
                my - rise * go * since * 0.8 - 0.04,
                wide * (0.4 + 0.9 * go),
                (206, 204, 200),
                0.75 * math.exp(-since / 0.9),
            )
