"""What stands in for a paper's videos where none are given: the synthetic world, rendered once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.jobs import Job
from training.reproduce.parts import ACTIONS, CLIPS, holds
from training.reproduce.tables import ClipMaterial, Paper


def material(
    paper: Paper, data: Sequence[Path | str], out: Path, *, runs: Sequence[str], quick: bool, job: Job
) -> list[Path]:
    """``data``, and what it lacks for ``runs`` of the paper, rendered into ``out``; what is there already stays."""
    places = [Path(place) for place in data]
    if paper.clips is None:
        return places or [synthetic_shards(out / "shards", paper, quick=quick, job=job)]
    held, wanted = {holds(place) for place in places}, {paper.task(run) for run in runs}
    if "synchronisation" in wanted and CLIPS not in held:
        places.append(_clips(out / "shards", paper.clips, paper.quick_videos if quick else paper.videos, quick, job))
    if "actions" in wanted and ACTIONS not in held:
        places.append(_actions(out / "actions", paper.clips, quick, job))
    return places


def synthetic_shards(out: Path, paper: Paper, *, quick: bool, job: Job) -> Path:
    """Shards of the world that stands in for the paper's videos; what is there already is not rendered again."""
    from training.data.prepare import prepare_synthetic

    videos = paper.quick_videos if quick else paper.videos
    prepare_synthetic(out, dict(videos), paper.world, job=job, workers=0)
    return out


def _clips(out: Path, wanted: ClipMaterial, videos: Mapping[str, int], quick: bool, job: Job) -> Path:
    from training.data.clips import plan_clip_world, preset
    from training.data.prepare import fill

    plan = plan_clip_world(dict(videos), preset(wanted.preset(quick)), wanted.world)
    fill(plan, out, workers=0, job=job)
    return out


def _actions(out: Path, wanted: ClipMaterial, quick: bool, job: Job) -> Path:
    """Videos and split lists as UCF101's in ``out/videos``, prepared into ``out/shards``."""
    from training.data.actions import plan_actions
    from training.data.actions.synthetic import write_actions
    from training.data.clips import preset
    from training.data.prepare import fill

    write_actions(out / "videos", wanted.quick_actions if quick else wanted.actions, keep=True, job=job)
    fill(plan_actions(out / "videos", "ucf101", preset(wanted.preset(quick))), out / "shards", workers=0, job=job)
    return out / "shards"
