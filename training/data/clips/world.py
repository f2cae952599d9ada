"""Clips of the synthetic world, in which it is known where each thing is and what it sounds like alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import MediaError
from engine.features import SAMPLE_RATE
from engine.features.picture import resize
from training.data.clips.encode import Box, Shown, encode_clip
from training.data.clips.form import CLIP_RATE, ClipForm
from training.data.clips.video import typical
from training.data.encode import Encoded
from training.data.prepare.report import Plan
from training.data.prepare.seconds import is_silent
from training.data.prepare.world import SeededScene

if TYPE_CHECKING:
    from training.data.synthetic import Scene

HEARD = ("all", "one", "any")
_CROWDED = 0.25
"""Two things that share more than this part of the smaller one's box are not told apart by a point."""
_TRIES = 20
_NEXT = 40_000  # seeds to the scene that takes a crowded one's place: beyond any set's own, in the split's range


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipWorld:
    """Which synthetic clips to render. Nothing sounds from outside the picture; its things are of different kinds."""

    sources: int | None = None
    """Things in each picture, 1 to 3; None has one and two in turn."""
    heard: str = "any"
    """"all": the sound is that of all things; "one": of each alone, as a sample each; "any": these and all together."""
    apart: bool = True
    """Whether things stand clear of each other, so that a place in the picture belongs to one of them."""
    spread: bool = True
    """Whether a single thing stands anywhere from left to right, and not about the middle."""
    categories: tuple[str, ...] = ()
    """Names to choose from; all when empty."""

    def __post_init__(self) -> None:
        if self.heard not in HEARD:
            raise MediaError(f"Nothing is heard as {self.heard!r}.", f"Choose {', '.join(HEARD)}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipScene(SeededScene):
    """One scene of the world as a clip."""

    number: int
    """Its place in the split."""
    world: ClipWorld
    form: ClipForm

    def length(self) -> float:
        """Seconds."""
        return self.form.seconds

    def samples(self) -> Iterator[Encoded | None]:
        """The one clip, with every thing's own sound and its box in each frame; None where nothing is heard."""
        scene = self._scene()
        every = range(len(scene.sources))
        mixes = [scene.sound] if self.world.heard == "all" else [scene.own_sound(k) for k in every]
        ways = [way for way in ways_to_hear(len(every), self.world.heard) if _audible(mixes, way)]
        if not ways:
            yield None
            return
        square, times = (self.form.size, self.form.size), [float(k / self.form.rate) for k in range(self._frames)]
        names = [f"synthetic:{source.category.name}" for source in scene.sources]
        yield encode_clip(
            self.name,
            self.form,
            frames=[resize(scene.frame_at(t), square) for t in times],
            sounds=[_resampled(mix) for mix in mixes],
            heard=ways,
            label=names[0],
            split=self.split,
            sources=[Shown(label=names[k], boxes=tuple(scene.box_at(k, t) for t in times)) for k in every],
        )

    @property
    def _frames(self) -> int:
        return self.form.frames(self.form.seconds)

    def _scene(self) -> Scene:
        """The seed's scene, or the first after it whose things stand apart."""
        from training.data.synthetic import render_scene

        aspect = float(np.random.default_rng((self.scene, 78)).choice((4 / 3, 16 / 9, 16 / 9)))
        for turn in range(_TRIES):
            scene = render_scene(
                self.scene + turn * _NEXT,
                seconds=self.form.seconds,
                fps=self.form.rate,
                size=(round(self.form.size * aspect), self.form.size),
                sources=self.world.sources or 1 + self.number % 2,
                ambience=False,
                categories=self.world.categories or None,
                spread=self.world.spread,
            )
            if not self.world.apart or not _crowded(scene):
                break
        return scene


def _crowded(scene: Scene) -> bool:
    """Whether two things are in each other's way at the clip's start, middle or end."""
    times = (0.0, scene.seconds / 2, scene.seconds)
    boxes = [[scene.box_at(k, t) for t in times] for k in range(len(scene.sources))]
    return any(
        _shared(one, other) > _CROWDED for a, b in combinations(boxes, 2) for one, other in zip(a, b, strict=True)
    )


def _shared(a: Box, b: Box) -> float:
    """Part of the smaller box that lies in the other."""
    across, down = (min(a[k + 2], b[k + 2]) - max(a[k], b[k]) for k in (0, 1))
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return max(0.0, across) * max(0.0, down) / smaller if smaller > 0 else 0.0


def ways_to_hear(sources: int, heard: str) -> list[list[int]]:
    """Which of a clip's stored sounds sound at once, one list for each sample; "all" stores a single mix."""
    if heard == "all" or sources == 1:
        return [[0]]
    alone = [[k] for k in range(sources)]
    return alone if heard == "one" else [*alone, list(range(sources))]


def plan_clip_world(videos: dict[str, int], form: ClipForm, world: ClipWorld | None = None, seed: int = 0) -> Plan:
    """``videos`` scenes of each split, whose seeds are disjoint; another ``seed`` gives other scenes."""
    from training.data import synthetic

    world = world or ClipWorld()
    seeds = {"train": synthetic.TRAIN_SEEDS, "validation": synthetic.VALIDATION_SEEDS, "test": synthetic.TEST_SEEDS}
    stem = f"synthetic/{seed}" if seed else "synthetic"
    sources = [
        ClipScene(
            name=f"{stem}/{split}/{number}",
            scene=synthetic.scene_seed(seeds[split][seed], number),
            number=number,
            split=split,
            world=world,
            form=form,
        )
        for split, count in videos.items()
        for number in range(count)
    ]
    made = {"layout": "synthetic", "seed": seed, **asdict(world), "clips": form.facts()}
    return Plan(sources=sources, made=made, sample_seconds=form.seconds, typical=typical(form))


def _audible(mixes: Sequence[np.ndarray], way: Sequence[int]) -> bool:
    return not is_silent(np.sum([mixes[k] for k in way], axis=0))


def _resampled(sound: np.ndarray) -> np.ndarray:
    import soxr

    return np.asarray(soxr.resample(sound.T, SAMPLE_RATE, CLIP_RATE).T, dtype=np.float32)
