"""Fits what a localiser says of a sound, *on screen* or *ambient*, on clips of which the truth is known.

uv run python scripts/calibrate_localiser.py MODEL SHARDS [--split validation] [--cases 400]

MODEL is a clip model's folder, whose config.json takes the calibration up; SHARDS are clips of the synthetic world made
by `foleyscope prepare`. Each picture is judged with its own sound and with that of a clip in which nothing of it is.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from engine.models.clip_model import ClipModel, load_clip
from engine.recommend.presence import Case, calibrate, store


def cases(model: ClipModel, shards: Path, split: str, count: int) -> Iterator[Case]:
    """So many clips with a sound each, every other of them its own; the same ones on every run."""
    from training.data.clips.dataset import ClipDataset
    from training.data.clips.pairs import clip_pairs
    from training.data.clips.shards import ClipShards

    data = ClipShards(shards)
    front = model.front
    per_clip = max(1, -(-count // max(1, len({data.samples[i].clip for i in data.where(split)}))))
    plan = clip_pairs(data, split, per_clip, (0, 0), "mismatch", seconds=front.seconds)[:count]
    items = ClipDataset(data, plan, frames=front.frames, seconds=front.seconds)
    for n in range(len(items)):
        item = items[n]
        yield item["frames"].permute(0, 2, 3, 1).numpy(), item["sound"].numpy(), bool(item["synced"])


def main() -> None:
    """Fit, store, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("shards", type=Path)
    parser.add_argument("--split", default="validation")
    parser.add_argument("--cases", type=int, default=400)
    parser.add_argument("--device", default="auto")
    given = parser.parse_args()
    model = load_clip(given.model, given.device)
    presence = calibrate(model, cases(model, given.shards, given.split, given.cases))
    store(given.model, presence)
    print(f"{presence.cases} cases, {presence.accuracy:.1%} judged rightly by a fit on the other half (chance 50 %).")
    weights = {name: value for name, value in asdict(presence).items() if name not in {"accuracy", "cases"}}
    print("weights: " + ", ".join(f"{name} {value:.3g}" for name, value in weights.items()))


if __name__ == "__main__":
    main()
