"""How many test videos' actions a trained model names rightly (Paper D, section 5)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.jobs import Job

if TYPE_CHECKING:
    from training.data.actions.shards import ActionShards


def action_hits(run: Path, shards: ActionShards, *, device: str = "auto", job: Job | None = None) -> dict[str, float]:
    """1.0 for each test video of the run's official split whose action is named rightly and 0.0 for the others.

    A video's prediction is the mean over its 25 even windows.

    Args:
        run: a run's folder, as ``foleyscope train`` leaves it.
        shards: the collection that it was trained on.
        device: "auto", "cpu", "cuda", "mps".
        job: progress and cancel.

    Raises:
        ModelError: the run's model cannot be read, or its split has no test videos.
    """
    import json

    from engine.models import pick_device, read_network
    from training.config import Experiment, build
    from training.run import MODEL, load_head
    from training.tasks.actions import ActionsTask

    job = job or Job()
    settings = json.loads((run / MODEL / "config.json").read_text(encoding="utf-8"))["training"]
    task = ActionsTask(read_network(run / MODEL), build(Experiment, settings), shards)
    load_head(run, task)
    task.to(pick_device(device))
    hits = {}
    for clip in shards.members(task.options["split"], "test"):
        sample = shards.samples[clip]
        hits[sample.group] = float(shards.actions[int(task.predict(shards, clip).argmax())] == sample.label)
        job.check()
    return hits
