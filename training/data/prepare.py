"""Turns videos into shards: one frame and its second of sound for every second of picture."""

from __future__ import annotations

import csv
import json
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.errors import EngineError, MediaError, Problem
from engine.features import IMAGE_SIZE, SAMPLE_RATE
from engine.features.picture import resize_square
from engine.jobs import Job
from training.data.shards import ShardWriter

log = logging.getLogger(__name__)

VIDEO_SUFFIXES = {".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v", ".mpg", ".mpeg", ".mts", ".mxf"}
# Below this a second counts as silent and teaches nothing: -60 dBFS.
SILENCE = 1e-3


@dataclass(slots=True, kw_only=True)
class PrepareReport:
    """What became of a folder."""

    videos: int = 0
    samples: int = 0
    silent: int = 0
    """Seconds left out because nothing is heard in them."""
    seconds: float = 0.0
    problems: list[Problem] = field(default_factory=list)


def prepare(folder: Path | str, out: Path | str, job: Job | None = None, labels: Path | None = None) -> PrepareReport:
    """Write shards of all videos below ``folder`` into ``out``.

    Each whole second of a video becomes one sample: its middle frame, squeezed to 224 x 224, and its sound as mono
    48 kHz. A video's label comes from ``labels``, else from a JSON beside it (the synthetic world's), else from its
    sub-folder, else it is empty.

    Args:
        folder: searched with its sub-folders.
        out: made when missing; an unfinished earlier run there is replaced.
        job: progress and cancel.
        labels: a CSV or TSV whose columns ``file`` and ``label`` name videos by file name.

    Raises:
        MediaError: the folder is missing or holds no video.
    """
    folder, job, begun = Path(folder), job or Job(), time.monotonic()
    videos = find_videos(folder)
    names = _read_labels(labels) if labels else {}
    report = PrepareReport()
    job.begin(len(videos), "Preparing videos")
    with ShardWriter(out) as writer:
        for video in videos:
            label = names.get(video.name) or _label_beside(video, folder)
            try:
                _add_video(writer, video, video.relative_to(folder).as_posix(), label, report)
                report.videos += 1
            except EngineError as error:
                report.problems.append(Problem(path=video, message=error.message, hint=error.hint))
            job.step(1, f"Preparing {video.name}")
        report.samples = len(writer)
    report.seconds = time.monotonic() - begun
    return report


def find_videos(folder: Path) -> list[Path]:
    """Videos below ``folder``, sorted; raises MediaError when there are none."""
    if not folder.is_dir():
        raise MediaError(f"There is no folder {folder}.", "Check the path.", path=folder)
    found = sorted(
        p
        for p in folder.rglob("*")
        if p.suffix.lower() in VIDEO_SUFFIXES and not p.name.startswith(".") and p.is_file()
    )
    if not found:
        hint = f"Videos end in {', '.join(sorted(VIDEO_SUFFIXES))}."
        raise MediaError(f"The folder {folder} holds no videos.", hint, path=folder)
    return found


def seconds_of(video: Path) -> Iterator[tuple[float, np.ndarray, np.ndarray]]:
    """Each whole second of a video: its middle (s), the frame there ``(224, 224, 3)`` and its sound ``(48000,)``."""
    from engine.media import VideoReader, load_audio

    sound = load_audio(video, sample_rate=SAMPLE_RATE, channels=1)[0]
    with VideoReader(video) as reader:
        count = int(min(reader.duration + 1e-3, len(sound) / SAMPLE_RATE + 0.05))
        for second in range(count):
            piece = sound[second * SAMPLE_RATE : (second + 1) * SAMPLE_RATE]
            piece = np.pad(piece, (0, SAMPLE_RATE - len(piece)))
            frame = reader.frame_at(second + 0.5)
            yield second + 0.5, resize_square(frame.image, IMAGE_SIZE), piece


def is_silent(sound: np.ndarray) -> bool:
    """Whether nothing can be heard in a waveform (RMS below -60 dBFS)."""
    return bool(np.sqrt(np.mean(np.square(sound))) < SILENCE)


def _add_video(writer: ShardWriter, video: Path, group: str, label: str, report: PrepareReport) -> None:
    for middle, frame, sound in seconds_of(video):
        if is_silent(sound):
            report.silent += 1
            continue
        writer.add(group, frame=frame, sound=sound, label=label, time=middle)


def _read_labels(table: Path) -> dict[str, str]:
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t" if table.suffix == ".tsv" else ","))
    if rows and not {"file", "label"} <= set(rows[0]):
        raise MediaError(f"{table.name} has no columns called file and label.", "Add a header line.", path=table)
    return {row["file"]: row["label"] for row in rows}


def _label_beside(video: Path, root: Path) -> str:
    truth = video.with_suffix(".json")
    if truth.is_file():
        try:
            sources = json.loads(truth.read_text(encoding="utf-8"))["sources"]
            return next((s["category"] for s in sources if s["on_screen"]), "")
        except (ValueError, KeyError, TypeError) as error:
            log.info("no label in %s: %s", truth, error)
    return video.parent.name if video.parent != root else ""


def prepare_synthetic(
    out: Path | str, pairs: dict[str, int], *, sources: int | None = None, job: Job | None = None
) -> PrepareReport:
    """Write shards straight from the synthetic world's stream, one scene a pair.

    Args:
        out: made when missing.
        pairs: how many of each split; the splits' seeds are disjoint.
        sources: things in each picture; None varies.
        job: progress and cancel.
    """
    from training.data import synthetic

    seeds = {
        "train": synthetic.TRAIN_SEEDS,
        "validation": synthetic.VALIDATION_SEEDS,
        "test": synthetic.TEST_SEEDS,
    }
    job, report, begun = job or Job(), PrepareReport(), time.monotonic()
    job.begin(sum(pairs.values()), "Rendering the synthetic world")
    with ShardWriter(out) as writer:
        for split, count in pairs.items():
            stream = synthetic.stream_pairs(seeds[split].start, sources=sources)
            for number, pair in zip(range(count), stream, strict=False):
                if is_silent(pair.sound):
                    report.silent += 1
                else:
                    group = f"synthetic/{split}/{number}"
                    writer.add(group, frame=pair.image, sound=pair.sound, label=f"synthetic:{pair.label}", split=split)
                    report.videos += 1
                job.step()
        report.samples = len(writer)
    report.seconds = time.monotonic() - begun
    return report


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
