"""What a measurement of a model finds: rows of numbers, their intervals, and what could not be measured."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from engine.errors import ModelError
from training.evaluate.bootstrap import bootstrap
from training.evaluate.measure import ByVideo, Measured

log = logging.getLogger(__name__)


class Split(Protocol):
    """Shards of any kind."""

    samples: list[Any]

    def videos(self, split: str) -> int:
        """How many videos of a split there are."""


@dataclass(slots=True, kw_only=True)
class Table:
    """The numbers of one model on one split."""

    model: str
    kind: str
    """Of the model: "second", "clip" or "offset"."""
    split: str
    """As measured."""
    videos: int
    rows: dict[str, dict[str, float]] = field(default_factory=dict)
    """By name of what was measured and by metric."""
    intervals: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)
    """95 %, by bootstrap over videos; what is exact has none."""
    left_out: list[str] = field(default_factory=list)
    """What could not be measured on these data, and why."""

    def add(self, row: str, values: Mapping[str, float], intervals: Mapping[str, tuple[float, float]]) -> None:
        """Write metrics with their intervals into a row."""
        self.rows.setdefault(row, {}).update(values)
        self.intervals.setdefault(row, {}).update(intervals)

    def add_measured(self, row: str, values: ByVideo) -> None:
        """Write the means of values by metric and video."""
        measured = Measured(values=values)
        self.add(row, measured.means(), measured.intervals())

    def add_median(self, row: str, metric: str, by_video: Mapping[str, list[float]]) -> None:
        """Write the median of values by video."""
        values = list(by_video.values())
        interval = bootstrap(values, lambda drawn: float(np.median(drawn)))
        self.add(row, {metric: float(np.median(np.concatenate(values)))}, {metric: interval})

    @contextmanager
    def leaving_out(self, what: str) -> Iterator[None]:
        """What these data cannot tell is left out, and said."""
        try:
            yield
        except ModelError as error:
            self.left_out.append(f"{what}: {error}")

    def document(self) -> dict[str, Any]:
        """As plain values.

        Raises:
            ModelError: nothing could be measured.
        """
        if not any(self.rows.values()):
            raise ModelError(f"Nothing of {self.model!r} can be measured on these data.", " ".join(self.left_out))
        return asdict(self)


def split_of_enough(shards: Split, split: str) -> str:
    """``split``, or "all" where it has fewer than two videos: then all samples are in a split of that name."""
    from training.data.shards import FEWEST_VIDEOS

    if shards.videos(split) >= FEWEST_VIDEOS:
        return split
    log.info("the %s split has too few videos: all are measured, trained on or not", split)
    shards.samples = [replace(sample, split="all") for sample in shards.samples]
    return "all"
