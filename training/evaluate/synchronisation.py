"""How often a clip network is right about picture and sound being in sync, on fixed pairs (Paper D, table 1)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from engine.errors import ModelError
from engine.jobs import Job

if TYPE_CHECKING:
    from engine.models.coattention import CoAttention
    from training.data.clips.shards import ClipShards

PAIRS_A_CLIP = 4
"""Of each test clip, half of them in sync."""
BATCH = 16


def sync_hits(
    network: CoAttention,
    shards: ClipShards,
    split: str = "test",
    negatives: str = "shift",
    *,
    pairs: int = PAIRS_A_CLIP,
    job: Job | None = None,
) -> dict[str, list[float]]:
    """1.0 for each pair that the logit's sign judges rightly and 0.0 for the others, by video; chance is one half.

    The pairs are the same on every run: as many in sync as not, of each clip, as :func:`clip_pairs` draws them. Frames
    are cropped in the middle.

    Args:
        network: the one that judges.
        shards: what to draw from.
        split: of which part.
        negatives: "shift", Paper D's, or "mismatch", another clip's sound.
        pairs: of each clip, an even number.
        job: progress and cancel.

    Raises:
        ModelError: the split has no clip long enough.
    """
    import torch

    from training.data.clips.dataset import ClipDataset
    from training.data.clips.pairs import clip_pairs
    from training.loading import in_batches
    from training.tasks.synchronisation import centre_crop

    front, job = network.front, job or Job()
    plan = clip_pairs(shards, split, pairs, (0, 0), negatives, seconds=front.seconds)
    if not plan:
        hint = "Prepare more videos; to be shifted, a clip lasts 6.5 s at least."
        raise ModelError(f"The {split} split has no clips to measure on.", hint)
    items = ClipDataset(shards, (), front.frames, front.seconds)
    found: dict[str, list[float]] = defaultdict(list)
    places = iter(plan)
    with torch.inference_mode():
        for batch in in_batches(items, plan, BATCH, network.device):
            frames = centre_crop(batch["frames"], (front.picture, front.picture))
            logits = network(front.pictures(frames), front.sounds(batch["sound"]))
            for hit in ((logits > 0) == batch["synced"]).float().tolist():
                found[shards.samples[next(places).clip].group].append(hit)
            job.step(len(logits))
    return dict(found)
