"""Renders the clips that the localiser (--preset fast) and the synchroniser (--preset sync) learn from.

uv run python scripts/prepare_clips.py --preset fast --out runs/clips/synthetic [--videos 2400] [--workers 1]
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from training.data.clips import plan_clip_world, preset
from training.data.prepare import fill

SECONDS = 7.0
"""Of a clip: other scenes teach more about what goes with what than more of the same one."""


def main() -> None:
    """Render, or go on rendering; a set may grow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", choices=("fast", "sync"), required=True)
    parser.add_argument("--out", type=Path, required=True, help="as the experiment's data.shards says")
    parser.add_argument("--videos", type=int, default=2400, help="scenes to train on")
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    videos = {"validation": 150, "test": 300, "train": arguments.videos}
    plan = plan_clip_world(videos, replace(preset(arguments.preset), seconds=SECONDS))
    report = fill(plan, arguments.out, workers=arguments.workers)
    print(f"{report.samples} clips in {report.seconds:.0f} s")


if __name__ == "__main__":
    main()
