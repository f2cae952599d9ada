"""Measures a model on class-level material: photographs against sounds by label, clips against their own sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.embed import embed_pictures, embed_sounds
from training.evaluate.metrics import (
    LEAST_SOUNDS,
    best_fixed_list,
    chance,
    class_precision,
    paired_retrieval,
    precision_at_k,
    top_k,
)
from training.evaluate.untrained import untrained

if TYPE_CHECKING:
    from engine.models.encoders import AudioVisualEncoder
    from training.data.shards import Shards

DRAWS = 50
"""Random seconds drawn of each clip; scores are their mean."""
SHUFFLES = 20
"""Times that labels are dealt out anew."""


def evaluate_weak(checkpoint: Path | str, shards: Sequence[Path | str], splits: Sequence[str]) -> dict[str, Any]:
    """Scores on the given splits of shards made by :func:`training.data.weak.prepare_weak`.

    Returns:
        ``{"model", "photographs", "sounds", "clips", "rows": {name: {"precision@10", "r_precision", "sample@10",
        "mrr"}}, "classes": {label: precision@10}}``; rows are ``model``, ``random weights``, ``shuffled labels``,
        ``best fixed list`` and ``chance``. Precision is over photographs whose class has at least eight sounds,
        sample@10 over clips among the clips' own sounds.
    """
    from engine.models import load
    from training.data.shards import Shards

    model = load(checkpoint)
    data = Shards(list(shards))
    fresh = untrained(model.encoder)
    material = Material(data, splits)
    labels, heard = material.photo_labels, material.sound_labels
    kept = [label for label in labels if heard.count(label) >= LEAST_SOUNDS]
    clips = float(len(material.clips))
    guess = {"sample@10": min(1.0, 10 / clips), "mrr": float(np.mean(1 / np.arange(1, clips + 1)))}
    trained = material.embed(model.encoder)
    return {
        "model": model.id,
        "photographs": len(kept),
        "sounds": len(heard),
        "clips": len(material.clips),
        "rows": {
            "model": material.measure(trained),
            "random weights": material.measure(material.embed(fresh)),
            "shuffled labels": {"precision@10": material.shuffled(trained)},
            "best fixed list": {"precision@10": best_fixed_list(kept, heard, 10)["precision@10"], **guess},
            "chance": {"precision@10": chance(kept, heard, 10)["precision@10"], **guess},
        },
        "classes": material.by_class(trained),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """Embeddings ``(n, 128)`` of one encoder."""

    photos: np.ndarray
    sounds: np.ndarray
    frames: np.ndarray
    """Of the clips' seconds, clip by clip."""
    tracks: np.ndarray
    """Their sounds."""


class Material:
    """The photographs, sounds and clips of some splits."""

    def __init__(self, shards: Shards, splits: Sequence[str]) -> None:
        self.shards = shards
        chosen = [i for split in splits for i in shards.where(split)]
        samples = shards.samples
        pairs = [i for i in chosen if samples[i].frame and samples[i].sound]
        # Photographs and sounds that are nobody's pair; where all are pairs, as in the synthetic world, the pairs' own.
        self.photos = [i for i in chosen if not samples[i].sound] or pairs
        self.sounds = [i for i in chosen if not samples[i].frame] or pairs
        self.photo_labels = [samples[i].label for i in self.photos]
        self.sound_labels = [samples[i].label for i in self.sounds]
        self.clips: dict[str, list[int]] = {}
        for i in pairs:
            self.clips.setdefault(samples[i].group, []).append(i)

    def embed(self, encoder: AudioVisualEncoder) -> Embedded:
        """All of it as the encoder sees and hears it."""
        seconds = [i for members in self.clips.values() for i in members]
        return Embedded(
            photos=embed_pictures(encoder, self.shards, self.photos),
            sounds=embed_sounds(encoder, self.shards, self.sounds),
            frames=embed_pictures(encoder, self.shards, seconds),
            tracks=embed_sounds(encoder, self.shards, seconds),
        )

    def measure(self, embedded: Embedded) -> dict[str, float]:
        """precision@10, R-precision, and the clips' own-sound retrieval."""
        weak = class_precision(embedded.photos, embedded.sounds, self.photo_labels, self.sound_labels)
        return {k: weak[k] for k in ("precision@10", "r_precision")} | self._own_sound(embedded)

    def precision(self, scores: np.ndarray, labels: Sequence[str] | None = None) -> float:
        """precision@10 of photographs against sounds ranked by scores ``(P, S)``, the highest first.

        Args:
            scores: of every photograph with every sound.
            labels: of the photographs, when they shall not be their own.
        """
        lists = np.argsort(-scores, axis=1, kind="stable")[:, :10]
        return precision_at_k(lists, labels or self.photo_labels, self.sound_labels)

    def by_class(self, embedded: Embedded) -> dict[str, float]:
        """precision@10 of each class that has eight sounds."""
        heard = np.array(self.sound_labels, dtype=object)
        shown = np.array(self.photo_labels, dtype=object)
        lists = top_k(embedded.photos, embedded.sounds, 10)
        return {
            label: float((heard[lists[shown == label]] == label).mean())
            for label in sorted(set(self.photo_labels))
            if self.sound_labels.count(label) >= LEAST_SOUNDS
        }

    def shuffled(self, embedded: Embedded) -> float:
        """precision@10 when the photographs' labels are dealt out anew: what the sounds' frequencies alone give."""
        rng, scores = np.random.default_rng(0), embedded.photos @ embedded.sounds.T
        draws = [self.precision(scores, rng.permutation(self.photo_labels).tolist()) for _ in range(SHUFFLES)]
        return float(np.mean(draws))

    def _own_sound(self, embedded: Embedded) -> dict[str, float]:
        starts = np.cumsum([0, *(len(members) for members in self.clips.values())])
        rng = np.random.default_rng(0)
        draws = [rng.integers(starts[:-1], starts[1:]) for _ in range(DRAWS)] if self.clips else []
        scores = [paired_retrieval(embedded.frames[draw], embedded.tracks[draw]) for draw in draws]
        return {key: float(np.mean([score[key] for score in scores] or [0.0])) for key in ("sample@10", "mrr")}
