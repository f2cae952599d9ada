"""Rooms painted from a seed: a studio, a wooden table, a kitchen, a living room, a workshop, a stage."""

from __future__ import annotations

import numpy as np

from training.data.synthetic.act import Picture
from training.data.synthetic.texture import blurred, cloudy, colour, floor_map, hashed, mixed, sampled, tinted, vertical

Rng = np.random.Generator


def planks(  # noqa: PLR0917 - coordinates and bands read best in order
    rng: Rng, u: Picture, v: Picture, across: float, dark: Picture, light: Picture, gap: float = 0.012
) -> Picture:
    """Floorboards running away from the viewer, each with its own tone and grain: (h, w, 3)."""
    board = np.floor(u * across)
    tile = cloudy(rng, 256, 256, 6, 4, 0.35)
    grain = sampled(tile, u * across * 0.9 + hashed(board, 3), v * 0.12 + hashed(board, 4))
    tone = 0.35 * hashed(board, 1) + 0.75 * grain
    edge = np.abs(u * across - board - 0.5)
    joint = np.abs(v * 0.5 + hashed(board, 2) * 7) % 1
    out = tinted(tone, dark, light)
    return out * (1 - 0.55 * np.maximum(edge > 0.475, joint < gap).astype(np.float32))[..., None]


def _lamp(image: Picture, rng: Rng, strength: float = 0.35) -> Picture:
    """One soft light from above or the side."""
    h, w = image.shape[:2]
    y, x = np.mgrid[0:h, 0:w].astype(np.float32) / h
    cx, cy = rng.uniform(0.1, w / h - 0.1), rng.uniform(-0.2, 0.35)
    pool = np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / rng.uniform(0.3, 0.9))
    return image * (1 - strength + 2.0 * strength * pool)[..., None]


def _skirted(image: Picture, floor: Picture, first: int, shade: float = 0.5) -> Picture:
    """Put ``floor`` under a wall with a dark contact line and reflected light."""
    h = image.shape[0]
    image[first:] = floor
    fall = np.exp(-np.abs(np.arange(h, dtype=np.float32) - first) / (0.03 * h))
    return image * (1 - shade * fall)[:, None, None]


def studio(rng: Rng, h: int, w: int, horizon: float) -> Picture:
    """A concrete or paper backdrop that curves into the floor."""
    base = colour(rng, ((150, 148, 142), (96, 104, 112), (178, 160, 140), (70, 74, 84))[rng.integers(4)], 12)
    image = vertical(h, w, (0, base * 0.78), (horizon, base), (min(0.98, horizon + 0.12), base * 1.12), (1, base * 0.9))
    stain = cloudy(rng, h, w, 3, 6)
    image *= (0.86 + 0.28 * stain + 0.05 * (cloudy(rng, h, w, 60, 2) - 0.5))[..., None]
    return _lamp(image, rng)


def table(rng: Rng, h: int, w: int, horizon: float) -> Picture:
    """A wooden table before a room out of focus."""
    wall = colour(rng, ((168, 150, 128), (110, 124, 130), (146, 108, 84), (88, 96, 84))[rng.integers(4)])
    image = vertical(h, w, (0, wall * 0.8), (horizon, wall * 1.05), (1, wall))
    for _ in range(int(rng.integers(3, 8))):
        x, y, r = rng.integers(0, w), rng.integers(0, max(2, int(horizon * h))), int(rng.uniform(0.05, 0.2) * h)
        image[max(0, y - r) : y + r, max(0, x - r // 2) : x + r] = colour(rng, (130, 110, 90), 55)
    image = blurred(image, h * 0.03)
    u, v, first = floor_map(h, w, horizon, rng.uniform(-0.4, 0.4))
    dark = colour(rng, ((96, 58, 32), (130, 92, 56), (60, 40, 30))[rng.integers(3)], 10)
    return _lamp(
        _skirted(image, planks(rng, u, v, rng.uniform(1.5, 3.5), dark, dark * 1.75 + 8), first, 0.3), rng, 0.28
    )


def kitchen(rng: Rng, h: int, w: int, horizon: float) -> Picture:
    """Glazed wall tiles over a stone counter."""
    y, x = np.mgrid[0:h, 0:w].astype(np.float32) / h
    size = rng.uniform(0.09, 0.16)
    row, wide = np.floor(y / size), size * rng.choice((1.0, 2.0))
    shift = np.where(row % 2 > 0, 0.5, 0.0) if wide > size else 0.0
    column = np.floor(x / wide + shift)
    fx, fy = x / wide + shift - column, y / size - row
    glaze = colour(rng, ((222, 220, 210), (150, 186, 190), (196, 206, 176), (214, 190, 170))[rng.integers(4)], 8)
    tone = 0.9 + 0.12 * hashed(row * 57 + column, 5) + 0.1 * (fx - fy) * 0.5
    image = glaze * tone[..., None]
    line = size * 0.045 / wide
    joint = (np.minimum(fx, 1 - fx) < line) | (np.minimum(fy, 1 - fy) < 0.045)
    image = mixed(image, np.broadcast_to(colour(rng, (150, 146, 138), 8), image.shape), joint.astype(np.float32))
    u, v, first = floor_map(h, w, horizon)
    stone = sampled(cloudy(rng, 256, 256, 20, 4), u * 0.4, v * 0.4)
    base = colour(rng, ((70, 70, 74), (168, 160, 150), (112, 84, 66))[rng.integers(3)], 10)
    return _lamp(_skirted(image, tinted(stone, base * 0.7, base * 1.25), first, 0.35), rng, 0.25)


def living(rng: Rng, h: int, w: int, horizon: float) -> Picture:
    """A painted wall with a frame or two, a skirting board and a wooden floor."""
    paint = colour(
        rng, ((196, 186, 164), (124, 146, 152), (170, 128, 110), (132, 150, 122), (206, 200, 196))[rng.integers(5)]
    )
    image = np.broadcast_to(paint, (h, w, 3)) * (0.93 + 0.14 * cloudy(rng, h, w, 4, 6))[..., None]
    image = image.astype(np.float32)
    if rng.random() < 0.5:
        stripes = (np.floor(np.arange(w) / h * rng.uniform(8, 20)) % 2).astype(np.float32)
        image *= (1 - 0.07 * stripes)[None, :, None]
    for _ in range(int(rng.integers(0, 3))):
        fw, fh = int(rng.uniform(0.12, 0.25) * h), int(rng.uniform(0.12, 0.28) * h)
        x, y = int(rng.integers(0, max(1, w - fw))), int(rng.uniform(0.03, 0.2) * h)
        image[y : y + fh, x : x + fw] = colour(rng, (70, 50, 36), 18)
        b = max(2, h // 60)
        inner = tinted(cloudy(rng, fh, fw, 2, 4), colour(rng, (90, 110, 120), 40), colour(rng, (220, 210, 180), 30))
        image[y + b : y + fh - b, x + b : x + fw - b] = inner[b : fh - b, b : fw - b][
            : max(0, h - y - b), : max(0, w - x - b)
        ]
    first = round(horizon * h)
    image[max(0, first - h // 28) : first] = paint * 0.5 + 118
    u, v, first = floor_map(h, w, horizon, rng.uniform(-0.6, 0.6))
    dark = colour(rng, ((110, 72, 42), (146, 112, 76), (84, 58, 44))[rng.integers(3)], 8)
    return _lamp(_skirted(image, planks(rng, u, v, rng.uniform(2.5, 5), dark, dark * 1.6 + 10), first, 0.35), rng, 0.25)


def workshop(rng: Rng, h: int, w: int, horizon: float) -> Picture:
    """A shed: upright boards behind, a scarred bench or packed floor in front."""
    y, x = np.mgrid[0:h, 0:w].astype(np.float32) / h
    dark = colour(rng, ((72, 58, 44), (58, 62, 60), (98, 74, 50))[rng.integers(3)], 8)
    image = planks(rng, x, y * 0.8, rng.uniform(5, 9), dark * 0.7, dark * 1.35, 0.003)
    u, v, first = floor_map(h, w, horizon)
    dirt = sampled(cloudy(rng, 256, 256, 10, 5), u * 0.3, v * 0.3)
    base = colour(rng, ((104, 96, 86), (92, 72, 52))[rng.integers(2)], 8)
    return _lamp(_skirted(image, tinted(dirt, base * 0.55, base * 1.25), first, 0.5), rng, 0.4)


def stage(rng: Rng, h: int, w: int, horizon: float) -> Picture:
    """A dark stage: a curtain in folds and a lit floor."""
    x = np.arange(w, dtype=np.float32) / h
    folds = 0.55 + 0.35 * np.sin(x * rng.uniform(30, 60) + 2.5 * np.sin(x * rng.uniform(3, 8)))
    drape = colour(rng, ((120, 24, 30), (34, 40, 84), (40, 42, 46), (22, 74, 60))[rng.integers(4)], 8)
    image = (drape * folds[:, None])[None] * np.linspace(0.35, 1.0, h, dtype=np.float32)[:, None, None]
    u, v, first = floor_map(h, w, horizon, rng.uniform(-0.4, 0.4))
    dark = colour(rng, (74, 50, 34), 8)
    return _lamp(_skirted(image.astype(np.float32), planks(rng, u, v, 3, dark, dark * 1.7), first, 0.4), rng, 0.45)
