"""Whether a sound's source is in the picture: how concentrated and how high its map is, calibrated on known truth."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from engine.errors import ModelError
from engine.files import write_text

if TYPE_CHECKING:
    from engine.models.clip_model import ClipModel

OnScreen = Literal["on screen", "ambient"]
Box = tuple[float, float, float, float]
METRIC = "presence"
"""Where a model's config keeps its calibration, under its metrics."""
FEWEST = 20
"""Known cases of each kind that a calibration is fitted on, at least."""
_HALF = 0.5
_RIDGE = 1e-2
_STEPS = 50


def evidence(activation: np.ndarray) -> np.ndarray:
    """What in a raw map ``(h, w)`` speaks for the sound: what lies above 0 and above the map's mean, float32.

    Below 0 a position speaks against it, and a map all below has nothing to show. A level that all positions share
    says that the sound fits the picture, but not where: without it the heat would cover everything.
    """
    return np.clip(activation - max(0.0, float(activation.mean())), 0.0, None).astype(np.float32)


def concentration(activation: np.ndarray) -> float:
    """How little of the picture a raw map ``(h, w)`` points at, 0..1: 1 is one position, 0 all or none of them.

    One less the entropy of what speaks for the sound, as a share of the highest it could have.
    """
    positive = evidence(activation).astype(np.float64)
    total = positive.sum()
    if total <= 0 or activation.size < 2:
        return 0.0
    share = positive[positive > 0] / total
    return float(np.clip(1.0 + (share * np.log(share)).sum() / math.log(activation.size), 0.0, 1.0))


class Signs(NamedTuple):
    """What tells whether a source is in the picture."""

    concentration: float
    """See :func:`concentration`."""
    height: float
    """The raw map's highest value: how much the likeliest place speaks for the sound."""
    logit: float
    """That picture and sound belong together."""


def signs(activation: np.ndarray, logit: float) -> Signs:
    """What a raw map ``(h, w)`` and its logit tell."""
    return Signs(concentration(activation), float(activation.max()), logit)


def strongest_region(heat: np.ndarray) -> np.ndarray:
    """Which positions ``(h, w)`` of a map hang together with its highest one above half of it; none in one of zeros."""
    import cv2

    if heat.max(initial=0.0) <= 0:
        return np.zeros(heat.shape, bool)
    _, regions = cv2.connectedComponents((heat >= _HALF * heat.max()).astype(np.uint8))
    return np.asarray(regions == regions[np.unravel_index(heat.argmax(), heat.shape)])


def centre(heat: np.ndarray) -> tuple[float, float]:
    """The centre of mass (x, y) of a map's strongest region, as fractions of the picture; its middle where none is.

    Only that region: the faint rest of a map lies all over the picture and would draw every sound to the middle.
    """
    region = strongest_region(heat)
    if not region.any():
        return 0.5, 0.5
    rows, columns = np.nonzero(region)
    weights = heat[region].astype(np.float64)
    height, width = heat.shape
    x, y = (float(np.average(places + 0.5, weights=weights)) for places in (columns, rows))
    return x / width, y / height


def box(heat: np.ndarray) -> Box | None:
    """The box x1, y1, x2, y2 around a map's strongest region, as fractions of the picture; None where none is."""
    region = strongest_region(heat)
    if not region.any():
        return None
    rows, columns = np.nonzero(region)
    height, width = heat.shape
    return (
        float(columns.min() / width),
        float(rows.min() / height),
        float((columns.max() + 1) / width),
        float((rows.max() + 1) / height),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """A logistic judgement from the :class:`Signs` of a sound.

    A sound is said to be *on screen* from a probability of one half, else *ambient*.
    """

    concentration: float
    """Weight of the concentration."""
    height: float
    """Weight of the map's height."""
    logit: float
    """Weight of the logit."""
    bias: float
    accuracy: float
    """Share of the known cases judged rightly, each by a calibration fitted on the other half of them."""
    cases: int
    """How many there were, half of them on screen."""

    def probability(self, seen: Signs) -> float:
        """Probability 0..1 that the source is in the picture."""
        z = self.concentration * seen.concentration + self.height * seen.height + self.logit * seen.logit + self.bias
        return 1.0 / (1.0 + math.exp(-min(max(z, -60.0), 60.0)))

    def judge(self, seen: Signs) -> OnScreen:
        """What is said of the sound."""
        return "on screen" if self.probability(seen) >= _HALF else "ambient"

    @classmethod
    def fit(cls, measured: np.ndarray, onscreen: np.ndarray) -> Presence:
        """The likeliest one.

        Args:
            measured: the signs of each known case, ``(n, 3)``.
            onscreen: which of them are on screen, bool ``(n,)``.

        Raises:
            ModelError: too few cases of either kind.
        """
        onscreen = np.asarray(onscreen, bool)
        if min(onscreen.sum(), (~onscreen).sum()) < FEWEST:
            hint = f"Give {FEWEST} of each, at least."
            raise ModelError("Too few sounds are known to be on screen, or not to be.", hint)
        right = 0
        for fold in range(2):  # every other case of each kind, so that both halves hold both
            held = np.zeros(len(onscreen), bool)
            for kind in (True, False):
                held[np.flatnonzero(onscreen == kind)[fold::2]] = True
            weights = _logistic(measured[~held], onscreen[~held])
            right += int(((measured[held] @ weights[:-1] + weights[-1] >= 0) == onscreen[held]).sum())
        *own, bias = map(float, _logistic(measured, onscreen))
        accuracy = right / len(onscreen)
        return cls(**Signs(*own)._asdict(), bias=bias, accuracy=accuracy, cases=len(onscreen))

    @classmethod
    def of(cls, metrics: dict[str, Any]) -> Presence | None:
        """The calibration among a model's metrics; None where there is none that this version understands."""
        stored = metrics.get(METRIC)
        try:
            return cls(**stored) if stored else None
        except TypeError:
            return None


Case = tuple[np.ndarray, np.ndarray, bool]
"""Frames uint8 ``(T, H, W, 3)`` of a clip, its sound ``(2, N)`` at 21 kHz, and whether its source is in the picture."""


def calibrate(model: ClipModel, truth: Iterable[Case]) -> Presence:
    """The calibration of a model on clips of which it is known whether the sound's source is in the picture.

    Raises:
        ModelError: too few cases of either kind.
    """
    measured, onscreen = [], []
    for frames, sound, shown in truth:
        maps, logits = model.maps(model.picture_tokens(frames), [model.sound_tokens(sound)])
        measured.append(signs(maps[0], float(logits[0])))
        onscreen.append(shown)
    return Presence.fit(np.array(measured).reshape(-1, len(Signs._fields)), np.array(onscreen, bool))


def store(folder: Path, presence: Presence) -> None:
    """Write a calibration into the config of the model in ``folder``. Raises ModelError when it cannot be read."""
    from engine.models.checkpoint import CONFIG, read_info

    metrics = read_info(folder).metrics | {METRIC: asdict(presence)}
    settings = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    write_text(folder / CONFIG, json.dumps(settings | {"metrics": metrics}, indent=2, ensure_ascii=False) + "\n")


def _logistic(measured: np.ndarray, onscreen: np.ndarray) -> np.ndarray:
    """Weights of the columns and, last, the bias, by Newton's method with a slight pull towards nothing."""
    middle, spread = measured.mean(axis=0), np.maximum(measured.std(axis=0), 1e-9)
    inputs = np.column_stack([(measured - middle) / spread, np.ones(len(measured))])
    columns = measured.shape[1]
    pull = _RIDGE * np.diag([*np.ones(columns), 0.0]) * len(measured)
    weights = np.zeros(columns + 1)
    for _ in range(_STEPS):
        told = 1.0 / (1.0 + np.exp(-inputs @ weights))
        slope = inputs.T @ (onscreen - told) - pull @ weights
        bend = (inputs * (told * (1.0 - told))[:, None]).T @ inputs + pull + 1e-9 * np.eye(columns + 1)
        weights = weights + np.linalg.solve(bend, slope)
    own = weights[:-1] / spread
    return np.array([*own, weights[-1] - own @ middle])
