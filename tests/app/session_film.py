"""Two minutes of real film cut from real clips, and a library of real sounds by the shipped model."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from engine.media import write_video

FPS = Fraction(25)
SECONDS = 120
WIDTH, HEIGHT = 320, 180
CUTS = (  # clip, and how many seconds of it are in the film
    ("071__dog_barking", 8.0),
    ("037__hammering_anvil", 4.0),
    ("166__subway_metro_underground", 9.0),
    ("128__horse_neighing", 7.4),
    ("173__chopping_food", 6.6),
    ("122__sea_waves", 8.0),
    ("041__playing_tennis", 9.0),
    ("016__hitting_metal", 5.6),
    ("129__chainsawing_trees", 9.4),
    ("097__chicken_crowing", 4.0),
    ("171__hammering_nails", 8.0),
    ("101__lions_roaring", 3.4),
    ("032__car_driving_drag_race", 9.6),
    ("068__pouring_water", 10.0),
    ("162__ripping_paper", 6.0),
    ("167__striking_bowling", 6.0),
    ("080__fireworks", 6.0),
)
"""Together two minutes, and 16 cuts."""
LABELS = [
    *("dog bark", "dog_bark", "chicken", "rooster", "lion", "frog", "cow", "sheep", "sea waves", "rain", "chainsaw"),
    *("helicopter", "fire crackling", "siren", "gun_shot", "car_horn", "engine_idling", "drilling", "jackhammer"),
    *("walk t gravel", "break glass", "water footstep", "wood", "explosion", "small bash flesh", "scrape"),
]
"""What of the real sounds goes into the library, as the table beside them calls it."""
OF_EACH = 2


def join_clips(shared: Path, out: Path) -> Path:
    """The film: each clip's own frames as they are shown 25 times a second, fitted into one size, cut hard."""

    def frames() -> Iterator[np.ndarray]:
        for name, seconds in CUTS:
            yield from _shown(shared / "clips" / f"{name}.mp4", round(seconds * FPS))

    return write_video(out, frames(), FPS, crf=23)


def _shown(path: Path, count: int) -> Iterator[np.ndarray]:
    """``count`` pictures at the film's rate; a clip that is over holds its last."""
    import av

    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        start, picture, told = None, None, 0
        for frame in container.decode(stream):
            time = float(frame.pts * stream.time_base)
            start = time if start is None else start
            while picture is not None and told < count and told / FPS < time - start - 1e-6:
                yield picture
                told += 1
            if told >= count:
                return
            picture = _fitted(frame)
        while picture is not None and told < count:
            yield picture
            told += 1


def _fitted(frame: Any) -> np.ndarray:
    """The frame in the film's size, with black beside it or above."""
    scale = min(WIDTH / frame.width, HEIGHT / frame.height)
    width, height = (round(side * scale) // 2 * 2 for side in (frame.width, frame.height))
    small = frame.reformat(width, height, "rgb24").to_ndarray()
    left, top = (WIDTH - width) // 2, (HEIGHT - height) // 2
    return np.pad(small, ((top, HEIGHT - height - top), (left, WIDTH - width - left), (0, 0)))


def real_library(shared: Path, folder: Path) -> Path:
    """A few dozen real sounds, copied with the table that knows their licences, and indexed by the shipped model."""
    from engine import models
    from engine.library import Library, index_folder

    _copy_sounds(shared, folder)
    model = models.load("starter", device="cpu")
    with Library.create(folder / "real.foleylib", model) as library:
        report = index_folder(library, folder / "sounds", model)
    assert not report.problems and report.added >= len(LABELS), report
    return folder / "real.foleylib"


def _copy_sounds(shared: Path, folder: Path) -> None:
    with (shared / "sounds.tsv").open(encoding="utf-8", newline="") as table:
        reader = csv.DictReader(table, delimiter="\t")
        rows, columns = list(reader), list(reader.fieldnames or ())
    chosen = [row for label in LABELS for row in [one for one in rows if one["label"] == label][:OF_EACH]]
    for row in chosen:
        target = folder / row["file"]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(shared / row["file"], target)
    with (folder / "sounds.tsv").open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, columns, delimiter="\t")
        writer.writeheader()
        writer.writerows(chosen)
