"""One scene: a place, one to three things that sound in it, what is heard from outside, and the truth of it all."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection, Iterator
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.data.synthetic.act import Act, Picture
from training.data.synthetic.canvas import Canvas, Sheet
from training.data.synthetic.catalogue import Category
from training.data.synthetic.dsp import RATE, clock, convolve, samples, settle
from training.data.synthetic.places import PLACES, echo_spectrum

SHADOW_MARGIN = 0.4
"""How far shadows and glows may reach beyond a box, in picture heights."""
_EXPOSURE = {"city night": 0.66, "stage": 0.85, "forest": 0.9}


@dataclasses.dataclass(frozen=True)
class Source:
    """One thing that sounds, in the picture or outside it."""

    category: Category
    act: Act
    on_screen: bool
    gain: float
    pan_off: float
    """Stereo position while it is not in the picture, -1 left .. 1 right."""
    place: str

    @property
    def instance(self) -> str:
        """A name for this very individual."""
        return f"{self.category.name} {self.act.seed % 0xFFFFF:05x}"

    @property
    def events(self) -> tuple[float, ...]:
        """Onsets in seconds."""
        return self.act.events

    def pan_at(self, t: NDArray[np.float64]) -> NDArray[np.float64]:
        """Stereo position at times ``t``, from where it is in the picture."""
        if not self.on_screen:
            return np.full(t.shape, self.pan_off)
        return np.clip(2 * (self.act.x + self.act.drift * t) / self.act.aspect - 1, -1, 1)

    @cached_property
    def mono(self) -> NDArray[np.float32]:
        """Its sound at the source, (N,), neither panned nor in a room."""
        n = samples(self.act.seconds)
        dry = settle(self.category.sound(self.act, n))
        loud = max(float(np.abs(dry).max()), 3.5 * float(np.sqrt(np.mean(dry**2))), 1e-6)
        return dry * np.float32(self.gain / loud)

    @cached_property
    def stereo(self) -> NDArray[np.float32]:
        """Its sound as the scene's microphones hear it, panned with constant power, with the room: (2, N)."""
        angle = (self.pan_at(clock(self.mono.size)[:: RATE // 100]) + 1) * np.pi / 4
        fine = np.arange(self.mono.size) / (RATE // 100)
        angle = np.interp(fine, np.arange(angle.size), angle) if self.act.drift else angle[:1]
        direct = np.stack([np.cos(angle) * self.mono, np.sin(angle) * self.mono])
        room = (
            convolve(self.mono, *echo_spectrum(self.place, self.act.seed % 4, self.mono.size))
            if self.on_screen
            else 0.0
        )
        return np.asarray(direct + room, dtype=np.float32)


def horizon_of(seed: int, place: str) -> float:
    """Where the ground begins in this scene, in picture heights from the top."""
    return float(np.random.default_rng((seed, 3)).uniform(*PLACES[place].horizon))


class Scene:
    """A film clip that can be asked for any single frame, for its sound and for its truth.

    Everything follows from ``seed`` and the settings; frames do not depend on which others were asked for.
    """

    def __init__(  # noqa: PLR0917 - coordinates and bands read best in order
        self, seed: int, seconds: float, fps: Fraction, size: tuple[int, int], place: str, sources: tuple[Source, ...]
    ) -> None:
        self.seed, self.seconds, self.fps, self.size = seed, seconds, fps, size
        self.place, self.sources = place, sources
        rng = np.random.default_rng((seed, 2))
        self._light = float(rng.choice((-0.55, 0.55)) * rng.uniform(0.5, 1))
        self._move = rng.random(6)
        self._grade = 1 + rng.normal(0, 0.045, 3) + rng.normal(0, 0.04)
        self._noise = float(rng.uniform(0.8, 3.0))
        self._level = float(rng.uniform(0.5, 0.84))

    @property
    def frame_count(self) -> int:
        """How many frames the clip has."""
        return max(1, round(self.seconds * self.fps))

    @property
    def frames(self) -> Iterator[NDArray[np.uint8]]:
        """Every frame in order, (H, W, 3) each."""
        return (self.frame_at(k / self.fps) for k in range(self.frame_count))

    @cached_property
    def sound(self) -> NDArray[np.float32]:
        """The mix of all sources, (2, N) at 48 kHz, peaking between -6 and -1.5 dBFS."""
        return np.asarray(sum(self.own_sound(k) for k in range(len(self.sources))), dtype=np.float32)

    def own_sound(self, index: int) -> NDArray[np.float32]:
        """One source alone as it is in the mix, (2, N): these add up to :attr:`sound`."""
        return self.sources[index].stereo * self._master

    @cached_property
    def _master(self) -> np.float32:
        total = sum(s.stereo for s in self.sources)
        return np.float32(self._level / max(float(np.abs(total).max()), 1e-6))

    @cached_property
    def _horizon(self) -> float:
        return horizon_of(self.seed, self.place)

    @cached_property
    def _backdrop(self) -> Picture:
        width, height = self.size
        painted = PLACES[self.place].paint(np.random.default_rng((self.seed, 4)), height, width, self._horizon)
        return np.clip(painted, 0, 255).astype(np.float32)

    @cached_property
    def _finish(self) -> Picture:
        return _vignette(*self.size) * self._grade.astype(np.float32)

    def _camera(self, t: float) -> NDArray[np.float64]:
        """Backdrop pixels to picture pixels, (3, 3): still, hand-held, or a slow push in."""
        kind, a, b, c, d, e = self._move
        if kind < 0.4:
            return np.eye(3)
        zoom = 1.05 if kind < 0.7 else 1.02 + 0.08 * (t / self.seconds if e < 0.5 else 1 - t / self.seconds)
        width, height = self.size
        room = (zoom - 1) / 2
        sway = 0.6 if kind < 0.7 else 0.2
        dx = room * width * sway * np.sin(1.3 * t + 6 * a) * np.cos(0.7 * t + 6 * b)
        dy = room * height * sway * np.sin(1.1 * t + 6 * c) * np.cos(0.9 * t + 6 * d)
        return np.array([[zoom, 0, dx - room * width], [0, zoom, dy - room * height], [0, 0, 1]])

    def _canvas(self, t: float, image: Picture | None) -> Canvas:
        width, height = self.size
        sheet = Sheet(width, height, image, self._light, _EXPOSURE.get(self.place, 1.0))
        return Canvas(sheet, self._camera(t) @ np.diag([height, height, 1.0]))

    def _draw(self, source: Source, canvas: Canvas, t: float) -> None:
        a = source.act
        if source.category.look is not None:
            source.category.look(canvas.at(a.x_at(t), a.y, a.scale), a, t)

    def frame_at(self, seconds: float | Fraction, *, leave_out: Collection[int] = ()) -> NDArray[np.uint8]:
        """The frame shown at ``seconds``, (H, W, 3), optionally without some sources; no other frame is rendered."""
        import cv2

        exact = Fraction(seconds).limit_denominator(1_000_000) * self.fps
        index = min(
            max(0, int(exact + Fraction(1, 1000))), self.frame_count - 1
        )  # a float may sit just below its frame
        t = float(index / self.fps)
        camera = self._camera(t)
        moved = cv2.warpAffine(self._backdrop, camera[:2], self.size, borderMode=cv2.BORDER_REPLICATE)
        image: Picture = np.asarray(moved, dtype=np.float32)
        canvas = self._canvas(t, image)
        shown = [(k, s) for k, s in enumerate(self.sources) if s.on_screen and k not in leave_out]
        for _, source in sorted(shown, key=lambda item: (not item[1].category.sky, item[1].act.y)):
            self._draw(source, canvas, t)
        image *= self._finish
        image += _film_grain(self.size, self.seed + index) * np.float32(self._noise)
        return np.clip(image, 0, 255).astype(np.uint8)

    def box_at(self, index: int, seconds: float) -> tuple[float, float, float, float]:
        """Where a source's own pixels are, as fractions x1, y1, x2, y2 of the frame; zeros while it is out of sight."""
        canvas = self._canvas(seconds, None)
        if self.sources[index].on_screen:
            self._draw(self.sources[index], canvas, seconds)
        return _fractions(canvas.sheet.hard, self.size)

    def truth(self, stem: str = "") -> dict[str, Any]:
        """What happens in the clip, in the form its JSON file has; ``stem`` names the WAV files."""
        width, height = self.size
        return {
            "width": width,
            "height": height,
            "fps": float(self.fps),
            "duration": round(float(self.frame_count / self.fps), 6),
            "sources": [self._source_truth(k, stem) for k in range(len(self.sources))],
        }

    def _source_truth(self, index: int, stem: str) -> dict[str, Any]:
        source = self.sources[index]
        times = [float(k / self.fps) for k in range(self.frame_count)] if source.on_screen else []
        return {
            "category": source.category.name,
            "instance": source.instance,
            "on_screen": source.on_screen,
            "pan": round(float(source.pan_at(np.linspace(0, self.seconds, 50)).mean()), 4),
            "events": list(source.events),
            "boxes": [[round(t, 6), *self.box_at(index, t)] for t in times],
            "sound": f"{stem}_source{index}.wav",
        }


@functools.lru_cache(maxsize=8)
def _vignette(width: int, height: int) -> Picture:
    """Brightness of a lens, falling towards the corners: (H, W, 1)."""
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    return (1 - 0.26 * np.clip((x * x + y * y) / 2, 0, 1) ** 1.4)[..., None].astype(np.float32)


@functools.cache
def _grain_strip() -> Picture:
    return np.random.default_rng(9).standard_normal(1_000_003, dtype=np.float32)


def _film_grain(size: tuple[int, int], seed: int) -> Picture:
    """Noise of one exposure, (H, W, 1)."""
    count, strip = size[0] * size[1], _grain_strip()
    start = seed * 7919 % 9973
    cut = strip[start : start + count]
    return (cut if cut.size == count else np.resize(strip, start + count)[start:]).reshape(size[1], size[0], 1)


def _fractions(bounds: list[float], size: tuple[int, int]) -> tuple[float, float, float, float]:
    if not bounds:
        return (0.0, 0.0, 0.0, 0.0)
    x0, x1 = (min(1.0, max(0.0, v / size[0])) for v in (bounds[0], bounds[2]))
    y0, y1 = (min(1.0, max(0.0, v / size[1])) for v in (bounds[1], bounds[3]))
    if x1 <= x0 or y1 <= y0:
        return (0.0, 0.0, 0.0, 0.0)
    return (round(x0, 5), round(y0, 5), round(x1, 5), round(y1, 5))
