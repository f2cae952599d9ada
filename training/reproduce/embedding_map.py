"""A map of the embeddings of ten classes, pictures and sounds apart, by t-SNE (Paper B, figure 3)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.files import atomic_path
from training.embed import embed_pictures, embed_sounds
from training.evaluate.similarity import SYNTHETIC
from training.reproduce.collection import SPLIT

if TYPE_CHECKING:
    from training.reproduce.collection import Collection

CLASSES = 10
POINTS = 600
"""At most; t-SNE of more says no more and takes long."""
MARKS = "osD^vPX<>*"
"""A shape for each class, so that the map can be read without colours."""


def draw_map(collection: Collection, path: Path) -> None:
    """Draw every second of ten classes of the test split, drawn at random among those with enough videos."""
    from matplotlib.figure import Figure

    shards = collection.shards
    chosen = _seconds(collection)
    names = sorted({shards.samples[i].label for i in chosen})
    kinds = np.array([names.index(shards.samples[i].label) for i in chosen])
    figure = Figure(figsize=(13, 7.2), layout="constrained")
    figure.suptitle(f"{collection.title}: embeddings of {len(chosen)} seconds of test videos, by t-SNE", fontsize=13)
    sides = {"pictures": embed_pictures, "sounds": embed_sounds}
    for axes, (side, embed) in zip(figure.subplots(1, 2), sides.items(), strict=True):
        _scatter(axes, _laid_out(embed(collection.encoder, shards, chosen)), kinds, names)
        axes.set_title(side, fontsize=12)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=5, fontsize=10, markerscale=1.3)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=100)


def _seconds(collection: Collection) -> list[int]:
    """Samples of the classes to draw, the same ones on every run."""
    samples = collection.shards.samples
    every = collection.shards.where(SPLIT, frame=True, sound=True)
    sizes = Counter(samples[i].label for i in every)
    often = [name for name, _ in sizes.most_common(2 * CLASSES)]
    rng = np.random.default_rng(0)
    kept = {often[n] for n in rng.permutation(len(often))[:CLASSES]}
    chosen = [i for i in every if samples[i].label in kept]
    return sorted(rng.permutation(chosen)[:POINTS].tolist())


def _laid_out(embeddings: np.ndarray) -> np.ndarray:
    """Places ``(N, 2)`` on the map."""
    from sklearn.manifold import TSNE

    perplexity = min(30.0, max(1.0, (len(embeddings) - 1) / 3))
    return TSNE(perplexity=perplexity, init="pca", random_state=0).fit_transform(embeddings)


def _scatter(axes: Any, places: np.ndarray, kinds: np.ndarray, names: list[str]) -> None:
    from matplotlib import colormaps

    for kind, name in enumerate(names):
        at = places[kinds == kind]
        label = name.removeprefix(SYNTHETIC) or "no label"
        colour = colormaps["tab10"](kind % 10)
        axes.scatter(
            at[:, 0], at[:, 1], s=34, marker=MARKS[kind], color=colour, edgecolors="white", linewidths=0.5, label=label
        )
    axes.set(xticks=[], yticks=[])
