"""Measures a model on class-level material: photographs against sounds by label, clips against their own sound."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.embed import embed_pictures, embed_sounds
from training.evaluate import untrained
from training.evaluate.metrics import LEAST_SOUNDS, best_fixed_list, chance, class_precision, paired_retrieval, top_k

if TYPE_CHECKING:
    from engine.models.encoders import AudioVisualEncoder
    from training.data.shards import Shards

DRAWS = 50
"""Random seconds drawn of each clip; scores are their mean."""


def evaluate_weak(checkpoint: Path | str, shards: Sequence[Path | str], splits: Sequence[str]) -> dict[str, Any]:
    """Scores on the given splits of shards made by :func:`training.data.weak.prepare_weak`.

    Returns:
        ``{"model", "photographs", "sounds", "clips", "rows": {name: {"precision@10", "r_precision", "sample@10",
        "mrr"}}, "classes": {label: precision@10}}``; rows are ``model``, ``random weights``, ``best fixed list`` and
        ``chance``. Precision is over photographs whose class has at least eight sounds, sample@10 over clips among the
        clips' own sounds.
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
    trained, by_class = material.measure(model.encoder)
    return {
        "model": model.id,
        "photographs": len(kept),
        "sounds": len(heard),
        "clips": len(material.clips),
        "rows": {
            "model": trained,
            "random weights": material.measure(fresh)[0],
            "best fixed list": {"precision@10": best_fixed_list(kept, heard, 10)["precision@10"], **guess},
            "chance": {"precision@10": chance(kept, heard, 10)["precision@10"], **guess},
        },
        "classes": by_class,
    }


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

    def measure(self, encoder: AudioVisualEncoder) -> tuple[dict[str, float], dict[str, float]]:
        """Scores of an encoder, and precision@10 of each class."""
        pictures = embed_pictures(encoder, self.shards, self.photos)
        sounds = embed_sounds(encoder, self.shards, self.sounds)
        weak = class_precision(pictures, sounds, self.photo_labels, self.sound_labels)
        heard = np.array(self.sound_labels, dtype=object)
        shown = np.array(self.photo_labels, dtype=object)
        lists = top_k(pictures, sounds, 10)
        by_class = {
            label: float((heard[lists[shown == label]] == label).mean())
            for label in sorted(set(self.photo_labels))
            if self.sound_labels.count(label) >= LEAST_SOUNDS
        }
        return {k: weak[k] for k in ("precision@10", "r_precision")} | self._own_sound(encoder), by_class

    def _own_sound(self, encoder: AudioVisualEncoder) -> dict[str, float]:
        seconds = sorted(i for members in self.clips.values() for i in members)
        place = {i: n for n, i in enumerate(seconds)}
        pictures = embed_pictures(encoder, self.shards, seconds)
        sounds = embed_sounds(encoder, self.shards, seconds)
        rng = np.random.default_rng(0)
        draws = [[place[int(rng.choice(members))] for members in self.clips.values()] for _ in range(DRAWS)]
        scores = [paired_retrieval(pictures[draw], sounds[draw]) for draw in draws]
        return {key: float(np.mean([score[key] for score in scores])) for key in ("sample@10", "mrr")}
