"""A video file as a source of samples."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import MediaError
from training.data.encode import Encoded, encode_sample
from training.data.prepare.report import NotStereo
from training.data.prepare.seconds import fake_stereo, is_silent, seconds_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a synthetic video's JSON says of its main source, the first that is in the picture."""

    label: str = ""
    boxes: tuple[tuple[float, float, float, float, float], ...] = ()
    """Time (s) and x1, y1, x2, y2 (fractions of the frame) of every frame; zeros while out of sight."""

    def box_at(self, seconds: float) -> tuple[float, float, float, float] | None:
        """The box in the frame shown at ``seconds``; None while the source is out of sight or not known."""
        shown = [box for time, *box in self.boxes if time <= seconds + 1e-3]
        x1, y1, x2, y2 = shown[-1] if shown else (0.0, 0.0, 0.0, 0.0)
        return (x1, y1, x2, y2) if x2 > x1 and y2 > y1 else None


def read_truth(video: Path) -> Truth | None:
    """The truth beside a video that `foleyscope synth` made; None beside any other."""
    path = video.with_suffix(".json")
    if not path.is_file():
        return None
    try:
        sources = json.loads(path.read_text(encoding="utf-8"))["sources"]
        shown = next((source for source in sources if source["on_screen"]), None)
        if shown is None:
            return Truth()
        return Truth(label=shown["category"], boxes=tuple(tuple(box) for box in shown["boxes"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.info("no truth in %s: %s", path, error)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A video, what is known of it, and whether its sound has to be real stereo."""

    path: Path
    name: str
    """Its path below the folder that is prepared."""
    sound: Path | None = None
    """The file its sound is in, where that is another."""
    group: str
    label: str = ""
    split: str = ""
    """By the group's hash when empty."""
    needs_stereo: bool = False

    def stamp(self) -> list[Any]:
        """Size and time of change (ns) of its files, its label and its split."""
        try:
            files = [path.stat() for path in (self.path, self.sound) if path is not None]
        except OSError as error:
            raise MediaError(f"{self.path.name} has gone.", "Prepare the folder again.", path=self.path) from error
        return [*([found.st_size, found.st_mtime_ns] for found in files), self.label, self.split]

    def length(self) -> float:
        """Seconds, from the header; raises MediaError when it cannot be read."""
        from engine.media import probe

        return probe(self.path).duration

    def samples(self) -> Iterator[Encoded | None]:
        """Every whole second; raises NotStereo where the sound has to be real stereo and is not."""
        heard = self.sound or self.path
        fault = fake_stereo(heard)
        if fault and self.needs_stereo:
            hint = "Leave it out, or prepare the folder with another layout."
            raise NotStereo(f"The sound of {heard.name} {fault}.", hint, path=heard)
        truth = read_truth(self.path) or Truth()
        for second in seconds_of(self.path, self.sound, stereo=not fault):
            if is_silent(second.sound):
                yield None
                continue
            yield encode_sample(
                self.group,
                frame=second.frame,
                sound=second.sound,
                stereo=second.stereo,
                label=self.label,
                time=second.middle,
                split=self.split,
                box=truth.box_at(second.middle),
            )
