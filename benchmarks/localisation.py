"""Ten sounds localised at one position and one sound's sync curve, beside the naive ways, in the same run.

Run with `uv run python benchmarks/localisation.py [--model ID] [--device cpu] [VIDEO SOUND ...]`. Without files it
takes a film and sounds of the synthetic world, without a model one of the fast preset with random weights: time does
not depend on what a model has learned.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from engine.recommend import Synchroniser

FAST = {"picture": 112, "frames": 16, "stem_stride": 2, "strides": (2, 1, 1, 1), "hidden": 256, "heads": 8}
SOUNDS = 10
CACHED = "ten sounds, position and sounds kept"
FRESH = "ten sounds, position kept, sounds new"
FIRST = "first map at a new position, sound kept"
NAIVE = "ten sounds, naive: all of it for each sound"
NAIVE_LOADED = "ten sounds, naive but for the model, which stays loaded"
CURVE = "curve of 31 offsets, first at its position"
CURVE_NAIVE = "the same, naive: every offset by itself"


def random_model(folder: Path) -> Path:
    """A model of the fast preset with random weights, on disk."""
    import torch

    from engine import models

    torch.manual_seed(0)
    network = models.create("coattention", **FAST)
    return models.save(folder, network, model_id="untrained", title="Untrained", licence="none")


def synthetic_material(folder: Path) -> tuple[Path, list[Path]]:
    """A film of twelve seconds at 1280x720, and ten sounds of other scenes."""
    from fractions import Fraction

    from engine.media.write import write_video, write_wav
    from training.data import synthetic

    seeds = synthetic.TEST_SEEDS
    settings: dict[str, Any] = {"seconds": 12.0, "fps": Fraction(25), "size": (1280, 720)}
    scene = synthetic.render_scene(synthetic.scene_seed(seeds[0], 0), **settings)
    film = write_video(folder / "film.mp4", scene.frames, scene.fps, scene.sound)
    sounds = []
    for n in range(1, SOUNDS + 1):
        other = synthetic.render_scene(synthetic.scene_seed(seeds[0], n), **(settings | {"size": (64, 36)}))
        sounds.append(write_wav(folder / f"{n}.wav", other.own_sound(0), 48_000))
    return film, sounds


class Times(NamedTuple):
    """Milliseconds of each turn, by the clock and of processor time (all threads together; no other program's)."""

    clock: list[float]
    processor: list[float]


def timed(work: Callable[[], Any], turns: int) -> Times:
    """Do the work so many times."""
    times = Times([], [])
    for _ in range(turns):
        begin, busy = time.perf_counter(), time.process_time()
        work()
        times.clock.append((time.perf_counter() - begin) * 1e3)
        times.processor.append((time.process_time() - busy) * 1e3)
    return times


def measure(model: Path | str, device: str, film: Path, sounds: list[Path], turns: int) -> dict[str, Times]:
    """The times of each way; each was run once before, so that nothing is measured that is done only once."""
    from engine.media import probe
    from engine.models.clip_model import load_clip
    from engine.recommend import Localiser, Synchroniser

    loaded = load_clip(model, device)
    moments = _apart(float(probe(film).duration), turns + 1)

    def with_position() -> Localiser:
        localiser = Localiser(loaded)
        localiser.prepare(film, moments[0])
        return localiser

    def naive(reload: bool) -> None:
        for sound in sounds:
            Localiser(model if reload else loaded, device=device).localize(film, moments[0], sound)

    kept = with_position()
    kept.localize_many(film, moments[0], sounds)
    fresh = iter([with_position() for _ in range(turns)])
    one = Localiser(loaded)
    one.localize(film, moments[0], sounds[0])
    places = iter(moments[1:])
    few = max(1, turns // 5)
    synchroniser = Synchroniser(device=device)
    synchroniser.sync_curve(film, moments[0], sounds[0])
    elsewhere, again = iter(moments[1:]), iter(moments[1:])
    return {
        CACHED: timed(lambda: kept.localize_many(film, moments[0], sounds), turns),
        FRESH: timed(lambda: next(fresh).localize_many(film, moments[0], sounds), turns),
        FIRST: timed(lambda: one.localize(film, next(places), sounds[0]), turns),
        CURVE: timed(lambda: synchroniser.sync_curve(film, next(elsewhere), sounds[0]), turns),
        CURVE_NAIVE: timed(lambda: every_offset(synchroniser, film, next(again), sounds[0]), few),
        NAIVE_LOADED: timed(lambda: naive(reload=False), few),
        NAIVE: timed(lambda: naive(reload=True), few),
    }


def every_offset(synchroniser: Synchroniser, film: Path, moment: float, sound: Path) -> list[float]:
    """The curve's logits, picture and sound worked out anew for each, the way of a network with one logit."""
    from engine.recommend import Synchroniser
    from engine.recommend.clips import Stretch
    from engine.recommend.nudge import REACH

    model, found = synchroniser.model, []
    for turn in range(round(2 * REACH / model.step) + 1):
        fresh = Synchroniser(model)
        number = fresh._frames.number(film, moment)
        start = float(number / model.front.rate) - moment - REACH + turn * model.step
        heard = Stretch(sound, start).read(model.front.seconds)
        found.append(float(model.match(model.picture(fresh._frames.read(film, number)), heard)[0]))
    return found


def _apart(duration: float, count: int) -> list[float]:
    """Moments of a film in no order, so that none of their clips stands on the one before."""
    ends = (min(2.2, duration / 2), max(duration - 2.2, duration / 2))
    even = [ends[0] + (ends[1] - ends[0]) * n / max(1, count - 1) for n in range(count)]
    return [*even[::2], *even[1::2][::-1]]


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="a film and the sounds")
    parser.add_argument("--model")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--turns", type=int, default=15)
    given = parser.parse_args()
    if len(given.files) == 1:
        parser.error("give a film and sounds, or neither")
    with tempfile.TemporaryDirectory() as folder:
        model = given.model or random_model(Path(folder) / "model")
        film, sounds = (given.files[0], given.files[1:]) if given.files else synthetic_material(Path(folder))
        taken = measure(model, given.device, film, sounds, given.turns)
        from engine.models import pick_device

        print(f"{film.name}, {len(sounds)} sounds, on {pick_device(given.device)}\n")
        print("| way | turns | median ms | slowest ms | median ms of processor |\n|---|---|---|---|---|")
        medians = {name: statistics.median(times.clock) for name, times in taken.items()}
        for name, times in taken.items():
            clock, busy = f"{medians[name]:.0f} | {max(times.clock):.0f}", statistics.median(times.processor)
            print(f"| {name} | {len(times.clock)} | {clock} | {busy:.0f} |")
        print(f"\nThe naive way takes {medians[NAIVE_LOADED] / medians[CACHED]:.0f} x as long as ours with all kept,")
        print(f"{medians[NAIVE_LOADED] / medians[FRESH]:.1f} x as long as ours with new sounds (its model loaded too).")
        print(f"A curve of every offset by itself takes {medians[CURVE_NAIVE] / medians[CURVE]:.0f} x as long as ours.")


if __name__ == "__main__":
    main()
