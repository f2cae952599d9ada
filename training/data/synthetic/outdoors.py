"""Open air painted from a seed: meadow, street, road, forest, desert, snow, shore, city night, lake, rocks."""

from __future__ import annotations

import numpy as np

from training.data.synthetic.act import Picture
from training.data.synthetic.texture import (
    blurred,
    cloudy,
    colour,
    floor_map,
    hashed,
    mixed,
    profile,
    sampled,
    tinted,
    vertical,
)

Rng = np.random.Generator


def sky(rng: Rng, h: int, w: int, horizon: float, mood: str = "") -> Picture:
    """Day, overcast or evening sky with clouds that flatten towards the horizon."""
    mood = mood or str(rng.choice(("day", "day", "grey", "evening")))
    high, low = {
        "day": ((70, 128, 200), (196, 218, 232)),
        "grey": ((142, 152, 162), (204, 208, 208)),
        "evening": ((72, 78, 130), (240, 176, 118)),
        "night": ((8, 12, 28), (34, 34, 56)),
    }[mood]
    image = vertical(
        h, w, (0, colour(rng, high, 8)), (max(0.05, horizon), colour(rng, low, 6)), (1, colour(rng, low, 6))
    )
    field = cloudy(rng, h, w, rng.uniform(2, 4), 6, 2.2)
    cover = np.clip((field - rng.uniform(0.42, 0.58)) * 4.5, 0, 1) * (0.25 if mood == "night" else 0.85)
    shade = tinted(
        cloudy(rng, h, w, 4, 3, 2), colour(rng, low, 6) * 0.75, np.minimum(255, colour(rng, low, 6) * 1.2 + 14)
    )
    return mixed(image, shade if mood != "night" else shade * 0.9, cover)


def ridge(rng: Rng, image: Picture, base: float, height: float, near: Picture, rough: int = 5) -> None:  # noqa: PLR0917 - coordinates and bands read best in order
    """Paint hills or a treeline standing on ``base`` (share of the height), in place."""
    h, w = image.shape[:2]
    top = (base - height * (0.1 + 1.2 * profile(rng, w, rough * rng.uniform(0.6, 1.2), 3 if rough < 6 else 6))) * h
    rows = np.arange(h, dtype=np.float32)[:, None]
    inside = np.clip(rows - top[None, :], 0, 1) * np.clip(base * h + 1 - rows, 0, 1)
    leafy = 0.8 + 0.4 * cloudy(rng, h, w, 24, 3)
    image[:] = mixed(image, near * leafy[..., None], inside)


def _ground(  # noqa: PLR0917 - coordinates and bands read best in order
    rng: Rng,
    image: Picture,
    horizon: float,
    dark: Picture,
    light: Picture,
    cells: float,
    scale: float,
    haze: float = 0.35,
) -> Picture:
    """Cover what lies below ``horizon`` with a perspective texture that pales with distance."""
    h, w = image.shape[:2]
    u, v, first = floor_map(h, w, horizon)
    field = 0.62 * sampled(cloudy(rng, 256, 256, cells, 5), u * scale, v * scale) + 0.38 * sampled(
        cloudy(rng, 256, 256, 3, 3), u * 0.07, v * 0.07
    )
    surface = tinted((field - 0.5) * 1.5 + 0.5, dark, light)
    far = np.clip((v - 1.0) / 5.0, 0, 1) * haze
    image[first:] = mixed(surface, np.broadcast_to(image[max(0, first - 2)].mean(axis=0), surface.shape), far)
    return image


def meadow(rng: Rng, h: int, w: int, horizon: float) -> Picture:
    """Grass to a treeline under a wide sky."""
    image = sky(rng, h, w, horizon)
    for k in range(2):
        ridge(rng, image, horizon + 0.01, 0.16 - 0.08 * k, colour(rng, ((96, 118, 128), (58, 88, 54))[k], 8), 4 + k)
    green = colour(rng, ((86, 122, 48), (120, 128, 58), (64, 104, 52))[rng.integers(3)], 8)
    image = _ground(rng, image, horizon, green * 0.6, green * 1.35, 40, 0.5)
    first = round(horizon * h)
    blades = cloudy(rng, h - first, w, 46, 2, 0.25)
    return _blend_rows(image, first, 0.8 + 0.4 * blades)


def _blend_rows(image: Picture, first: int, factor: Picture) -> Picture:
    """Multiply the rows from ``first`` on, stronger towards the viewer."""
    weight = np.linspace(0, 1, factor.shape[0], dtype=np.float32)[:, None]
    image[first:] *= (1 + (factor - 1) * weight)[..., None]
    return image


def street(rng: Rng, h: int, w: int, horizon: float) -> Picture:
    """A brick or plaster wall behind a paved footway."""
    y, x = np.mgrid[0:h, 0:w].astype(np.float32) / h
    tall = rng.uniform(0.035, 0.06)
    row = np.floor(y / tall)
    across = x / (tall * 2.6) + np.where(row % 2 > 0, 0.5, 0.0)
    column = np.floor(across)
    fx, fy = across - column, y / tall - row
    brick = colour(rng, ((150, 78, 58), (168, 138, 108), (110, 104, 100), (126, 66, 54))[rng.integers(4)], 10)
    tone = 0.72 + 0.36 * hashed(row * 131 + column, 7) + 0.25 * (cloudy(rng, h, w, 30, 3) - 0.5)
    joint = ((np.minimum(fx, 1 - fx) < 0.035) | (np.minimum(fy, 1 - fy) < 0.09)).astype(np.float32)
    image = mixed(brick * tone[..., None], np.broadcast_to(colour(rng, (168, 160, 148), 8), (h, w, 3)), joint * 0.8)
    image *= (0.78 + 0.4 * cloudy(rng, h, w, 2, 3))[..., None]
    grey = colour(rng, (128, 126, 122), 10)
    image = _ground(rng, image, horizon, grey * 0.75, grey * 1.15, 60, 0.5, 0.0)
    u, v, first = floor_map(h, w, horizon)
    slab = (np.minimum(u * 1.4 % 1, v * 1.4 % 1) < 0.03).astype(np.float32)
    image[first:] *= (1 - 0.35 * slab)[..., None]
    return image * (1 - 0.4 * np.exp(-np.abs(np.arange(h, dtype=np.float32) - first) / (0.02 * h)))[:, None, None]


def road(rng: Rng, h: int, w: int, horizon: float) -> Picture:
    """A road seen from the verge: hills, a far verge, asphalt with a dashed line."""
    image = sky(rng, h, w, horizon)
    ridge(rng, image, horizon + 0.01, 0.2, colour(rng, (104, 124, 130), 8), 4)
    ridge(rng, image, horizon + 0.01, 0.08, colour(rng, (66, 88, 56), 8), 6)
    verge = colour(rng, ((98, 116, 62), (150, 134, 92))[rng.integers(2)], 8)
    image = _ground(rng, image, horizon, verge * 0.7, verge * 1.2, 40, 0.5)
    top = horizon + (1 - horizon) * 0.2
    asphalt = colour(rng, (84, 84, 88), 8)
    band = slice(round(top * h), h)
    rough = cloudy(rng, h, w, 70, 2)[band]
    image[band] = asphalt * (0.8 + 0.4 * rough)[..., None]
    x = np.arange(w) / h
    for where, wide in ((0.03, 0.012), (0.5, 0.018)):
        y0 = round((top + (1 - top) * where) * h)
        dashes = np.ones(w, dtype=bool) if where < 0.1 else (x * 2.2 + rng.random()) % 1 < 0.55
        image[y0 : y0 + max(1, round(wide * h)), dashes] = 196
    return image


def forest(rng: Rng, h: int, w: int, horizon: float) -> Picture:
    """Trunks in layers of mist, ferns and leaf litter in front."""
    mist = colour(rng, ((150, 170, 140), (176, 180, 160), (120, 146, 140))[rng.integers(3)], 8)
    image = vertical(h, w, (0, mist * 0.9), (horizon, mist * 1.1), (1, mist))
    for layer in range(4):
        tone = mist * (0.82 - 0.2 * layer)
        for _ in range(int(rng.integers(5, 10)) - layer):
            x, half = rng.uniform(0, w), (0.006 + 0.009 * layer) * h * rng.uniform(0.7, 1.4)
            lo, hi = max(0, int(x - half)), min(w, int(x + half) + 1)
            if hi > lo:
                bark = 0.75 + 0.5 * cloudy(rng, h, hi - lo, 20, 2, 0.2)
                image[: round((horizon + 0.02 + 0.03 * layer) * h), lo:hi] = (
                    tone * bark[: round((horizon + 0.02 + 0.03 * layer) * h), :, None]
                )
        canopy = (
            np.clip((cloudy(rng, h, w, 7, 4) - 0.5) * 6, 0, 1) * np.linspace(1.1, -0.5, h, dtype=np.float32)[:, None]
        )
        image = mixed(
            image,
            (tone * np.asarray((0.75, 1.0, 0.55), dtype=np.float32))
            * (0.6 + 0.8 * cloudy(rng, h, w, 30, 3))[..., None],
            np.clip(canopy, 0, 1) * 0.8,
        )
    image = blurred(image, h * 0.005)
    litter = colour(rng, ((104, 78, 46), (78, 88, 44))[rng.integers(2)], 8)
    return _ground(rng, image, horizon, litter * 0.5, litter * 1.4, 46, 0.6, 0.5)


def desert(rng: Rng, h: int, w: int, horizon: float) -> Picture:
    """Dunes with wind ripples under a hard sky."""
    image = sky(rng, h, w, horizon, "day" if rng.random() < 0.7 else "evening")
    sand = colour(rng, ((214, 172, 112), (196, 140, 90), (222, 196, 150))[rng.integers(3)], 6)
    ridge(rng, image, horizon + 0.01, 0.12, sand * 0.85, 3)
    image = _ground(rng, image, horizon, sand * 0.82, sand * 1.1, 10, 0.25, 0.3)
    u, v, first = floor_map(h, w, horizon)
    ripple = np.sin(v * 26 + 5 * sampled(cloudy(rng, 128, 128, 3, 3), u * 0.1, v * 0.1))
    return _blend_rows(image, first, 1 + 0.08 * ripple)


def snow(rng: Rng, h: int, w: int, horizon: float) -> Picture:
    """A white field, firs on the edge."""
    image = sky(rng, h, w, horizon, str(rng.choice(("grey", "day", "evening"))))
    ridge(rng, image, horizon + 0.01, 0.2, colour(rng, (150, 166, 184), 6), 3)
    for _ in range(int(rng.integers(8, 22))):
        x, tall, half = rng.uniform(0, w), rng.uniform(0.08, 0.26) * h, rng.uniform(0.02, 0.05) * h
        rows, cols = np.mgrid[0:h, 0:w].astype(np.float32)
        depth = (rows - (horizon * h - tall)) / tall
        inside = (
            (np.abs(cols - x) < half * (depth % 0.34 * 0.9 + depth * 0.75))
            & (depth > 0)
            & (rows < (horizon + 0.015) * h)
        )
        image = mixed(
            image, np.broadcast_to(colour(rng, (44, 62, 58), 8), image.shape), inside.astype(np.float32) * 0.9
        )
    white = colour(rng, (226, 232, 240), 5)
    return _ground(rng, image, horizon, white * 0.84, np.minimum(254, white * 1.06), 8, 0.25, 0.3)


def shore(rng: Rng, h: int, w: int, horizon: float) -> Picture:
    """Sea to the horizon, wet sand in front."""
    image = sky(rng, h, w, horizon)
    water = colour(rng, ((38, 92, 120), (70, 112, 118), (30, 70, 104))[rng.integers(3)], 8)
    image = _ground(rng, image, horizon, water * 0.7, np.minimum(250, water * 1.5), 12, 0.5, 0.5)
    sand = colour(rng, (190, 164, 124), 8)
    edge = horizon + (1 - horizon) * rng.uniform(0.62, 0.78)
    rows = (np.arange(h, dtype=np.float32) / h)[:, None] + 0.09 * (blurred(profile(rng, w, 3)[None], w / 30) - 0.5)
    beach = sand * (0.85 + 0.3 * cloudy(rng, h, w, 50, 3))[..., None]
    return mixed(image, beach, np.clip((rows - edge) * 40, 0, 1))


def night(rng: Rng, h: int, w: int, horizon: float) -> Picture:
    """A city after dark: lit windows out of focus, wet asphalt that mirrors them."""
    image = sky(rng, h, w, horizon, "night")
    first = round(horizon * h)
    for layer in range(2):
        x = 0
        while x < w:
            wide, top = int(rng.uniform(0.1, 0.28) * h), int(rng.uniform(0.38, 0.86) * first)
            block = image[top:first, x : x + wide]
            block[:] = colour(rng, (22 + 8 * layer, 24 + 8 * layer, 34 + 8 * layer), 5)
            cell = max(3, h // 36)
            lit = rng.random((block.shape[0] // cell + 1, block.shape[1] // cell + 1)) < 0.16
            on = (
                np.kron(lit, np.pad(np.ones((cell - 1, cell - 1)), ((0, 1), (0, 1))))[
                    : block.shape[0], : block.shape[1]
                ]
                > 0
            )
            block[on] = colour(rng, (250, 206, 130), 22)
            x += wide
    image = blurred(image, h * 0.006)
    image = _bokeh(rng, image, first)
    mirror = blurred(image[max(0, 2 * first - h) : first][::-1], h * 0.014)
    image[first:] = colour(rng, (26, 28, 36), 4)
    rows = min(h - first, mirror.shape[0])
    ripple = 0.35 + 0.5 * cloudy(rng, rows, w, 30, 3, 3)
    image[first : first + rows] += 0.6 * mirror[:rows] * ripple[..., None]
    return image


def _bokeh(rng: Rng, image: Picture, first: int) -> Picture:
    """Out-of-focus lamps: pale discs with a brighter rim."""
    h, w = image.shape[:2]
    rows, cols = np.mgrid[0:h, 0:w].astype(np.float32)
    for _ in range(int(rng.integers(8, 20))):
        r = rng.uniform(0.012, 0.045) * h
        d = np.hypot(cols - rng.uniform(0, w), rows - rng.uniform(0.35, 1.0) * first) / r
        tone = np.asarray(
            ((255, 190, 110), (255, 120, 80), (150, 200, 255), (255, 240, 200))[rng.integers(4)], dtype=np.float32
        )
        image = (
            image
            + tone
            * (np.clip((1 - d) * r, 0, 1) * (0.22 + 0.2 * np.clip(d, 0, 1) ** 4) * rng.uniform(0.5, 1.3))[..., None]
        )
    return image


def lake(rng: Rng, h: int, w: int, horizon: float) -> Picture:
    """Still water with reeds and the far bank upside down in it."""
    image = sky(rng, h, w, horizon)
    ridge(rng, image, horizon + 0.005, 0.22, colour(rng, (92, 112, 116), 8), 4)
    ridge(rng, image, horizon + 0.005, 0.1, colour(rng, (62, 86, 52), 8), 6)
    first = round(horizon * h)
    depth = np.arange(h - first)
    rows = first - 1 - np.minimum(first - 1, (depth * min(1.0, first / (h - first))).astype(int))
    sway = (h / 100 * np.sin(depth * 160 / h + rng.random() * 6)).astype(int)
    columns = np.clip(np.arange(w)[None, :] + sway[:, None], 0, w - 1)
    image[first:] = image[rows[:, None], columns] * 0.74
    image[first:] = image[first:] * (0.85 + 0.3 * cloudy(rng, h - first, w, 24, 3, 5))[..., None]
    return blurred(image, 0.6)


def rocks(rng: Rng, h: int, w: int, horizon: float) -> Picture:
    """A cliff of weathered blocks over a stony floor."""
    stone = colour(rng, ((112, 108, 102), (126, 104, 84), (88, 96, 96))[rng.integers(3)], 8)
    field = 0.5 * cloudy(rng, h, w, 4, 6) + 0.5 * cloudy(rng, h, w, 12, 5, 3.5)
    slope = np.gradient(blurred(field, h / 160), axis=0) + 0.5 * np.gradient(blurred(field, h / 160), axis=1)
    image = tinted(0.3 + 0.5 * field - slope * h * 0.055, stone * 0.35, stone * 1.35)
    moss = np.clip((cloudy(rng, h, w, 6, 5) - 0.58) * 6, 0, 1)
    image = mixed(image, np.asarray((74, 96, 48), dtype=np.float32) * (0.6 + 0.7 * field)[..., None], moss * 0.8)
    return _ground(rng, image, horizon, stone * 0.45, stone * 1.1, 26, 0.5, 0.0)
