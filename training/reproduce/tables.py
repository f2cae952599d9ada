"""What a paper claims: its tables, its numbers, and the orders in them that ours are held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from training.config import read_experiment
from training.data.clips import ClipWorld
from training.data.prepare import World

EXPERIMENTS = Path(__file__).parents[1] / "experiments"
CHANCE = "chance"
RANDOM = "random weights"


VGG_SOUND_LIKE = World(sources=1, ambience=False)
"""One thing in each picture and nothing from outside: the dominant sound of which papers A and B speak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One metric of a table."""

    metric: str
    """Its name in :mod:`training.evaluate`."""
    title: str
    percent: bool = False
    """Whether the paper gives it in per cent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One model of a table."""

    run: str
    """The experiment to train: a file of the paper's folder, without its ending."""
    title: str
    paper: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """The paper's numbers by metric, one for each of the table's ``sets``, as it prints them."""
    more: tuple[str, ...] = ()
    """Other runs whose numbers stand in the same line: what was trained from this one."""

    @property
    def runs(self) -> tuple[str, ...]:
        """All that the line needs."""
        return (self.run, *self.more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An order that the paper's numbers show."""

    text: str
    pairs: tuple[tuple[str, str], ...]
    """The better and the worse one; runs, ``chance`` or ``random weights``. All must hold."""
    metrics: tuple[str, ...]
    """Judged one by one."""
    factor: float = 1.0
    """How many times as good the better one must be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One of the paper's tables."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    sets: tuple[str, ...]
    """What the paper measured on."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipMaterial:
    """What stands in for Paper D's videos where no data is given."""

    world: ClipWorld
    """Of the clips to be judged for sync."""
    actions: int
    """How many videos of actions."""
    quick_actions: int

    def preset(self, quick: bool) -> str:
        """How clips are stored."""
        return "fast" if quick else "paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """All tables of a paper."""

    name: str
    folder: str
    """Of its experiments."""
    tables: tuple[Table, ...]
    claims: tuple[Claim, ...]
    best: str
    """The run whose retrieval is drawn."""
    starts: Mapping[str, str] = field(default_factory=dict)
    """Which run another one starts from."""
    mirrored: bool = False
    """Whether its test set holds every pair both ways round."""
    stereo: bool = False
    """Whether its models hear left and right."""
    pairs: bool = True
    """Whether correlation accuracy is measured."""
    world: World = VGG_SOUND_LIKE
    """What stands in for the paper's videos where no data is given."""
    videos: Mapping[str, int] = field(default_factory=lambda: {"train": 5829, "validation": 128, "test": 428})
    """Of each split of that world; by default as many as Paper A had of VGG-Sound."""
    quick_videos: Mapping[str, int] = field(default_factory=lambda: {"train": 3600, "validation": 300, "test": 428})
    """Of each split in the quick variant."""
    clips: ClipMaterial | None = None
    """Where the paper's data are moving pictures and not seconds."""

    def measured(self) -> tuple[str, ...]:
        """Every run whose numbers stand in its tables."""
        return tuple(dict.fromkeys(run for table in self.tables for row in table.rows for run in row.runs))

    def runs(self, wanted: Sequence[str] | None = None) -> tuple[str, ...]:
        """Every run that its tables need, or the ``wanted`` ones do, each after the one that it starts from."""
        named: dict[str, int] = {}
        for run in self.measured() if wanted is None else wanted:
            chain = self._chain(run)
            named |= {one: place for place, one in enumerate(reversed(chain))}
        return tuple(sorted(named, key=lambda run: named[run]))

    def _chain(self, run: str) -> list[str]:
        """The run, the one it starts from, the one that starts from, and so on."""
        chain = [run]
        while chain[-1] in self.starts:
            chain.append(self.starts[chain[-1]])
        return chain

    def task(self, run: str) -> str:
        """What a run trains."""
        return read_experiment(self.experiment(run)).task

    def experiment(self, run: str) -> Path:
        """The experiment's file."""
        return EXPERIMENTS / self.folder / f"{run}.toml"


def each_above(better: tuple[str, ...], worse: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Every one of ``better`` with every one of ``worse``."""
    return tuple((high, low) for high in better for low in worse)
