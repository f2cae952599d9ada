"""What a paper claims: its tables, its numbers, and the orders in them that ours are held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

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
    pairs: bool = True
    """Whether correlation accuracy is measured."""
    world: World = VGG_SOUND_LIKE
    """What stands in for the paper's videos where no data is given."""
    videos: Mapping[str, int] = field(default_factory=lambda: {"train": 5829, "validation": 128, "test": 428})
    """Of each split of that world; by default as many as Paper A had of VGG-Sound."""
    quick_videos: Mapping[str, int] = field(default_factory=lambda: {"train": 3600, "validation": 300, "test": 428})
    """Of each split in the quick variant."""

    def runs(self) -> tuple[str, ...]:
        """Every run that its tables need, in the order in which they can be trained."""
        named = dict.fromkeys(row.run for table in self.tables for row in table.rows)
        return (*(run for run in named if run not in self.starts), *(run for run in named if run in self.starts))

    def experiment(self, run: str) -> Path:
        """The experiment's file."""
        return EXPERIMENTS / self.folder / f"{run}.toml"


def each_above(better: tuple[str, ...], worse: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Every one of ``better`` with every one of ``worse``."""
    return tuple((high, low) for high in better for low in worse)
