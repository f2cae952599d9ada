"""Every number of the papers for one encoder, kept video by video so that intervals can be given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from training.embed import embed_pictures, embed_sounds
from training.evaluate.bootstrap import bootstrap
from training.evaluate.directions import Items, chance_in_directions, in_directions
from training.evaluate.metrics import best_fixed_list, best_threshold, chance, own_ranks, precision_values, top_k
from training.evaluate.mirror import Mirrored, mirrored_sample

if TYPE_CHECKING:
    from engine.models.two_stream import AudioVisualEncoder
    from training.data.pairs import Pair
    from training.data.shards import Sample, Shards

K = 10
PAIRS = 3000
"""Pairs that correlation accuracy is measured on, where there are as many (Paper A, section 5.1)."""
PAIRS_PER_VIDEO = 10
NAMES = {"category@10 i-s": f"category@{K}"}
"""The papers' short names of what they measure in one direction only."""

ByVideo = dict[str, dict[str, list[float]]]
"""Values by metric and video."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The scores of an encoder, or of chance."""

    values: ByVideo

    def means(self) -> dict[str, float]:
        """Each metric's mean over all values."""
        return {metric: float(np.mean(_joined(videos))) for metric, videos in self.values.items()}

    def intervals(self) -> dict[str, tuple[float, float]]:
        """Each metric's 95 % interval over videos."""
        return {metric: bootstrap(list(videos.values())) for metric, videos in self.values.items()}


def measure(
    encoder: AudioVisualEncoder,
    shards: Shards,
    split: str,
    queries: Sequence[int],
    *,
    mirrored: bool = False,
    pairs: int = PAIRS,
) -> Measured:
    """Retrieval with one second of each video as query and search list, and correlation accuracy on balanced pairs.

    Args:
        encoder: used as it stands.
        shards: what to measure on.
        split: of the pairs.
        queries: one sample of each video (Paper A, section 5.2).
        mirrored: each query joins a second time with left and right exchanged (Paper C, section 3.1).
        pairs: of correlation accuracy, at most; 0 leaves it out.
    """
    chosen = [shards.samples[i] for i in queries]
    pictures, sounds = embed_pictures(encoder, shards, queries), embed_sounds(encoder, shards, queries)
    if mirrored:
        turned = cast("Shards", Mirrored(shards))
        pictures = np.concatenate([pictures, embed_pictures(encoder, turned, queries)])
        sounds = np.concatenate([sounds, embed_sounds(encoder, turned, queries)])
    values = retrieval_values(pictures, sounds, with_mirrored(chosen) if mirrored else chosen)
    if pairs:
        values["correlation_accuracy"] = correlation_values(encoder, shards, split, pairs)
    return Measured(values=values)


def with_mirrored(samples: list[Sample]) -> list[Sample]:
    """The samples, then each of them mirrored."""
    return samples + [mirrored_sample(sample) for sample in samples]


def retrieval_values(pictures: np.ndarray, sounds: np.ndarray, samples: Sequence[Sample]) -> ByVideo:
    """Scores of retrieval in all directions by metric and video, from embeddings ``(N, D)`` of the samples."""
    labels, groups = [s.label for s in samples], [s.group for s in samples]
    ranks = own_ranks(pictures, sounds)
    scores = in_directions(pictures, sounds, items_of(samples))
    scores[f"sample@{K}"] = (ranks <= K).astype(float)
    scores["mrr"] = 1.0 / ranks
    scores[f"precision@{K}"] = precision_values(top_k(pictures, sounds, K), labels, labels)
    return {NAMES.get(metric, metric): kept for metric in scores if (kept := _by_video(scores[metric], groups))}


def items_of(samples: Sequence[Sample]) -> Items:
    """What retrieval needs to know of samples."""
    return Items([s.label for s in samples], [s.group for s in samples], [s.box for s in samples])


def correlation_values(
    encoder: AudioVisualEncoder, shards: Shards, split: str, pairs: int = PAIRS
) -> dict[str, list[float]]:
    """Whether each balanced pair is judged rightly by its distance, by the video of its picture.

    The threshold is the one that suits the validation split best (Paper A, section 5.1, leaves its choice to the head).
    """
    plan = balanced_plan(shards, "validation" if shards.where("validation") else split, pairs)
    threshold = best_threshold(pair_distances(encoder, shards, plan), _truth(plan))
    plan = balanced_plan(shards, split, pairs)
    right = (pair_distances(encoder, shards, plan) <= threshold) == _truth(plan)
    return _by_video(right.astype(float), [shards.samples[p.picture].group for p in plan])


def correlation_accuracy(encoder: AudioVisualEncoder, shards: Shards, split: str) -> float:
    """Share of balanced pairs judged rightly by distance, the threshold being the validation split's best."""
    return float(np.mean(_joined(correlation_values(encoder, shards, split))))


def balanced_plan(shards: Shards, split: str, pairs: int) -> list[Pair]:
    """At most ``pairs`` pairs of a split, half of them true, the same ones on every run."""
    from training.data.pairs import balanced_pairs

    plan = balanced_pairs(shards, split, PAIRS_PER_VIDEO, (0, 0))
    each = min(pairs, len(plan)) // 2
    true, untrue = ([p for p in plan if p.paired == wanted][:each] for wanted in (True, False))
    return true + untrue


def pair_distances(encoder: AudioVisualEncoder, shards: Shards, plan: Sequence[Pair]) -> np.ndarray:
    """Euclidean distance ``(N,)`` of each pair of a plan; what several pairs share is embedded once."""
    shown, picture = np.unique([p.picture for p in plan], return_inverse=True)
    heard, sound = np.unique([p.sound for p in plan], return_inverse=True)
    pictures = embed_pictures(encoder, shards, shown.tolist())
    sounds = embed_sounds(encoder, shards, heard.tolist())
    return np.linalg.norm(pictures[picture] - sounds[sound], axis=1)


def chance_level(samples: Sequence[Sample]) -> dict[str, float]:
    """What lists drawn at random score on average."""
    labels = [s.label for s in samples]
    numbers = {**chance(labels, labels, K), **chance_in_directions(items_of(samples))}
    numbers["mrr"] = float(np.mean(1.0 / np.arange(1, len(samples) + 1)))
    return {NAMES.get(metric, metric): value for metric, value in numbers.items()}


def fixed_list(samples: Sequence[Sample]) -> dict[str, float]:
    """What the best list that is the same for every picture scores."""
    labels = [s.label for s in samples]
    return best_fixed_list(labels, labels, K)


def _by_video(values: np.ndarray, groups: Sequence[str]) -> dict[str, list[float]]:
    """Values by video; those that are NaN say nothing and are left out."""
    videos: dict[str, list[float]] = defaultdict(list)
    for value, group in zip(values.tolist(), groups, strict=True):
        if np.isfinite(value):
            videos[group].append(value)
    return dict(videos)


def _joined(videos: Mapping[str, Sequence[float]]) -> list[float]:
    return [value for values in videos.values() for value in values]


def _truth(plan: Sequence[Pair]) -> np.ndarray:
    return np.array([p.paired for p in plan], dtype=bool)
