"""Prepared videos of actions, with what each official split uses them for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.errors import ModelError
from training.data.clips.shards import ClipShards
from training.data.kinds import ACTIONS, holds, wrong_kind


class ActionShards(ClipShards):
    """Clips of whole videos, each with its action (its ``label``), read at random.

    Raises:
        ModelError: a folder holds no finished clips, clips without split lists, or those of another collection.
    """

    def __init__(self, folders: Sequence[Path | str] | Path | str) -> None:
        self.uses: list[tuple[str, ...]] = []
        self.collection = ""
        super().__init__(folders)
        self.actions = tuple(sorted({sample.label for sample in self.samples}))

    def members(self, split: int, use: str) -> list[int]:
        """Videos that official split ``split`` (from 1 on) uses for "train" or "test"; raises ModelError if none."""
        found = [n for n, uses in enumerate(self.uses) if split <= len(uses) and uses[split - 1] == use]
        if not found or split < 1:
            hint = f"There are {len(self.uses[0]) if self.uses else 0} splits; complete the videos and prepare again."
            raise ModelError(f"Split {split} of {self.collection or 'these actions'} has no videos to {use}.", hint)
        return found

    def _add(self, row: dict[str, Any], folder: Path) -> None:
        if "jpegs" not in row:
            raise wrong_kind(folder, holds(folder), ACTIONS)
        if "uses" not in row:
            hint = "Prepare UCF101 or HMDB51 with --layout ucf101 or hmdb51."
            raise ModelError(f"The clips in {folder} name no actions.", hint, path=folder)
        if self.collection not in {"", row["collection"]}:
            hint = "Train on one collection at a time."
            raise ModelError(f"{folder} holds {row['collection']}, the folder before it {self.collection}.", hint)
        super()._add(row, folder)
        self.uses.append(tuple(row["uses"]))
        self.collection = row["collection"]
