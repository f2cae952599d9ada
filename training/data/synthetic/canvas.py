"""Anti-aliased shaded drawing in an object's own coordinates; it also measures, so boxes always agree with pixels."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from training.data.synthetic.act import Colour, Picture

_SHIFT = 4  # OpenCV's fixed-point bits: a sixteenth of a pixel


@functools.cache
def _grain() -> Picture:
    """A tile of fine surface texture around 1, shared by everything drawn."""
    import cv2

    rng = np.random.default_rng(5)
    tile = rng.standard_normal((1400, 1400), dtype=np.float32)
    return 1 + 0.035 * tile * 0.4 + 0.12 * np.asarray(cv2.GaussianBlur(tile, (0, 0), 3.0)) * 0.6


@dataclass(slots=True)
class Sheet:
    """The picture being painted and the bounds of what was painted, in pixels."""

    width: int
    height: int
    image: Picture | None = None
    """(H, W, 3) float32 in 0..255; None measures without painting."""
    light: float = -0.5
    """Where the light comes from: -1 left .. 1 right."""
    exposure: float = 1.0
    """How much of the place's light there is; what shines by itself ignores it."""
    hard: list[float] = field(default_factory=list)
    soft: list[float] = field(default_factory=list)

    def note(self, bounds: NDArray[np.float64], soft: bool) -> None:
        """Widen the measured bounds by (x0, y0, x1, y1)."""
        for box in (self.soft,) if soft else (self.soft, self.hard):
            old = box or [math.inf, math.inf, -math.inf, -math.inf]
            box[:] = [min(old[0], bounds[0]), min(old[1], bounds[1]), max(old[2], bounds[2]), max(old[3], bounds[3])]


def shading(kind: str, u: Picture, v: Picture, light: float) -> tuple[Picture | float, Picture | None]:
    """Brightness factor and white highlight of a surface whose bounds are ``u, v`` in -1..1."""
    if kind == "ball":
        facing = np.sqrt(np.maximum(0.0, 1 - u * u - v * v))
        lit = np.clip(light * u - 0.6 * v + 0.62 * facing, 0, 1)
        return 0.34 + 0.8 * lit, 170.0 * lit**14
    if kind in {"tube", "tubeh"}:
        across = np.clip(u if kind == "tube" else v, -1, 1)
        lit = np.clip((light if kind == "tube" else -0.6) * across + 0.7 * np.sqrt(1 - across * across), 0, 1)
        return 0.4 + 0.72 * lit, 80.0 * lit**16
    if kind == "slope":
        return 0.99 - 0.17 * v + 0.05 * light * u, None
    return 1.0, None


class Canvas:
    """Draws on a sheet through an affine placement; y points down, the origin is where the object stands."""

    def __init__(self, sheet: Sheet, matrix: NDArray[np.float64]) -> None:
        self.sheet = sheet
        self._matrix = matrix

    def at(self, x: float, y: float, scale: float = 1.0, *, flip: bool = False, angle: float = 0.0) -> Canvas:
        """A canvas whose origin lies at ``x, y`` here, turned clockwise by ``angle`` radians."""
        c, s = math.cos(angle) * scale, math.sin(angle) * scale
        f = -1.0 if flip else 1.0
        return Canvas(self.sheet, self._matrix @ np.array([[c * f, -s, x], [s * f, c, y], [0, 0, 1]]))

    @property
    def pixels(self) -> float:
        """Pixels per unit here."""
        return float(math.sqrt(abs(np.linalg.det(self._matrix[:2, :2]))))

    def poly(
        self,
        points: ArrayLike,
        colour: Colour,
        shade: str = "slope",
        alpha: float = 1.0,
        *,
        soft: bool = False,
        grain: bool = True,
    ) -> None:
        """Fill a polygon (n, 2)."""
        import cv2

        pixels = np.asarray(points, dtype=np.float64) @ self._matrix[:2, :2].T + self._matrix[:2, 2]
        bounds = np.concatenate([pixels.min(axis=0), pixels.max(axis=0)])

        def draw(mask: NDArray[np.uint8], left: int, top: int) -> None:
            fixed = np.round((pixels - (left + 0.5, top + 0.5)) * (1 << _SHIFT)).astype(np.int32)
            cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA, _SHIFT)

        self._fill(bounds, draw, colour, shade, alpha, soft, grain)

    def disc(  # noqa: PLR0917 - coordinates and bands read best in order
        self,
        x: float,
        y: float,
        rx: float,
        ry: float | None,
        colour: Colour,
        shade: str = "ball",
        alpha: float = 1.0,
        **how: bool,
    ) -> None:
        """Fill an ellipse; ``ry`` None makes it round."""
        angle = np.linspace(0, 2 * np.pi, 36, endpoint=False)
        ry = rx if ry is None else ry
        self.poly(np.stack([x + rx * np.cos(angle), y + ry * np.sin(angle)], axis=1), colour, shade, alpha, **how)

    def box(  # noqa: PLR0917 - coordinates and bands read best in order
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        colour: Colour,
        shade: str = "slope",
        alpha: float = 1.0,
        **how: bool,
    ) -> None:
        """Fill an upright rectangle."""
        self.poly([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour, shade, alpha, **how)

    def line(
        self,
        points: ArrayLike,
        width: float,
        colour: Colour,
        alpha: float = 1.0,
        *,
        shade: str = "slope",
        soft: bool = False,
        closed: bool = False,
    ) -> None:
        """A stroke of ``width`` units through points (n, 2); thinner than a pixel it fades instead."""
        import cv2

        pixels = np.asarray(points, dtype=np.float64) @ self._matrix[:2, :2].T + self._matrix[:2, 2]
        thick = width * self.pixels
        reach = max(thick, 1.0) / 2 + 0.5
        bounds = np.concatenate([pixels.min(axis=0) - reach, pixels.max(axis=0) + reach])

        def draw(mask: NDArray[np.uint8], left: int, top: int) -> None:
            fixed = np.round((pixels - (left + 0.5, top + 0.5)) * (1 << _SHIFT)).astype(np.int32)
            cv2.polylines(mask, [fixed], closed, 255, max(1, round(thick)), cv2.LINE_AA, _SHIFT)

        self._fill(bounds, draw, colour, shade, alpha * min(1.0, max(0.25, thick)), soft, False)

    def limb(  # noqa: PLR0917 - coordinates and bands read best in order
        self, a: tuple[float, float], b: tuple[float, float], wa: float, wb: float, colour: Colour, shade: str = "slope"
    ) -> None:
        """A tapering rounded stick from ``a`` (half-width ``wa``) to ``b``: legs, arms, handles."""
        dx, dy = b[0] - a[0], b[1] - a[1]
        turn = math.atan2(dy, dx)
        one = np.linspace(turn + np.pi / 2, turn + 3 * np.pi / 2, 9)
        two = np.linspace(turn - np.pi / 2, turn + np.pi / 2, 9)
        head = np.stack([a[0] + wa * np.cos(one), a[1] + wa * np.sin(one)], axis=1)
        tail = np.stack([b[0] + wb * np.cos(two), b[1] + wb * np.sin(two)], axis=1)
        self.poly(np.concatenate([head, tail]), colour, shade)

    def shadow(self, x: float, y: float, rx: float, ry: float, alpha: float = 0.45) -> None:
        """A soft dark ellipse on the ground; outside the box, inside the reach."""
        self._blob(x, y, rx, ry, (12, 10, 14), alpha, soft=True, additive=False)

    def glow(
        self,
        x: float,
        y: float,
        r: float,
        colour: Colour,
        alpha: float = 0.8,
        *,
        ry: float | None = None,
        soft: bool = True,
    ) -> None:
        """Added light that fades to nothing at ``r``."""
        self._blob(x, y, r, r if ry is None else ry, colour, alpha, soft=soft, additive=True)

    def puff(
        self, x: float, y: float, r: float, colour: Colour, alpha: float = 0.5, *, ry: float | None = None
    ) -> None:
        """A cloudlet with soft edges: smoke, steam, spray, leaves. Its bright half counts as the object."""
        self._blob(x, y, r, r if ry is None else ry, colour, alpha, soft=False, additive=False)

    def _blob(  # noqa: PLR0917 - coordinates and bands read best in order
        self, x: float, y: float, rx: float, ry: float, colour: Colour, alpha: float, *, soft: bool, additive: bool
    ) -> None:
        centre = self._matrix[:2, :2] @ (x, y) + self._matrix[:2, 2]
        px, py = max(0.5, rx * self.pixels), max(0.5, ry * self.pixels)
        bounds = np.array([centre[0] - px, centre[1] - py, centre[0] + px, centre[1] + py])
        core = np.array([centre[0] - px * 0.7, centre[1] - py * 0.7, centre[0] + px * 0.7, centre[1] + py * 0.7])
        self.sheet.note(bounds, True)
        if not soft:
            self.sheet.note(core, False)
        image, region = self.sheet.image, self._region(bounds)
        if image is None or region is None:
            return
        left, top, right, bottom = region
        u = (np.arange(left, right, dtype=np.float32)[None, :] + 0.5 - np.float32(centre[0])) / np.float32(px)
        v = (np.arange(top, bottom, dtype=np.float32)[:, None] + 0.5 - np.float32(centre[1])) / np.float32(py)
        cover = (np.float32(alpha) * np.maximum(0, 1 - u * u - v * v) ** 2)[..., None]
        patch = image[top:bottom, left:right]
        tone = np.asarray(colour, dtype=np.float32)
        patch += cover * (tone if additive else tone - patch)

    def _region(self, bounds: NDArray[np.float64]) -> tuple[int, int, int, int] | None:
        left, top = max(0, math.floor(bounds[0]) - 1), max(0, math.floor(bounds[1]) - 1)
        right = min(self.sheet.width, math.ceil(bounds[2]) + 2)
        bottom = min(self.sheet.height, math.ceil(bounds[3]) + 2)
        return (left, top, right, bottom) if right > left and bottom > top else None

    def _fill(self, bounds, draw, colour: Sequence[float], shade: str, alpha: float, soft: bool, grain: bool) -> None:  # type: ignore[no-untyped-def]  # noqa: PLR0917 - coordinates and bands read best in order
        self.sheet.note(bounds, soft)
        image, region = self.sheet.image, self._region(bounds)
        if image is None or region is None or alpha <= 0.003:
            return
        left, top, right, bottom = region
        mask = np.zeros((bottom - top, right - left), dtype=np.uint8)
        draw(mask, left, top)
        middle, half = (bounds[:2] + bounds[2:]) / 2, np.maximum((bounds[2:] - bounds[:2]) / 2, 0.5)
        u = ((np.arange(left, right, dtype=np.float32) + 0.5 - np.float32(middle[0])) / np.float32(half[0]))[None, :]
        v = ((np.arange(top, bottom, dtype=np.float32) + 0.5 - np.float32(middle[1])) / np.float32(half[1]))[:, None]
        tone, shine = shading(shade, u, v, self.sheet.light)
        base = np.asarray(colour, dtype=np.float32)
        if shade != "flat":
            base = base * np.float32(self.sheet.exposure)
        if grain and mask.shape[0] <= 1400 and mask.shape[1] <= 1400:
            tone = tone * _grain()[: mask.shape[0], : mask.shape[1]]
        surface = np.atleast_2d(np.asarray(tone, dtype=np.float32))[..., None] * base
        if shine is not None:
            surface = surface + shine[..., None] * np.float32(self.sheet.exposure)
        patch = image[top:bottom, left:right]
        patch += (mask * np.float32(alpha / 255))[..., None] * (surface - patch)
