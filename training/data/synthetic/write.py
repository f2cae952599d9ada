"""Writes scenes as real files: a film with stereo sound, the truth as JSON and each source's own sound."""

from __future__ import annotations

import json
from collections.abc import Collection
from fractions import Fraction
from pathlib import Path
from typing import Any

from engine.errors import ProjectError
from engine.files import write_text
from engine.jobs import Job
from training.data.synthetic.casting import render_scene
from training.data.synthetic.dsp import RATE
from training.data.synthetic.scene import Scene
from training.data.synthetic.stream import scene_seed


def write_scene(out: Path, stem: str, scene: Scene, job: Job | None = None) -> Path:
    """Save one scene as ``stem``.mp4, .json and _source0.wav ...; the JSON comes last: with it the set is whole."""
    from engine.media.write import write_video, write_wav

    video = out / f"{stem}.mp4"
    write_video(video, scene.frames, scene.fps, scene.sound, job=job)
    for index in range(len(scene.sources)):
        write_wav(out / f"{stem}_source{index}.wav", scene.own_sound(index), RATE)
    truth: dict[str, Any] = scene.truth(stem)
    write_text(out / f"{stem}.json", json.dumps(truth, separators=(",", ":")) + "\n")
    return video


def write(
    out: Path | str,
    videos: int,
    seed: int,
    *,
    seconds: float = 4.0,
    fps: Fraction = Fraction(25),
    size: tuple[int, int] = (320, 240),
    categories: Collection[str] | None = None,
    job: Job | None = None,
) -> list[Path]:
    """Render ``videos`` scenes of the stream ``seed`` into ``out``; video ``n`` is the same whatever their number.

    Raises:
        ProjectError: ``videos`` is below one, or the folder cannot be written.
    """
    if videos < 1:
        raise ProjectError(f"Cannot render {videos} videos.", "Ask for at least one.")
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise ProjectError(
            f"The folder {folder} cannot be made.", "Choose another folder.", detail=str(exc), path=folder
        ) from exc
    scenes = [
        render_scene(scene_seed(seed, k), seconds=seconds, fps=fps, size=size, categories=categories)
        for k in range(videos)
    ]
    if job is not None:
        job.begin(sum(s.frame_count for s in scenes), "Rendering synthetic videos")
    return [write_scene(folder, f"{k:04d}", scene, job) for k, scene in enumerate(scenes)]
