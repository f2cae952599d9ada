"""An endless stream of matching frames and sounds for training, one short scene each, rendered as it is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from training.data.synthetic.casting import render_scene
from training.data.synthetic.dsp import RATE
from training.data.synthetic.scene import Scene

# Seeds a stream or a `write` may start from. The ranges are disjoint and a scene's own seed keeps its stream's seed
# in the millions, so nothing seen in training is ever met in validation, in a test or in the demo.
TRAIN_SEEDS = range(1_000_000)
VALIDATION_SEEDS = range(1_000_000, 1_100_000)
TEST_SEEDS = range(1_100_000, 1_200_000)
DEMO_SEEDS = range(1_200_000, 1_300_000)

_SECONDS = 1.3


class Pair(NamedTuple):
    """A frame and the second of sound around it."""

    image: NDArray[np.uint8]
    """(224, 224, 3): the whole frame squeezed to a square."""
    sound: NDArray[np.float32]
    """(48000,) mono."""
    label: str
    """Category of the main source."""


def scene_seed(seed: int, index: int) -> int:
    """Seed of the scene number ``index`` (below a million) of the stream ``seed``."""
    return seed * 1_000_000 + index % 1_000_000


def moment(scene: Scene, rng: np.random.Generator) -> tuple[float, float]:
    """A frame time and the start of its second, such that the main source is heard in that second."""
    latest = scene.seconds - 1.0
    events = [e for e in scene.sources[0].events if e <= scene.seconds - 0.2]
    if not events:
        frame = float(rng.uniform(0.05, scene.seconds - 0.05))
        return frame, float(np.clip(frame - rng.uniform(0.2, 0.8), 0, latest))
    event = float(rng.choice(events))
    frame = float(np.clip(event + rng.uniform(-0.2, 0.3), 0.0, scene.seconds - 0.04))
    low, high = max(0.0, frame - 0.95, event - 0.8), min(latest, frame, event)
    return frame, float(rng.uniform(low, high)) if high > low else float(np.clip(low, 0, latest))


def pair(
    seed: int, *, pixels: int = 224, sources: int | None = None, categories: Collection[str] | None = None
) -> Pair:
    """The pair of one scene seed."""
    import cv2

    rng = np.random.default_rng((seed, 77))
    aspect = float(rng.choice((1.0, 4 / 3, 4 / 3, 16 / 9, 16 / 9)))
    scene = render_scene(
        seed,
        seconds=_SECONDS,
        fps=Fraction(25),
        size=(round(pixels * aspect), pixels),
        sources=sources,
        categories=categories,
    )
    frame, start = moment(scene, rng)
    image = scene.frame_at(frame)
    if aspect > 1:
        image = np.asarray(cv2.resize(image, (pixels, pixels), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    first = round(start * RATE)
    sound = scene.sound[:, first : first + RATE].mean(axis=0)
    return Pair(image, np.asarray(sound, dtype=np.float32), scene.sources[0].category.name)


def stream_pairs(
    seed: int,
    *,
    start: int = 0,
    step: int = 1,
    pixels: int = 224,
    sources: int | None = None,
    categories: Collection[str] | None = None,
) -> Iterator[Pair]:
    """Pairs without end; the same ``seed`` gives the same pairs.

    Args:
        seed: from one of the seed ranges of this module.
        start: index of the first pair; with ``step`` it splits a stream among workers.
        step: distance between indices.
        pixels: edge of the square picture.
        sources: things in each picture; None varies.
        categories: names to choose from; None is all.
    """
    index = start
    while True:
        yield pair(scene_seed(seed, index), pixels=pixels, sources=sources, categories=categories)
        index += step
