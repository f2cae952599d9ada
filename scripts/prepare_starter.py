"""Makes the shards that `training/experiments/starter.toml` and `synthetic.toml` name.

uv run python scripts/prepare_starter.py --data FOLDER [--out runs/shards] [--videos 4000] [--only real|synthetic]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.jobs import Job

CLASSES = Path(__file__).resolve().parents[1] / "training" / "experiments" / "starter_classes.toml"


def main() -> None:
    """Prepare the real material, the synthetic world, or both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with images.tar, sounds/, clips/ and their tables")
    parser.add_argument("--out", type=Path, default=Path("runs/shards"))
    parser.add_argument("--videos", type=int, default=4000, help="synthetic scenes to train on")
    parser.add_argument("--only", choices=["real", "synthetic"])
    arguments = parser.parse_args()
    if arguments.only != "synthetic":
        if arguments.data is None:
            parser.error("--data is needed for the real material")
        _real(arguments.data, arguments.out)
    if arguments.only != "real":
        from training.data.prepare import prepare_empty, prepare_synthetic

        pairs = {"train": arguments.videos, "validation": arguments.videos // 10, "test": arguments.videos // 10}
        prepare_empty(arguments.out / "empty", 256)
        report = prepare_synthetic(arguments.out / "synthetic", pairs, job=Job())
        print(f"synthetic: {report.samples} samples in {report.seconds:.0f} s")


def _real(data: Path, out: Path) -> None:
    from training.data.weak import prepare_weak, read_classes

    classes = read_classes(CLASSES)
    report = prepare_weak(data, classes, out / "real")
    print(f"real: {report.samples} samples, {report.silent} silent seconds left out")
    for problem in report.problems:
        print(f"  {problem.path}: {problem.message}")


if __name__ == "__main__":
    main()
