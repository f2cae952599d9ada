"""Measures a trained localiser, writes its card and puts it into resources/models.

uv run python scripts/ship_localiser.py RUN --clips runs/clips/synthetic [--real CLIPS --boxes clips_boxes.json] [--dry]
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from calibrate_localiser import cases
from shipping import ship

from engine.models import load
from engine.models.clip_model import ClipModel, load_clip
from engine.recommend.presence import METRIC, calibrate
from training.data.clips.shards import ClipShards
from training.evaluate.annotations import read_vggss
from training.evaluate.localisers import (
    Question,
    activations_of,
    ask_all,
    baselines,
    maps_of,
    markdown,
    places_of,
    real_questions,
    synthetic_questions,
)

TEACHER = "synthetic"


def main() -> None:
    """Measure, calibrate, write the card, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--clips", type=Path, required=True, help="made by scripts/prepare_clips.py --preset fast")
    parser.add_argument("--real", type=Path, help="real clips, made by `prepare FOLDER --clips --preset fast`")
    parser.add_argument("--boxes", type=Path, help="boxes in them, as in VGG-SS")
    parser.add_argument("--dry", action="store_true", help="measure only")
    given = parser.parse_args()
    folder = given.run / "model"
    model = load_clip(folder, "cpu")
    shards = ClipShards(given.clips)
    rows = measured(model, synthetic_questions(shards, "test", model.front.seconds), shards)
    if given.real and given.boxes:
        real = ClipShards(given.real)
        rows += measured(model, real_questions(real, read_vggss(given.boxes), model.front.seconds), real)
    print(markdown(rows))
    presence = calibrate(model, cases(model, given.clips, "validation", 400))
    told = f"{presence.cases} cases on screen or not: {presence.accuracy:.1%} judged rightly (chance 50 %)."
    print(told)
    if not given.dry:
        metrics = {"localisation": rows, METRIC: asdict(presence)}
        print(ship(folder, "localiser", metrics, f"{markdown(rows)}\n{told}\n"))


def measured(model: ClipModel, questions: list[Question], shards: ClipShards) -> list[dict[str, Any]]:
    """Rows of the localiser, of what else could be asked instead, and of the baselines."""
    teacher = load(TEACHER, "cpu")
    asked = {
        "localiser": maps_of(model),
        "its class activation maps": activations_of(model),
        "its teacher's places": places_of(teacher),
        **baselines(teacher),
    }
    return ask_all(asked, questions, shards, seconds=model.front.seconds)


if __name__ == "__main__":
    main()
