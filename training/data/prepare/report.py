"""What came of preparing a set, and what a set is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from engine.errors import MediaError, Problem
from training.data.encode import Encoded


class Refused(MediaError):
    """A source that gives no samples for good; it is written down and not looked at again."""


class NotStereo(Refused):
    """A source that must be stereo is not."""


class TooShort(Refused):
    """A source is shorter than a single sample."""


class Source(Protocol):
    """A video or a scene to be rendered; small and picklable, since it travels to worker processes."""

    @property
    def name(self) -> str:
        """Unique in the set, and the same in every run."""

    @property
    def path(self) -> Path:
        """The file to name when something is wrong with it."""

    def stamp(self) -> list[Any]:
        """What its files and label are like, as JSON values: another stamp means that it has changed."""

    def length(self) -> float:
        """Seconds, from the header alone; raises MediaError when it cannot be read."""

    def samples(self) -> Iterator[Encoded | None]:
        """Every whole second or clip in order; None for one in which nothing is heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A set to be prepared."""

    sources: Sequence[Source]
    made: dict[str, Any]
    """The settings it is made with; a set begun with others is not added to."""
    missing: tuple[str, ...] = ()
    """Names in a table whose files are not there."""
    problems: tuple[Problem, ...] = ()
    sample_seconds: float = 1.0
    """s of video that a sample stands for, about."""
    typical: tuple[float, float] | None = None
    """Bytes, and seconds of one core, that a second of video takes where none was tried; None as for whole seconds."""


@dataclass(slots=True, kw_only=True)
class PrepareReport:
    """What became of the sources; counts are of the whole set, with what earlier runs put there."""

    videos: int = 0
    samples: int = 0
    silent: int = 0
    """Seconds or clips left out because nothing is heard in them."""
    kept: int = 0
    """Sources that an earlier run had finished."""
    refused: int = 0
    """Videos left out because their sound is not real stereo, or because they are too short."""
    missing: int = 0
    """Files that a table names and that are not there."""
    missing_names: list[str] = field(default_factory=list)
    """The first few of them."""
    seconds: float = 0.0
    """How long this run took."""
    problems: list[Problem] = field(default_factory=list)

    def nothing(self, what: str, step: str) -> MediaError:
        """What is said where not one of ``what`` ("seconds", "clips") came of it: why, and the next ``step``."""
        if self.problems:
            why, others = self.problems[0].message.rstrip("."), len(self.problems) - 1
            why += f", and {others} more {'is' if others == 1 else 'are'} left out" if others else ""
        elif self.silent:
            why = f"in {self.silent} {what} of {self.videos} videos nothing is heard"
        elif self.missing:
            why = f"all {self.missing} files are missing, such as {self.missing_names[0]}"
        else:
            why = f"the {self.videos} videos have no whole second of picture with sound"
        return MediaError(f"No {what} could be prepared: {why}.", step)
