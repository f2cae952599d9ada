"""Class-level pairs for a first model: photographs, sounds and a few videos whose labels meet in one table of classes.

Not what the papers do: a photograph of a dog and the bark of another one are a weak pair, and a model trained on them
says so in its card.
"""

from __future__ import annotations

import csv
import logging
import tarfile
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.errors import EngineError, MediaError, Problem
from engine.features import SAMPLE_RATE, log_mel, split_windows
from engine.jobs import Job
from training.data.prepare import PrepareReport, is_silent, seconds_of
from training.data.shards import ShardWriter

log = logging.getLogger(__name__)

MOST_WINDOWS = 6
"""Seconds taken from one sound: a long ambience shall not drown a short bark."""
TWIN = 0.0005
"""Two sounds whose spectral profiles differ by less (cosine distance) are the same recording."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """Which labels of each source mean which class."""

    pictures: dict[str, str]
    sounds: dict[str, str]
    clips: dict[str, str]


def read_classes(path: Path) -> Classes:
    """The table in a TOML file: ``[class-name]`` with lists ``pictures``, ``sounds`` and ``clips`` of source labels."""
    maps: dict[str, dict[str, str]] = {"pictures": {}, "sounds": {}, "clips": {}}
    for name, lists in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for source, labels in lists.items():
            for label in labels:
                if label in maps[source]:
                    raise MediaError(f"{path.name} gives {label!r} to two classes.", "Keep one.", path=path)
                maps[source][label] = name
    return Classes(**maps)


def prepare_weak(data: Path, classes: Classes, out: Path, job: Job | None = None) -> PrepareReport:
    """Write shards of ``data``'s photographs, sounds and clips into ``out``.

    ``data`` holds ``images.tar`` + ``images.tsv`` (member, sound_class), ``sounds.tsv`` (file, label, freesound_id)
    with the files it names, and ``clips/`` + ``clips.tsv`` (file, label). Splits are by photograph, by recording
    (twins under other names together) and by clip. Labels outside the table are left out for photographs, and kept as
    their own class for sounds and clips.
    """
    job, report = job or Job(), PrepareReport()
    with ShardWriter(out) as writer:
        _add_pictures(writer, data, classes, job)
        _add_sounds(writer, data, classes, job, report)
        _add_clips(writer, data, classes, job, report)
        report.samples = len(writer)
    return report


def _add_pictures(writer: ShardWriter, data: Path, classes: Classes, job: Job) -> None:
    labels = {row["member"]: row["sound_class"] for row in _rows(data / "images.tsv")}
    job.begin(len(labels), "Photographs")
    with tarfile.open(data / "images.tar") as archive:
        for member in archive:
            name = classes.pictures.get(labels.get(member.name, ""))
            file = archive.extractfile(member) if member.isfile() else None
            if name and file:
                writer.add(member.name, frame=file.read(), label=name)
            job.step()


def _add_sounds(writer: ShardWriter, data: Path, classes: Classes, job: Job, report: PrepareReport) -> None:
    from engine.media import load_audio

    rows = _rows(data / "sounds.tsv")
    job.begin(len(rows), "Sounds")
    heard: list[tuple[dict[str, str], np.ndarray, np.ndarray]] = []
    for row in rows:
        job.step()
        try:
            windows = split_windows(load_audio(data / row["file"], sample_rate=SAMPLE_RATE, channels=1)[0])[1]
        except EngineError as error:
            report.problems.append(Problem(path=data / row["file"], message=error.message, hint=error.hint))
            continue
        audible = [n for n, window in enumerate(windows) if not is_silent(window)]
        windows = windows[audible or [0]]
        heard.append((row, windows[:MOST_WINDOWS], _profile(windows)))
    groups = _recordings([row for row, _, _ in heard], np.stack([profile for _, _, profile in heard]))
    for (row, windows, _), group in zip(heard, groups, strict=True):
        label = classes.sounds.get(row["label"], f"only:{row['label']}")
        for second, window in enumerate(windows):
            if not is_silent(window):
                writer.add(group, sound=window, label=label, time=second + 0.5)


def _add_clips(writer: ShardWriter, data: Path, classes: Classes, job: Job, report: PrepareReport) -> None:
    rows = _rows(data / "clips.tsv")
    job.begin(len(rows), "Clips")
    for row in rows:
        job.step()
        label = classes.clips.get(row["label"], f"clip:{row['label']}")
        try:
            for second in seconds_of(data / "clips" / row["file"]):
                if is_silent(second.sound):
                    report.silent += 1
                else:
                    facts = {"label": label, "time": second.middle}
                    writer.add(f"clips/{row['file']}", frame=second.frame, sound=second.sound, **facts)
            report.videos += 1
        except EngineError as error:
            report.problems.append(Problem(path=Path(row["file"]), message=error.message, hint=error.hint))


def _profile(windows: np.ndarray) -> np.ndarray:
    """A unit vector ``(6400,)`` that two copies of a recording share: the mean log-mel of its first windows."""
    mels = log_mel(windows[:3], SAMPLE_RATE).mean(axis=0).ravel()
    mels -= mels.mean()
    return mels / max(float(np.linalg.norm(mels)), 1e-9)


def _recordings(rows: list[dict[str, str]], profiles: np.ndarray) -> list[str]:
    """A group name for each sound; the same freesound id or nearly the same profile share one."""
    leader = list(range(len(rows)))

    def find(i: int) -> int:
        while leader[i] != i:
            i = leader[i]
        return i

    by_id: dict[str, list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        if row["freesound_id"]:
            by_id[row["freesound_id"]].append(i)
    pairs = [(members[0], other) for members in by_id.values() for other in members[1:]]
    pairs += [(int(i), int(j)) for i, j in np.argwhere(np.triu(profiles @ profiles.T, 1) > 1 - TWIN)]
    for i, j in pairs:
        low, high = sorted((find(i), find(j)))
        leader[high] = low
    return [f"sounds/{rows[find(i)]['file']}" for i in range(len(rows))]


def _rows(table: Path) -> list[dict[str, str]]:
    try:
        with table.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, delimiter="\t"))
    except OSError as error:
        raise MediaError(f"{table} cannot be read.", "Check the path.", detail=str(error), path=table) from error
