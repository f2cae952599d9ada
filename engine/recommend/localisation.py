"""Where in the picture a sound comes from, sound by sound (Paper D, section 4), fast enough for a list of sounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.errors import ModelError
from engine.features.clip import WAVE_RATE
from engine.library.listening import is_audible
from engine.recommend.bounded import BoundedCache
from engine.recommend.clips import ClipFrames, Film, Sound, Stretch
from engine.recommend.presence import Box, OnScreen, Presence, box, centre, evidence, signs

if TYPE_CHECKING:
    import torch

    from engine.models.clip_model import ClipModel

LOCALISER = "localiser"
"""Id of the shipped model."""
LONGEST = 224
"""Pixels of a map's longer side."""
CACHE_BYTES = 128 << 20
"""About three hundred positions with a thousand sounds."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Localisation:
    """What a sound has to do with a moment of a film."""

    map: np.ndarray
    """Where it comes from: float32 ``(H, W)`` in 0..1 in the frame's proportions, its longer side 224.

    The model's map above 0 and above its own mean (:func:`engine.recommend.presence.evidence`), enlarged
    bilinearly and divided by its highest value: a map says where, never how surely (that is ``score``). Where nothing
    speaks for the sound it is zero throughout.
    """
    score: float
    """Probability 0..1 that sound and picture are in sync, as the model sees it."""
    presence: float
    """How concentrated the map is, 0..1; see :func:`engine.recommend.presence.concentration`."""
    onscreen: OnScreen | None
    """None where the model has no calibration, or the sound is silent."""
    centre: tuple[float, float]
    """Centre of mass (x, y) of the map's strongest region, fractions of the picture; its middle in a map of zeros."""
    box: Box | None
    """Box x1, y1, x2, y2 around that region, fractions; None in a map of zeros."""
    audible: bool
    """Whether the stretch of the sound that was judged can be heard."""

    @property
    def pan(self) -> float:
        """Where to pan the sound, -1 (left) .. 1 (right): across the picture's width, as its source lies there.

        0 for a sound that is ambient: it comes from nowhere in the picture.
        """
        return 0.0 if self.onscreen == "ambient" else 2.0 * self.centre[0] - 1.0


class _Heard(NamedTuple):
    """A stretch of sound as the model hears it."""

    tokens: torch.Tensor
    audible: bool


class Localiser:
    """Localises sounds in films; keeps the tokens of positions and of sounds, within a number of bytes.

    A new position costs some frames of decoding and the picture encoder; each sound heard there first costs its own
    encoder, and any sound the co-attention. But for :meth:`fetch` it is one thread's at a time, never the window's.

    Args:
        model: a clip model, its id or its folder.
        device: "auto", "cpu", "cuda" or "mps", for a model that is loaded here.
        cache_bytes: kept at most.

    Raises:
        ModelError: the model cannot be found or loaded, judges no clips, or hears nothing.
    """

    def __init__(
        self, model: ClipModel | str | Path = LOCALISER, *, device: str = "auto", cache_bytes: int = CACHE_BYTES
    ) -> None:
        from engine.models.clip_model import load_clip

        self.model = load_clip(model, device) if isinstance(model, str | Path) else model
        if self.model.network.config.attention == "vision":
            raise ModelError(
                f"The model {self.model.id!r} hears nothing.", "Choose one with attention cma, vga or aga."
            )
        self.presence = Presence.of(self.model.metrics)
        self._cache = BoundedCache(cache_bytes)
        self._frames = ClipFrames(self.model.front, self._cache)

    @classmethod
    def installed(cls) -> Localiser | None:
        """One with the installed model; None where there is none. Raises ModelError where it cannot be loaded."""
        from engine.models import is_installed

        return cls() if is_installed(LOCALISER) else None

    def fetch(self, video: str | Path, seconds: float) -> None:
        """Decode the frames that :meth:`prepare` needs, unless they are kept; any thread may, beside all other calls.

        Raises:
            MediaError: the film cannot be read.
        """
        self._frames.fetch(Path(video), seconds)

    def prepare(self, video: str | Path, seconds: float) -> None:
        """Work out the tokens of the 4.2 s around ``seconds`` of a film or still image, unless they are kept.

        At a film's ends the clip lies inside it; positions count in the steps of the clip's frames. Of shorter films
        the last frame is repeated, of still images the only one.

        Raises:
            MediaError: the film cannot be read.
        """
        self._picture(Path(video), seconds)

    def localize(self, video: str | Path, seconds: float, sound: Sound, start: float | None = None) -> np.ndarray:
        """The map of one sound alone; see :attr:`Localisation.map` and :meth:`localize_many`.

        Args:
            video: a film or still image.
            seconds: the moment.
            sound: a file, a file and where it is heard from (s), or a waveform ``(C, N)`` and its rate (Hz).
            start: s, where it is heard from.
        """
        return self.localize_many(video, seconds, [sound], start)[0].map

    def localize_many(
        self, video: str | Path, seconds: float, sounds: Sequence[Sound], start: float | None = None
    ) -> list[Localisation]:
        """Where each of several sounds comes from at one moment.

        Each is heard for the 4.2 s from its start on; what is missing of them is silence.

        Raises:
            MediaError: the film or a sound cannot be read.
        """
        return self._localise(Path(video), seconds, [Stretch.of(sound, start) for sound in sounds])

    def localize_placed(self, video: str | Path, seconds: float, sound: Sound, at: float) -> Localisation:
        """Where a sound that begins at ``at`` (s of the film) comes from at a moment: heard as it lies to the picture.

        Args:
            video: a film or still image.
            seconds: the moment, s of the film.
            sound: see :meth:`localize`; what it is heard from is heard at ``at``.
            at: s of the film.

        Raises:
            MediaError: the film or the sound cannot be read.
        """
        path = Path(video)
        begins = float(self._frames.number(path, seconds) / self.model.front.rate)
        placed = Stretch.of(sound)
        return self._localise(path, seconds, [Stretch(placed.source, placed.start + begins - at)])[0]

    def hear(self, sound: Sound, start: float | None = None) -> bool:
        """Work out a sound's tokens, unless they are kept. Returns whether it can be heard; raises MediaError."""
        return self._hear([Stretch.of(sound, start)])[0].audible

    def _localise(self, path: Path, seconds: float, stretches: Sequence[Stretch]) -> list[Localisation]:
        picture = self._picture(path, seconds)
        heard = self._hear(stretches)
        activations, logits = self.model.maps(picture, [one.tokens for one in heard])
        film = self._frames.film(path)
        return [
            self._localisation(film, activation, float(logit), one.audible)
            for activation, logit, one in zip(activations, logits, heard, strict=True)
        ]

    def _picture(self, path: Path, seconds: float) -> torch.Tensor:
        return self._frames.seen(path, seconds, self.model.picture_tokens)

    def _hear(self, stretches: Sequence[Stretch]) -> list[_Heard]:
        keys = [stretch.key for stretch in stretches]
        known: list[_Heard | None] = [None if key is None else self._cache.get(key) for key in keys]
        new = [n for n, one in enumerate(known) if one is None]
        waves = [stretches[n].read(self.model.front.seconds) for n in new]
        all_tokens = self.model.all_sound_tokens([(wave, WAVE_RATE) for wave in waves])
        for n, wave, tokens in zip(new, waves, all_tokens, strict=True):
            heard = _Heard(tokens, is_audible(wave))
            known[n] = heard
            if keys[n] is not None:
                self._cache.put(keys[n], heard, tokens.nbytes)
        return [one for one in known if one is not None]

    def _localisation(self, film: Film, activation: np.ndarray, logit: float, audible: bool) -> Localisation:
        if not audible:
            activation = np.zeros_like(activation)
        heat = _enlarged(activation, film)
        seen = signs(activation, logit)
        judged = self.presence.judge(seen) if self.presence is not None and audible else None
        return Localisation(
            map=heat,
            score=float(_sigmoid(np.array(logit))) if audible else 0.0,
            presence=seen.concentration,
            onscreen=judged,
            centre=centre(heat),
            box=box(heat),
            audible=audible,
        )


def localize(
    video: str | Path, time: float, sound: Sound, model: str | Path = LOCALISER, *, start: float | None = None
) -> np.ndarray:
    """Where in the picture a sound comes from: float32 ``(H, W)`` in 0..1; see :attr:`Localisation.map`.

    The model and the tokens of the last positions are kept for the next call.

    Args:
        video: a film or still image.
        time: s into it.
        sound: a file, a file and where it is heard from (s), or a waveform ``(C, N)`` and its rate (Hz).
        model: id or folder of a clip model.
        start: s, where the sound is heard from.

    Raises:
        MediaError: the film or the sound cannot be read.
        ModelError: the model cannot be loaded or judges no clips.
    """
    return _kept_localiser(str(model)).localize(video, time, sound, start)


@lru_cache(maxsize=1)
def _kept_localiser(model: str) -> Localiser:
    return Localiser(model)


def _enlarged(activation: np.ndarray, film: Film) -> np.ndarray:
    """What in a map speaks for the sound, in the film's proportions, its top 1."""
    import cv2

    scale = LONGEST / max(film.width, film.height)
    size = (max(1, round(film.width * scale)), max(1, round(film.height * scale)))
    large = np.asarray(cv2.resize(evidence(activation), size, interpolation=cv2.INTER_LINEAR), np.float32)
    top = float(large.max())
    return large / top if top > 0 and math.isfinite(top) else np.zeros_like(large)


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits.astype(np.float64), -60.0, 60.0))))
