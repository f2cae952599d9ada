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

from engine.errors import ProjectError
from training.data.synthetic.act import Act, Colour, Picture
from training.data.synthetic.canvas import Canvas, Sheet
from training.data.synthetic.catalogue import AMBIENCES, BY_NAME, CATEGORIES, Category
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
        return _horizon(self.seed, self.place)

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


def _horizon(seed: int, place: str) -> float:
    return float(np.random.default_rng((seed, 3)).uniform(*PLACES[place].horizon))


def _chosen(rng: np.random.Generator, count: int, names: Collection[str] | None) -> tuple[str, list[Category]]:
    """A place and ``count`` different categories that can be met there."""
    unknown = sorted(set(names or ()) - {c.name for c in CATEGORIES})
    if unknown:
        raise ProjectError(
            f"There is no category called “{unknown[0]}”.", "Choose from training.data.synthetic.CATEGORIES."
        )
    allowed = [c for c in CATEGORIES if names is None or c.name in names]
    first = allowed[int(rng.integers(len(allowed)))]
    place = str(rng.choice(first.places))
    others = [c for c in allowed if c is not first and place in c.places]
    picked = rng.permutation(len(others))[: count - 1]
    return place, [first, *(others[int(k)] for k in picked)]


def make_act(
    rng: np.random.Generator,
    category: Category,
    *,
    slot: tuple[float, float],
    horizon: float,
    crowd: float,
    seconds: float,
    aspect: float,
) -> Act:
    """An individual of ``category``, placed in its share ``slot`` of the picture's width."""
    size, material, rate = rng.random(3)
    grow = crowd * (0.78 + 0.44 * size) * rng.uniform(0.9, 1.12)
    depth = rng.uniform(0.3, 0.9)
    if category.sky:
        y = max(0.42, horizon * rng.uniform(0.75, 1.0))
    else:
        y = horizon + (0.97 - horizon) * depth
        grow *= 0.82 + 0.32 * depth
    scale = min(category.height * grow * 1.25, (y - 0.02) / category.tall)
    facing = int(rng.choice((-1, 1)))
    travel = facing * rng.uniform(*category.travel) * aspect * min(1.0, seconds / 3)
    x = _across(rng, slot, aspect, category.half * scale * 0.9, travel)
    act = Act(
        seed=int(rng.integers(1 << 31)),
        size=size,
        material=material,
        rate=rate,
        tint=_near(rng, category.tints),
        accent=_near(rng, category.accents),
        x=x - travel / 2,
        y=float(y),
        scale=float(scale),
        drift=travel / seconds,
        facing=facing,
        seconds=seconds,
        aspect=aspect,
        events=(),
        strengths=(),
    )
    return timed(category, act)


def _across(rng: np.random.Generator, slot: tuple[float, float], aspect: float, reach: float, travel: float) -> float:
    """Where a thing of half-width ``reach`` is at half time, so that it stays in sight on its way."""
    middle, span = (slot[0] + slot[1]) / 2 * aspect, (slot[1] - slot[0]) * aspect
    x = middle + rng.uniform(-0.22, 0.22) * span
    x = min(max(x, min(reach, aspect / 2)), max(aspect - reach, aspect / 2))
    margin = min(0.06 * aspect + abs(travel) / 2, aspect / 2)
    return float(min(max(x, margin), aspect - margin)) if travel else float(x)


def _near(rng: np.random.Generator, palette: tuple[Colour, ...]) -> Colour:
    """A colour of the palette, never quite the same twice."""
    base = palette[int(rng.integers(len(palette)))]
    r, g, b = np.clip(np.asarray(base) + rng.normal(0, 9, 3), 8, 248).tolist()
    return (r, g, b)


def timed(category: Category, act: Act) -> Act:
    """``act`` with the events its category's plan gives it."""
    if category.plan is None:
        return act
    events, strengths = category.plan(act)
    return dataclasses.replace(act, events=events, strengths=strengths)


def _heard_only(
    rng: np.random.Generator, place: str, shown: list[Category], seconds: float, aspect: float
) -> list[Source]:
    """What sounds outside the picture: mostly an ambience, sometimes a thing that could have been seen."""
    found: list[tuple[Category, float]] = []
    if rng.random() < 0.7:
        found.append((BY_NAME[str(rng.choice(PLACES[place].ambience))], 0.0))
    if rng.random() < 0.15:
        hidden = [c for c in CATEGORIES if place in c.places and c not in shown]
        if hidden:
            found.append((hidden[int(rng.integers(len(hidden)))], -15.0))
    out = []
    for category, quieter in found:
        act = make_act(rng, category, slot=(0.3, 0.7), horizon=0.5, crowd=1.0, seconds=seconds, aspect=aspect)
        gain = 10 ** ((category.level + quieter + rng.uniform(-4, 4)) / 20)
        out.append(Source(category, act, False, float(gain), float(rng.uniform(-0.9, 0.9)) if quieter else 0.0, place))
    return out


def render_scene(
    seed: int,
    *,
    seconds: float = 4.0,
    fps: Fraction = Fraction(25),
    size: tuple[int, int] = (320, 240),
    sources: int | None = None,
    categories: Collection[str] | None = None,
    place: str | None = None,
    ambience: bool = True,
) -> Scene:
    """The scene of ``seed``; nothing is drawn or played until it is asked for.

    Args:
        seed: the whole scene follows from it.
        seconds: length of the clip.
        fps: frames a second.
        size: width and height in pixels.
        sources: things in the picture, 1 to 3; None lets the seed decide.
        categories: names to choose from; None is all of :data:`CATEGORIES`.
        place: a name of ``PLACES`` to use instead of one the seed picks.
        ambience: whether anything may be heard from outside the picture.

    Raises:
        ProjectError: a setting is out of range or names nothing that exists.
    """
    if seconds <= 0 or min(size) < 16:
        raise ProjectError(
            "A scene needs some length and at least 16 x 16 pixels.", "Give a longer time or a larger size."
        )
    if sources is not None and not 1 <= sources <= 3:
        raise ProjectError(f"A scene holds one to three sources, not {sources}.", "Choose 1, 2 or 3.")
    rng = np.random.default_rng((seed, 1))
    count = sources or int(rng.choice((1, 2, 3), p=(0.55, 0.3, 0.15)))
    where, chosen = _chosen(rng, count, categories)
    if place is not None:
        if place not in PLACES:
            raise ProjectError(f"There is no place called “{place}”.", f"Choose from {', '.join(PLACES)}.")
        where = place
    aspect, horizon = size[0] / size[1], _horizon(seed, where)
    shift = list(rng.permutation(len(chosen)))
    crowd = (1.0, 0.82, 0.68)[len(chosen) - 1]
    made = []
    for category, at in zip(chosen, shift, strict=True):
        slot = (at / len(chosen), (at + 1) / len(chosen))
        act = make_act(rng, category, slot=slot, horizon=horizon, crowd=crowd, seconds=seconds, aspect=aspect)
        gain = 10 ** ((category.level + rng.uniform(-3, 3)) / 20)
        made.append(Source(category, act, True, float(gain), 0.0, where))
    if ambience:
        made += _heard_only(rng, where, chosen, seconds, aspect)
    return Scene(seed, seconds, fps, size, where, tuple(made))


__all__ = ["AMBIENCES", "SHADOW_MARGIN", "Scene", "Source", "make_act", "render_scene", "timed"]
