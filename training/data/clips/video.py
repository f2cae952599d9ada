"""A video file cut into clips."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.features.picture import resize
from training.data.clips.encode import Box, Shown, encode_clip
from training.data.clips.form import CLIP_RATE, WINDOW, ClipForm
from training.data.encode import Encoded
from training.data.prepare.report import NotStereo, Plan, TooShort
from training.data.prepare.seconds import IDENTICAL, fake_stereo, is_silent
from training.data.prepare.video import Truth, Video

if TYPE_CHECKING:
    from engine.media import VideoReader

log = logging.getLogger(__name__)

TYPICAL = {"fast": (125_000.0, 0.03), "warmup": (220_000.0, 0.05), "paper": (550_000.0, 0.1)}
"""Bytes, and seconds of one core, that a second of video takes at each preset where none was tried."""
_BLOCK = 10.0  # s of sound read at once
CACHE = 16 << 20  # bytes of decoded pictures: they are asked for in order
_SAME = 1e-3  # s that a time stamp may lie past the time asked for and still be meant


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmedSource:
    """A video that is wanted in the form of clips."""

    video: Video
    form: ClipForm

    @property
    def name(self) -> str:
        """The video's path below the folder that is prepared."""
        return self.video.name

    @property
    def path(self) -> Path:
        """The video."""
        return self.video.path

    def stamp(self) -> list[Any]:
        """As of the video's seconds: size and time of change of its files, label and split."""
        return self.video.stamp()

    def length(self) -> float:
        """Seconds, from the header; raises MediaError when it cannot be read."""
        return self.video.length()

    def pictures(self, reader: VideoReader, times: Sequence[float]) -> Iterator[np.ndarray]:
        """The frames shown at ``times``, uint8 ``(size, size, 3)`` each."""
        edge = (self.form.size, self.form.size)
        return (resize(reader.frame_at(time + _SAME).image, edge) for time in times)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipVideo(FilmedSource):
    """A video whose clips are wanted."""

    def samples(self) -> Iterator[Encoded | None]:
        """Every clip in order, None for one in which nothing is heard.

        Raises:
            NotStereo: the sound has to be real stereo and is not.
            TooShort: there is not one window of picture with sound.
        """
        from engine.media import VideoReader

        heard = self.video.sound or self.video.path
        if self.video.needs_stereo and (fault := fake_stereo(heard)):
            hint = "Leave it out, or prepare the folder with another layout."
            raise NotStereo(f"The sound of {heard.name} {fault}.", hint, path=heard)
        truths, count = read_truths(self.video.path), 0
        with VideoReader(self.video.path, CACHE) as reader:
            for start, sound in _cuts(heard, self.form.seconds, reader.duration):
                count += 1
                yield None if is_silent(sound) else self._clip(reader, start, sound, truths)
        if not count:
            message = f"{self.video.path.name} has less than {WINDOW:g} s of picture with sound."
            raise TooShort(message, "Leave it out.", path=self.video.path)

    def _clip(self, reader: VideoReader, start: float, sound: np.ndarray, truths: Sequence[Truth]) -> Encoded:
        times = [start + float(k / self.form.rate) for k in range(self.form.frames(sound.shape[1] / CLIP_RATE))]
        return encode_clip(
            self.video.group,
            self.form,
            frames=self.pictures(reader, times),
            sounds=[sound],
            heard=[[0]],
            label=self.video.label,
            time=start,
            split=self.video.split,
            channels=1 if same_channels(sound) else 2,
            sources=[_shown(truth, times) for truth in truths],
        )


def plan_clips(plan: Plan, form: ClipForm) -> Plan:
    """A plan of videos (of any layout) as one of their clips."""
    sources = [ClipVideo(video=video, form=form) for video in plan.sources if isinstance(video, Video)]
    made = {**plan.made, "clips": form.facts()}
    return replace(plan, sources=sources, made=made, sample_seconds=form.seconds, typical=typical(form))


def typical(form: ClipForm) -> tuple[float, float]:
    """Bytes, and seconds of one core, that a second of video takes at about this form."""
    return TYPICAL["fast" if form.size <= 128 else "warmup" if form.rate <= Fraction(15) else "paper"]


def same_channels(sound: np.ndarray) -> bool:
    """Whether the two channels differ by less than -60 dB of the signal."""
    left, right = sound
    return float(np.sum((left - right) ** 2)) <= IDENTICAL**2 * float(np.sum(left**2 + right**2)) / 2


def read_truths(video: Path) -> list[Truth]:
    """What the JSON beside a video that `foleyscope synth` made says of all things in the picture; else nothing."""
    path = video.with_suffix(".json")
    if not path.is_file():
        return []
    try:
        sources = json.loads(path.read_text(encoding="utf-8"))["sources"]
        return [
            Truth(label=source["category"], boxes=tuple(tuple(box) for box in source["boxes"]))
            for source in sources
            if source["on_screen"]
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.info("no truth in %s: %s", path, error)
        return []


def _shown(truth: Truth, times: Sequence[float]) -> Shown:
    nowhere: Box = (0.0, 0.0, 0.0, 0.0)
    return Shown(label=truth.label, boxes=tuple(truth.box_at(time) or nowhere for time in times))


def _cuts(sound: Path, seconds: float, duration: float) -> Iterator[tuple[float, np.ndarray]]:
    """Start (s) and stereo sound ``(2, N)`` of each clip: as long as ``seconds``, but for a last one.

    That one is left out where it is shorter than a window. None reaches beyond the picture.
    """
    from engine.media import audio_blocks

    whole, end = round(seconds * CLIP_RATE), round(duration * CLIP_RATE)
    held, begun = np.zeros((2, 0), np.float32), 0
    for block in audio_blocks(sound, CLIP_RATE, 2, _BLOCK):
        held = np.concatenate([held, block[:, : max(0, end - begun - held.shape[1])]], axis=1)
        while held.shape[1] >= whole:
            yield begun / CLIP_RATE, held[:, :whole]
            held, begun = held[:, whole:], begun + whole
    if held.shape[1] >= round(WINDOW * CLIP_RATE):
        yield begun / CLIP_RATE, held
