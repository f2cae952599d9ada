"""Struck, dropped and bounced things, in contact exactly at the act's events."""

from __future__ import annotations

import math

import numpy as np

from training.data.synthetic.act import Act, Colour
from training.data.synthetic.canvas import Canvas
from training.data.synthetic.sounds.impacts import ring_seconds

STEEL: Colour = (168, 172, 178)
WOOD: Colour = (150, 98, 54)
DARK: Colour = (44, 42, 46)
IVORY: Colour = (236, 230, 214)
SKIN: Colour = (222, 172, 140)


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """``a`` moved towards ``b``."""
    return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share)


def _hop(a: Act, t: float, top: float, first: float = 0.45) -> float:
    """Height of a bouncing thing: a parabola between contacts, higher over longer gaps (``top`` at one second)."""
    index, since = a.last(t)
    ahead = a.until(t)
    if index < 0:
        return top * max(0.0, first * ahead + ahead * ahead)
    gap = since + ahead if ahead < 50 else first
    u = since / gap
    return max(0.0, 4 * u * (1 - u) * gap * gap * top) if u <= 1 else 0.0


def ball(c: Canvas, a: Act, t: float) -> None:
    """A rubber ball with a stripe, squashed for an instant as it meets the floor."""
    r = 0.2
    up = min(1.3, _hop(a, t, 1.4))
    squash = 0.35 * a.pulse(t, 0.03) * (1 if up < 0.12 else 0)
    c.shadow(0, 0, r * (1.25 - 0.4 * min(1, up)), 0.06, 0.5 - 0.25 * min(1.0, up))
    b = c.at(0, -up - r * (1 - squash), angle=4 * t * a.facing)
    flat = c.at(0, -up - r * (1 - squash))
    flat.disc(0, 0, r * (1 + 0.7 * squash), r * (1 - squash), a.tint)
    stripe = np.linspace(-1, 1, 9)
    if a.material > 0.4:
        b.line(np.stack([stripe * r * 0.97, 0.25 * r * (1 - stripe**2) - 0.05 * r], axis=1), 0.03, a.accent)
        b.line(np.stack([0.3 * r * (1 - stripe**2), stripe * r * 0.97], axis=1), 0.02, mix(a.accent, a.tint, 0.3))
    else:
        for k in range(3):
            b.disc(0.55 * r * math.cos(k * 2.1), 0.55 * r * math.sin(k * 2.1), 0.2 * r, None, a.accent, "flat", 0.8)


def marble(c: Canvas, a: Act, t: float) -> None:
    """Glass marbles: each falls from above, bounces down to rest, and the next follows."""
    gaps = np.diff(a.events)
    starts = [0] + [i + 1 for i, gap in enumerate(gaps) if gap > 0.5]
    index, _ = a.last(t)
    current = max((k for k, s in enumerate(starts) if s <= index), default=-1)
    r = 0.12
    for k in range(len(starts)):
        x = ((k * 0.37 + 0.13) % 1 - 0.5) * 0.9
        glass = mix(a.tint, a.accent, (k * 0.4) % 1)
        if k <= current:
            following = starts[k + 1] if k + 1 < len(starts) else len(a.events)
            done = k < current or index == following - 1
            up = 0.0 if done else _hop(a, t, 2.4)
            _glass_ball(c, x, up, r, glass, a)
        elif k == current + 1 and a.until(t) < 0.6 and a.events[starts[k]] - t < 0.6:
            ahead = a.events[starts[k]] - t
            _glass_ball(c, x, 4.9 * ahead * ahead + 1.1 * ahead, r, glass, a)


def _glass_ball(c: Canvas, x: float, up: float, r: float, glass: Colour, a: Act) -> None:  # noqa: PLR0917 - coordinates and bands read best in order
    c.shadow(x, 0, r * 1.2, 0.045, 0.5 / (1 + 2 * up))
    c.disc(x, -r - up, r, None, glass)
    s = np.linspace(-0.7, 0.7, 8)
    c.line(np.stack([x + s * r, -r - up + 0.35 * r * np.sin(3 * s + a.seed % 7)], axis=1), 0.03, a.accent, 0.85)
    c.disc(x + 0.25 * r, -r * 0.62 - up, r * 0.45, r * 0.3, (255, 255, 255), "flat", 0.3)
    c.disc(x - 0.35 * r, -1.4 * r - up, r * 0.2, r * 0.16, (255, 255, 255), "flat", 0.9)


def hammer(c: Canvas, a: Act, t: float) -> None:
    """A hammer over an anvil on a block; sparks fly from the blow."""
    metal = mix((74, 76, 82), (176, 180, 188), a.material)
    c.shadow(0, 0, 0.5, 0.09)
    c.box(-0.26, -0.34, 0.26, 0.02, WOOD, "tube")
    c.poly([(-0.2, -0.34), (-0.12, -0.5), (0.12, -0.5), (0.2, -0.34)], metal)
    c.poly(
        [(-0.6, -0.68), (-0.3, -0.69), (0.36, -0.69), (0.36, -0.55), (0.16, -0.5), (-0.16, -0.5), (-0.3, -0.58)], metal
    )
    c.box(-0.3, -0.7, 0.36, -0.675, mix(metal, (255, 255, 255), 0.35), "flat")
    angle = -1.15 * a.lift(t, 0.32)
    h = c.at(0.75, -0.78, angle=-angle)
    h.limb((0.1, 0.0), (-0.72, -0.02), 0.03, 0.026, (172, 120, 70))
    h.disc(0.1, 0.0, 0.07, 0.06, SKIN)
    h.box(-0.83, -0.14, -0.63, 0.08, mix(metal, a.accent, 0.35), "tube")
    glow = a.pulse(t, 0.06)
    if glow > 0.05:
        rng, since = a.rng("sparks", a.last(t)[0]), a.last(t)[1]
        for _ in range(12):
            vx, vy = rng.normal(0, 1.5), -rng.uniform(0.4, 2.2)
            x, y = 0.02 + vx * since, -0.7 + vy * since + 4 * since * since
            c.line([(x, y), (x - 0.03 * vx, y - 0.03 * vy)], 0.014, (255, 210, 120), min(1.0, 1.5 * glow), shade="flat")
        c.glow(0.02, -0.7, 0.2, (255, 190, 90), 0.8 * glow)


def door(c: Canvas, a: Act, t: float) -> None:
    """A door in its frame: flung shut at the event, opening again before the next."""
    since, ahead = a.last(t)[1], a.until(t)
    opening = min(1.0, max(0.0, (since - 0.5) / 0.7)) if since < 90 else 1.0
    opened = min(opening, (ahead / 0.22) ** 0.6 if ahead < 0.22 else 1.0) if ahead < 50 or since > 90 else 0.0
    leaf = mix(WOOD, a.tint, 0.65)
    c.shadow(0, 0.0, 0.5, 0.05, 0.4)
    c.box(-0.4, -1.08, 0.4, 0, mix(leaf, IVORY, 0.45), "slope")
    c.box(-0.33, -1.02, 0.33, 0, (20, 18, 22), "flat")
    shake = 0.012 * a.pulse(t, 0.05) * math.sin(t * 150)
    wide = 0.66 * math.cos(1.25 * opened) + shake
    lean = 0.13 * math.sin(1.25 * opened)
    edge = -0.33 + wide
    c.poly([(-0.33, -1.02), (edge, -1.02 - lean), (edge, lean), (-0.33, 0)], mix(leaf, DARK, 0.25 * opened))
    for y0, y1 in ((-0.94, -0.56), (-0.46, -0.1)):
        k0, k1 = -0.33 + wide * 0.16, -0.33 + wide * 0.84
        c.poly(
            [(k0, y0 - lean * 0.16), (k1, y0 - lean * 0.7), (k1, y1 + lean * 0.5), (k0, y1 + lean * 0.16)],
            mix(leaf, DARK, 0.3),
        )
    c.disc(-0.33 + wide * 0.9, -0.5, 0.028, None, (220, 184, 96))


def drip(c: Canvas, a: Act, t: float) -> None:
    """A tap lets drops fall into a bowl; rings spread from where each lands."""
    c.shadow(0, 0, 0.5, 0.08)
    bowl = mix(a.tint, IVORY, 0.4)
    c.poly([(-0.46, -0.3), (0.46, -0.3), (0.26, 0.0), (-0.26, 0.0)], bowl, "tube")
    c.disc(0, -0.3, 0.46, 0.1, mix(bowl, (255, 255, 255), 0.25), "slope")
    c.disc(0, -0.29, 0.41, 0.08, (64, 118, 138), "slope")
    for index in range(max(0, a.last(t)[0] - 2), a.last(t)[0] + 1):
        age = t - a.events[index]
        angle, r = np.linspace(0, 2 * np.pi, 28), 0.04 + 0.4 * age
        if r < 0.4:
            c.line(
                np.stack([r * np.cos(angle), -0.29 + r * 0.2 * np.sin(angle)], axis=1),
                0.012,
                (226, 242, 248),
                max(0.0, 1 - 2.5 * r),
            )
        if age < 0.16:
            for k in (-1, 1):
                c.disc(k * 0.9 * age, -0.3 - 1.3 * age + 8 * age * age, 0.018, 0.024, (210, 236, 246))
    brass = mix(STEEL, (222, 186, 96), a.material)
    c.limb((0.5, -0.95), (0.1, -0.95), 0.05, 0.05, brass, "tubeh")
    c.limb((0.06, -0.95), (0, -0.82), 0.055, 0.045, brass, "tube")
    c.limb((0.3, -1.08), (0.3, -0.98), 0.025, 0.03, brass)
    c.limb((0.18, -1.09), (0.42, -1.09), 0.03, 0.03, a.accent, "tubeh")
    c.limb((0.52, -1.05), (0.52, 0.0), 0.035, 0.045, mix(brass, DARK, 0.25), "tube")
    ahead, fall = a.until(t), 0.33
    if ahead < fall:
        u = 1 - ahead / fall
        c.disc(0, -0.76 + 0.46 * u * u, 0.026, 0.04, (206, 234, 246))
    elif ahead < fall + 0.5:
        c.disc(0, -0.78, 0.022, 0.03 * (1 - (ahead - fall) / 0.5) + 0.006, (206, 234, 246))


def typing(c: Canvas, a: Act, t: float) -> None:
    """Two hands over a keyboard, seen from the desk's edge; a finger goes down with each click."""
    c.shadow(0, 0.04, 0.95, 0.1)
    body = mix(a.tint, (60, 62, 68), 0.5)
    c.poly([(-0.74, -0.42), (0.74, -0.42), (0.9, 0.0), (-0.9, 0.0)], body)
    c.box(-0.9, -0.005, 0.9, 0.06, mix(body, DARK, 0.4), "tubeh")
    index, since = a.last(t)
    hit = int(a.rng("key", max(0, index)).integers(0, 40))
    cap = mix(IVORY, a.accent, 0.3) if a.material > 0.5 else (52, 54, 60)
    for row in range(4):
        y, half = -0.37 + row * 0.095, 0.68 + 0.045 * row
        for k in range(10):
            x = -half + (k + 0.5) * half / 5
            down = 0.02 * math.exp(-since / 0.05) if row * 10 + k == hit and index >= 0 else 0.0
            c.box(
                x - half / 11.5,
                y + down,
                x + half / 11.5,
                y + 0.075 + down,
                mix(cap, (255, 255, 255), 6 * down),
                "slope",
                grain=False,
            )
    for side in (-1, 1):
        mine = (hit % 10 < 5) == (side < 0)
        dip = 0.07 * (1 - a.lift(t, 0.09)) if mine or since > 1 else 0.0
        x = side * 0.38 + (0.02 * (hit % 5 - 2) if mine else 0)
        c.limb((side * 0.62, 0.3), (x, 0.02), 0.13, 0.1, a.tint)
        c.disc(x, -0.02, 0.13, 0.1, SKIN)
        for f in range(4):
            tip = dip if f == hit % 4 else 0.0
            c.limb((x + 0.065 * (f - 1.5), -0.05), (x + 0.08 * (f - 1.5), -0.19 + tip), 0.032, 0.027, SKIN, "tube")


def phone(c: Canvas, a: Act, t: float) -> None:
    """A dial telephone whose handset rattles in its cradle while it rings."""
    ringing = a.last(t)[1] < ring_seconds(a)
    shake = 0.014 * math.sin(t * 150) if ringing else 0.0
    body = a.tint
    c.shadow(0, 0, 0.6, 0.09)
    c.poly([(-0.5, 0), (0.5, 0), (0.4, -0.2), (0.24, -0.46), (-0.24, -0.46), (-0.4, -0.2)], body)
    c.disc(0, -0.2, 0.19, 0.17, IVORY)
    for k in range(10):
        turn = 0.6 * k + 0.4
        c.disc(0.13 * math.cos(turn), -0.2 + 0.115 * math.sin(turn), 0.026, 0.024, mix(body, DARK, 0.7), "flat")
    c.disc(0, -0.2, 0.06, 0.055, a.accent)
    for x in (-0.22, 0.18):
        c.box(x, -0.55, x + 0.05, -0.44, mix(body, DARK, 0.3), "tube")
    h = c.at(0, -0.6 - (0.025 if ringing else 0) + shake, angle=shake * 2)
    h.limb((-0.44, 0), (0.44, 0), 0.055, 0.055, body, "tubeh")
    for x in (-0.46, 0.46):
        h.disc(x, 0.05, 0.13, 0.1, body)
    if ringing:
        for side in (-1, 1):
            for k in range(3):
                r, bend = 0.12 + 0.07 * k, np.linspace(-0.6, 0.6, 7)
                wave = np.stack([side * (0.56 + r * np.cos(bend)), -0.62 + r * np.sin(bend)], axis=1)
                c.line(wave, 0.014, (255, 244, 214), 0.25 + 0.25 * math.sin(t * 60 - k))


def clapping(c: Canvas, a: Act, t: float) -> None:
    """A person who claps, hands meeting before the chest."""
    apart = 0.24 * a.lift(t, 0.16)
    skin, cloth = mix((240, 200, 170), (96, 62, 44), a.material), mix(a.tint, (120, 124, 130), 0.3)
    shade = mix(cloth, DARK, 0.2)
    c.poly(
        [
            (-0.34, 0.8),
            (-0.3, -0.5),
            (-0.36, -0.66),
            (-0.14, -0.78),
            (0.14, -0.78),
            (0.36, -0.66),
            (0.3, -0.5),
            (0.34, 0.8),
        ],
        cloth,
        "tube",
    )
    c.limb((0, -0.84), (0, -0.74), 0.07, 0.08, mix(skin, DARK, 0.2))
    c.disc(0, -0.97, 0.135, 0.17, skin)
    hair = mix(a.accent, DARK, 0.75)
    c.poly(
        [
            (-0.145, -0.95),
            (-0.15, -1.08),
            (-0.06, -1.17),
            (0.07, -1.17),
            (0.15, -1.07),
            (0.145, -0.95),
            (0.1, -1.05),
            (-0.04, -1.08),
            (-0.1, -1.04),
        ],
        hair,
    )
    for x in (-0.05, 0.05):
        c.disc(x, -0.98, 0.015, 0.018, DARK, "flat")
        c.line([(x - 0.025, -1.015), (x + 0.025, -1.018)], 0.01, hair)
    c.line([(-0.04, -0.885), (0, -0.875), (0.04, -0.885)], 0.012, mix(skin, (120, 30, 30), 0.6))
    c.line([(0, -0.96), (0.012, -0.925), (-0.005, -0.922)], 0.01, mix(skin, DARK, 0.35))
    for s in (-1, 1):
        elbow = (s * (0.46 + 0.2 * apart), -0.26)
        wrist = (s * (0.07 + apart), -0.42)
        c.limb((s * 0.33, -0.6), elbow, 0.09, 0.07, shade, "tube")
        c.limb(elbow, wrist, 0.07, 0.05, cloth, "tubeh")
        h = c.at(s * (0.04 + apart), -0.47, angle=s * (0.1 + 1.2 * apart), flip=s < 0)
        h.limb((0.015, 0.05), (0.0, -0.06), 0.055, 0.062, skin, "tube")
        for k in range(4):
            h.limb(
                (-0.036 + 0.027 * k, -0.08),
                (-0.045 + 0.03 * k, -0.2 + 0.014 * abs(k - 1)),
                0.02,
                0.016,
                mix(skin, DARK, 0.06 * (k % 2)),
                "tube",
            )
        h.limb((0.05, -0.03), (0.1, -0.12), 0.022, 0.017, skin, "tube")
