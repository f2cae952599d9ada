"""Prints what a library proposes for the middle of each given clip, as a Markdown table.

uv run python scripts/recommend_clips.py LIBRARY CLIP [CLIP ...] [--top 5]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.errors import EngineError
from engine.media import probe
from engine.recommend import FITS, Recommender


def main() -> None:
    """One row a clip: its best sounds with score and category."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--top", type=int, default=5)
    arguments = parser.parse_args()
    print("| clip | proposals: category / file (score; bold fits) |\n|---|---|")
    with Recommender(arguments.library) as recommender:
        for clip in arguments.clips:
            try:
                results = recommender.recommend(clip, probe(clip).duration / 2, arguments.top)
            except EngineError as error:
                print(f"| {clip.stem} | {error} |")
                continue
            cells = [f"{r.category} / {r.path.stem} ({r.score:.2f})" for r in results]
            marked = [f"**{c}**" if r.score >= FITS else c for c, r in zip(cells, results, strict=True)]
            print(f"| {clip.stem} | {'; '.join(marked)} |")


if __name__ == "__main__":
    main()
