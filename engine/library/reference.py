"""How near this library comes to pictures it has nothing to do with: the yardstick its scores are read against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.library.vectors import Windows

MOST_QUERIES = 512
_ROWS = 65_536


@dataclass(frozen=True, eq=False)
class Reference:
    """Sorted distances of unrelated queries to their nearest sound here."""

    kind: str
    """``pictures``: unrelated frames were asked. ``sounds``: the model carries none, the library's own sounds were."""
    distances: np.ndarray
    """Euclidean, ascending, float32 ``(n,)``; empty when the library is too small to measure."""
    source: str = ""
    """Fingerprint of the model whose pictures were asked."""


def measure(windows: Windows, background: np.ndarray | None, source: str) -> Reference:
    """Best distance of each unrelated query over all windows.

    Args:
        windows: of the library.
        background: picture embeddings ``(n, 128)`` of unrelated frames. Without them up to 512 windows spread evenly
            over the library are asked, each for the nearest window of *another* file; sounds lie nearer to sounds
            than pictures do, so such scores are stricter.
        source: fingerprint of the model.
    """
    if background is not None and len(background):
        best = _best(background.astype(np.float32), windows, None) if len(windows) else np.zeros(0, np.float32)
        return Reference("pictures", np.sort(best), source)
    rows = np.unique(np.linspace(0, len(windows) - 1, min(len(windows), MOST_QUERIES)).astype(np.int64))
    best = _best(windows.vectors[rows], windows, windows.file_ids[rows]) if len(rows) else np.zeros(0, np.float32)
    return Reference("sounds", np.sort(best[np.isfinite(best)]), source)


def _best(queries: np.ndarray, windows: Windows, own: np.ndarray | None) -> np.ndarray:
    """Smallest distance per query ``(n,)``, in slabs so that memory stays bounded; ``own`` files are left out."""
    best = np.full(len(queries), -np.inf, dtype=np.float32)
    for first in range(0, len(windows), _ROWS):
        similarity = queries @ windows.vectors[first : first + _ROWS].T
        if own is not None:
            similarity[own[:, None] == windows.file_ids[None, first : first + _ROWS]] = -np.inf
        np.maximum(best, similarity.max(axis=1), out=best)
    return np.sqrt(np.maximum(0.0, 2.0 - 2.0 * best)).astype(np.float32)
