"""How a run is measured: by retrieval (papers A to C), by telling what is in sync, by naming actions (Paper D)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from training.reproduce.collection import SPLIT
from training.reproduce.tables import CHANCE, Paper

if TYPE_CHECKING:
    from engine.jobs import Job
    from training.data.shards import Shards
    from training.reproduce.parts import Part

Values = dict[str, dict[str, list[float]]]
"""By metric and video."""
AVS, MISMATCH = "AVS", "mismatch"


class Yardstick(ABC):
    """Measures the models of one run.

    Args:
        paper: whose run it is.
        folder: the run's.
        parts: its models.
        job: progress and cancel.
    """

    kind: ClassVar[str] = ""
    """What of; runs of one kind should be measured on the same data."""

    def __init__(self, paper: Paper, folder: Path, parts: tuple[Part, ...], job: Job) -> None:
        self.paper, self.folder, self.parts, self.job = paper, folder, parts, job

    @property
    def data(self) -> list[str]:
        """Folders of shards."""
        return list(dict.fromkeys(place for part in self.parts for place in part.shards))

    def fingerprint(self) -> str:
        """Digest of the weights of all its models."""
        from engine.models.checkpoint import read_stored

        return " ".join(read_stored(self.folder / part.name / "model").fingerprint for part in self.parts)

    @abstractmethod
    def about(self) -> dict[str, Any]:
        """How many videos are measured on, and what chance scores there."""

    @abstractmethod
    def values(self) -> Values:
        """What the models score."""

    def network(self) -> Any:
        """The one whose untrained twin is worth measuring too, where there is one."""
        return None

    def values_of(self, network: Any) -> Values:
        """What a network scores; only where :meth:`network` gives one."""
        raise NotImplementedError


class RetrievalYardstick(Yardstick):
    """Papers A to C: an embedding of each second."""

    def about(self) -> dict[str, Any]:
        """One second of each test video is query and answer."""
        from training.evaluate import query_samples
        from training.evaluate.measure import chance_level, with_mirrored

        shards = self._shards()
        samples = [shards.samples[i] for i in query_samples(shards, SPLIT)]
        chance = chance_level(with_mirrored(samples) if self.paper.mirrored else samples)
        return {"videos": len(samples), CHANCE: chance}

    def values(self) -> Values:
        """Of the trained encoder."""
        return self.values_of(self.network())

    def network(self) -> Any:
        """The trained encoder, at rest on its device."""
        from engine.models import load

        return load(self.folder / "model").encoder

    def values_of(self, network: Any) -> Values:
        """Retrieval, and accuracy of pairs where the paper gives it."""
        from training.evaluate import measure, query_samples
        from training.evaluate.measure import PAIRS

        shards = self._shards()
        pairs = PAIRS if self.paper.pairs else 0
        queries = query_samples(shards, SPLIT)
        return measure(network, shards, SPLIT, queries, mirrored=self.paper.mirrored, pairs=pairs).values

    def _shards(self) -> Shards:
        from training.data.shards import Shards
        from training.evaluate.retrieval import stereo_only

        return stereo_only(Shards(self.data)) if self.paper.stereo else Shards(self.data)


class SyncYardstick(Yardstick):
    """Paper D, table 1: is this pair in sync, with shifted sounds, and beside it with other clips' sounds."""

    kind = "synchronisation"

    def about(self) -> dict[str, Any]:
        """Pairs are balanced, so that chance is one half."""
        from training.data.clips.shards import ClipShards

        return {"videos": ClipShards(self.data).videos(SPLIT), CHANCE: {AVS: 0.5, MISMATCH: 0.5}}

    def values(self) -> Values:
        """Of the trained network."""
        return self.values_of(self.network())

    def network(self) -> Any:
        """The trained network, at rest on its device."""
        from engine.models.clip_model import load_clip

        return load_clip(self.folder / "model").network

    def values_of(self, network: Any) -> Values:
        """Accuracy with both kinds of untrue pairs."""
        from training.data.clips.shards import ClipShards
        from training.evaluate.synchronisation import sync_hits

        shards = ClipShards(self.data)
        kinds = {AVS: "shift", MISMATCH: "mismatch"}
        return {name: sync_hits(network, shards, SPLIT, kind, job=self.job) for name, kind in kinds.items()}


class ActionYardstick(Yardstick):
    """Paper D, tables 2 and 3: actions named rightly, every test video of every official split counting once."""

    kind = "actions"

    def about(self) -> dict[str, Any]:
        """All test videos of all splits; chance is one of the classes."""
        chance, videos = {}, set[str]()
        for part in self.parts:
            shards = self._shards(part)
            chance[part.collection] = 1 / len(shards.actions)
            videos |= {sample.group for sample in shards.samples}
        return {"videos": len(videos), CHANCE: chance}

    def values(self) -> Values:
        """By collection."""
        from training.evaluate.actions import action_hits

        found: Values = defaultdict(lambda: defaultdict(list))
        for part in self.parts:
            for video, hit in action_hits(self.folder / part.name, self._shards(part), job=self.job).items():
                found[part.collection][video].append(hit)
        return {collection: dict(videos) for collection, videos in found.items()}

    def _shards(self, part: Part) -> Any:
        from training.data.actions.shards import ActionShards

        return ActionShards(list(part.shards))


def yardstick_for(task: str) -> type[Yardstick]:
    """The kind of yardstick that models of a task are held against."""
    return {"synchronisation": SyncYardstick, "actions": ActionYardstick}.get(task, RetrievalYardstick)
