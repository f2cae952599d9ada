"""The mix and its stems as Broadcast Wave files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from engine.audio.mixer import Mixer
from engine.audio.pan import linear
from engine.export.bext import BroadcastInfo, LoudnessFields
from engine.export.bwf import BitDepth, BwfWriter
from engine.export.ixml import ixml
from engine.export.levels import Levels
from engine.export.scene import Scene, file_name
from engine.jobs import Job
from engine.timeline.timecode import timecode_at

BLOCK = 1 << 15
"""Samples rendered between two looks at the job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What part of the timeline is delivered, how loud and in which depth."""

    start: int
    """Project samples."""
    end: int
    gain_db: float = 0.0
    measured: LoudnessFields | None = None
    """The mix with that gain, where it was measured."""
    bit_depth: BitDepth = 24


def measure(mixer: Mixer, start: int, end: int, job: Job | None = None) -> Levels:
    """The levels of the mix from ``start`` to ``end`` (project samples)."""
    levels = Levels(mixer.rate)
    for block in _blocks(mixer.render, start, end, job, "Measuring the loudness"):
        levels.add(block)
    return levels


def write_mix(mixer: Mixer, scene: Scene, target: Path, stretch: Stretch, job: Job | None = None) -> LoudnessFields:
    """Writes the mix to ``target``; returns its loudness as written."""
    levels, gain = Levels(mixer.rate), np.float32(linear(stretch.gain_db))
    with _writer(target, scene, stretch, note="Mix") as file:
        for block in _blocks(mixer.render, stretch.start, stretch.end, job, "Writing the mix"):
            sound = block * gain
            levels.add(sound)
            file.write(sound)
        loudness = levels.fields()
        file.set_loudness(loudness)
    return loudness


def write_stems(mixer: Mixer, scene: Scene, folder: Path, stretch: Stretch, job: Job | None = None) -> list[str]:
    """Writes a file for every audible track into ``folder``; returns their names.

    Stems are taken after the track's fader with the master's gain, before its limiter: their sum is the mix.
    """
    names = stem_names(mixer)
    master = np.float32(linear(scene.project.master.gain_db) * linear(stretch.gain_db))
    levels = {row: Levels(mixer.rate) for row in names}
    with ExitStack() as stack:
        files = {
            row: stack.enter_context(_writer(folder / name, scene, stretch, note=Path(name).stem, seed=row + 1))
            for row, name in names.items()
        }
        for block in _blocks(mixer.render_tracks, stretch.start, stretch.end, job, "Writing stems"):
            for row, file in files.items():
                sound = block[row] * master
                levels[row].add(sound)
                file.write(sound)
        for row, file in files.items():
            file.set_loudness(levels[row].fields())
    return list(names.values())


def stem_names(mixer: Mixer) -> dict[int, str]:
    """File name by row of the project's tracks, for those that are heard and hold clips."""
    from engine.audio.arrangement import audible

    heard = audible(mixer.project)
    return {
        row: f"{row + 1:02d} {file_name(track.name, 'Track')}.wav"
        for row, track in enumerate(mixer.project.tracks)
        if track.id in heard and track.clips
    }


def _blocks(
    render: Callable[[int, int], np.ndarray], start: int, end: int, job: Job | None, message: str
) -> Iterator[np.ndarray]:
    if job:
        job.begin(end - start, message)
    for first in range(start, end, BLOCK):
        count = min(BLOCK, end - first)
        yield render(first, count)
        if job:
            job.step(count)


def _writer(target: Path, scene: Scene, stretch: Stretch, *, note: str, seed: int = 0) -> BwfWriter:
    project = scene.project
    first = (scene.start_of_day() + stretch.start) % (24 * 3600 * project.sample_rate)
    now = datetime.now().astimezone()
    code = timecode_at(project, stretch.start)
    info = BroadcastInfo(
        description=f"{scene.title}: {note}, from {code}",
        reference=project.id[:32],
        date=now.strftime("%Y-%m-%d"),
        time=now.strftime("%H:%M:%S"),
        time_reference=first,
        coding_history=f"A=PCM,F={project.sample_rate},W={stretch.bit_depth},M=stereo,T=Foleyscope\r\n",
    )
    about = ixml(scene, note=note, start=first, bit_depth=stretch.bit_depth, names=(f"{note} L", f"{note} R"))
    return BwfWriter(
        target,
        sample_rate=project.sample_rate,
        channels=2,
        bit_depth=stretch.bit_depth,
        info=info,
        ixml=about,
        seed=seed,
    )
