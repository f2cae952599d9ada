"""The synthetic world straight into shards, without encoding any video."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.features import IMAGE_SIZE, SAMPLE_RATE
from engine.jobs import Job
from training.data.encode import STEREO_RATE, Encoded, encode_sample
from training.data.prepare.report import Plan, PrepareReport
from training.data.prepare.seconds import WIDE, is_silent
from training.data.writer import ShardWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Which synthetic videos to render straight into shards."""

    seconds: int = 3
    """Length of each; every whole second that is not silent becomes a sample."""
    sources: int | None = None
    """Things in each picture, 1 to 3; None varies."""
    ambience: bool = True
    """Whether anything may be heard from outside the picture."""
    categories: tuple[str, ...] = ()
    """Names to choose from; all when empty."""
    spread: bool = False
    """Whether a single thing stands anywhere from left to right, and not about the middle."""


ANY = World()
"""Three seconds of everything there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeededScene:
    """A scene to render: it has a seed where other sources have a file."""

    name: str
    scene: int
    """Its seed."""
    split: str

    @property
    def path(self) -> Path:
        """The scene's name, since it has no file."""
        return Path(self.name)

    def stamp(self) -> list[Any]:
        """The scene's seed: all of it follows from that and the settings, which the whole set shares."""
        return [self.scene]


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneSource(SeededScene):
    """One scene of the world."""

    world: World

    def length(self) -> float:
        """Seconds."""
        return float(self.world.seconds)

    def samples(self) -> Iterator[Encoded | None]:
        """Every second with the main source's box; the truth is known, so that nothing has to be looked for."""
        import soxr

        from training.data.synthetic import render_scene

        scene = render_scene(
            self.scene,
            seconds=self.world.seconds,
            size=(WIDE[1], WIDE[0]),
            sources=self.world.sources,
            ambience=self.world.ambience,
            categories=self.world.categories or None,
            spread=self.world.spread,
        )
        stereo = soxr.resample(scene.sound.T, SAMPLE_RATE, STEREO_RATE).T
        for second in range(self.world.seconds):
            sound = scene.sound[:, second * SAMPLE_RATE : (second + 1) * SAMPLE_RATE]
            if is_silent(sound):
                yield None
                continue
            box = scene.box_at(0, second + 0.5)
            yield encode_sample(
                self.name,
                frame=scene.frame_at(second + 0.5),
                sound=sound.mean(axis=0),
                stereo=stereo[:, second * STEREO_RATE : (second + 1) * STEREO_RATE],
                label=f"synthetic:{scene.sources[0].category.name}",
                time=second + 0.5,
                split=self.split,
                box=box if any(box) else None,
            )


def plan_world(videos: dict[str, int], world: World = ANY, seed: int = 0) -> Plan:
    """``videos`` scenes of each split, whose seeds are disjoint; another ``seed`` gives other scenes."""
    from training.data import synthetic

    seeds = {"train": synthetic.TRAIN_SEEDS, "validation": synthetic.VALIDATION_SEEDS, "test": synthetic.TEST_SEEDS}
    stem = f"synthetic/{seed}" if seed else "synthetic"
    sources = [
        SceneSource(
            name=f"{stem}/{split}/{number}",
            scene=synthetic.scene_seed(seeds[split][seed], number),
            split=split,
            world=world,
        )
        for split, count in videos.items()
        for number in range(count)
    ]
    return Plan(sources=sources, made={"layout": "synthetic", "seed": seed, **asdict(world)})


def shares(videos: int) -> dict[str, int]:
    """``videos`` split as a folder's are, 80 to 10 to 10, with two to validate and two to test at least."""
    tenth = max(videos // 10, min(2, videos // 3))
    return {"train": videos - 2 * tenth, "validation": tenth, "test": tenth}


def prepare_empty(out: Path | str, count: int, job: Job | None = None) -> PrepareReport:
    """Write shards of ``count`` synthetic places with nothing in them: a background to calibrate scores against."""
    from training.data import synthetic

    job, report = job or Job(), PrepareReport()
    job.begin(count, "Rendering empty places")
    with ShardWriter(out) as writer:
        for number in range(count):
            scene = synthetic.render_scene(
                synthetic.scene_seed(synthetic.TRAIN_SEEDS.stop - 1, number), seconds=1.0, size=(IMAGE_SIZE, IMAGE_SIZE)
            )
            frame = scene.frame_at(0.0, leave_out=range(len(scene.sources)))
            writer.add(f"empty/{number}", frame=frame, split="train")
            job.step()
        report.samples = len(writer)
    return report
