"""Fields that places are painted with: layered noise, floors in perspective, gradients, distance haze."""

from __future__ import annotations

import numpy as np

from training.data.synthetic.act import Colour, Picture


def cloudy(rng: np.random.Generator, h: int, w: int, cells: float, octaves: int = 4, stretch: float = 1.0) -> Picture:  # noqa: PLR0917 - coordinates and bands read best in order
    """Smooth noise in about 0..1 with ``cells`` blobs over the height, each octave twice as fine: (h, w)."""
    import cv2

    out, weight = np.zeros((h, w), dtype=np.float32), 0.0
    for k in range(octaves):
        rows = max(2, int(cells * 2**k) + 2)
        columns = max(2, int(cells * 2**k * w / h / stretch) + 2)
        layer = rng.random((min(rows, h), min(columns, w)), dtype=np.float32)
        out += np.float32(0.5**k) * cv2.resize(layer, (w, h), interpolation=cv2.INTER_CUBIC)
        weight += 0.5**k
    return out / np.float32(weight)


def blurred(image: Picture, sigma: float) -> Picture:
    """``image`` out of focus by ``sigma`` pixels."""
    import cv2

    return np.asarray(cv2.GaussianBlur(image, (0, 0), max(0.3, sigma)), dtype=np.float32)


def colour(rng: np.random.Generator, base: Colour, spread: float = 14.0) -> Picture:
    """A colour near ``base``: (3,)."""
    shift = rng.normal(0, spread * 0.5, 3) + rng.normal(0, spread)
    return np.clip(np.asarray(base) + shift, 4, 252).astype(np.float32)


def vertical(h: int, w: int, *stops: tuple[float, Picture]) -> Picture:
    """A gradient from top to bottom through (height share, colour) stops: (h, w, 3)."""
    y = np.linspace(0, 1, h)
    at = [s[0] for s in stops]
    column = np.stack([np.interp(y, at, [float(s[1][k]) for s in stops]) for k in range(3)], axis=1)
    return np.repeat(column[:, None, :], w, axis=1).astype(np.float32)


def floor_map(h: int, w: int, horizon: float, tilt: float = 0.0) -> tuple[Picture, Picture, int]:
    """Ground coordinates (across, away) of each pixel below ``horizon``, and its first row."""
    first = min(h - 2, round(horizon * h))
    y = (np.arange(first, h, dtype=np.float32) + 0.5) / h
    depth = 0.35 / (y - horizon + 0.06)
    x = (np.arange(w, dtype=np.float32) + 0.5) / h - w / h / 2
    away = np.repeat(depth[:, None], w, axis=1)
    return (x[None, :] + tilt) * away, away, first


def sampled(tile: Picture, u: Picture, v: Picture) -> Picture:
    """``tile`` looked up at coordinates that mirror at its edges, so no seam shows (1 = one tile)."""
    import cv2

    size = np.float32(tile.shape[0] - 1)
    x, y = (np.abs((c + 0.37) % 2 - 1) * size for c in (u, v))
    return np.asarray(cv2.remap(tile, x, y, cv2.INTER_LINEAR), dtype=np.float32)


def profile(rng: np.random.Generator, n: int, cells: float, octaves: int = 4) -> Picture:
    """A one-dimensional skyline in about 0..1 with ``cells`` humps, finer octaves on top: (n,)."""
    t, out, weight = np.linspace(0, 1, n), np.zeros(n), 0.0
    for k in range(octaves):
        count = max(3, round(cells * 2**k) + 2)
        out += 0.5**k * np.interp(t * (count - 1), np.arange(count), rng.random(count))
        weight += 0.5**k
    return np.asarray(out / weight, dtype=np.float32)


def hashed(index: Picture, salt: int) -> Picture:
    """A fixed random number in 0..1 for each whole number in ``index``."""
    value = np.sin(index * 12.9898 + salt * 78.233) * 43758.5453
    return np.asarray(value - np.floor(value), dtype=np.float32)


def tinted(field: Picture, dark: Picture, light: Picture) -> Picture:
    """``field`` in 0..1 as a mix of two colours: (h, w, 3)."""
    return dark + np.clip(field, 0, 1)[..., None] * (light - dark)


def mixed(under: Picture, over: Picture, amount: Picture) -> Picture:
    """``over`` laid on ``under`` where ``amount`` (h, w) is 1."""
    return under + np.clip(amount, 0, 1)[..., None] * (over - under)
