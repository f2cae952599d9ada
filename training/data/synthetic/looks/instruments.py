"""Bells, clocks and instruments: what swings, knocks and is played, in contact exactly at the act's events."""

from __future__ import annotations

import math

import numpy as np

from training.data.synthetic.act import Act, Colour
from training.data.synthetic.canvas import Canvas
from training.data.synthetic.looks.impacts import DARK, IVORY, STEEL, WOOD, mix
from training.data.synthetic.sounds.instruments import bar_struck


def bell(c: Canvas, a: Act, t: float) -> None:
    """A cast bell that swings under a beam; the clapper meets the rim at each stroke."""
    index, since = a.last(t)
    ahead = a.until(t)
    gap = since + ahead if index >= 0 and ahead < 50 else a.between(1.4, 0.7, a.rate)
    phase = since / gap if index >= 0 else 1 - ahead / gap
    side = 1 if index % 2 else -1
    swing = side * 0.42 * math.cos(math.pi * min(1.0, max(0.0, phase)))
    c.box(-0.62, -1.06, 0.62, -0.96, WOOD, "tubeh")
    for x in (-0.58, 0.52):
        c.box(x, -1.06, x + 0.07, 0.0, WOOD, "tube")
    bronze = mix((142, 96, 52), (226, 186, 104), a.material)
    b = c.at(0, -0.96, angle=swing)
    k = c.at(0, -0.96, angle=swing * 1.35)
    k.limb((0, 0.2), (0, 0.62), 0.02, 0.03, DARK)
    k.disc(0, 0.66, 0.06, None, (70, 66, 64))
    b.poly(
        [
            (-0.1, 0.06),
            (0.1, 0.06),
            (0.19, 0.14),
            (0.22, 0.4),
            (0.28, 0.52),
            (0.38, 0.6),
            (-0.38, 0.6),
            (-0.28, 0.52),
            (-0.22, 0.4),
            (-0.19, 0.14),
        ],
        bronze,
        "tube",
    )
    b.line([(-0.24, 0.44), (0.24, 0.44)], 0.02, mix(bronze, DARK, 0.4))
    b.disc(0, 0.6, 0.38, 0.05, mix(bronze, DARK, 0.55), "flat")
    b.disc(0, 0.03, 0.05, 0.06, bronze)


def clock(c: Canvas, a: Act, t: float) -> None:
    """A round clock whose second hand jumps at each tick, over a swinging pendulum."""
    index, since = a.last(t)
    case = mix((88, 56, 34), a.tint, 0.5)
    c.shadow(0, 0, 0.36, 0.05, 0.4)
    c.box(-0.24, -0.62, 0.24, 0, case, "tube")
    c.box(-0.18, -0.56, 0.18, -0.05, (28, 22, 20), "slope")
    gap = since + a.until(t) if index >= 0 and a.until(t) < 50 else a.between(1.0, 0.45, a.rate)
    u = since / gap if index >= 0 else 1 - a.until(t) / gap
    swing = 0.3 * math.cos(math.pi * min(1, max(0, u))) * (1 if index % 2 else -1)
    p = c.at(0, -0.62, angle=swing)
    p.line([(0, 0), (0, 0.42)], 0.018, (212, 172, 90))
    p.disc(0, 0.43, 0.075, None, (232, 190, 96))
    c.disc(0, -0.72, 0.34, None, case)
    c.disc(0, -0.72, 0.28, None, IVORY, "slope")
    for hour in range(12):
        s, k = math.sin(hour * math.pi / 6), -math.cos(hour * math.pi / 6)
        c.line([(0.22 * s, -0.72 + 0.22 * k), (0.26 * s, -0.72 + 0.26 * k)], 0.016, DARK)
    start = a.rng("hands").uniform(0, 6.28, 2)
    for turn, long, wide, tone in ((start[0], 0.13, 0.026, DARK), (start[1], 0.2, 0.02, DARK)):
        c.line([(0, -0.72), (long * math.sin(turn), -0.72 - long * math.cos(turn))], wide, tone)
    turn = (index + 1 - 0.25 * math.exp(-since / 0.03)) * math.pi / 30 * 2
    c.line(
        [
            (-0.05 * math.sin(turn), -0.72 + 0.05 * math.cos(turn)),
            (0.24 * math.sin(turn), -0.72 - 0.24 * math.cos(turn)),
        ],
        0.012,
        (190, 34, 30),
    )


def metronome(c: Canvas, a: Act, t: float) -> None:
    """A wooden pyramid whose arm passes upright at each knock."""
    index, since = a.last(t)
    gap = since + a.until(t) if index >= 0 and a.until(t) < 50 else 0.5
    u = min(1.0, since / gap) if index >= 0 else max(0.0, 1 - a.until(t) / gap)
    swing = 0.62 * math.sin(math.pi * u) * (1 if index % 2 else -1)
    wood = mix((70, 36, 22), (188, 128, 70), a.material)
    c.shadow(0, 0, 0.46, 0.07)
    c.poly([(-0.38, 0), (0.38, 0), (0.15, -0.98), (-0.15, -0.98)], wood, "tube")
    c.poly([(-0.24, -0.16), (0.24, -0.16), (0.1, -0.92), (-0.1, -0.92)], IVORY, "slope")
    for k in range(7):
        y = -0.3 - 0.08 * k
        c.line([(-0.05, y), (0.05, y)], 0.01, DARK)
    c.box(-0.38, -0.13, 0.38, 0, mix(wood, DARK, 0.3), "tubeh")
    arm = c.at(0, -0.18, angle=swing)
    arm.line([(0, 0), (0, -0.82)], 0.022, STEEL)
    weight = -0.72 + 0.42 * a.rate
    arm.poly(
        [(-0.07, weight - 0.05), (0.07, weight - 0.05), (0.045, weight + 0.06), (-0.045, weight + 0.06)],
        (206, 168, 84),
        "tube",
    )


def _stick(c: Canvas, x: float, y: float, angle: float, facing: int, tip: Colour = WOOD, bead: float = 0.03) -> None:  # noqa: PLR0917 - coordinates and bands read best in order
    """A stick or mallet whose tip touches ``x, y`` when ``angle`` is 0."""
    s = c.at(x + 0.62 * facing, y - 0.16, angle=angle * facing)
    s.limb((0, 0), (-0.6 * facing, 0.15), 0.022, 0.014, (206, 160, 104))
    s.disc(-0.6 * facing, 0.15, bead, None, tip)


def drum(c: Canvas, a: Act, t: float) -> None:
    """A drum on legs, its skin shaking after each stroke of one stick or the other."""
    deep = 0.28 + 0.34 * a.size
    c.shadow(0, 0, 0.58, 0.1)
    for x in (-0.4, 0.0, 0.4):
        c.limb((x * 0.7, -0.4), (x * 1.15, 0.0), 0.018, 0.018, STEEL)
    top = -0.86
    c.box(-0.48, top, 0.48, top + deep, a.tint, "tube")
    c.disc(0, top + deep, 0.48, 0.1, a.tint, "tube")
    for k in range(7):
        x = 0.46 * math.sin((k - 3) * 0.48)
        c.box(x - 0.012, top + 0.03, x + 0.012, top + deep + 0.06, STEEL, "tube")
    c.disc(0, top + deep + 0.0, 0.5, 0.1, mix(a.tint, STEEL, 0.6), "tube", 0.25)
    c.disc(0, top, 0.5, 0.14, mix(STEEL, (255, 255, 255), 0.2), "tube")
    shake = 0.02 * a.pulse(t, 0.07) * math.sin(t * 180)
    c.disc(0, top + shake, 0.45, 0.115, IVORY if a.material < 0.7 else (244, 244, 248), "slope")
    index, _ = a.last(t)
    near = index + 1 if a.until(t) < 0.16 else index
    for side in (0, 1):
        hand = 1 if side else -1
        angle = 0.9 * a.lift(t, 0.2) if near % 2 == side else 0.75
        _stick(c, 0.08 * hand, top, angle, hand)


def cymbal(c: Canvas, a: Act, t: float) -> None:
    """A cymbal on its stand that tips and shivers after the stick."""
    c.shadow(0, 0, 0.4, 0.07)
    for x in (-0.28, 0.02, 0.3):
        c.limb((0, -0.25), (x, 0), 0.016, 0.016, (96, 98, 104))
    c.limb((0, -0.95), (0, -0.2), 0.014, 0.02, STEEL)
    tilt = 0.16 + 0.2 * a.pulse(t, 0.5) * math.sin(9 * a.last(t)[1])
    b = c.at(0, -0.95, angle=tilt * a.facing)
    bronze = mix((160, 112, 50), (250, 214, 118), a.material)
    b.disc(0, 0, 0.58, 0.12, bronze, "tube")
    for k in (0.48, 0.38, 0.28):
        angle = np.linspace(0, 2 * np.pi, 30)
        b.line(np.stack([k * np.cos(angle), k * 0.207 * np.sin(angle)], axis=1), 0.008, mix(bronze, DARK, 0.3), 0.6)
    b.disc(0, -0.03, 0.13, 0.07, mix(bronze, (255, 255, 255), 0.15))
    b.disc(0, -0.1, 0.02, 0.03, DARK)
    _stick(c, 0.42 * a.facing, -0.95 + 0.42 * math.sin(0.16), 0.95 * a.lift(t, 0.3), a.facing)


def xylophone(c: Canvas, a: Act, t: float) -> None:
    """Eight bars from long to short; the struck one brightens under the mallet."""
    index, since = a.last(t)
    c.shadow(0, 0.02, 0.85, 0.12)
    for y0, y1 in ((-0.3, -0.2), (-0.12, -0.1)):
        c.poly([(-0.8, y0 - 0.1), (0.8, y0 + 0.04), (0.8, y1 + 0.08), (-0.8, y1)], (92, 60, 38), "tubeh")
    metal = a.material > 0.55
    for k in range(8):
        x, long = -0.7 + 0.2 * k, 0.27 - 0.017 * k
        tone: Colour = (208, 212, 220) if metal else mix((150, 78, 44), (226, 150, 84), k / 7)
        tone = mix(tone, a.tint, 0.3)
        lit = math.exp(-since / 0.12) if k == bar_struck(a, index) and index >= 0 else 0.0
        dip = 0.012 * lit * math.sin(since * 90)
        c.poly(
            [
                (x - 0.07, -0.22 - long + dip),
                (x + 0.07, -0.22 - long + dip),
                (x + 0.076, -0.22 + long * 0.9 + dip),
                (x - 0.076, -0.22 + long * 0.9 + dip),
            ],
            mix(tone, (255, 255, 240), 0.7 * lit),
            "slope",
        )
    coming = a.until(t) < 0.14
    x = -0.7 + 0.2 * bar_struck(a, index + 1 if coming else index)
    old = -0.7 + 0.2 * bar_struck(a, index)
    blend = 1 - a.until(t) / 0.14 if coming else 1.0
    _stick(c, old + (x - old) * blend if coming else x, -0.28, 0.7 * a.lift(t, 0.16), 1, a.accent, 0.05)
